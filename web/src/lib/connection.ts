// The one socket of this tab. It keeps itself alive, knows how far it has heard each open chat, asks for what it missed,
// and sees to it that what the person typed arrives exactly once.

import { randomId } from './ids';
import { isFinal, type NotificationOut, type QuotaReached, type ServerFrame, type SessionEvent } from './wire';

/** `ended`: nobody is signed in any more. */
export type Link = 'idle' | 'connecting' | 'online' | 'waiting' | 'ended';

/** A message that was typed and is not yet known to be taken. */
export interface Outgoing {
  client_message_id: string;
  session_id: string;
  content: string;
  /** Where it hangs; absent: below the leaf. */
  parent_id?: string | null;
  created_at: string;
  /** Why the server would not take it. */
  failed?: string;
  /** The limit of the day that was reached, when that is why. */
  quota?: QuotaReached;
}

export type Notice =
  | { kind: 'link'; link: Link }
  | { kind: 'ready'; first: boolean; unread: number }
  | { kind: 'event'; event: SessionEvent }
  | { kind: 'text'; session_id: string; message_id: string; text: string }
  /** Without `user_id` it is the person, on another device. */
  | { kind: 'typing'; session_id: string; user_id?: string | undefined }
  /** Somebody has read a shared session up to a place. */
  | { kind: 'read'; session_id: string; user_id: string; read_seq: number }
  /** Somebody asks the person to come to a group. */
  | { kind: 'invited'; session_id: string }
  /** What a character remembers changed: read it anew. */
  | { kind: 'memories'; character_id: string }
  /** Something came into the inbox; `unread` is how much of it is not read now. */
  | { kind: 'notification'; notification: NotificationOut; unread: number }
  /** All up to a place was read, or something was removed. */
  | { kind: 'inbox'; up_to: number; unread: number }
  | { kind: 'outbox' }
  /** What is known of this chat can no longer be mended by resuming: read it anew and watch it again. */
  | { kind: 'lost'; session_id: string }
  | { kind: 'refused'; code: string; message: string };

export interface SocketLike {
  readonly readyState: number;
  onopen: ((e: never) => void) | null;
  onmessage: ((e: { data: unknown }) => void) | null;
  onclose: ((e: { code: number }) => void) | null;
  onerror: ((e: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface ConnectionDeps {
  url: string;
  userId: string;
  storage: Storage;
  /** A good token; another than `refused`. `null`: signed out. Throws when the server cannot be reached. */
  token(refused?: string): Promise<string | null>;
  /** The server ended this device. */
  signedOut(): void;
  open(url: string, protocols: string[]): SocketLike;
  random?(): number;
}

const OPEN = 1;
export const timing = {
  /** From opening to `ready`. */
  ready: 10_000,
  backoffFirst: 500,
  backoffMost: 20_000,
  /** Online this long, the next trouble starts from the first backoff again. */
  stable: 5_000,
  heartbeatMost: 25_000,
  pong: 8_000,
  probe: 3_000,
  accept: 10_000,
  resume: 10_000,
  settle: 400,
  reauthEarly: 60_000,
  crowded: 30_000,
};
const SEND_TRIES = 3;
const REFUSED_TRIES = 5;
const FRUITLESS = 3;
/** Refusals that may pass. */
const PASSING = new Set(['rate_limited', 'unavailable', 'internal', 'unauthenticated']);

interface Watch {
  /** The place of the last event heard without a gap. */
  seq: number;
  /** The highest place heard of at all. */
  heard: number;
  /** Replies being written, as far as heard. */
  running: Map<string, string>;
  /** How far a delta reached that did not fit. */
  beyond: Map<string, number>;
  /** Replies known to be over. */
  over: Set<string>;
  resuming: boolean;
  fruitless: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

interface Flight {
  id: string;
  tries: number;
  refusals: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Connection {
  link: Link = 'idle';
  private listeners = new Set<(n: Notice) => void>();
  private socket: SocketLike | null = null;
  private usedToken = '';
  private generation = 0;
  private attempts = 0;
  private hadReady = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readyTimer: ReturnType<typeof setTimeout> | undefined;
  private stableTimer: ReturnType<typeof setTimeout> | undefined;
  private beatTimer: ReturnType<typeof setTimeout> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private authTimer: ReturnType<typeof setTimeout> | undefined;
  private beatEvery = timing.heartbeatMost;
  private watches = new Map<string, Watch>();
  private flights = new Map<string, Flight>();
  private lastTyping = new Map<string, number>();
  private readonly prefix: string;

  constructor(private deps: ConnectionDeps) {
    this.prefix = `talker.outbox.${deps.userId}.`;
  }

  on(listener: (n: Notice) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(n: Notice): void {
    for (const l of this.listeners) l(n);
  }

  private setLink(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.tell({ kind: 'link', link });
  }

  // ---- The line ----

  start(): void {
    if (this.link === 'idle' || this.link === 'ended') void this.connect();
  }

  stop(): void {
    this.drop();
    clearTimeout(this.retryTimer);
    for (const f of this.flights.values()) clearTimeout(f.timer);
    this.flights.clear();
    this.setLink('ended');
  }

  /** The device is back: the network is up, or the tab is seen again. */
  wake(): void {
    if (this.link === 'waiting') {
      this.attempts = 0;
      clearTimeout(this.retryTimer);
      void this.connect();
    } else if (this.link === 'online') this.probe();
  }

  /** Is anybody there? Asks at once and does not wait long. */
  probe(): void {
    if (this.link !== 'online') return;
    this.post({ type: 'ping' });
    this.expectPong(timing.probe);
  }

  private async connect(): Promise<void> {
    this.drop();
    const generation = this.generation;
    this.setLink('connecting');
    let token: string | null;
    try {
      token = await this.deps.token(this.usedToken && this.badToken ? this.usedToken : undefined);
    } catch {
      if (generation === this.generation) this.later();
      return;
    }
    if (generation !== this.generation) return;
    if (token === null) {
      this.setLink('ended');
      return;
    }
    this.badToken = false;
    this.usedToken = token;
    let socket: SocketLike;
    try {
      socket = this.deps.open(this.deps.url, ['talker.v1', `bearer.${token}`]);
    } catch {
      this.later();
      return;
    }
    this.socket = socket;
    const current = () => this.socket === socket;
    socket.onmessage = (e) => {
      if (current() && typeof e.data === 'string') this.receive(e.data);
    };
    socket.onclose = (e) => {
      if (current()) this.closed(e.code);
    };
    socket.onerror = () => {};
    this.readyTimer = setTimeout(() => {
      if (current()) this.closed(4000);
    }, timing.ready);
  }

  private badToken = false;

  /** Lets go of the socket without further ado. */
  private drop(): void {
    this.generation++;
    const s = this.socket;
    this.socket = null;
    for (const t of [this.readyTimer, this.stableTimer, this.beatTimer, this.pongTimer, this.authTimer]) clearTimeout(t);
    this.pongTimer = undefined;
    for (const f of this.flights.values()) clearTimeout(f.timer);
    for (const w of this.watches.values()) {
      clearTimeout(w.timer);
      w.resuming = false;
    }
    if (s) {
      s.onmessage = s.onclose = null;
      try {
        s.close(1000);
      } catch {
        // Never opened.
      }
    }
  }

  private closed(code: number): void {
    const wasOnline = this.link === 'online';
    this.drop();
    this.flights.clear();
    switch (code) {
      case 4403:
        this.setLink('ended');
        this.deps.signedOut();
        return;
      case 4401:
        this.badToken = true;
        break;
      case 4409:
        this.later(timing.crowded);
        return;
      case 1001:
        if (wasOnline && this.attempts === 0) {
          this.later(100 + this.rand() * 400);
          return;
        }
        break;
      case 1006:
        // Refused before it opened: it may be the token.
        if (!wasOnline && this.attempts === 2) this.badToken = true;
        break;
    }
    this.later();
  }

  private rand(): number {
    return (this.deps.random ?? Math.random)();
  }

  private later(ms?: number): void {
    const most = Math.min(timing.backoffMost, timing.backoffFirst * 2 ** Math.min(this.attempts, 10));
    this.attempts++;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), ms ?? most / 2 + (this.rand() * most) / 2);
    this.setLink('waiting');
  }

  private post(frame: Record<string, unknown>): boolean {
    if (!this.socket || this.socket.readyState !== OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private beat(): void {
    clearTimeout(this.beatTimer);
    this.beatTimer = setTimeout(() => {
      this.post({ type: 'ping' });
      this.expectPong(timing.pong);
      this.beat();
    }, this.beatEvery);
  }

  private expectPong(ms: number): void {
    clearTimeout(this.pongTimer);
    this.pongTimer = setTimeout(() => {
      this.pongTimer = undefined;
      this.closed(4000);
    }, ms);
  }

  private receive(data: string): void {
    // Any word is a sign of life.
    if (this.pongTimer !== undefined) {
      clearTimeout(this.pongTimer);
      this.pongTimer = undefined;
    }
    let f: ServerFrame;
    try {
      f = JSON.parse(data) as ServerFrame;
    } catch {
      return;
    }
    switch (f.type) {
      case 'ready':
        this.ready(f);
        return;
      case 'reply.delta':
        this.delta(f.session_id, f.message_id, f.offset, f.delta);
        return;
      case 'session.resumed':
        this.resumed(f.session_id, f.seq);
        return;
      case 'typing':
        this.tell({ kind: 'typing', session_id: f.session_id, user_id: f.user_id });
        return;
      case 'read':
        this.tell({ kind: 'read', session_id: f.session_id, user_id: f.user_id, read_seq: f.read_seq });
        return;
      case 'invited':
        this.tell({ kind: 'invited', session_id: f.session_id });
        return;
      case 'memory.changed':
        this.tell({ kind: 'memories', character_id: f.character_id });
        return;
      case 'notification':
        this.tell({ kind: 'notification', notification: f.notification, unread: f.unread });
        return;
      case 'notifications.read':
        this.tell({ kind: 'inbox', up_to: f.up_to, unread: f.unread });
        return;
      case 'pong':
      case 'friends.changed':
        return;
      case 'error':
        this.refused(f.code, f.message, f.ref ?? undefined, f.quota ?? undefined);
        return;
      default:
        // Kinds of a later protocol are not for us.
        if (typeof (f as SessionEvent).seq === 'number') this.event(f);
    }
  }

  private ready(f: { expires_at: string; heartbeat_seconds: number; unread?: number }): void {
    clearTimeout(this.authTimer);
    const left = Date.parse(f.expires_at) - Date.now() - timing.reauthEarly;
    if (Number.isFinite(left)) this.authTimer = setTimeout(() => void this.reauth(), Math.min(Math.max(left, 1_000), 2 ** 31 - 1));
    if (this.link === 'online') return;
    clearTimeout(this.readyTimer);
    this.beatEvery = Math.min(timing.heartbeatMost, Math.max(1, f.heartbeat_seconds || 25) * 1000);
    this.beat();
    this.stableTimer = setTimeout(() => {
      this.attempts = 0;
    }, timing.stable);
    const first = !this.hadReady;
    this.hadReady = true;
    this.setLink('online');
    for (const id of this.watches.keys()) this.resume(id);
    this.tell({ kind: 'ready', first, unread: f.unread ?? 0 });
    this.flushAll();
  }

  private async reauth(): Promise<void> {
    const generation = this.generation;
    try {
      const token = await this.deps.token(this.usedToken);
      if (generation !== this.generation) return;
      if (token === null) {
        this.drop();
        this.setLink('ended');
        return;
      }
      this.usedToken = token;
      this.post({ type: 'auth', token });
    } catch {
      if (generation === this.generation) this.authTimer = setTimeout(() => void this.reauth(), 5_000);
    }
  }

  // ---- What is heard ----

  /**
   * Follows a chat from where it was read: `seq` of the page, and the replies that were being written with what was
   * there of them.
   */
  watch(sessionId: string, seq: number, running: Iterable<[string, string]> = []): void {
    const old = this.watches.get(sessionId);
    clearTimeout(old?.timer);
    const w: Watch = {
      seq,
      heard: Math.max(seq, old?.heard ?? 0),
      running: new Map(running),
      beyond: new Map(),
      over: old?.over ?? new Set(),
      resuming: false,
      fruitless: old?.fruitless ?? 0,
      timer: undefined,
    };
    this.watches.set(sessionId, w);
    this.resume(sessionId);
  }

  unwatch(sessionId: string): void {
    clearTimeout(this.watches.get(sessionId)?.timer);
    this.watches.delete(sessionId);
  }

  private resume(sessionId: string): void {
    const w = this.watches.get(sessionId);
    if (!w || this.link !== 'online' || w.resuming) return;
    const frame: Record<string, unknown> = { type: 'session.resume', session_id: sessionId, after_seq: w.seq };
    const last = [...w.running].at(-1);
    if (last) {
      frame['message_id'] = last[0];
      frame['offset'] = last[1].length;
    }
    if (!this.post(frame)) return;
    w.resuming = true;
    clearTimeout(w.timer);
    w.timer = setTimeout(() => {
      w.resuming = false;
      this.again(sessionId, w);
    }, timing.resume);
  }

  private again(sessionId: string, w: Watch): void {
    if (this.watches.get(sessionId) !== w) return;
    if (++w.fruitless > FRUITLESS) {
      w.fruitless = 0;
      this.tell({ kind: 'lost', session_id: sessionId });
    } else this.resume(sessionId);
  }

  private behind(w: Watch): boolean {
    if (w.heard > w.seq) return true;
    for (const [id, end] of w.beyond) if ((w.running.get(id)?.length ?? 0) < end) return true;
    return false;
  }

  private resumed(sessionId: string, seq: number): void {
    const w = this.watches.get(sessionId);
    if (!w) return;
    w.resuming = false;
    w.heard = Math.max(w.heard, seq);
    clearTimeout(w.timer);
    // Deltas of the running reply may still be on their way: look a moment later.
    w.timer = setTimeout(() => {
      if (this.behind(w)) this.again(sessionId, w);
      else w.fruitless = 0;
    }, timing.settle);
  }

  private event(e: SessionEvent): void {
    if (e.type === 'message.accepted') this.accepted(e.client_message_id);
    const w = this.watches.get(e.session_id);
    if (!w) {
      this.tell({ kind: 'event', event: e });
      return;
    }
    if (e.seq <= w.seq) return;
    w.heard = Math.max(w.heard, e.seq);
    if (e.seq > w.seq + 1) {
      this.resume(e.session_id);
      return;
    }
    w.seq = e.seq;
    w.fruitless = 0;
    this.follow(w, e);
    if (e.type === 'session.deleted') this.unwatch(e.session_id);
    this.tell({ kind: 'event', event: e });
  }

  /** Which replies are being written after this event. */
  private follow(w: Watch, e: SessionEvent): void {
    const m = e.type === 'message.accepted' || e.type === 'reply.queued' ? e.reply : 'message' in e ? e.message : null;
    if (e.type === 'message.deleted') {
      // Replies below it end without a word; what still runs elsewhere is asked for again at its next delta.
      w.running.clear();
      w.beyond.clear();
    } else if (m && m.role === 'character') {
      if (isFinal(m.status)) {
        w.running.delete(m.id);
        w.beyond.delete(m.id);
        w.over.add(m.id);
      } else if (m.status === 'streaming' && !w.over.has(m.id)) {
        const known = w.running.get(m.id);
        if (known === undefined || !known.startsWith(m.content)) w.running.set(m.id, m.content);
      }
    }
  }

  private delta(sessionId: string, messageId: string, offset: number, delta: string): void {
    const w = this.watches.get(sessionId);
    if (!w || w.over.has(messageId)) return;
    const text = w.running.get(messageId) ?? '';
    if (offset > text.length) {
      w.running.set(messageId, text);
      w.beyond.set(messageId, Math.max(w.beyond.get(messageId) ?? 0, offset + delta.length));
      this.resume(sessionId);
      return;
    }
    const fresh = delta.slice(text.length - offset);
    if (!fresh) return;
    const whole = text + fresh;
    w.running.set(messageId, whole);
    if ((w.beyond.get(messageId) ?? Infinity) <= whole.length) w.beyond.delete(messageId);
    this.tell({ kind: 'text', session_id: sessionId, message_id: messageId, text: whole });
  }

  // ---- What is said ----

  /** What is not yet taken, in the order it was typed. */
  outbox(sessionId?: string): Outgoing[] {
    const all: Outgoing[] = [];
    for (let i = 0; i < this.deps.storage.length; i++) {
      const key = this.deps.storage.key(i);
      if (!key?.startsWith(this.prefix)) continue;
      const o = this.entry(key.slice(this.prefix.length));
      if (o && (!sessionId || o.session_id === sessionId)) all.push(o);
    }
    return all.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
  }

  private entry(id: string): Outgoing | null {
    try {
      return JSON.parse(this.deps.storage.getItem(this.prefix + id) ?? 'null') as Outgoing | null;
    } catch {
      return null;
    }
  }

  private keep(o: Outgoing): void {
    try {
      this.deps.storage.setItem(this.prefix + o.client_message_id, JSON.stringify(o));
    } catch {
      // The storage is full: the socket still carries it.
    }
  }

  send(sessionId: string, content: string, parentId?: string | null): Outgoing {
    const o: Outgoing = { client_message_id: randomId(), session_id: sessionId, content, created_at: this.stamp() };
    if (parentId !== undefined) o.parent_id = parentId;
    this.keep(o);
    this.tell({ kind: 'outbox' });
    this.flush(sessionId);
    return o;
  }

  private lastStamp = 0;
  /** Now, but later than every stamp before, so that the order is the order of typing. */
  private stamp(): string {
    this.lastStamp = Math.max(Date.now(), this.lastStamp + 1);
    return new Date(this.lastStamp).toISOString();
  }

  retry(id: string): void {
    const o = this.entry(id);
    if (!o) return;
    delete o.failed;
    delete o.quota;
    this.keep(o);
    this.tell({ kind: 'outbox' });
    if (this.link === 'waiting') this.wake();
    this.flush(o.session_id);
  }

  discard(id: string): void {
    const o = this.entry(id);
    this.deps.storage.removeItem(this.prefix + id);
    if (o) this.landed(o.session_id, id);
    this.tell({ kind: 'outbox' });
  }

  private flushAll(): void {
    for (const id of new Set(this.outbox().map((o) => o.session_id))) this.flush(id);
  }

  /** One message of a chat is on its way at a time: so they are taken in the order they were typed. */
  private flush(sessionId: string): void {
    if (this.link !== 'online' || this.flights.has(sessionId)) return;
    const o = this.outbox(sessionId).find((x) => !x.failed);
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
    const frame: Record<string, unknown> = {
      type: 'message.send',
      id: o.client_message_id,
      session_id: o.session_id,
      client_message_id: o.client_message_id,
      content: o.content,
    };
    if (o.parent_id !== undefined) frame['parent_id'] = o.parent_id;
    this.post(frame);
    flight.tries++;
    clearTimeout(flight.timer);
    flight.timer = setTimeout(() => {
      if (flight.tries >= SEND_TRIES) this.closed(4000);
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

  private accepted(id: string): void {
    const o = this.entry(id);
    if (!o) return;
    this.deps.storage.removeItem(this.prefix + id);
    // The chat shows the message itself before the pending one goes.
    queueMicrotask(() => this.tell({ kind: 'outbox' }));
    this.landed(o.session_id, id);
  }

  private refused(code: string, message: string, ref?: string, quota?: QuotaReached): void {
    const o = ref ? this.entry(ref) : null;
    if (!o) {
      if (code === 'unauthenticated') this.closed(4401);
      else if (!ref) this.tell({ kind: 'refused', code, message });
      return;
    }
    const flight = this.flights.get(o.session_id);
    if (PASSING.has(code) && flight?.id === o.client_message_id && flight.refusals < REFUSED_TRIES) {
      flight.refusals++;
      flight.tries = 0;
      clearTimeout(flight.timer);
      if (code === 'unauthenticated') void this.reauth();
      flight.timer = setTimeout(() => this.launch(o.session_id, flight), 1000 * 2 ** flight.refusals);
      return;
    }
    o.failed = code;
    if (quota) o.quota = quota;
    this.keep(o);
    this.landed(o.session_id, o.client_message_id);
    this.tell({ kind: 'outbox' });
  }

  /** Another tab changed the outbox. */
  storageChanged(key: string | null): void {
    if (key === null || key.startsWith(this.prefix)) this.tell({ kind: 'outbox' });
  }

  /** The person types: at most one word of it in three seconds. */
  typing(sessionId: string): void {
    const now = Date.now();
    if (now - (this.lastTyping.get(sessionId) ?? 0) < 3_000) return;
    this.lastTyping.set(sessionId, now);
    if (this.link === 'online') this.post({ type: 'typing', session_id: sessionId });
  }
}
