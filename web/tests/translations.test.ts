// The texts of a character in other languages, while they are written.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formField, greetingsIn, LANGUAGE_OF, TONGUES, worded, writing, written } from '../src/lib/translations';
import { LANGUAGES } from '../src/messages/languages';

describe('a character in other languages', () => {
  it('can be written in each language that the server knows, and that is one of ours', () => {
    const safety = readFileSync(new URL('../../crates/domain/src/safety/mod.rs', import.meta.url), 'utf8');
    const known = /pub enum Tongue \{([^}]*)\}/.exec(safety)![1]!;
    expect([...TONGUES].sort()).toEqual([...known.matchAll(/= "(\w+)"/g)].map(([, code]) => code).sort());
    expect(Object.values(LANGUAGE_OF).sort()).toEqual([...LANGUAGES].sort());
  });

  it('has a box for every text, and keeps what is written', () => {
    const ja = writing({ language: 'ja', greeting: 'どうぞ。', alternate_greetings: ['またね。', ' \n'], scenario: ' ' });
    expect(ja).toEqual({ language: 'ja', greeting: 'どうぞ。', alternate_greetings: ['またね。', ' \n'], scenario: ' ', persona: '', creator_notes: '' });
    expect(written(ja)).toEqual(['greeting', 'alternate_greetings']);
    expect(worded([writing({ language: 'zh', alternate_greetings: [''] }), ja])).toEqual([{ ...ja, alternate_greetings: ['またね。'] }]);
  });

  it('is the same while nothing is written in it, in whatever order its texts came', () => {
    const line = (all: Parameters<typeof writing>[0][]) => JSON.stringify(worded(all.map(writing)));
    const ja = { language: 'ja' as const, persona: '', scenario: '', greeting: 'どうぞ。', alternate_greetings: [], creator_notes: '' };
    expect(line([ja, { language: 'zh' }])).toBe(line([{ greeting: 'どうぞ。', language: 'ja' }]));
    expect(line([ja])).not.toBe(line([{ ...ja, scenario: '雨。' }]));
  });

  it('begins chats in the language that is read, as far as there are words in it', () => {
    const c = { greeting: ' You are early. ', alternate_greetings: ['', 'I waited.'] };
    const ja = writing({ language: 'ja', greeting: '早かったね。', alternate_greetings: ['  '] });
    const zh = writing({ language: 'zh', alternate_greetings: ['我等了你。', '进来吧。'] });
    const said = (language: Parameters<typeof greetingsIn>[0], translations = [ja, zh]) => greetingsIn(language, c, translations).map((x) => [x.language, x.text]);
    expect(said(null)).toEqual([[null, 'You are early.'], [null, 'I waited.']]);
    expect(said('ja')).toEqual([['ja', '早かったね。'], [null, 'I waited.']]);
    expect(said('zh')).toEqual([[null, 'You are early.'], ['zh', '我等了你。'], ['zh', '进来吧。']]);
    expect(said('en')).toEqual(said(null));
    expect(greetingsIn(null, { greeting: ' ', alternate_greetings: [] }, [])).toEqual([]);
  });

  it('shows what the server refuses at the text, by the language that was sent', () => {
    const sent = worded([writing({ language: 'en' }), writing({ language: 'ja', greeting: 'どうぞ。' })]);
    expect(formField('translations.0.greeting', sent)).toBe('translations.ja.greeting');
    expect(formField('translations[0].alternate_greetings[3]', sent)).toBe('translations.ja.alternate_greetings');
    expect(formField('translations.7.greeting', sent)).toBe('translations');
    expect(['name', 'alternate_greetings.2', 'routine.hours.0.from'].map((field) => formField(field, sent))).toEqual(['name', 'alternate_greetings', 'routine']);
  });
});
