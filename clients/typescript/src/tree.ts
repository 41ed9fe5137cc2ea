// A chat as this client knows it: some messages of the tree, and the way from the leaf up as far as it is loaded.

import type { HistoryOut, MessageOut, SessionEvent } from './generated/types.js';
import { isFinal } from './hearing.js';

export class ChatTree {
  private byId = new Map<string, MessageOut>();
  leafId: string | null = null;
  hasBefore = false;
  /** The topmost message of the loaded way, when there is more above it. */
  private topId: string | null = null;
  /** Texts of replies being written, ahead of what the messages say. */
  private live = new Map<string, string>();

  get(id: string): MessageOut | undefined {
    return this.byId.get(id);
  }

  /** The newest page: the chat is what it says, from here on. */
  reset(page: HistoryOut): void {
    this.byId.clear();
    this.live.clear();
    for (const m of page.items) this.byId.set(m.id, m);
    this.leafId = page.items.at(-1)?.id ?? null;
    this.hasBefore = page.has_before;
    this.topId = page.has_before ? (page.items[0]?.id ?? null) : null;
  }

  /** A page of older messages. Ignored if it no longer fits on top. */
  prepend(before: string, page: HistoryOut): void {
    if (before !== this.topId) return;
    for (const m of page.items) if (!this.byId.has(m.id)) this.byId.set(m.id, m);
    this.hasBefore = page.has_before;
    this.topId = page.has_before ? (page.items[0]?.id ?? null) : null;
  }

  text(id: string, text: string): void {
    this.live.set(id, text);
  }

  /** What a message says now. */
  textOf(m: MessageOut): string {
    return isFinal(m.status) ? m.content : (this.live.get(m.id) ?? m.content);
  }

  put(m: MessageOut): void {
    this.byId.set(m.id, m);
    if (isFinal(m.status)) this.live.delete(m.id);
    for (const id of m.siblings) {
      const s = this.byId.get(id);
      if (s && s.id !== m.id && s.siblings.length < m.siblings.length) this.byId.set(id, { ...s, siblings: m.siblings });
    }
  }

  private remove(id: string): void {
    const gone = new Set([id]);
    // Children come after their parents in depth.
    for (const m of [...this.byId.values()].sort((a, b) => a.depth - b.depth)) {
      if (m.parent_id !== null && gone.has(m.parent_id)) gone.add(m.id);
    }
    const top = this.byId.get(id);
    for (const g of gone) {
      this.byId.delete(g);
      this.live.delete(g);
    }
    for (const s of top?.siblings ?? []) {
      const m = this.byId.get(s);
      if (m) this.byId.set(s, { ...m, siblings: m.siblings.filter((x) => x !== id) });
    }
    if (this.topId && gone.has(this.topId)) this.topId = null;
  }

  /** Takes an event. `false` when the leaf is now where nothing is loaded: read the newest page. */
  apply(e: SessionEvent): boolean {
    switch (e.type) {
      case 'message.accepted':
        this.put(e.message);
        if (e.reply) this.put(e.reply);
        this.leafId = (e.reply ?? e.message).id;
        break;
      case 'reply.queued':
        this.put(e.reply);
        this.leafId = e.reply.id;
        break;
      case 'reply.started':
      case 'reply.completed':
      case 'reply.failed':
      case 'message.edited':
        this.put(e.message);
        break;
      case 'message.deleted':
        this.remove(e.message_id);
        this.leafId = e.leaf_id;
        break;
      case 'session.updated':
        this.leafId = e.session.leaf_id;
        break;
      case 'session.deleted':
        break;
    }
    return this.whole();
  }

  /** Brings another leaf into view. `false` as in `apply`. */
  select(leafId: string | null): boolean {
    this.leafId = leafId;
    return this.whole();
  }

  /** Whether the way up from the leaf reaches the root, or the top of what is loaded. */
  private whole(): boolean {
    const path = this.path();
    if (this.leafId === null) return true;
    const top = path[0];
    if (!top) return false;
    if (top.parent_id === null) {
      this.hasBefore = false;
      this.topId = null;
      return true;
    }
    return top.id === this.topId;
  }

  /** From the top of what is loaded down to the leaf. */
  path(): MessageOut[] {
    const up: MessageOut[] = [];
    const seen = new Set<string>();
    for (let id = this.leafId; id !== null && !seen.has(id); ) {
      const m = this.byId.get(id);
      if (!m) break;
      seen.add(id);
      up.push(m);
      if (id === this.topId) break;
      id = m.parent_id;
    }
    return up.reverse();
  }

  top(): string | null {
    return this.topId;
  }

  /** The replies that are being written, with what is known of them. */
  running(): [string, string][] {
    return this.path()
      .filter((m) => m.status === 'streaming')
      .map((m) => [m.id, this.textOf(m)]);
  }
}
