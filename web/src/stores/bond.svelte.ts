// How the person stands with one character, and what moved it, as far as it is read.

import type { Connection } from '@talker/client';
import { api } from '../lib/api';
import type { Bond, BondEvent } from '../lib/wire';
import { Room } from './room.svelte';
import { toastError } from './toasts.svelte';

const PAGE = 30;

export class BondRoom extends Room {
  bond = $state.raw<Bond | null>(null);
  events = $state.raw<BondEvent[]>([]);
  cursor = $state<string | null>(null);
  busy = $state(false);
  loadingMore = $state(false);

  constructor(id: string, connection: Connection) {
    super(id, connection, (n) => n.kind === 'bond' && n.character_id === id);
  }

  protected async read(): Promise<() => void> {
    const [bond, page] = await Promise.all([api.bond(this.id), api.bondEvents(this.id, { limit: PAGE })]);
    return () => {
      this.bond = bond;
      this.events = page.items;
      this.cursor = page.next_cursor;
    };
  }

  async more(): Promise<void> {
    const { cursor, turn } = this;
    if (cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    try {
      const page = await api.bondEvents(this.id, { cursor, limit: PAGE });
      if (this.gone || turn !== this.turn) return;
      this.events = [...this.events, ...page.items];
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
      this.bond = await api.switchBond(this.id, on);
    } catch (e) {
      toastError(e);
    } finally {
      this.busy = false;
    }
  }

  async beginAnew(): Promise<boolean> {
    try {
      await api.resetBond(this.id);
      await this.load();
      return true;
    } catch (e) {
      toastError(e);
      return false;
    }
  }
}
