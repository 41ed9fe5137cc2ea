// Moments: each the same on every page that shows it, and the feed, which goes on where it was left.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { ApiError, moments as wire } from '../lib/api';
import { newer, withPage } from '../lib/moments';
import type { MomentOut, MomentPatch, Page } from '../lib/wire';
import { Listing } from './listing.svelte';
import { toastError } from './toasts.svelte';

class Moments {
  private changed = new SvelteMap<string, MomentOut>();
  private gone = new SvelteSet<string>();
  private busy = new Set<string>();

  /** A moment as it is known now; nothing when it was deleted. */
  of(m: MomentOut): MomentOut | null {
    return this.gone.has(m.id) ? null : (this.changed.get(m.id) ?? m);
  }

  /** What a list was read with is newer than what is known. */
  fresh(items: readonly MomentOut[]): void {
    for (const m of items) if (!this.busy.has(m.id)) this.changed.delete(m.id);
  }

  put(m: MomentOut): void {
    this.changed.set(m.id, m);
  }

  /** It is seen at once; what the server answers is what holds. */
  async like(m: MomentOut): Promise<void> {
    const before = this.of(m);
    if (!before || this.busy.has(m.id)) return;
    this.busy.add(m.id);
    const on = !before.liked;
    this.put({ ...before, liked: on, likes: Math.max(0, before.likes + (on ? 1 : -1)) });
    try {
      const { liked, likes } = await wire.like(m.id, on);
      this.put({ ...(this.of(m) ?? before), liked, likes });
    } catch (e) {
      this.put({ ...(this.of(m) ?? before), liked: before.liked, likes: before.likes });
      if (e instanceof ApiError && e.status === 404) this.gone.add(m.id);
      toastError(e);
    } finally {
      this.busy.delete(m.id);
    }
  }

  async patch(m: MomentOut, body: MomentPatch): Promise<void> {
    this.put(await wire.patch(m.id, body));
  }

  async remove(m: MomentOut): Promise<void> {
    try {
      await wire.remove(m.id);
    } catch (e) {
      // Somebody was faster.
      if (!(e instanceof ApiError && e.status === 404)) throw e;
    }
    this.gone.add(m.id);
  }

  /** So many more comments, or fewer. */
  counted(m: MomentOut, by: number): void {
    const now = this.of(m);
    if (now) this.put({ ...now, comments: Math.max(0, now.comments + by) });
  }

  clear(): void {
    this.changed.clear();
    this.gone.clear();
  }
}

export const moments = new Moments();

/** A list of moments. What comes newly waits until the person wants to see it, so that nothing moves under their eyes. */
export class MomentList extends Listing<MomentOut> {
  waiting = $state.raw<MomentOut[]>([]);
  private newest: Page<MomentOut> | null = null;
  private asking = false;
  private page: (cursor: string | null) => Promise<Page<MomentOut>>;

  constructor(read: (cursor: string | null) => Promise<Page<MomentOut>>) {
    const page = async (cursor: string | null) => {
      const found = await read(cursor);
      moments.fresh(found.items);
      return found;
    };
    super(page);
    this.page = page;
  }

  override async load(): Promise<void> {
    this.waiting = [];
    this.newest = null;
    await super.load();
  }

  /** Looks for what is new. */
  async check(): Promise<void> {
    if (this.asking || this.state !== 'ready') return;
    this.asking = true;
    try {
      const page = await this.page(null);
      this.newest = page;
      this.waiting = newer(this.items, page).filter((m) => !m.is_mine);
    } catch {
      // It is looked for again.
    } finally {
      this.asking = false;
    }
  }

  /** Shows what is new. */
  show(): void {
    if (!this.newest) return;
    const { items, next } = withPage(this.items, this.next, this.newest);
    this.items = items;
    this.next = next;
    this.waiting = [];
    this.newest = null;
  }

  /** The person's own stands at the top at once. */
  add(m: MomentOut): void {
    if (this.items.some((x) => x.id === m.id)) return;
    this.items = [m, ...this.items];
    if (this.state !== 'ready') this.state = 'ready';
  }
}

class Feed {
  list = new MomentList((cursor) => wire.feed(cursor));
  /** How far it was scrolled when it was left. */
  top = 0;

  clear(): void {
    this.list = new MomentList((cursor) => wire.feed(cursor));
    this.top = 0;
  }
}

export const feed = new Feed();
