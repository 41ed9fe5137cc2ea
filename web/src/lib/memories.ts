// What is reckoned about memories before they are drawn.

import type { FoundMemoryOut, MemoryKind, MemoryOut, MemoryStateOut, ReasonOut, TraceOut } from './wire';

/** The parts of the book, in their order. */
export const SHELVES = ['pinned', 'fact', 'summary', 'note', 'episode'] as const;
export type Shelf = (typeof SHELVES)[number];

export function standsOn(m: MemoryOut, shelf: Shelf): boolean {
  return shelf === 'pinned' ? m.pinned : m.kind === shelf;
}

/** How many there are on a shelf; nobody counts the pinned ones. */
export function countOf(s: MemoryStateOut | null, shelf: Shelf): number | null {
  const of: Record<MemoryKind, keyof MemoryStateOut> = { fact: 'facts', summary: 'summaries', note: 'notes', episode: 'episodes' };
  return s && shelf !== 'pinned' ? (s[of[shelf]] as number) : null;
}

export interface Stretch {
  items: MemoryOut[];
  cursor: string | null;
}

/**
 * A shelf after its beginning was read anew. What lay further on and was not read again stays; a `cursor` of null says
 * that there is no further on.
 */
export function renewed(old: Stretch, fresh: Stretch): Stretch {
  if (fresh.cursor === null || fresh.items.length >= old.items.length) return fresh;
  const known = new Set(fresh.items.map((m) => m.id));
  const read = old.items.findLastIndex((m) => known.has(m.id));
  return { items: [...fresh.items, ...old.items.slice(read + 1)], cursor: old.cursor };
}

/** How far the vectors are behind; `null` when there is nothing to catch up. */
export function catchingUp(s: MemoryStateOut | null): { done: number; all: number } | null {
  if (!s?.embedder) return null;
  const all = s.episodes + s.facts + s.summaries + s.notes;
  return s.embedded < all ? { done: s.embedded, all } : null;
}

/** What was found that stands on a shelf; with those that no longer count only when they are wanted. */
export function onShelf(found: FoundMemoryOut[], shelf: Shelf | null, ended: boolean): FoundMemoryOut[] {
  return found.filter(({ memory: m }) => (shelf === null || standsOn(m, shelf)) && (ended || !m.ended));
}

/** A text cut where words of a search begin and end. */
export function marked(text: string, query: string): { text: string; hit: boolean }[] {
  const words = [...new Set(query.match(/[\p{L}\p{N}]+/gu) ?? [])].filter((w) => !/^[a-z]$/i.test(w));
  if (words.length === 0) return [{ text, hit: false }];
  words.sort((a, b) => b.length - a.length);
  // Only from the beginning of a word, where the script has such; letters and digits need no escape.
  const one = words.map((w) => (/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(w) ? w : `(?<![\\p{L}\\p{N}])${w}`)).join('|');
  const out: { text: string; hit: boolean }[] = [];
  let from = 0;
  for (const m of text.matchAll(new RegExp(one, 'giu'))) {
    if (m.index > from) out.push({ text: text.slice(from, m.index), hit: false });
    out.push({ text: m[0], hit: true });
    from = m.index + m[0].length;
  }
  if (from < text.length) out.push({ text: text.slice(from), hit: false });
  return out;
}

/** Reasons with their share of the strongest, from 0 to 1; what weighs nothing is no reason. */
export function weighed(reasons: ReasonOut[]): { reason: string; share: number }[] {
  const real = reasons.filter((r) => r.weight > 0).sort((a, b) => b.weight - a.weight);
  const most = real[0]?.weight ?? 1;
  return real.map((r) => ({ reason: r.reason, share: r.weight / most }));
}

/** The parts of a prompt that took room, each with its share of all. */
export function promptParts(trace: TraceOut): { part: string; tokens: number; share: number }[] {
  const all = trace.parts.reduce((n, p) => n + p.tokens, 0);
  return trace.parts.filter((p) => p.tokens > 0).map((p) => ({ ...p, share: p.tokens / all }));
}

/** Whether a name was typed as it is, but for case, spaces and the way of writing accents. */
export function sameName(typed: string, name: string): boolean {
  const fold = (s: string) => s.normalize('NFC').replace(/\s+/g, ' ').trim().toLocaleLowerCase();
  return fold(name) !== '' && fold(typed) === fold(name);
}

/** A day of a date field as a moment; today, or nothing, is now: `undefined`. */
export function moment(day: string, now = new Date()): string | undefined {
  const [y, m, d] = day.split('-').map(Number);
  if (!y || !m || !d) return undefined;
  // At noon it is the same day in most of the world.
  const at = new Date(y, m - 1, d, 12);
  at.setFullYear(y);
  return at.toDateString() === now.toDateString() || at > now ? undefined : at.toISOString();
}
