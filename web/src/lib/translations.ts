// What is read of a character: in the language of whoever reads, as far as she has it in that one, and else as she was written.

import { t } from '../messages';
import type { CharacterOut, Tongue } from './wire';

/** The language that is read, as the server names it. */
export const tongue = (): Tongue => (t.lang.startsWith('zh') ? 'zh' : t.lang.startsWith('ja') ? 'ja' : 'en');

type Text = 'persona' | 'scenario' | 'greeting' | 'creator_notes';

export function translated(c: Pick<CharacterOut, Text | 'translations'>): Record<Text, string> {
  const there = c.translations.find((x) => x.language === tongue());
  const text = (name: Text) => {
    const read = there?.[name];
    return read?.trim() ? read : c[name];
  };
  return { persona: text('persona'), scenario: text('scenario'), greeting: text('greeting'), creator_notes: text('creator_notes') };
}
