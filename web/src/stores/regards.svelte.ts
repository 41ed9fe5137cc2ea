// What the person makes of characters: the same on every card that shows one.

import { SvelteMap } from 'svelte/reactivity';
import { api } from '../lib/api';
import type { CharacterOut, Reaction, RegardOut } from '../lib/wire';
import { t } from '../messages';
import { toast, toastError } from './toasts.svelte';

class Regards {
  private changed = new SvelteMap<string, RegardOut>();
  private busy = new Set<string>();

  of(c: CharacterOut): RegardOut {
    return this.changed.get(c.id) ?? c;
  }

  /** Says this of her, or takes it back when it is said already. */
  async react(c: CharacterOut, reaction: Reaction): Promise<void> {
    const now = this.of(c);
    const next = now.reaction === reaction ? null : reaction;
    const likes = now.likes + Number(next === 'like') - Number(now.reaction === 'like');
    await this.change(c, { ...now, reaction: next, likes }, () => api.react(c.id, next));
  }

  async hide(c: CharacterOut, hidden: boolean): Promise<void> {
    const done = await this.change(c, { ...this.of(c), hidden }, () => api.hide(c.id, hidden));
    if (done) toast(hidden ? t.discover.hid(c.name) : t.discover.unhid(c.name));
  }

  clear(): void {
    this.changed.clear();
  }

  /** It is seen at once; what the server answers is what holds. */
  private async change(c: CharacterOut, next: RegardOut, ask: () => Promise<RegardOut>): Promise<boolean> {
    if (this.busy.has(c.id)) return false;
    this.busy.add(c.id);
    const before = this.of(c);
    this.changed.set(c.id, { likes: next.likes, reaction: next.reaction, hidden: next.hidden });
    try {
      this.changed.set(c.id, await ask());
      return true;
    } catch (e) {
      this.changed.set(c.id, { likes: before.likes, reaction: before.reaction, hidden: before.hidden });
      toastError(e);
      return false;
    } finally {
      this.busy.delete(c.id);
    }
  }
}

export const regards = new Regards();
