// A list that is read page by page.

import type { Page } from '../lib/wire';

export class Listing<T extends { id: string }> {
  items = $state.raw<T[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  busy = $state(false);
  private turn = 0;

  constructor(private read: (cursor: string | null) => Promise<Page<T>>) {}

  /** Reads it from its beginning; what was asked before is not heard any more. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      const page = await this.read(null);
      if (turn !== this.turn) return;
      this.items = page.items;
      this.next = page.next_cursor;
      this.state = 'ready';
    } catch {
      if (turn === this.turn && this.items.length === 0) this.state = 'failed';
    }
  }

  async more(): Promise<void> {
    if (this.next === null || this.busy) return;
    const turn = this.turn;
    this.busy = true;
    try {
      const page = await this.read(this.next);
      if (turn !== this.turn) return;
      const known = new Set(this.items.map((x) => x.id));
      this.items = [...this.items, ...page.items.filter((x) => !known.has(x.id))];
      this.next = page.next_cursor;
    } finally {
      this.busy = false;
    }
  }

  put(item: T): void {
    this.items = this.items.map((x) => (x.id === item.id ? item : x));
  }

  drop(id: string): void {
    this.items = this.items.filter((x) => x.id !== id);
  }
}
