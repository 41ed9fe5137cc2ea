// How far characters have read chats that came in: asked once, then told over the socket, and asked again after it broke.

import { SvelteMap } from 'svelte/reactivity';
import { api } from '../lib/api';

export interface Read {
  done: number;
  total: number;
}

class Remembering {
  private known = new SvelteMap<string, Read>();
  private wanted = new Set<string>();

  /** Nothing until it is known. */
  of(session: string): Read | undefined {
    return this.known.get(session);
  }

  /** Keeps an eye on a chat until it is read to its end. */
  watch(session: string): void {
    this.wanted.add(session);
    void this.ask(session);
  }

  came(session: string, read: Read): void {
    if (!this.wanted.has(session)) return;
    this.known.set(session, read);
    if (read.done >= read.total) this.wanted.delete(session);
  }

  /** Something may have been missed. */
  again(): void {
    for (const session of this.wanted) void this.ask(session);
  }

  clear(): void {
    this.known.clear();
    this.wanted.clear();
  }

  private async ask(session: string): Promise<void> {
    try {
      const read = await api.remembering(session);
      // What was told meanwhile is further.
      if ((this.known.get(session)?.done ?? 0) <= read.done) this.came(session, read);
    } catch {
      // It is told, or asked for when the line is back.
    }
  }
}

export const remembering = new Remembering();
