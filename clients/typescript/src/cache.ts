// What was read of the chats, kept for the next start: a client shows it at once, also without a network, and goes on from
// its place. It holds the newest part of the latest chats and never more than that.

import type { HistoryOut, SessionEvent, SessionOut } from './generated/types.js';
import { ChatTree } from './tree.js';

/** A port that may take its time: IndexedDB, a database, a file. */
export interface CacheStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface CacheLimits {
  chats: number;
  messages: number;
  sessions: number;
}

const LIMITS: CacheLimits = { chats: 30, messages: 100, sessions: 100 };

export class ChatCache {
  private queue: Promise<unknown> = Promise.resolve();
  private readonly prefix: string;

  constructor(
    private store: CacheStore,
    userId: string,
    private limits: CacheLimits = LIMITS,
  ) {
    this.prefix = `talker.cache.${userId}.`;
  }

  /** The person's list of chats, as it was last kept. */
  sessions(): Promise<SessionOut[]> {
    return this.inTurn(async () => (await this.read<SessionOut[]>('sessions')) ?? []);
  }

  keepSessions(list: SessionOut[]): Promise<void> {
    return this.inTurn(() => this.write('sessions', list.slice(0, this.limits.sessions)));
  }

  /** The newest part of a chat, with the place from which it is watched. */
  chat(sessionId: string): Promise<HistoryOut | null> {
    return this.inTurn(() => this.read<HistoryOut>(sessionId));
  }

  /** Keeps the newest page of a chat; the chats kept longest ago go when there are too many. */
  keepChat(sessionId: string, page: HistoryOut): Promise<void> {
    return this.inTurn(async () => {
      await this.put(sessionId, page);
      const kept = (await this.read<string[]>('chats')) ?? [];
      const order = [sessionId, ...kept.filter((id) => id !== sessionId)];
      for (const id of order.slice(this.limits.chats)) await this.store.remove(this.prefix + id);
      await this.write('chats', order.slice(0, this.limits.chats));
    });
  }

  /** Follows what happens. A chat of which something was missed is forgotten: it is read anew. */
  apply(event: SessionEvent): Promise<void> {
    return this.inTurn(async () => {
      const page = await this.read<HistoryOut>(event.session_id);
      if (!page || event.seq <= page.seq) return;
      const tree = new ChatTree();
      tree.reset(page);
      if (event.type === 'session.deleted' || event.seq > page.seq + 1 || !tree.apply(event)) {
        await this.store.remove(this.prefix + event.session_id);
        return;
      }
      await this.put(event.session_id, { items: tree.path(), has_before: tree.hasBefore, has_after: false, seq: event.seq });
    });
  }

  /** The person is gone from here. */
  clear(): Promise<void> {
    return this.inTurn(async () => {
      const kept = (await this.read<string[]>('chats')) ?? [];
      for (const name of [...kept, 'chats', 'sessions']) await this.store.remove(this.prefix + name);
    });
  }

  private put(sessionId: string, page: HistoryOut): Promise<void> {
    const items = page.items.slice(-this.limits.messages);
    return this.write(sessionId, { ...page, items, has_before: page.has_before || items.length < page.items.length });
  }

  private async read<T>(name: string): Promise<T | null> {
    try {
      return JSON.parse((await this.store.get(this.prefix + name)) ?? 'null') as T | null;
    } catch {
      return null;
    }
  }

  private write(name: string, value: unknown): Promise<void> {
    return this.store.set(this.prefix + name, JSON.stringify(value));
  }

  /** One thing after the other, in the order of the calls. */
  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.queue.then(task, task);
    this.queue = done.catch(() => {});
    return done;
  }
}
