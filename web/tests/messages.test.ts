// Every language says the same, and nothing that a person reads is said outside of them.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import ts from 'typescript';
import { afterEach, describe, expect, it } from 'vitest';
import { errorText, said, speak, t } from '../src/messages';
import en from '../src/messages/en';
import ja from '../src/messages/ja';
import { LANGUAGES, languageOf } from '../src/messages/languages';
import zh from '../src/messages/zh-Hans';
import { modelName } from '../src/lib/models';
import { FORMS, fieldText } from '../src/lib/problems';
import { why } from '../src/lib/reasons';
import { lineOf, tagName } from '../src/lib/seeds';
import { ago, count, dayName, money } from '../src/lib/time';
import { translated } from '../src/lib/translations';

const SRC = new URL('../src/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, SRC), 'utf8');
const files = (end: string) => readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith(end));

type Text = string | ((...given: unknown[]) => unknown);
/** Every text with its path. */
function texts(node: unknown, path = ''): [string, Text][] {
  if (typeof node === 'string' || typeof node === 'function') return [[path, node as Text]];
  return Object.entries(node as object).flatMap(([k, v]) => texts(v, path ? `${path}.${k}` : k));
}
const all = { en: new Map(texts(en)), 'zh-Hans': new Map(texts(zh)), ja: new Map(texts(ja)) };

/** The parameters of each text that takes some, as English declares them. */
const parameters = new Map<string, string[]>();
{
  const source = ts.createSourceFile('en.ts', read('messages/en.ts'), ts.ScriptTarget.Latest, true);
  const bare = (n: ts.Expression): ts.Expression => (ts.isSatisfiesExpression(n) || ts.isAsExpression(n) || ts.isParenthesizedExpression(n) ? bare(n.expression) : n);
  const walk = (n: ts.Expression, path: string) => {
    const node = bare(n);
    if (ts.isArrowFunction(node)) parameters.set(path, node.parameters.map((p) => p.type?.getText() ?? '?'));
    if (!ts.isObjectLiteralExpression(node)) return;
    for (const p of node.properties) if (ts.isPropertyAssignment(p)) walk(p.initializer, path ? `${path}.${p.name.getText()}` : p.name.getText());
  };
  for (const s of source.statements) {
    if (!ts.isVariableStatement(s)) continue;
    for (const d of s.declarationList.declarations) if (d.initializer && ['en', 'news'].includes(d.name.getText())) walk(d.initializer, d.name.getText() === 'news' ? 'news' : '');
  }
}

/** What to put in for a parameter: something that is found again. */
function filling(type: string, i: number, n: number): unknown {
  switch (type) {
    case 'string': return `⟦${i}⟧`;
    case 'number': case 'number | null': return n;
    case 'boolean': return n > 1;
    case 'string[]': return Array.from({ length: Math.max(1, n % 5) }, (_, k) => `⟦${i}.${k}⟧`);
    default: throw new Error(`no filling for ${type}`);
  }
}
const marks = (text: unknown) => [...new Set(String(text).match(/⟦[\d.]+⟧/g) ?? [])].sort();

describe('the languages', () => {
  it.each(['zh-Hans', 'ja'] as const)('%s has every text of English, and no other', (lang) => {
    expect([...all[lang].keys()]).toEqual([...all.en.keys()]);
  });

  it('leave nothing empty that English says', () => {
    for (const [lang, found] of Object.entries(all)) for (const [path, text] of found) if (all.en.get(path) !== '') expect(text, `${lang} ${path}`).not.toBe('');
  });

  it('name everything that English names, and count what it counts', () => {
    for (const [path, types] of parameters) {
      // What the server says in English serves nobody else.
      if (types.length === 0 || path === 'fields.other') continue;
      for (const n of [0, 1, 2, 3, 7, 4321]) {
        const given = types.map((type, i) => filling(type, i, n));
        const spoken = LANGUAGES.map((lang) => (all[lang].get(path) as (...given: unknown[]) => unknown)(...given));
        for (const [i, text] of spoken.entries()) {
          expect(String(text), `${LANGUAGES[i]} ${path}`).not.toMatch(/undefined|NaN|\[object/);
          // Of one, a language may say "one"; of several, what one names all name.
          if (n > 1 || !types.some((type) => type.startsWith('number'))) expect(marks(text), `${LANGUAGES[i]} ${path} with ${n}`).toEqual(marks(spoken[0]));
          // One and none have words of their own; more than that is told as a number, or by none.
          if (n > 3 && types.some((type) => type.startsWith('number'))) expect(/[\d,.]*\d/.test(String(text).replace(/⟦[\d.]+⟧/g, '')), `${LANGUAGES[i]} ${path} with ${n}`).toBe(/[\d,.]*\d/.test(String(spoken[0]).replace(/⟦[\d.]+⟧/g, '')));
        }
      }
    }
    expect(parameters.size).toBeGreaterThan(150);
  });

  it('are written in their own script', () => {
    // Names of products, units and examples of what is typed stay as they are.
    const same = [...all.en].filter(([path, text]) => typeof text === 'string' && /\p{L}{2}/u.test(text) && (all.ja.get(path) === text || all['zh-Hans'].get(path) === text)).map(([path]) => path);
    expect(same).toEqual(['app.name', 'operator.where.ollama', 'moments.ai']);
    const signs = new Set(['lang', 'news.comma', ...same]);
    for (const [path, text] of all.ja) if (typeof text === 'string' && text && !signs.has(path)) expect(text, path).toMatch(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u);
    for (const [path, text] of all['zh-Hans']) if (typeof text === 'string' && text && !signs.has(path)) {
      expect(text, path).toMatch(/\p{Script=Han}/u);
      expect(text, path).not.toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}]/u);
    }
  });
});

describe('the characters who come along', () => {
  afterEach(() => speak('en'));
  const SEEDS = new URL('../../crates/server/seeds/', import.meta.url);
  const seeds = readdirSync(SEEDS).filter((f) => f.endsWith('.toml')).map((f) => readFileSync(new URL(f, SEEDS), 'utf8'));
  const words = (toml: string, form: RegExp) => [...toml.matchAll(form)].flatMap(([, found]) => [...found!.matchAll(/"([^"]+)"/g)].map(([, word]) => word!));
  const tags = seeds.flatMap((toml) => words(toml, /^tags = (\[[^\]]*\])/gm));
  const lines = seeds.flatMap((toml) => words(toml, /(?:^tagline|\bnote) = ("[^"]*")/gm));

  it('have their tags and lines in every language, and no others stand there', () => {
    expect(seeds.length).toBeGreaterThan(0);
    expect(tags.length).toBeGreaterThanOrEqual(seeds.length);
    expect(lines.length).toBeGreaterThanOrEqual(seeds.length);
    // Each language has what English has, in words of its own: so it is enough to look there.
    expect(en.seeds.tags).toEqual(Object.fromEntries(tags.map((tag) => [tag, tag])));
    expect(en.seeds.lines).toEqual(Object.fromEntries(lines.map((line) => [line, line])));
  });

  it('are shown in the language that is read, and what people wrote as they wrote it', async () => {
    await speak('ja');
    expect([tagName('slow burn'), tagName('Slow burn'), tagName('toString'), lineOf('on air'), lineOf('')]).toEqual(['ゆっくり育つ恋', 'Slow burn', 'toString', '放送中', '']);
    expect(why({ kind: 'matches_your_tags', tag: 'gothic', character: null })).toContain('ゴシック');
  });

  it('are read in the language that is read, as far as they have their texts in it', async () => {
    const rin = {
      persona: 'Calm.', scenario: 'Rain.', greeting: 'Come in.', creator_notes: '',
      translations: [{ language: 'ja' as const, greeting: 'どうぞ。', scenario: ' ' }, { language: 'zh' as const, greeting: '请进。', persona: '安静。' }],
    };
    expect(translated(rin)).toEqual({ persona: 'Calm.', scenario: 'Rain.', greeting: 'Come in.', creator_notes: '' });
    await speak('ja');
    expect(translated(rin)).toEqual({ persona: 'Calm.', scenario: 'Rain.', greeting: 'どうぞ。', creator_notes: '' });
    await speak('zh-Hans');
    expect(translated(rin)).toEqual({ persona: '安静。', scenario: 'Rain.', greeting: '请进。', creator_notes: '' });
  });
});

describe('models', () => {
  afterEach(() => speak('en'));
  it('are called in the language that is read where the server names them itself', async () => {
    const named = ['server/src/models/speakers.rs', 'llm/src/scripted.rs'].map((f) => readFileSync(new URL(`../../crates/${f}`, import.meta.url), 'utf8')).join();
    for (const name of Object.keys(en.models)) expect(named).toContain(`"${name}"`);
    await speak('zh-Hans');
    expect([modelName({ name: 'none', label: 'No model' }), modelName({ name: 'local/smollm2', label: 'SmolLM2 135M' })]).toEqual(['没有模型', 'SmolLM2 135M']);
  });
});

describe('what is spoken', () => {
  afterEach(() => speak('en'));

  it('is the first language we have of those that are read', () => {
    expect(languageOf(['fr-CH', 'ja-JP', 'en'])).toBe('ja');
    expect(languageOf(['zh-CN', 'en'])).toBe('zh-Hans');
    expect(languageOf(['ZH-hant-TW'])).toBe('zh-Hans');
    expect(languageOf(['en-GB'])).toBe('en');
    expect(languageOf(['jam'])).toBe('en');
    expect(languageOf([])).toBe('en');
  });

  it('changes texts, dates and numbers together', async () => {
    const [then, now] = ['2026-11-20T10:00:00Z', new Date('2026-11-29T10:00:00Z')];
    expect([t.app.save, dayName(then, now), count(12_345), ago('2026-11-29T09:55:00Z', now)]).toEqual(['Save', 'Friday, November 20, 2026', '12,345', '5 min. ago']);
    await speak('ja');
    expect([t.app.save, dayName(then, now), count(12_345), ago('2026-11-29T09:55:00Z', now)]).toEqual(['保存', '2026年11月20日金曜日', '12,345', '5 分前']);
    await speak('zh-Hans');
    expect([t.app.save, dayName(then, now), money(0.5)]).toEqual(['保存', '2026年11月20日星期五', 'US$0.5']);
  });

  it('is the language that was chosen last, however they arrive', async () => {
    await Promise.all([speak('ja'), speak('en')]);
    expect(t.lang).toBe('en');
  });

  it('has words for a code of a later server', () => {
    expect(errorText('group_full')).toBe('No more fit into this group.');
    expect(errorText('dances')).toBe('That did not work. Try again.');
    expect(errorText('toString')).toBe('That did not work. Try again.');
    expect(said({ a: 1 }, undefined)).toBeUndefined();
  });
});

describe('what is wrong with a field', () => {
  afterEach(() => speak('en'));
  const rust = (path: string): string[] =>
    readdirSync(new URL(path, import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.rs'))
      .flatMap((f) => [...readFileSync(new URL(`${path}/${f}`, import.meta.url), 'utf8').matchAll(/"((?:must|is) [^"]+)"/g)].map((m) => m[1]!.replace(/\{[^}]*\}/g, '9')));

  it('is said in the words of the language, as long as the server says it in its own', async () => {
    const server = ['../../crates/domain/src', '../../crates/service/src', '../../crates/api/src'].flatMap(rust);
    for (const [form] of FORMS) expect(server.some((message) => form.test(message)), String(form)).toBe(true);
    await speak('ja');
    expect(fieldText('must have at most 80 characters')).toBe('長すぎます。80文字までです。');
    expect(fieldText('must be between 1 and 8192')).toBe('1から8192の間で入力してください。');
    expect(fieldText('something of a later server')).toBe('もう一度ご確認ください。');
    await speak('en');
    expect(fieldText('something of a later server')).toBe('something of a later server');
  });
});

describe('no text stands outside of the languages', () => {
  const spoken = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'title', 'placeholder', 'alt', 'label', 'hint', 'text', 'action', 'empty', 'problem']);
  const word = /\p{L}/u;

  it.each(files('.svelte'))('%s', (file) => {
    const found: string[] = [];
    const walk = (node: unknown): void => {
      if (Array.isArray(node)) node.forEach(walk);
      else if (node !== null && typeof node === 'object') {
        const n = node as { type?: string; name?: string; data?: string; value?: unknown; [k: string]: unknown };
        // What is typed at a command line is the same in every language.
        if (n.type === 'RegularElement' && (n.name === 'code' || n.name === 'pre')) return;
        if (n.type === 'Attribute') {
          if (spoken.has(n.name ?? '')) for (const v of [n.value].flat() as { type?: string; data?: string }[]) if (v?.type === 'Text' && word.test(v.data ?? '')) found.push(`${n.name}="${v.data}"`);
          return;
        }
        if (n.type === 'Text' && word.test(n.data ?? '')) found.push(n.data!.trim());
        for (const [k, v] of Object.entries(n)) if (k !== 'metadata') walk(v);
      }
    };
    walk(parse(read(file), { modern: true }).fragment);
    // A literal that is shown by an expression, or told by a toast.
    const script = read(file).replace(/<style>[\s\S]*<\/style>/, '');
    for (const m of script.matchAll(/(?:toast|alert|confirm)\(\s*(['"`])((?:(?!\1).)*\p{L}.*?)\1/gu)) if (!m[2]!.startsWith('${')) found.push(m[2]!);
    for (const m of script.matchAll(/\{[^{}]*\?\s*'([^']*\p{L} \p{L}[^']*)'/gu)) found.push(m[1]!);
    expect(found).toEqual([]);
  });

  it.each(files('.ts').filter((f) => !f.startsWith('messages/')))('%s', (file) => {
    const found: string[] = [];
    const walk = (node: ts.Node): void => {
      if ((ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) && /\p{Lu}\p{Ll}+ \p{L}|\p{L} \p{L}.*[.!?]$/u.test(node.text) && !ts.isImportDeclaration(node.parent)) found.push(node.text);
      ts.forEachChild(node, walk);
    };
    walk(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
    expect(found).toEqual(file === 'lib/api.ts' ? ['Samsung Internet'] : []);
  });
});
