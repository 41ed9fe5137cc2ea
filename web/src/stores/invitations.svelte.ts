// The groups that the person is asked to come to.

import { ApiError, groups } from '../lib/api';
import type { InvitationOut } from '../lib/wire';
import { sessions } from './sessions.svelte';

class Invitations {
  list = $state.raw<InvitationOut[]>([]);
  /** Those that are being answered. */
  busy = $state.raw<ReadonlySet<string>>(new Set());
  private turn = 0;

  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      const page = await groups.invitations();
      if (turn === this.turn) this.list = page.items;
    } catch {
      // It is asked again when the line comes back.
    }
  }

  /** Comes to the group; it is among the chats then. */
  join(id: string): Promise<void> {
    return this.answer(id, async () => sessions.put(await groups.join(id)));
  }

  decline(id: string, me: string): Promise<void> {
    return this.answer(id, () => groups.remove(id, me));
  }

  clear(): void {
    this.turn++;
    this.list = [];
    this.busy = new Set();
  }

  private async answer(id: string, task: () => Promise<void>): Promise<void> {
    if (this.busy.has(id)) return;
    this.busy = new Set([...this.busy, id]);
    try {
      await task();
      this.drop(id);
    } catch (e) {
      // It was taken back meanwhile, or answered on another device.
      if (e instanceof ApiError && e.status === 404) this.drop(id);
      throw e;
    } finally {
      this.busy = new Set([...this.busy].filter((x) => x !== id));
    }
  }

  private drop(id: string): void {
    this.list = this.list.filter((x) => x.session_id !== id);
  }
}

export const invitations = new Invitations();
