// The scene that is played in a chat, with its choices as they stand now.

import { randomId, type Connection } from '@talker/client';
import { api } from '../lib/api';
import type { PlayedScene } from '../lib/wire';
import { toastError } from './toasts.svelte';

/** As what model the opening of a scene is written: its words are the character's maker's. */
export const SCENE_MODEL = 'talker/scene';
/** What happens within a moment is read once. */
export const timing = { changed: 150 };

export class SceneNow {
  scene = $state.raw<PlayedScene | null>(null);
  busy = $state(false);

  private turn = 0;
  private gone = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private off: () => void;

  constructor(
    readonly session: string,
    connection: Connection,
  ) {
    this.off = connection.on((n) => {
      if (n.kind === 'ready' && !n.first) this.changed();
      if (n.kind !== 'event' || n.event.session_id !== session) return;
      const e = n.event;
      // A chat without a scene is not asked about at every word.
      const opens = e.type === 'reply.completed' && e.message.model === SCENE_MODEL;
      const turns = e.type === 'message.edited' || e.type === 'message.deleted' || e.type === 'session.updated';
      if (opens || turns || (this.scene && (e.type === 'reply.completed' || e.type === 'message.accepted'))) this.changed();
    });
    void this.load();
  }

  close(): void {
    this.gone = true;
    this.off();
    clearTimeout(this.timer);
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), timing.changed);
  }

  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      const scene = await api.scene(this.session);
      if (!this.gone && turn === this.turn) this.scene = scene;
    } catch {
      // It stands as it was, until it can be read again.
    }
  }

  private async act(what: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await what();
      await this.load();
    } catch (e) {
      toastError(e);
    } finally {
      this.busy = false;
    }
  }

  choose = (choice: string): Promise<void> => this.act(() => api.choose(this.session, randomId(), choice));
  leave = (): Promise<void> => this.act(() => api.leaveScene(this.session));
}
