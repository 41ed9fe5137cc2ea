// What was read here, kept for the moment without a network: who one is, the list of chats, and the newest part of those that were
// opened. Whatever fails here is no more than a thing that is not kept.

import { ChatCache, type CacheStore } from '@talker/client';
import { DatabaseStore } from '../lib/database';
import type { HistoryPage, SessionEvent, SessionOut, UserOut } from '../lib/wire';

const USER = 'user';
/** The list is kept so long after its last change. */
const LATER = 400;

export class Kept {
  private chats: ChatCache | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Nothing is written for who is gone, however late it comes. */
  private turn = 0;

  constructor(private store: CacheStore & { clear(): Promise<void> }) {}

  /** Whoever was here last. */
  async user(): Promise<UserOut | null> {
    try {
      return JSON.parse((await this.store.get(USER)) ?? 'null') as UserOut | null;
    } catch {
      return null;
    }
  }

  begin(user: UserOut): void {
    const turn = ++this.turn;
    const mine = async (task: () => Promise<void>) => (turn === this.turn ? task() : undefined);
    this.chats = new ChatCache({ get: (key) => this.store.get(key), set: (key, value) => mine(() => this.store.set(key, value)), remove: (key) => this.store.remove(key) }, user.id);
    void this.quietly(this.store.set(USER, JSON.stringify(user)));
  }

  async sessions(): Promise<SessionOut[]> {
    return (await this.quietly(this.chats?.sessions())) ?? [];
  }

  keepSessions(list: () => SessionOut[]): void {
    clearTimeout(this.timer);
    const { chats } = this;
    if (chats) this.timer = setTimeout(() => void this.quietly(chats.keepSessions(list())), LATER);
  }

  async chat(id: string): Promise<HistoryPage | null> {
    return (await this.quietly(this.chats?.chat(id))) ?? null;
  }

  keepChat(id: string, page: HistoryPage): void {
    void this.quietly(this.chats?.keepChat(id, page));
  }

  apply(event: SessionEvent): void {
    void this.quietly(this.chats?.apply(event));
  }

  /** A chat is not there any more, or not for this person. */
  drop(id: string): void {
    this.apply({ type: 'session.deleted', session_id: id, seq: Number.MAX_SAFE_INTEGER });
  }

  /** The person is gone from here, and all that was kept of them. */
  async forget(): Promise<void> {
    this.turn++;
    this.chats = null;
    clearTimeout(this.timer);
    await this.quietly(this.store.clear());
  }

  private async quietly<T>(task: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await task;
    } catch {
      return undefined;
    }
  }
}

export const kept = new Kept(new DatabaseStore('talker'));
