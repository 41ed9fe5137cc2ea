// What the person was shown and opened, told to the server in batches: it knows nothing else of what a page shows.

import type { EventIn, Surface } from './wire';

/** A batch, at most; the server takes a hundred. */
const BATCH = 50;
/** What waits for a line, at most: what was shown an hour ago is worth little. */
const WAITING = 300;
const PAUSE = 5_000;
/** After a refusal it is quiet for a while. */
const QUIET = 60_000;

export interface TellingIo {
  /** `last`: the page goes. */
  send(events: EventIn[], last: boolean): Promise<unknown>;
  /** Whether a failure means that telling it again is of no use. */
  hopeless(error: unknown): boolean;
  id(): string;
  now(): number;
}

export class Telling {
  private waiting: EventIn[] = [];
  private shown = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending = false;

  constructor(private io: TellingIo) {}

  tell(kind: EventIn['kind'], character_id: string, surface: Surface): void {
    // Shown once is shown, however often it is scrolled by.
    const what = `${surface} ${character_id}`;
    if (kind === 'impression') {
      if (this.shown.has(what)) return;
      this.shown.add(what);
    }
    this.waiting.push({ event_id: this.io.id(), kind, character_id, at: new Date(this.io.now()).toISOString(), surface });
    if (this.waiting.length > WAITING) this.waiting.splice(0, this.waiting.length - WAITING);
    if (this.waiting.length >= BATCH) void this.flush();
    else this.later(PAUSE);
  }

  /** Tells what waits. When the page goes, everything at once, and nobody waits for the answer. */
  async flush(last = false): Promise<void> {
    if (this.waiting.length === 0 || (this.sending && !last)) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting.splice(0, BATCH);
    this.sending = true;
    try {
      await this.io.send(batch, last);
    } catch (e) {
      // Told again under the same names, it counts once.
      if (!this.io.hopeless(e)) this.waiting.unshift(...batch);
      this.later(QUIET);
      return;
    } finally {
      this.sending = false;
    }
    if (this.waiting.length > 0) this.later(last ? 0 : PAUSE);
  }

  /** Somebody else is here now. */
  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = [];
    this.shown.clear();
  }

  private later(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, ms);
  }
}
