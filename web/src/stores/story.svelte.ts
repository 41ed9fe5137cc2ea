// How far the person has come on one character's route, as far as it is read.

import { randomId, type Connection } from '@talker/client';
import { api } from '../lib/api';
import type { RouteProgress } from '../lib/wire';
import { Room } from './room.svelte';
import { toastError } from './toasts.svelte';

export class StoryRoom extends Room {
  map = $state.raw<RouteProgress | null>(null);
  busy = $state(false);

  constructor(id: string, connection: Connection) {
    super(id, connection, (n) => n.kind === 'route' && n.character_id === id);
  }

  protected async read(): Promise<() => void> {
    const map = await api.progress(this.id);
    return () => {
      this.map = map;
    };
  }

  /** Begins a scene in the chat that was talked in last, or in a new one; the chat, when it has begun. */
  async begin(scene: string): Promise<string | null> {
    if (this.busy) return null;
    this.busy = true;
    try {
      const known = (await api.sessions({ character_id: this.id, limit: 1 })).items[0];
      const session = known ?? (await api.createSession(this.id));
      await api.beginScene(session.id, randomId(), scene);
      return session.id;
    } catch (e) {
      toastError(e);
      return null;
    } finally {
      this.busy = false;
    }
  }

  async beginAnew(): Promise<boolean> {
    try {
      await api.resetProgress(this.id);
      await this.load();
      return true;
    } catch (e) {
      toastError(e);
      return false;
    }
  }
}
