// A stage that was just reached: shown once, quietly, wherever the person is.

import { api } from '../lib/api';
import { stageOf } from '../lib/bonds';

export interface Reached {
  character: string;
  name: string;
  avatar: string | null;
  key: string;
  label: string;
  usual: boolean;
}

/** So long it stays by itself. */
export const timing = { stays: 9_000 };

class ReachedStage {
  now = $state.raw<Reached | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  async came(id: string, key: string): Promise<void> {
    try {
      const [c, bond] = await Promise.all([api.character(id), api.bond(id)]);
      const stage = stageOf(bond, key);
      // It may have been taken back meanwhile.
      if (!stage?.reached || !bond.on) return;
      this.now = { character: id, name: c.name, avatar: c.avatar_url, key, label: stage.label, usual: bond.usual };
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.clear(), timing.stays);
    } catch {
      // It stands on the page of the bond.
    }
  }

  clear(): void {
    clearTimeout(this.timer);
    this.now = null;
  }
}

export const reached = new ReachedStage();
