// What happened while one was away: how much of it is new, and the list as far as it is read.

import { api } from '../lib/api';
import { lineOf, said, withNewest } from '../lib/news';
import type { NotificationOut } from '../lib/wire';
import { Listing } from './listing.svelte';
import { toast } from './toasts.svelte';

class Inbox {
  unread = $state(0);
  list = new Listing<NotificationOut>((cursor) => api.notifications({ cursor }));
  /** Whether the list is looked at: then what comes is read at once. */
  private shown = false;

  /** The line is there, for the first time or again. */
  ready(unread: number, first: boolean): void {
    this.unread = unread;
    if (!first && this.shown) void this.look();
  }

  came(n: NotificationOut, unread: number): void {
    this.unread = unread;
    this.list.items = withNewest(this.list.items, n);
    if (this.shown) void this.read();
    else toast(lineOf(said(n)));
  }

  /** Something was read or removed, here or on another device. */
  moved(upTo: number, unread: number): void {
    this.unread = unread;
    const now = new Date().toISOString();
    this.list.items = this.list.items.map((n) => (n.read_at === null && n.seq <= upTo ? { ...n, read_at: now } : n));
    // Not all of it is known here.
    if (this.shown && unread > 0) void this.list.load();
  }

  /** Shows the list from its beginning, and says that it is read. What was new stays marked for as long as it is shown. */
  async look(): Promise<ReadonlySet<string>> {
    this.shown = true;
    await this.list.load();
    const fresh = new Set(this.list.items.filter((n) => n.read_at === null).map((n) => n.id));
    await this.read();
    return fresh;
  }

  left(): void {
    this.shown = false;
  }

  private async read(): Promise<void> {
    const newest = this.list.items[0]?.seq;
    if (newest === undefined || document.visibilityState !== 'visible') return;
    if (this.unread === 0 && this.list.items.every((n) => n.read_at !== null)) return;
    try {
      this.unread = (await api.readNotifications(newest)).unread;
    } catch {
      // It is read the next time.
    }
  }

  async remove(id: string): Promise<void> {
    await api.deleteNotification(id);
    this.list.drop(id);
  }

  clear(): void {
    this.unread = 0;
    this.shown = false;
    this.list.items = [];
    this.list.state = 'loading';
  }
}

export const inbox = new Inbox();
