// One open chat: what is loaded of it, what is being written, and what one can do in it.

import { placeOf, speakerOf } from '../lib/company';
import { api, ApiError, groups } from '../lib/api';
import type { Connection, Outgoing } from '@talker/client';
import { CARE } from '../lib/care';
import { plain } from '../lib/prose';
import { ChatTree } from '@talker/client';
import { isFinal, type HistoryPage, type MessageOut, type SessionEvent, type SessionOut } from '../lib/wire';
import { t } from '../messages';
import { kept } from './kept';
import { sessions } from './sessions.svelte';
import { toastError } from './toasts.svelte';

const PAGE = 40;
/** So many at once of what was said before. */
const OLDER = 100;
/** So many messages back a chat is searched for one of them. */
const FAR = 10_000;
/** So many events back it is known who has read what. */
const LATEST = 100;
/** A chat that is not read by then is shown as it was kept. */
const LATE = 2_000;
/** So long it is not asked again for what could not be read. */
const PAUSE = 3_000;
/** Whoever types on another device of the person's own. */
const ME = '';

export class Chat {
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  path = $state.raw<MessageOut[]>([]);
  hasBefore = $state(false);
  loadingOlder = $state(false);
  /** More could not be read; until when it is not tried again. */
  private stuck = 0;
  /** Replies being written, as they read now. */
  live = $state<Record<string, string>>({});
  outgoing = $state.raw<Outgoing[]>([]);
  /** The next message hangs below this one. */
  branchFrom = $state<string | null>(null);
  /** What a screen reader is told. */
  announcement = $state('');
  typingElsewhere = $state(false);
  /** Those of the others who type just now. */
  typists = $state.raw<readonly string[]>([]);
  /** Where the latest messages of a shared session have their places, so that it can be told who has read them. */
  places = $state.raw<ReadonlyMap<string, number>>(new Map());
  /** A swipe or an edit is on its way. */
  busy = $state(false);

  private tree = new ChatTree();
  private dirty = new Map<string, string>();
  private frame = 0;
  private off: () => void;
  private gone = false;
  private reading = false;
  private typingTimers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    readonly id: string,
    private connection: Connection,
    private me: string | null = null,
  ) {
    this.off = connection.on((n) => {
      if (n.kind === 'event' && n.event.session_id === id) this.apply(n.event);
      else if (n.kind === 'text' && n.session_id === id) this.text(n.message_id, n.text);
      else if (n.kind === 'outbox') this.readOutbox();
      else if (n.kind === 'lost' && n.session_id === id) void this.load();
      else if (n.kind === 'ready' && this.state === 'failed') void this.load();
      else if (n.kind === 'typing' && n.session_id === id) this.typed(n.user_id ?? ME);
    });
    this.readOutbox();
    sessions.open = id;
    sessions.seen(id);
    void this.load();
  }

  get session(): SessionOut | undefined {
    return sessions.get(this.id);
  }

  /** What can be read: the way to the leaf, or to the branching. */
  visible = $derived.by(() => {
    const i = this.branchFrom === null ? -1 : this.path.findIndex((m) => m.id === this.branchFrom);
    return i >= 0 ? this.path.slice(0, i + 1) : this.path;
  });
  running = $derived(this.path.find((m) => m.status === 'streaming') ?? this.path.find((m) => m.status === 'queued') ?? null);
  pending = $derived(this.outgoing.filter((o) => !this.path.some((m) => m.client_message_id === o.client_message_id)));

  async load(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    // A network that does not answer is none.
    const late = setTimeout(() => void this.restore(), LATE);
    try {
      const [page, s] = await Promise.all([api.messages(this.id, { limit: PAGE }), this.session ? null : api.session(this.id)]);
      if (this.gone) return;
      if (s) sessions.put(s);
      kept.keepChat(this.id, page);
      this.begin(page);
      if (this.session?.group) void this.readPlaces(page.seq);
    } catch (e) {
      if (this.gone) return;
      if (e instanceof ApiError && e.status === 404) {
        this.state = 'missing';
        kept.drop(this.id);
      } else if (!(await this.restore()) && !this.gone) this.state = 'failed';
    } finally {
      clearTimeout(late);
      this.reading = false;
    }
  }

  private get ready(): boolean {
    return this.state === 'ready';
  }

  private begin(page: HistoryPage): void {
    this.tree.reset(page);
    this.dirty.clear();
    this.live = {};
    this.connection.watch(this.id, page.seq, this.tree.running());
    this.state = 'ready';
    this.show();
  }

  /** Shows what was kept of it. The line goes on from there when it is back. */
  private async restore(): Promise<boolean> {
    const page = this.ready ? null : await kept.chat(this.id);
    if (page && !this.ready && !this.gone && this.session) this.begin(page);
    return this.ready;
  }

  close(): void {
    this.gone = true;
    this.off();
    cancelAnimationFrame(this.frame);
    for (const timer of this.typingTimers.values()) clearTimeout(timer);
    this.connection.unwatch(this.id);
    if (sessions.open === this.id) sessions.open = null;
  }

  private show(): void {
    this.path = this.tree.path();
    this.hasBefore = this.tree.hasBefore;
  }

  private readOutbox(): void {
    this.outgoing = this.connection.outbox(this.id);
  }

  private apply(e: SessionEvent): void {
    if (this.state !== 'ready') return;
    if (e.type === 'session.deleted') {
      this.state = 'missing';
      return;
    }
    if (e.type === 'message.accepted' && this.branchFrom !== null && e.message.parent_id === this.branchFrom) this.branchFrom = null;
    if (this.session?.group) {
      this.placed([e]);
      // Who has said it types it no longer.
      if (e.type === 'message.accepted' && e.message.author) {
        this.types(e.message.author.id, false);
        const by = this.session && speakerOf(this.session, e.message, this.me);
        if (by && !by.mine) this.announcement = t.chat.said(by.name, plain(e.message.content));
      }
    }
    if ((e.type === 'reply.completed' || e.type === 'reply.failed') && isFinal(e.message.status)) this.ended(e.message);
    // What is on the page stays until the new way is read.
    if (this.tree.apply(e)) this.show();
    else void this.load();
  }

  private ended(m: MessageOut): void {
    this.dirty.delete(m.id);
    delete this.live[m.id];
    const name = this.session ? speakerOf(this.session, m).name : '';
    if (m.status === 'complete') this.announcement = t.chat.said(m.model === CARE ? t.care.by : name, plain(m.content));
    else if (m.status === 'stopped') this.announcement = t.chat.stoppedSaid(name);
    else this.announcement = t.chat.couldNot(name);
  }

  /** Deltas are painted together, once a frame. */
  private text(id: string, text: string): void {
    this.dirty.set(id, text);
    this.typingElsewhere = false;
    if (this.frame) return;
    const paint = () => {
      this.frame = 0;
      for (const [k, v] of this.dirty) {
        this.tree.text(k, v);
        this.live[k] = v;
      }
      this.dirty.clear();
    };
    if (document.visibilityState === 'visible') this.frame = requestAnimationFrame(paint);
    else paint();
  }

  /** The history does not say where a message has its place; the latest events do. */
  private async readPlaces(seq: number): Promise<void> {
    try {
      const page = await groups.events(this.id, Math.max(0, seq - LATEST));
      if (!this.gone) this.placed(page.items);
    } catch {
      // Who has read what is told from the next message on.
    }
  }

  private placed(events: SessionEvent[]): void {
    const found = events.map(placeOf).filter((place) => place !== null);
    if (found.length > 0) this.places = new Map([...this.places, ...found]);
  }

  private typed(who: string): void {
    clearTimeout(this.typingTimers.get(who));
    this.types(who, true);
    this.typingTimers.set(who, setTimeout(() => this.types(who, false), 5_000));
  }

  private types(who: string, on: boolean): void {
    if (who === ME) this.typingElsewhere = on;
    else if (this.typists.includes(who) !== on) this.typists = on ? [...this.typists, who] : this.typists.filter((x) => x !== who);
  }

  /** Reads more of what was said before. */
  async older(): Promise<void> {
    const top = this.tree.top();
    if (!this.hasBefore || this.loadingOlder || top === null || Date.now() < this.stuck) return;
    this.loadingOlder = true;
    try {
      this.tree.prepend(top, await api.messages(this.id, { before: top, limit: OLDER }));
      this.show();
    } catch (e) {
      // Without a network that is said already; who scrolls on asks again.
      if (!(e instanceof ApiError && e.code === 'offline')) toastError(e);
      this.stuck = Date.now() + PAUSE;
    } finally {
      this.loadingOlder = false;
    }
  }

  /** Reads as far back as a message; `false` when it does not lie on this way, or too far back. */
  async reveal(id: string): Promise<boolean> {
    this.branchFrom = null;
    try {
      for (;;) {
        if (this.path.some((m) => m.id === id)) return true;
        const top = this.tree.top();
        if (!this.hasBefore || top === null || this.path.length >= FAR || this.gone) return false;
        this.loadingOlder = true;
        this.tree.prepend(top, await api.messages(this.id, { before: top, limit: OLDER }));
        this.show();
      }
    } catch (e) {
      toastError(e);
      return false;
    } finally {
      this.loadingOlder = false;
    }
  }

  send(content: string): void {
    this.connection.send(this.id, content, this.branchFrom ?? undefined);
  }

  /** The person's message anew, as a sibling, with another answer. */
  sendInstead(m: MessageOut, content: string): void {
    this.connection.send(this.id, content, m.parent_id);
  }

  retry(o: Outgoing): void {
    this.connection.retry(o.client_message_id);
  }

  discard(o: Outgoing): void {
    this.connection.discard(o.client_message_id);
  }

  private async doing(task: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await task();
    } catch (e) {
      toastError(e);
    } finally {
      this.busy = false;
    }
  }

  async stop(): Promise<void> {
    const m = this.running;
    if (!m) return;
    try {
      await api.stop(this.id, m.id);
    } catch (e) {
      // It may have ended a moment before.
      if (!(e instanceof ApiError && (e.status === 404 || e.status === 409))) toastError(e);
    }
  }

  regenerate(m: MessageOut, mode: 'new' | 'continue' = 'new'): Promise<void> {
    return this.doing(async () => {
      await api.regenerate(this.id, m.id, mode);
    });
  }

  /** The version before or after this one; after the last of an answer comes another answer. */
  swipe(m: MessageOut, by: 1 | -1): Promise<void> {
    const i = m.siblings.indexOf(m.id);
    const to = m.siblings[i + by];
    if (to === undefined) {
      if (by === 1 && m.role === 'character' && m.parent_id !== null && isFinal(m.status)) return this.regenerate(m);
      return Promise.resolve();
    }
    return this.doing(async () => {
      const s = await api.setLeaf(this.id, to);
      sessions.put(s);
      if (this.tree.select(s.leaf_id)) this.show();
      else await this.load();
    });
  }

  edit(m: MessageOut, content: string): Promise<void> {
    return this.doing(async () => {
      this.tree.put(await api.editMessage(this.id, m.id, content));
      this.show();
    });
  }

  remove(m: MessageOut): Promise<void> {
    return this.doing(() => api.deleteMessage(this.id, m.id));
  }

  /** Lets a character of a group speak next. */
  speak(character: string): Promise<void> {
    return this.doing(async () => {
      await groups.speak(this.id, character);
    });
  }

  typing(): void {
    this.connection.typing(this.id);
  }
}
