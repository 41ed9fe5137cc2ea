// Where each chat was read, for who reloads the page, or comes back to it by one step.

import { router } from './router.svelte';
import type { Place } from '../ui/VirtualList.svelte';

const KEY = 'talker.place.';
/** Whether nothing was read since the page was loaded. */
let fresh = true;

export function keepPlace(chat: string, place: Place | null): void {
  try {
    if (place) sessionStorage.setItem(KEY + chat, JSON.stringify(place));
    else sessionStorage.removeItem(KEY + chat);
  } catch {
    // No room: it begins at its end.
  }
}

/** Where to go on; `null`: at the end, as who opens a chat anew wants it. */
export function placeOf(chat: string): Place | null {
  const returns = fresh || router.returning;
  fresh = false;
  if (!returns) return null;
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY + chat) ?? 'null') as Place | null;
    return kept && typeof kept.key === 'string' && Number.isFinite(kept.offset) ? kept : null;
  } catch {
    return null;
  }
}
