// Characters who are in a group no longer; what they said there stays, and has their names.

import { SvelteMap } from 'svelte/reactivity';
import { api } from '../lib/api';

class Gone {
  private known = new SvelteMap<string, { name: string; avatar_url: string | null }>();
  private asked = new Set<string>();

  /** Nothing until it is known, and for whom one may not see. */
  of(id: string): { name: string; avatar_url: string | null } | undefined {
    if (!this.asked.has(id)) {
      this.asked.add(id);
      api.character(id).then((c) => this.known.set(id, { name: c.name, avatar_url: c.avatar_url }), () => undefined);
    }
    return this.known.get(id);
  }

  clear(): void {
    this.known.clear();
    this.asked.clear();
  }
}

export const gone = new Gone();
