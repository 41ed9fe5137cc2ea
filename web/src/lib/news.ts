// Notifications in words, and by days. Who did what comes from the server; the words are ours.

import { t } from '../messages';
import { dayName } from './time';
import type { NotificationOut } from './wire';

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
export function whoOf({ kind, count, names }: Said): string {
  const known = names.map((n) => n ?? t.news.somebody);
  const [a = t.news.somebody, b, c] = known;
  const all = c !== undefined ? `${a}, ${b}, ${c}` : b !== undefined ? `${a}, ${b}` : a;
  // Of those who may do it often, it is not known how many more there are.
  const more = ONCE.has(kind) ? count - Math.max(known.length, 1) : 0;
  if (more > 0) return t.news.others(all, more);
  if (!ONCE.has(kind) && known.length >= NAMED && count > known.length) return t.news.someOthers(all);
  return c !== undefined ? t.news.three(a, b!, c) : b !== undefined ? t.news.two(a, b) : a;
}

export function lineOf(said: Said): string {
  if (said.kind === 'test') return t.news.test;
  if (said.kind === 'system') return t.news.account[said.news ?? '']?.(said.count) ?? t.news.other;
  const many = said.names.length > 1 || (ONCE.has(said.kind) && said.count > 1);
  return t.news.lines[said.kind]?.(whoOf(said), many, said.count) ?? t.news.other;
}

export function said(n: NotificationOut): Said {
  const base = { kind: n.kind, count: n.count, names: n.actors.map((a) => a.name) };
  return n.subject.kind === 'account' ? { ...base, news: n.subject.id } : base;
}

export interface Day {
  name: string;
  items: NotificationOut[];
}

/** In the order of the list, which is that of their places. */
export function byDays(items: NotificationOut[], now = new Date()): Day[] {
  const days: Day[] = [];
  for (const n of items) {
    const name = dayName(n.updated_at, now);
    const last = days.at(-1);
    if (last?.name === name) last.items.push(n);
    else days.push({ name, items: [n] });
  }
  return days;
}

/** The list with `n` at its top, in place of what it was before. */
export function withNewest(items: NotificationOut[], n: NotificationOut): NotificationOut[] {
  const old = items.find((x) => x.id === n.id);
  if (old && old.seq >= n.seq) return items;
  return [n, ...items.filter((x) => x.id !== n.id)].sort((a, b) => b.seq - a.seq);
}
