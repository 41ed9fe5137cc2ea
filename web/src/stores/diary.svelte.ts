// What a character wrote down of days with the person, as far as it is read, and whether she does.

import type { Connection } from '@talker/client';
import { api } from '../lib/api';
import type { DiaryEntry, DiarySettings } from '../lib/wire';
import { Room } from './room.svelte';
import { toastError } from './toasts.svelte';

const PAGE = 20;

export class DiaryRoom extends Room {
  settings = $state.raw<DiarySettings | null>(null);
  entries = $state.raw<DiaryEntry[]>([]);
  cursor = $state<string | null>(null);
  busy = $state(false);
  loadingMore = $state(false);

  constructor(id: string, connection: Connection) {
    super(id, connection, (n) => n.kind === 'notification' && n.notification.kind === 'diary_written' && n.notification.subject.id === id);
  }

  protected async read(): Promise<() => void> {
    const [settings, page] = await Promise.all([api.diarySettings(this.id), api.diary(this.id, { limit: PAGE })]);
    return () => {
      this.settings = settings;
      this.entries = page.items;
      this.cursor = page.next_cursor;
    };
  }

  async more(): Promise<void> {
    const { cursor, turn } = this;
    if (cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    try {
      const page = await api.diary(this.id, { cursor, limit: PAGE });
      if (this.gone || turn !== this.turn) return;
      this.entries = [...this.entries, ...page.items];
      this.cursor = page.next_cursor;
    } catch (e) {
      toastError(e);
    } finally {
      this.loadingMore = false;
    }
  }

  async turnOn(on: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      this.settings = await api.keepDiary(this.id, on);
    } catch (e) {
      toastError(e);
    } finally {
      this.busy = false;
    }
  }

  async takeAway(entry: string): Promise<boolean> {
    try {
      await api.deleteDiaryEntry(this.id, entry);
      this.entries = this.entries.filter((e) => e.id !== entry);
      return true;
    } catch (e) {
      toastError(e);
      return false;
    }
  }
}
