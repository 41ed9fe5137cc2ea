// What the person said and the server has not yet taken. It is kept until it is taken, sent again under the same name
// whenever in doubt, and so arrives exactly once, also when this client dies in between.

import type { MessageSendRequest } from './generated/frames.js';
import type { QuotaReached } from './generated/types.js';
import { randomId } from './ids.js';
import type { Line } from './line.js';
import type { Outgoing } from './notices.js';
import type { KeyValueStore } from './storage.js';
import { REFUSED_TRIES, SEND_TRIES, timing } from './timing.js';

/** Refusals that may pass. */
const PASSING = new Set(['rate_limited', 'unavailable', 'internal', 'unauthenticated']);

export interface OutboxDeps {
  userId: string;
  storage: KeyValueStore;
  now?(): number;
  /** A name for a message, never given before. */
  newId?(): string;
}

interface Flight {
  id: string;
  tries: number;
  refusals: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Outbox {
  private flights = new Map<string, Flight>();
  private lastStamp = 0;
  private readonly prefix: string;

  constructor(
    private deps: OutboxDeps,
    private line: Line,
  ) {
    this.prefix = `talker.outbox.${deps.userId}.`;
  }

  /** What is not yet taken, in the order it was typed. */
  entries(sessionId?: string): Outgoing[] {
    const all: Outgoing[] = [];
    for (const key of this.deps.storage.keys()) {
      if (!key.startsWith(this.prefix)) continue;
      const o = this.entry(key.slice(this.prefix.length));
      if (o && (!sessionId || o.session_id === sessionId)) all.push(o);
    }
    return all.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
  }

  private entry(id: string): Outgoing | null {
    try {
      return JSON.parse(this.deps.storage.get(this.prefix + id) ?? 'null') as Outgoing | null;
    } catch {
      return null;
    }
  }

  private keep(o: Outgoing): void {
    try {
      this.deps.storage.set(this.prefix + o.client_message_id, JSON.stringify(o));
    } catch {
      // The storage is full: the socket still carries it.
    }
  }

  /** Whether a key of the storage is one of ours. */
  owns(key: string): boolean {
    return key.startsWith(this.prefix);
  }

  send(sessionId: string, content: string, parentId?: string | null): Outgoing {
    const id = (this.deps.newId ?? randomId)();
    const o: Outgoing = { client_message_id: id, session_id: sessionId, content, created_at: this.stamp() };
    if (parentId !== undefined) o.parent_id = parentId;
    this.keep(o);
    this.line.tell({ kind: 'outbox' });
    this.flush(sessionId);
    return o;
  }

  /** Now, but later than every stamp before, so that the order is the order of typing. */
  private stamp(): string {
    this.lastStamp = Math.max((this.deps.now ?? Date.now)(), this.lastStamp + 1);
    return new Date(this.lastStamp).toISOString();
  }

  retry(id: string): void {
    const o = this.entry(id);
    if (!o) return;
    delete o.failed;
    delete o.quota;
    this.keep(o);
    this.line.tell({ kind: 'outbox' });
    this.flush(o.session_id);
  }

  discard(id: string): void {
    const o = this.entry(id);
    this.deps.storage.remove(this.prefix + id);
    if (o) this.landed(o.session_id, id);
    this.line.tell({ kind: 'outbox' });
  }

  /** The line is there again. */
  flushAll(): void {
    for (const id of new Set(this.entries().map((o) => o.session_id))) this.flush(id);
  }

  /** The line is gone, and with it what was on its way. */
  drop(): void {
    for (const f of this.flights.values()) clearTimeout(f.timer);
    this.flights.clear();
  }

  /** One message of a chat is on its way at a time: so they are taken in the order they were typed. */
  private flush(sessionId: string): void {
    if (!this.line.online() || this.flights.has(sessionId)) return;
    const o = this.entries(sessionId).find((x) => !x.failed);
    if (!o) return;
    const flight: Flight = { id: o.client_message_id, tries: 0, refusals: 0, timer: undefined };
    this.flights.set(sessionId, flight);
    this.launch(sessionId, flight);
  }

  private launch(sessionId: string, flight: Flight): void {
    const o = this.entry(flight.id);
    if (!o) {
      this.landed(sessionId, flight.id);
      return;
    }
    const frame: MessageSendRequest = {
      type: 'message.send',
      id: o.client_message_id,
      session_id: o.session_id,
      client_message_id: o.client_message_id,
      content: o.content,
    };
    if (o.parent_id !== undefined) frame.parent_id = o.parent_id;
    this.line.post(frame);
    flight.tries++;
    clearTimeout(flight.timer);
    flight.timer = setTimeout(() => {
      if (flight.tries >= SEND_TRIES) this.line.giveUp();
      else this.launch(sessionId, flight);
    }, timing.accept);
  }

  private landed(sessionId: string, id: string): void {
    const flight = this.flights.get(sessionId);
    if (flight?.id !== id) return;
    clearTimeout(flight.timer);
    this.flights.delete(sessionId);
    this.flush(sessionId);
  }

  accepted(id: string | null): void {
    const o = id === null ? null : this.entry(id);
    if (!o) return;
    this.deps.storage.remove(this.prefix + o.client_message_id);
    // The chat shows the message itself before the pending one goes.
    queueMicrotask(() => this.line.tell({ kind: 'outbox' }));
    this.landed(o.session_id, o.client_message_id);
  }

  /** Takes a refusal; `false` when it is of nothing that is here. */
  refused(id: string, code: string, quota?: QuotaReached): boolean {
    const o = this.entry(id);
    if (!o) return false;
    const flight = this.flights.get(o.session_id);
    if (PASSING.has(code) && flight?.id === id && flight.refusals < REFUSED_TRIES) {
      flight.refusals++;
      flight.tries = 0;
      clearTimeout(flight.timer);
      if (code === 'unauthenticated') this.line.reauth();
      flight.timer = setTimeout(() => this.launch(o.session_id, flight), 1000 * 2 ** flight.refusals);
      return true;
    }
    o.failed = code;
    if (quota) o.quota = quota;
    this.keep(o);
    this.landed(o.session_id, id);
    this.line.tell({ kind: 'outbox' });
    return true;
  }
}
