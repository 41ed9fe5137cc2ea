// What one character remembers of the person: the parts of the book that are loaded, and what one can do in it.

import { api, ApiError } from '../lib/api';
import type { Connection } from '@talker/client';
import { catchingUp, renewed, SHELVES, type Shelf, standsOn, type Stretch } from '../lib/memories';
import type { CharacterOut, FoundMemoryOut, MemoryIn, MemoryOut, MemoryPatch, MemoryStateOut, RecallKind } from '../lib/wire';
import { sayError, toastError } from './toasts.svelte';

/** So many of each part are on the overview. */
export const FEW = 4;
const PAGE = 30;
/** So much of a part is read anew at once. */
const ANEW = 300;
const FOUND = 50;
/** So many that took another's place are fetched beside a list. */
const HEIRS = 24;
export const timing = { changed: 300, again: 2_000, catching: 5_000 };

const nothing: Stretch = { items: [], cursor: null };
const emptied = (): Record<Shelf, Stretch> => ({ pinned: nothing, fact: nothing, summary: nothing, note: nothing, episode: nothing });

export class Book {
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  character = $state.raw<CharacterOut | null>(null);
  counts = $state.raw<MemoryStateOut | null>(null);
  shelves = $state.raw<Record<Shelf, Stretch>>(emptied());
  found = $state.raw<{ q: string; items: FoundMemoryOut[]; recall: RecallKind } | null>(null);
  searching = $state(false);
  /** Why nothing could be looked for. */
  problem = $state('');
  loadingMore = $state(false);
  /** More could not be read; it is not tried again by itself. */
  stuck = $state(false);
  /** Grows with every change on the server. */
  version = $state(0);
  /** Memories that are not on a shelf but named by one that is. */
  private others = $state.raw(new Map<string, MemoryOut>());

  private withEnded = $state(false);
  private turn = 0;
  private gone = false;
  private readAt = 0;
  private query = '';
  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private catchTimer: ReturnType<typeof setTimeout> | undefined;
  private off: () => void;

  constructor(
    readonly id: string,
    connection: Connection,
  ) {
    this.off = connection.on((n) => {
      if (n.kind === 'memories' && n.character_id === id) this.changed();
      else if (n.kind === 'ready' && this.state === 'failed') void this.load();
      // What happened while the line was broken is told to nobody.
      else if (n.kind === 'ready' && !n.first && this.state === 'ready') this.changed();
    });
    void this.load();
  }

  close(): void {
    this.gone = true;
    this.off();
    this.asking?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.catchTimer);
  }

  blank = $derived(SHELVES.every((s) => this.shelves[s].items.length === 0));

  /** Also those that no longer count. */
  get ended(): boolean {
    return this.withEnded;
  }

  set ended(on: boolean) {
    if (this.withEnded === on) return;
    this.withEnded = on;
    void this.read(false).catch(toastError);
  }

  /** A memory, if it is known here. */
  find(id: string): MemoryOut | undefined {
    for (const s of SHELVES) {
      const m = this.shelves[s].items.find((x) => x.id === id);
      if (m) return m;
    }
    return this.others.get(id);
  }

  async load(): Promise<void> {
    if (this.state !== 'ready') this.state = 'loading';
    try {
      const [character] = await Promise.all([api.character(this.id), this.read()]);
      if (this.gone) return;
      this.character = character;
      this.state = 'ready';
    } catch (e) {
      if (!this.gone) this.state = e instanceof ApiError && e.status === 404 ? 'missing' : 'failed';
    }
  }

  /** Reads every part anew, as far as it was read. `same`: what lies beyond that still holds. */
  private async read(same = true): Promise<void> {
    const turn = ++this.turn;
    const ended = this.withEnded;
    this.readAt = Date.now();
    const [counts, ...stretches] = await Promise.all([api.memoryState(this.id), ...SHELVES.map((s) => this.stretch(s, ended, this.shelves[s].items.length))]);
    if (this.gone || turn !== this.turn) return;
    this.counts = counts;
    this.shelves = Object.fromEntries(SHELVES.map((s, i) => [s, same ? renewed(this.shelves[s], stretches[i]!) : stretches[i]!])) as Record<Shelf, Stretch>;
    this.stuck = false;
    this.watchVectors();
    void this.heirs();
  }

  private page(shelf: Shelf, ended: boolean, cursor: string | null, limit: number) {
    return api.memories(this.id, { ...(shelf === 'pinned' ? { pinned: true } : { kind: shelf }), ended, cursor, limit });
  }

  private async stretch(shelf: Shelf, ended: boolean, had: number): Promise<Stretch> {
    // More than is shown, so that pinned ones can be left out of the overview.
    const want = Math.min(Math.max(had, FEW * 2), ANEW);
    const items: MemoryOut[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.page(shelf, ended, cursor, Math.min(100, want - items.length));
      items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null && items.length < want && !this.gone);
    return { items, cursor };
  }

  async more(shelf: Shelf): Promise<void> {
    const { cursor } = this.shelves[shelf];
    if (cursor === null || this.loadingMore) return;
    this.loadingMore = true;
    this.stuck = false;
    const turn = this.turn;
    try {
      const page = await this.page(shelf, this.withEnded, cursor, PAGE);
      // Read anew meanwhile: the cursor may not fit any more.
      if (this.gone || turn !== this.turn) return;
      const old = this.shelves[shelf].items;
      const known = new Set(old.map((m) => m.id));
      this.shelves = { ...this.shelves, [shelf]: { items: [...old, ...page.items.filter((m) => !known.has(m.id))], cursor: page.next_cursor } };
      void this.heirs();
    } catch (e) {
      this.stuck = true;
      toastError(e);
    } finally {
      this.loadingMore = false;
    }
  }

  /** Something changed on the server: soon, and not too often, all is read anew. */
  private changed(): void {
    this.version++;
    if (this.state !== 'ready') return;
    clearTimeout(this.timer);
    const wait = Math.max(timing.changed, this.readAt + timing.again - Date.now());
    this.timer = setTimeout(() => void this.refresh(), wait);
  }

  private async refresh(): Promise<void> {
    try {
      await Promise.all([this.read(), this.query ? this.search(this.query) : null]);
    } catch {
      // What is shown stays; the next change, or the next visit, reads it again.
    }
  }

  /** While vectors are being made, how many there are is asked now and then. */
  private watchVectors(): void {
    clearTimeout(this.catchTimer);
    if (this.gone || !catchingUp(this.counts)) return;
    this.catchTimer = setTimeout(() => {
      if (document.visibilityState !== 'visible') return this.watchVectors();
      api.memoryState(this.id).then(
        (s) => {
          if (this.gone) return;
          this.counts = s;
          this.watchVectors();
        },
        () => this.watchVectors(),
      );
    }, timing.catching);
  }

  /** What took the place of those that are shown. */
  private async heirs(): Promise<void> {
    const shown = [...SHELVES.flatMap((s) => this.shelves[s].items), ...(this.found?.items ?? []).map((f) => f.memory)];
    const wanted = new Set(shown.map((m) => m.ended?.by ?? '').filter((id) => id && !this.find(id)));
    for (const id of [...wanted].slice(0, HEIRS)) {
      try {
        const { memory } = await api.memory(this.id, id);
        if (this.gone) return;
        this.others = new Map(this.others).set(id, memory);
      } catch {
        // Gone itself.
      }
    }
  }

  // ---- Searching ----

  async search(q: string): Promise<void> {
    this.query = q.trim();
    this.asking?.abort();
    this.asking = null;
    this.problem = '';
    if (!this.query) {
      this.found = null;
      this.searching = false;
      return;
    }
    const control = (this.asking = new AbortController());
    const asked = this.query;
    this.searching = true;
    try {
      const { items, recall } = await api.searchMemories(this.id, asked, FOUND, control.signal);
      if (control.signal.aborted) return;
      this.found = { q: asked, items, recall };
      void this.heirs();
    } catch (e) {
      if (!control.signal.aborted) {
        this.found = null;
        this.problem = sayError(e);
      }
    } finally {
      if (!control.signal.aborted) this.searching = false;
    }
  }

  // ---- Changing ----

  /** `m` as it is now, in place of the one with the id `instead`. */
  private put(m: MemoryOut, instead = m.id): void {
    const swap = (items: MemoryOut[]) => items.map((x) => (x.id === instead ? m : x));
    this.shelves = Object.fromEntries(
      SHELVES.map((s) => [s, { ...this.shelves[s], items: swap(this.shelves[s].items).filter((x) => x.id !== m.id || standsOn(x, s)) }]),
    ) as Record<Shelf, Stretch>;
    if (this.found) this.found = { ...this.found, items: this.found.items.map((f) => (f.memory.id === instead ? { ...f, memory: m } : f)) };
    if (this.others.has(instead)) this.others = new Map(this.others).set(instead, m);
  }

  private drop(id: string): void {
    this.shelves = Object.fromEntries(SHELVES.map((s) => [s, { ...this.shelves[s], items: this.shelves[s].items.filter((m) => m.id !== id) }])) as Record<Shelf, Stretch>;
    if (this.found) this.found = { ...this.found, items: this.found.items.filter((f) => f.memory.id !== id) };
  }

  async add(body: MemoryIn): Promise<MemoryOut> {
    const m = await api.addMemory(this.id, body);
    const { note } = this.shelves;
    if (!note.items.some((x) => x.id === m.id)) this.shelves = { ...this.shelves, note: { ...note, items: [m, ...note.items] } };
    this.changed();
    return m;
  }

  /** The new words, which are a memory of their own. */
  async correct(m: MemoryOut, text: string): Promise<MemoryOut> {
    const now = await this.patch(m, { text });
    this.put(now, m.id);
    this.changed();
    return now;
  }

  /** At once on the screen, and back if the server will not have it. */
  async set(m: MemoryOut, body: { pinned?: boolean; importance?: number }): Promise<void> {
    this.put({ ...m, ...body });
    try {
      this.put(await this.patch(m, body));
      this.changed();
    } catch (e) {
      if (!(e instanceof ApiError && e.status === 404)) this.put(m);
      toastError(e);
    }
  }

  private async patch(m: MemoryOut, body: MemoryPatch): Promise<MemoryOut> {
    try {
      return await api.patchMemory(this.id, m.id, body);
    } catch (e) {
      if (e instanceof ApiError && e.status === 404) this.drop(m.id);
      throw e;
    }
  }

  async forget(m: MemoryOut): Promise<number> {
    const { forgotten } = await api.forgetMemory(this.id, m.id);
    this.drop(m.id);
    this.changed();
    return forgotten;
  }

  async forgetAll(): Promise<number> {
    const { forgotten } = await api.forgetMemories(this.id);
    this.turn++;
    this.shelves = emptied();
    if (this.counts) this.counts = { ...this.counts, episodes: 0, facts: 0, summaries: 0, notes: 0, embedded: 0 };
    this.found = null;
    this.changed();
    return forgotten;
  }
}
