// What is read of a character: in the language of whoever reads, as far as she has it in that one, and else as she was written. And how
// her maker writes it.

import { t } from '../messages';
import type { Language } from '../messages/languages';
import type { CharacterOut, Tongue, Translation } from './wire';

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

/** Every language that a character can be read in, and which of ours it is. */
export const LANGUAGE_OF: Record<Tongue, Language> = { en: 'en', zh: 'zh-Hans', ja: 'ja' };
export const TONGUES = Object.keys(LANGUAGE_OF) as Tongue[];

/** A translation while it is written: every text has its box. */
export type Writing = Required<Translation>;

const TEXTS = ['greeting', 'alternate_greetings', 'scenario', 'persona', 'creator_notes'] as const;
const isSaid = (text: string) => text.trim() !== '';

export const writing = (x: Translation): Writing => ({ greeting: '', alternate_greetings: [], scenario: '', persona: '', creator_notes: '', ...x });

/** Which texts of it are more than blank. */
export const written = (x: Writing) => TEXTS.filter((name) => [x[name]].flat().some(isSaid));

/** What is kept of them. A language in which nothing is written is as good as none. */
export const worded = (all: readonly Writing[]): Writing[] =>
  all.filter((x) => written(x).length > 0).map((x) => ({ ...x, alternate_greetings: x.alternate_greetings.filter(isSaid) }));

/** First words, and the language they are written in; `null`: the one in which the character is written. */
export interface Greeting {
  text: string;
  language: Tongue | null;
}

/** With what chats begin in a language, as the server chooses it: the first words and the others, each as far as they are there in it. */
export function greetingsIn(language: Tongue | null, c: Pick<Writing, 'greeting' | 'alternate_greetings'>, translations: readonly Writing[]): Greeting[] {
  const there = worded(translations).find((x) => x.language === language);
  const said = (texts: string[], language: Tongue | null): Greeting[] => texts.filter(isSaid).map((text) => ({ text: text.trim(), language }));
  const either = (hers: string[], theirs: string[] = []) => (theirs.some(isSaid) ? said(theirs, language) : said(hers, null));
  return [...either([c.greeting], there && [there.greeting]), ...either(c.alternate_greetings, there?.alternate_greetings)];
}

/** What a field of the request is called in the form: in a translation by its language, as blank ones are not sent and the numbers differ. */
export function formField(field: string, sent: readonly Translation[]): string {
  const [, n, text] = /^translations[.[](\d+)\]?\.(\w+)/.exec(field) ?? [];
  const there = sent[Number(n)];
  return there ? `translations.${there.language}.${text}` : field.replace(/[.[].*$/, '');
}
