// An open lorebook: its entries, and what was written in them and not saved. That outlives a reload, and whatever else becomes of the page.

import { ApiError, lore } from '../lib/api';
import { alike, whole, type Entry } from '../lib/lore';
import type { LorebookOut } from '../lib/wire';

/** The number of an entry, or of the one that is being made. */
export type Place = number | 'new';

interface Draft {
  /** The entry as it was when one began to write; `null` for a new one. */
  base: Entry | null;
  entry: Entry;
}

type Drafts = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export class OpenLorebook {
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  book = $state.raw<LorebookOut | null>(null);
  entries = $state.raw<readonly Entry[]>([]);
  drafts = $state.raw<ReadonlyMap<Place, Draft>>(new Map());
  /** How often something was saved: what was explained before may be otherwise now. */
  saves = $state(0);
  /** Whether a new entry was sent, and nobody knows whether it arrived. */
  private unsure = false;

  constructor(
    readonly id: string,
    private storage: Drafts,
  ) {}

  async load(): Promise<void> {
    try {
      this.take(await lore.get(this.id));
      this.restore();
      this.state = 'ready';
    } catch (e) {
      if (this.state !== 'ready') this.state = e instanceof ApiError && e.status === 404 ? 'missing' : 'failed';
    }
  }

  /** The book as the server has it now. */
  take(book: LorebookOut): void {
    this.book = book;
    this.entries = book.entries.map(whole);
  }

  /** The entry as it is at the server. */
  kept(place: Place): Entry | undefined {
    return place === 'new' ? undefined : this.entries.find((e) => e.uid === place);
  }

  /** The entry as it is written now; a new one begins blank. */
  written(place: Place): Entry | undefined {
    const draft = this.drafts.get(place)?.entry;
    if (draft) return whole(draft);
    const kept = this.kept(place);
    return kept ? whole(kept) : place === 'new' ? whole() : undefined;
  }

  /** What became of the entry elsewhere while one wrote. */
  elsewhere(place: Place): 'changed' | 'gone' | null {
    const base = this.drafts.get(place)?.base;
    if (!base) return null;
    const kept = this.kept(place);
    return !kept ? 'gone' : alike(kept, base) ? null : 'changed';
  }

  /** Keeps what is written. As it was before, it is no draft. */
  write(place: Place, entry: Entry): void {
    const base = this.drafts.get(place)?.base ?? this.kept(place) ?? null;
    if (alike(entry, base ?? whole())) this.discard(place);
    else this.put(place, { base, entry: whole(entry) });
  }

  discard(place: Place): void {
    if (!this.drafts.has(place)) return;
    const next = new Map(this.drafts);
    next.delete(place);
    this.drafts = next;
    this.storage.removeItem(this.key(place));
  }

  /** Saves it. Throws when that failed; what was written stays. Answers where it stands. */
  async save(place: Place): Promise<number> {
    const entry = this.written(place);
    if (!entry) throw new ApiError({ status: 404, code: 'not_found' });
    const saved = place !== 'new' && this.kept(place) ? whole(await lore.putEntry(this.id, place, entry)) : await this.add(entry);
    // What was written on while it was on its way is not saved yet.
    const now = this.written(place);
    const on = now && !alike(now, entry) ? now : null;
    this.entries = this.entries.some((e) => e.uid === saved.uid) ? this.entries.map((e) => (e.uid === saved.uid ? saved : e)) : [...this.entries, saved];
    this.discard(place);
    if (on) this.put(saved.uid, { base: saved, entry: on });
    this.saves++;
    return saved.uid;
  }

  private async add(entry: Entry): Promise<Entry> {
    // An earlier try may have arrived after all.
    if (this.unsure) {
      this.take(await lore.get(this.id));
      this.unsure = false;
      const there = this.entries.find((e) => alike(e, entry));
      if (there) return there;
    }
    try {
      return whole(await lore.addEntry(this.id, entry));
    } catch (e) {
      this.unsure = !(e instanceof ApiError) || e.status === 0 || e.status >= 500;
      throw e;
    }
  }

  async remove(place: Place): Promise<void> {
    if (place !== 'new' && this.kept(place)) {
      try {
        await lore.removeEntry(this.id, place);
      } catch (e) {
        if (!(e instanceof ApiError && e.code === 'not_found')) throw e;
      }
      this.entries = this.entries.filter((e) => e.uid !== place);
      this.saves++;
    }
    this.discard(place);
  }

  private put(place: Place, draft: Draft): void {
    this.drafts = new Map([...this.drafts, [place, draft]]);
    try {
      this.storage.setItem(this.key(place), JSON.stringify(draft));
    } catch {
      // No room: it lives as long as the page.
    }
  }

  private key(place: Place): string {
    return `talker.lore.${this.id}.${place}`;
  }

  private restore(): void {
    const begin = `talker.lore.${this.id}.`;
    const found = new Map(this.drafts);
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      if (!key?.startsWith(begin)) continue;
      const place: Place = key.slice(begin.length) === 'new' ? 'new' : Number(key.slice(begin.length));
      if (found.has(place)) continue;
      try {
        const { base, entry } = JSON.parse(this.storage.getItem(key) ?? '') as Draft;
        found.set(place, { base: base && whole(base), entry: whole(entry) });
      } catch {
        // What cannot be read is none.
      }
    }
    this.drafts = found;
  }
}
