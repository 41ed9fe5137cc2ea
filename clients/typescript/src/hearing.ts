// What is heard of the chats that are open: how far, which replies are being written, and when something is missing.

import type { SessionResumeRequest } from './generated/frames.js';
import type { MessageStatus, SessionEvent } from './generated/types.js';
import type { Line } from './line.js';
import { FRUITLESS, timing } from './timing.js';

/** Whether a message will not change by itself any more. */
export function isFinal(status: MessageStatus): boolean {
  return status === 'complete' || status === 'stopped' || status === 'failed';
}

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

export class Hearing {
  private watches = new Map<string, Watch>();

  constructor(private line: Line) {}

  watch(sessionId: string, seq: number, running: Iterable<[string, string]>): void {
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

  /** The place up to which a chat was heard without a gap. */
  place(sessionId: string): number | undefined {
    return this.watches.get(sessionId)?.seq;
  }

  /** The line is there again. */
  resumeAll(): void {
    for (const id of this.watches.keys()) this.resume(id);
  }

  /** The line is gone. */
  drop(): void {
    for (const w of this.watches.values()) {
      clearTimeout(w.timer);
      w.resuming = false;
    }
  }

  private resume(sessionId: string): void {
    const w = this.watches.get(sessionId);
    if (!w || !this.line.online() || w.resuming) return;
    const frame: SessionResumeRequest = { type: 'session.resume', session_id: sessionId, after_seq: w.seq };
    const last = [...w.running].at(-1);
    if (last) {
      frame.message_id = last[0];
      frame.offset = last[1].length;
    }
    if (!this.line.post(frame)) return;
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
      this.line.tell({ kind: 'lost', session_id: sessionId });
    } else this.resume(sessionId);
  }

  private behind(w: Watch): boolean {
    if (w.heard > w.seq) return true;
    for (const [id, end] of w.beyond) if ((w.running.get(id)?.length ?? 0) < end) return true;
    return false;
  }

  resumed(sessionId: string, seq: number): void {
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

  event(e: SessionEvent): void {
    const w = this.watches.get(e.session_id);
    if (!w) {
      this.line.tell({ kind: 'event', event: e });
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
    this.line.tell({ kind: 'event', event: e });
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

  delta(sessionId: string, messageId: string, offset: number, delta: string): void {
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
    this.line.tell({ kind: 'text', session_id: sessionId, message_id: messageId, text: whole });
  }
}
