// Notifications in the words of the person's language, and by days.

import { t } from '../messages';
import { lineOf as line, whoOf as who, type Said } from './lines';
import { dayName } from './time';
import type { NotificationOut } from './wire';

export type { Said } from './lines';

/** Everyone who did it, as the beginning of a sentence. */
export const whoOf = (said: Said): string => who(said, t.news);

export const lineOf = (said: Said): string => line(said, t.news);

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
