// What tests of this package pretend.

import type { SocketLike } from '../src/connection.js';
import type { MessageOut, SessionOut } from '../src/generated/types.js';

export class FakeSocket implements SocketLike {
  readyState = 0;
  onopen: ((e: never) => void) | null = null;
  onmessage: ((e: { data: unknown }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  onerror: ((e: never) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  closedWith: number | undefined;
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}
  send(data: string) {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(code?: number) {
    this.readyState = 3;
    this.closedWith = code;
  }
  /** The server says something. */
  say(frame: unknown) {
    this.word({ data: JSON.stringify(frame) });
  }
  /** A word as it came, though nobody may listen any more. */
  word(e: { data: unknown }) {
    (this.onmessage ?? this.listened)?.(e);
    this.listened ??= this.onmessage;
  }
  private listened: ((e: { data: unknown }) => void) | null = null;
  ready(over: Record<string, unknown> = {}) {
    this.readyState = 1;
    this.say({ type: 'ready', user_id: 'usr_1', device_id: 'dev_1', expires_at: new Date(Date.now() + 900_000).toISOString(), heartbeat_seconds: 20, protocol: 1, ...over });
  }
  /** The line breaks. */
  break(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  frames(type: string) {
    return this.sent.filter((f) => f['type'] === type);
  }
}

let n = 0;
export function message(over: Partial<MessageOut> = {}): MessageOut {
  const id = over.id ?? `msg_${++n}`;
  return {
    id,
    session_id: 'ses_1',
    parent_id: null,
    depth: 0,
    author: null,
    reason: null,
    role: 'character',
    content: '',
    status: 'complete',
    failure: null,
    client_message_id: null,
    model: null,
    finish_reason: null,
    usage: null,
    revision: 0,
    siblings: [id],
    created_at: '2026-01-01T00:00:00Z',
    edited_at: null,
    hidden: false,
    ...over,
  };
}

export function session(over: Partial<SessionOut> = {}): SessionOut {
  return {
    id: 'ses_1',
    kind: 'solo',
    character: { id: 'chr_1', name: 'Yuki', tagline: '', avatar_url: null, deleted: false },
    group: null,
    title: '',
    pinned: false,
    archived: false,
    model: null,
    speaks: null,
    sampling: {},
    leaf_id: null,
    seq: 0,
    created_at: '2026-01-01T00:00:00Z',
    last_message_at: '2026-01-01T00:00:00Z',
    ...over,
  };
}
