// Which friends are here, as the socket tells it since the lists were read.

import { SvelteMap } from 'svelte/reactivity';

class Presence {
  private told = new SvelteMap<string, boolean | null>();

  /** Whether somebody is here: what was told last, else what the list said. */
  of(person: { id: string; online: boolean | null }): boolean {
    const told = this.told.get(person.id);
    return (told === undefined ? person.online : told) ?? false;
  }

  came(id: string, online: boolean | null): void {
    this.told.set(id, online);
  }

  /** Something may have been missed: the lists are read anew. */
  clear(): void {
    this.told.clear();
  }
}

export const presence = new Presence();
