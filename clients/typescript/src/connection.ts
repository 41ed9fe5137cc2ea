// The one socket of a client. It keeps itself alive and shows good tokens; `hearing.ts` knows how far it has heard each open
// chat, `outbox.ts` sees to it that what the person typed arrives exactly once. `client/lib/src/chat_connection.dart` is the same,
// method for method: what is changed in one is changed in the other, and clients/scenarios says it to both.

import type { ClientFrame, ReadyFrame, ServerFrame } from './generated/frames.js';
import type { QuotaReached, SessionEvent } from './generated/types.js';
import { Hearing } from './hearing.js';
import type { Line } from './line.js';
import type { Link, Notice, Outgoing } from './notices.js';
import { Outbox, type OutboxDeps } from './outbox.js';
import { timing } from './timing.js';

export interface SocketLike {
  readonly readyState: number;
  onopen: ((e: never) => void) | null;
  onmessage: ((e: { data: unknown }) => void) | null;
  onclose: ((e: { code: number }) => void) | null;
  onerror: ((e: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

export interface ConnectionDeps extends OutboxDeps {
  url: string;
  /** A good token; another than `refused`. `null`: signed out. Throws when the server cannot be reached. */
  token(refused?: string): Promise<string | null>;
  /** The server ended this device. */
  signedOut(): void;
  open(url: string, protocols: string[]): SocketLike;
  random?(): number;
}

type Timer = ReturnType<typeof setTimeout> | undefined;

const OPEN = 1;
/** We left, because the other side was silent. */
const SILENT = 4000;

export class Connection {
  link: Link = 'idle';
  private listeners = new Set<(n: Notice) => void>();
  private hearing: Hearing;
  private out: Outbox;
  private socket: SocketLike | null = null;
  private usedToken = '';
  private badToken = false;
  private generation = 0;
  private attempts = 0;
  private hadReady = false;
  private retryTimer: Timer;
  private readyTimer: Timer;
  private stableTimer: Timer;
  private beatTimer: Timer;
  private pongTimer: Timer;
  private authTimer: Timer;
  private beatEvery = timing.heartbeatMost;
  private lastTyping = new Map<string, number>();

  constructor(private deps: ConnectionDeps) {
    const line: Line = {
      online: () => this.link === 'online',
      post: (frame) => this.post(frame),
      tell: (notice) => this.tell(notice),
      giveUp: () => this.closed(SILENT),
      reauth: () => void this.reauth(),
    };
    this.hearing = new Hearing(line);
    this.out = new Outbox(deps, line);
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
    this.setLink('ended');
  }

  /** The device is back: the network is up, or the client is seen again. */
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
    // Some platforms say no more than this of a line that never opened.
    socket.onerror = () => {
      if (current() && socket.readyState !== OPEN) this.closed(1006);
    };
    this.readyTimer = setTimeout(() => {
      if (current()) this.closed(SILENT);
    }, timing.ready);
  }

  /** Lets go of the socket without further ado. */
  private drop(): void {
    this.generation++;
    const s = this.socket;
    this.socket = null;
    for (const t of [this.readyTimer, this.stableTimer, this.beatTimer, this.pongTimer, this.authTimer]) clearTimeout(t);
    this.pongTimer = undefined;
    this.out.drop();
    this.hearing.drop();
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

  private now(): number {
    return (this.deps.now ?? Date.now)();
  }

  private later(ms?: number): void {
    const most = Math.min(timing.backoffMost, timing.backoffFirst * 2 ** Math.min(this.attempts, 10));
    this.attempts++;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), ms ?? most / 2 + (this.rand() * most) / 2);
    this.setLink('waiting');
  }

  private post(frame: ClientFrame): boolean {
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
      this.closed(SILENT);
    }, ms);
  }

  private receive(data: string): void {
    // Any word is a sign of life.
    clearTimeout(this.pongTimer);
    this.pongTimer = undefined;
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
        this.hearing.delta(f.session_id, f.message_id, f.offset, f.delta);
        return;
      case 'session.resumed':
        this.hearing.resumed(f.session_id, f.seq);
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
      case 'friends.changed':
        this.tell({ kind: 'friends' });
        return;
      case 'presence':
        this.tell({ kind: 'presence', user_id: f.user_id, online: f.online });
        return;
      case 'remembering':
        this.tell({ kind: 'remembering', session_id: f.session_id, character_id: f.character_id, done: f.done, total: f.total });
        return;
      case 'memory.changed':
        this.tell({ kind: 'memories', character_id: f.character_id });
        return;
      case 'bond.changed':
        this.tell({ kind: 'bond', character_id: f.character_id, reached: f.reached });
        return;
      case 'route.unlocked':
        this.tell({ kind: 'route', character_id: f.character_id, scene_id: f.scene_id, title: f.title });
        return;
      case 'notification':
        this.tell({ kind: 'notification', notification: f.notification, unread: f.unread });
        return;
      case 'notifications.read':
        this.tell({ kind: 'inbox', up_to: f.up_to, unread: f.unread });
        return;
      case 'reminder':
        this.tell({ kind: 'reminder', reminder: f.reminder });
        return;
      case 'pong':
        return;
      case 'error':
        this.refused(f.code, f.message, f.ref, f.quota);
        return;
      default:
        // Kinds of a later protocol are not for us.
        if (typeof (f as SessionEvent).seq === 'number') this.event(f);
    }
  }

  private ready(f: ReadyFrame): void {
    clearTimeout(this.authTimer);
    const left = Date.parse(f.expires_at) - this.now() - timing.reauthEarly;
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
    this.hearing.resumeAll();
    this.tell({ kind: 'ready', first, unread: f.unread ?? 0 });
    this.out.flushAll();
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
      if (generation === this.generation) this.authTimer = setTimeout(() => void this.reauth(), timing.reauthAgain);
    }
  }

  private event(e: SessionEvent): void {
    if (e.type === 'message.accepted') this.out.accepted(e.client_message_id);
    this.hearing.event(e);
  }

  private refused(code: string, message: string, ref?: string, quota?: QuotaReached): void {
    if (ref !== undefined && this.out.refused(ref, code, quota)) return;
    if (code === 'unauthenticated') this.closed(4401);
    else if (ref === undefined) this.tell({ kind: 'refused', code, message });
  }

  // ---- What is heard ----

  /**
   * Follows a chat from where it was read: `seq` of the page, and the replies that were being written with what was
   * there of them.
   */
  watch(sessionId: string, seq: number, running: Iterable<[string, string]> = []): void {
    this.hearing.watch(sessionId, seq, running);
  }

  unwatch(sessionId: string): void {
    this.hearing.unwatch(sessionId);
  }

  /** The place up to which a watched chat was heard without a gap. */
  place(sessionId: string): number | undefined {
    return this.hearing.place(sessionId);
  }

  // ---- What is said ----

  /** What is not yet taken, in the order it was typed. */
  outbox(sessionId?: string): Outgoing[] {
    return this.out.entries(sessionId);
  }

  /** Says something, once. `parentId` branches from there; `null` begins anew. */
  send(sessionId: string, content: string, parentId?: string | null): Outgoing {
    return this.out.send(sessionId, content, parentId);
  }

  retry(id: string): void {
    if (this.link === 'waiting') this.wake();
    this.out.retry(id);
  }

  discard(id: string): void {
    this.out.discard(id);
  }

  /** Another client of the same storage changed the outbox. */
  storageChanged(key: string | null): void {
    if (key === null || this.out.owns(key)) this.tell({ kind: 'outbox' });
  }

  /** The person types: at most one word of it in three seconds. */
  typing(sessionId: string): void {
    const now = this.now();
    if (this.link !== 'online' || now - (this.lastTyping.get(sessionId) ?? 0) < timing.typing) return;
    this.lastTyping.set(sessionId, now);
    this.post({ type: 'typing', session_id: sessionId });
  }

  /** The person has read up to a place. It may be lost: the route of the same name tells it surely. */
  read(sessionId: string, seq: number): void {
    if (this.link === 'online') this.post({ type: 'read', session_id: sessionId, seq });
  }
}
