// Notifications in words. Who did what comes from the server; the words are those of a language, so that the service worker can say
// them, too.

import type { Messages } from '../messages/en';

export type Words = Messages['news'];

/** What is needed to say a notification; the service worker has no more. */
export interface Said {
  kind: string;
  count: number;
  /** By whom, the latest first; nobody's name where they are gone, or where it is kept back. */
  names: (string | null)[];
  /** What happened, when it happened to the account. */
  news?: string;
}

/** Kinds that each person does once, so that the count is one of people. */
const ONCE = new Set(['moment_liked', 'new_follower', 'friend_request', 'friend_accepted']);

/** So many at most are named by the server. */
const NAMED = 3;

/** Everyone who did it, as the beginning of a sentence. */
export function whoOf({ kind, count, names }: Said, words: Words): string {
  const known = names.map((n) => n ?? words.somebody);
  const [a = words.somebody, b, c] = known;
  const all = c !== undefined ? [a, b, c].join(words.comma) : b !== undefined ? [a, b].join(words.comma) : a;
  // Of those who may do it often, it is not known how many more there are.
  const more = ONCE.has(kind) ? count - Math.max(known.length, 1) : 0;
  if (more > 0) return words.others(all, more);
  if (!ONCE.has(kind) && known.length >= NAMED && count > known.length) return words.someOthers(all);
  return c !== undefined ? words.three(a, b!, c) : b !== undefined ? words.two(a, b) : a;
}

export function lineOf(said: Said, words: Words): string {
  if (said.kind === 'test') return words.test;
  if (said.kind === 'system') return known(words.account, said.news)?.(said.count) ?? words.other;
  const many = said.names.length > 1 || (ONCE.has(said.kind) && said.count > 1);
  const line = known<(who: string, many: boolean, n: number) => string>(words.lines, said.kind);
  return line?.(whoOf(said, words), many, said.count) ?? words.other;
}

/** A later server may know others. */
function known<T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
