// The person's chats as a list, kept fresh by what happens on any device.

import { api, groups } from '../lib/api';
import { kept } from './kept';
import type { MessageOut, SessionEvent, SessionOut } from '../lib/wire';

function order(a: SessionOut, b: SessionOut): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  return Date.parse(b.last_message_at) - Date.parse(a.last_message_at);
}

class Sessions {
  private map = $state.raw(new Map<string, SessionOut>());
  loaded = $state(false);
  failed = $state(false);
  writing = $state.raw(new Set<string>());
  fresh = $state.raw(new Set<string>());
  /** The chat on the screen. */
  open: string | null = null;
  private cursor: Record<'active' | 'archived', string | null | undefined> = $state({ active: undefined, archived: undefined });
  private asked = new Set<string>();

  list = $derived([...this.all.values()].filter((s) => !s.archived).sort(order));
  archive = $derived([...this.all.values()].filter((s) => s.archived).sort(order));

  private get all(): Map<string, SessionOut> {
    return this.map;
  }
  private set all(next: Map<string, SessionOut>) {
    this.map = next;
    kept.keepSessions(() => [...this.list]);
  }

  /** Whether others said something that was not read, where one wants to hear of it. */
  unread = $derived(this.list.some((s) => s.group !== null && !s.group.muted && s.group.unread > 0));

  get(id: string): SessionOut | undefined {
    return this.all.get(id);
  }

  hasMore(archived: boolean): boolean {
    return !!this.cursor[archived ? 'archived' : 'active'];
  }

  /** Shows what was kept, until it is read anew. */
  async restore(): Promise<void> {
    const list = await kept.sessions();
    if (this.loaded || list.length === 0) return;
    this.map = new Map(list.map((s) => [s.id, s]));
    this.loaded = true;
  }

  async load(): Promise<void> {
    try {
      const page = await api.sessions({ limit: 50 });
      // What the newest page no longer holds may be gone; what lies beyond it is kept.
      const last = page.next_cursor === null ? null : page.items.at(-1);
      const next = new Map<string, SessionOut>();
      for (const s of this.all.values()) if (s.archived || s.id === this.open || (last && order(last, s) < 0)) next.set(s.id, s);
      for (const s of page.items) next.set(s.id, s);
      this.all = next;
      this.cursor.active = page.next_cursor;
      this.loaded = true;
      this.failed = false;
    } catch {
      this.failed = !this.loaded;
    }
  }

  async more(archived: boolean): Promise<void> {
    const which = archived ? 'archived' : 'active';
    const cursor = this.cursor[which];
    if (cursor === null) return;
    const page = await api.sessions({ archived, cursor: cursor ?? null, limit: 50 });
    const next = new Map(this.all);
    for (const s of page.items) next.set(s.id, s);
    this.all = next;
    this.cursor[which] = page.next_cursor;
  }

  async loadArchive(): Promise<void> {
    this.cursor.archived = undefined;
    await this.more(true);
  }

  put(s: SessionOut): void {
    const old = this.all.get(s.id);
    // Answers and events overtake each other; the place says which is newer.
    if (old && old.seq > s.seq) return;
    const next = new Map(this.all);
    next.set(s.id, { ...s, last_message: s.last_message ?? (s.leaf_id === old?.leaf_id ? old?.last_message : null) ?? null });
    this.all = next;
    if (!s.last_message && s.leaf_id && s.leaf_id !== old?.leaf_id) void this.refetch(s.id);
  }

  remove(id: string): void {
    if (!this.all.has(id)) return;
    const next = new Map(this.all);
    next.delete(id);
    this.all = next;
  }

  clear(): void {
    this.map = new Map();
    this.loaded = false;
    this.fresh = new Set();
    this.writing = new Set();
    this.cursor.active = this.cursor.archived = undefined;
  }

  seen(id: string): void {
    if (this.fresh.has(id)) {
      this.fresh = new Set([...this.fresh].filter((x) => x !== id));
    }
  }

  private async refetch(id: string): Promise<void> {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    try {
      const s = await api.session(id);
      if (!s.last_message && s.leaf_id) s.last_message = await api.message(id, s.leaf_id);
      this.asked.delete(id);
      this.put(s);
    } catch {
      this.asked.delete(id);
    }
  }

  private says(id: string, seq: number, m: MessageOut, leaf: boolean): void {
    const s = this.all.get(id);
    if (!s) {
      void this.refetch(id);
      return;
    }
    const isLast = leaf || s.last_message?.id === m.id;
    const next = new Map(this.all);
    next.set(id, {
      ...s,
      seq: Math.max(s.seq, seq),
      leaf_id: leaf ? m.id : s.leaf_id,
      last_message: isLast ? m : s.last_message,
      last_message_at: Date.parse(m.created_at) > Date.parse(s.last_message_at) ? m.created_at : s.last_message_at,
    });
    this.all = next;
  }

  /** The chat of the person with another one; its id. */
  async direct(user: string): Promise<string> {
    const s = await groups.direct(user);
    this.put(s);
    return s.id;
  }

  /** What is said in a session that several share is read. */
  read(id: string): void {
    const s = this.all.get(id);
    if (s?.group?.unread) this.put({ ...s, group: { ...s.group, unread: 0 } });
    api.read(id).catch(() => undefined);
  }

  /** Somebody else has read a session that several share, up to a place. */
  readBy(id: string, user: string, seq: number): void {
    const s = this.all.get(id);
    if (!s?.group) return;
    const people = s.group.people.map((p) => (p.id === user && p.read_seq < seq ? { ...p, read_seq: seq } : p));
    this.put({ ...s, group: { ...s.group, people } });
  }

  private mark(which: 'writing' | 'fresh', id: string, on: boolean): void {
    if (this[which].has(id) === on) return;
    const next = new Set(this[which]);
    if (on) next.add(id);
    else next.delete(id);
    this[which] = next;
  }

  apply(e: SessionEvent): void {
    const id = e.session_id;
    // After notices were lost the last event of a chat is told again.
    const isNews = e.seq > (this.all.get(id)?.seq ?? -1);
    switch (e.type) {
      case 'message.accepted':
        this.says(id, e.seq, e.reply ?? e.message, true);
        if (!e.reply && this.open !== id && isNews) this.mark('fresh', id, true);
        break;
      case 'reply.queued':
        this.says(id, e.seq, e.reply, true);
        break;
      case 'reply.started':
        this.mark('writing', id, e.message.status === 'streaming');
        this.says(id, e.seq, e.message, false);
        break;
      case 'reply.completed':
      case 'reply.failed':
        this.mark('writing', id, false);
        if (this.open !== id && e.type === 'reply.completed' && isNews) this.mark('fresh', id, true);
        this.says(id, e.seq, e.message, false);
        break;
      case 'message.edited':
        this.says(id, e.seq, e.message, false);
        break;
      case 'message.deleted':
        this.mark('writing', id, false);
        void this.refetch(id);
        break;
      case 'session.updated':
        this.put(e.session);
        break;
      case 'session.deleted':
        this.mark('writing', id, false);
        this.remove(id);
        break;
    }
  }
}

export const sessions = new Sessions();
