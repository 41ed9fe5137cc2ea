// Entries of a lorebook, as they are shown, looked for and written.

import { t } from '../messages';
import type { LoreEntry, LoreFilter, LoreVerdict } from './wire';

/** An entry with every field said. */
export type Entry = Required<Omit<LoreEntry, 'filter'>> & { filter: Required<LoreFilter> };

const USUAL: Entry = {
  uid: 0,
  name: '',
  comment: '',
  keys: [],
  secondary_keys: [],
  selective: false,
  logic: 'and_any',
  content: '',
  enabled: true,
  constant: false,
  vectorized: false,
  triggers: [],
  use_regex: false,
  insertion_order: 100,
  priority: null,
  case_sensitive: null,
  match_whole_words: null,
  scan_depth: null,
  sources: [],
  position: 'before_char',
  depth: 4,
  role: 'system',
  outlet: '',
  probability: 100,
  use_probability: true,
  exclude_recursion: false,
  prevent_recursion: false,
  delay_until_recursion: 0,
  group: '',
  group_override: false,
  group_weight: 100,
  use_group_scoring: null,
  sticky: 0,
  cooldown: 0,
  delay: 0,
  ignore_budget: false,
  filter: { is_exclude: false, names: [], tags: [] },
};

/** The entry, with what it does not say as usual. A copy: what is written in it changes nothing else. */
export function whole(entry: LoreEntry | Record<string, never> = {}): Entry {
  const given = structuredClone({ ...entry }) as Partial<LoreEntry>;
  return { ...structuredClone(USUAL), ...given, filter: { ...structuredClone(USUAL.filter), ...given.filter } } as Entry;
}

/** Whether two say the same, whatever their numbers. */
export const alike = (a: Entry, b: Entry): boolean => {
  const fields = Object.keys(USUAL).filter((k) => k !== 'uid') as (keyof Entry)[];
  return fields.every((k) => JSON.stringify(a[k]) === JSON.stringify(b[k]));
};

/** What it is called where it has no name. */
export function labelOf(entry: Pick<Entry, 'uid' | 'name' | 'comment' | 'keys'>): string {
  return entry.name.trim() || entry.comment.trim().split('\n')[0] || entry.keys.join(', ') || t.lore.unnamed(entry.uid + 1);
}

/** Those in which all these words stand somewhere. */
export function search(entries: readonly Entry[], words: string): readonly Entry[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return entries;
  return entries.filter((e) => {
    const all = [e.name, e.comment, e.content, e.group, ...e.keys, ...e.secondary_keys].join('\n').toLocaleLowerCase();
    return wanted.every((w) => all.includes(w));
  });
}

const REGEX = /^\/(.+)\/([dgimsuvy]*)$/s;

/** Whether a key is written as a regular expression. */
export const isRegex = (key: string): boolean => REGEX.test(key.trim());

/** Whether it is one that no program could read. Some that a browser reads, the server has no use for: it says so when it is tried. */
export function isBroken(key: string): boolean {
  const found = REGEX.exec(key.trim());
  if (!found) return false;
  try {
    new RegExp(found[1]!, [...new Set(found[2]!.replace(/[vy]/g, ''))].join(''));
    return false;
  } catch {
    return true;
  }
}

/** Keys as they are typed or pasted: one after the other, between commas or on lines. A comma within an expression is part of it. */
export function keysOf(text: string): string[] {
  const out: string[] = [];
  let key = '';
  let expression = false;
  let escaped = false;
  for (const c of text) {
    if (!expression && /[,，、\n]/.test(c)) {
      out.push(key);
      key = '';
      continue;
    }
    if (c === '\n') {
      out.push(key);
      key = '';
      expression = escaped = false;
      continue;
    }
    if (c === '/' && !escaped) expression = !expression && key.trim() === '';
    escaped = c === '\\' && !escaped;
    key += c;
  }
  out.push(key);
  return [...new Set(out.map((k) => k.trim()).filter(Boolean))];
}

/** Whether what is being typed is a regular expression that is not closed yet. */
export const isOpen = (text: string): boolean => text.trimStart().startsWith('/') && !isRegex(text);

/** Why an entry comes to mind, or does not. */
export function because(verdict: LoreVerdict, reason: string): string {
  const why = verdict.key !== null && verdict.fires && verdict.reason === 'key' ? t.lore.because(verdict.key) : reason;
  return verdict.round > 1 ? t.lore.inRound(why, verdict.round) : why;
}
