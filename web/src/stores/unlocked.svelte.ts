// Scenes that were just unlocked: shown once, one after the other, wherever the person is.

import { api } from '../lib/api';

export interface Unlocked {
  character: string;
  name: string;
  avatar: string | null;
  scene: string;
  title: string;
}

/** So long each stays by itself, and so many wait. */
export const timing = { stays: 9_000, most: 5 };

class UnlockedScenes {
  now = $state.raw<Unlocked | null>(null);
  private waiting: Unlocked[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  async came(character: string, scene: string, title: string): Promise<void> {
    try {
      const c = await api.character(character);
      this.waiting = [...this.waiting, { character, name: c.name, avatar: c.avatar_url, scene, title }].slice(-timing.most);
      if (!this.now) this.next();
    } catch {
      // It stands on the map of the route.
    }
  }

  private next(): void {
    clearTimeout(this.timer);
    this.now = this.waiting.shift() ?? null;
    if (this.now) this.timer = setTimeout(() => this.next(), timing.stays);
  }

  clear(): void {
    this.next();
  }
}

export const unlocked = new UnlockedScenes();
