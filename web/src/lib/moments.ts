// What is shared, as lists of it: the newest put before what is known, comments in threads, and a moment that is being written.

import type { CommentOut, MomentIn, MomentOut, MomentPatch, MomentVisibility, Page } from './wire';

export const MOMENT_IMAGES = 9;
export const MOMENT_TEXT = 4_000;
export const COMMENT_TEXT = 1_000;
/** So many comments are read at once. */
export const COMMENTS_PAGE = 30;
export const VISIBILITIES: MomentVisibility[] = ['public', 'followers', 'friends', 'private'];

/** Of the newest page, what a list that is shown does not hold yet. */
export function newer(known: readonly MomentOut[], page: Page<MomentOut>): MomentOut[] {
  const ids = new Set(known.map((m) => m.id));
  const first = page.items.findIndex((m) => ids.has(m.id));
  return first < 0 ? page.items : page.items.slice(0, first).filter((m) => !ids.has(m.id));
}

/** The list with its newest page. Where the two do not meet, something may lie between them: then the page is the list. */
export function withPage(known: readonly MomentOut[], next: string | null, page: Page<MomentOut>): { items: MomentOut[]; next: string | null } {
  const ids = new Set(page.items.map((m) => m.id));
  const meets = page.next_cursor === null || known.some((m) => ids.has(m.id));
  if (!meets) return { items: page.items, next: page.next_cursor };
  // What the page no longer holds between its first and its last is gone.
  const last = page.items.at(-1);
  const rest = last && page.next_cursor !== null ? known.slice(known.findLastIndex((m) => ids.has(m.id)) + 1) : [];
  return { items: [...page.items, ...rest], next: page.next_cursor === null ? null : next };
}

export interface Thread {
  comment: CommentOut;
  replies: CommentOut[];
}

/** Comments with the replies below them, each in the order in which they were said. A reply to what is not there stands by itself. */
export function threads(comments: readonly CommentOut[]): Thread[] {
  const all = [...comments].sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1));
  const byId = new Map(all.map((c) => [c.id, c]));
  /** One level: a reply to a reply stands below the same comment. */
  const root = (c: CommentOut): CommentOut => {
    const seen = new Set<string>();
    let at = c;
    while (at.reply_to !== null && !seen.has(at.id)) {
      seen.add(at.id);
      const up = byId.get(at.reply_to);
      if (!up) break;
      at = up;
    }
    return at;
  };
  const found = new Map<string, Thread>();
  for (const c of all) {
    const top = root(c);
    if (top.id === c.id) found.set(c.id, { comment: c, replies: found.get(c.id)?.replies ?? [] });
    else found.get(top.id)?.replies.push(c);
  }
  return [...found.values()];
}

/** What the server has of a moment that was sent more than once, made what the person last meant. */
export function amends(kept: MomentOut, meant: MomentIn): MomentPatch | null {
  const patch: MomentPatch = {};
  const text = (meant.text ?? '').trim();
  if (kept.text !== text) patch.text = text;
  if (meant.visibility !== undefined && kept.visibility !== meant.visibility) patch.visibility = meant.visibility;
  if (kept.characters_may_comment !== meant.characters_may_comment) patch.characters_may_comment = meant.characters_may_comment;
  return Object.keys(patch).length > 0 ? patch : null;
}

/** The columns of a grid of so many pictures. */
export function columns(images: number): 1 | 2 | 3 {
  return images <= 1 ? 1 : images === 2 || images === 4 ? 2 : 3;
}
