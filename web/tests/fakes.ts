import type { SocketLike } from '../src/lib/connection';
import type { GroupOut, MemberOut, MemoryOut, MessageOut, MomentOut, SessionOut } from '../src/lib/wire';

export class FakeStorage implements Storage {
  private map = new Map<string, string>();
  get length() {
    return this.map.size;
  }
  clear() {
    this.map.clear();
  }
  getItem(k: string) {
    return this.map.get(k) ?? null;
  }
  key(i: number) {
    return [...this.map.keys()][i] ?? null;
  }
  removeItem(k: string) {
    this.map.delete(k);
  }
  setItem(k: string, v: string) {
    this.map.set(k, v);
  }
}

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
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
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

export function member(over: Partial<MemberOut> = {}): MemberOut {
  const id = over.id ?? `usr_${++n}`;
  return { id, username: id.slice(4), name: '', avatar_url: null, role: 'member', state: 'joined', invited_by: null, joined_at: '2026-01-01T00:00:00Z', read_seq: 0, ...over };
}

/** A session of several; `usr_1` looks at it. */
export function group(over: Partial<GroupOut> = {}, rest: Partial<SessionOut> = {}): SessionOut {
  const characters = [{ id: 'chr_1', name: 'Yuki', tagline: '', avatar_url: null, deleted: false, talkativeness: 50, added_by: null }];
  const people = [member({ id: 'usr_1', name: 'Aya', role: 'owner' }), member({ id: 'usr_2', name: 'Ren' }), member({ id: 'usr_3', username: 'mio', state: 'invited' })];
  return session({ kind: 'group', character: null, group: { reply_mode: 'natural', speakers: 2, newcomers_see: 'joining', people, characters, role: 'owner', muted: false, unread: 0, ...over }, ...rest });
}

export function moment(over: Partial<MomentOut> = {}): MomentOut {
  return {
    id: over.id ?? `mom_${++n}`,
    author: { kind: 'person', id: 'usr_2', handle: 'ren', name: 'Ren', avatar_url: null },
    text: 'Rain.',
    images: [],
    visibility: 'public',
    likes: 0,
    liked: false,
    comments: 0,
    characters_may_comment: true,
    is_mine: false,
    created_at: '2026-01-01T00:00:00Z',
    edited_at: null,
    ...over,
  };
}

export function memory(over: Partial<MemoryOut> = {}): MemoryOut {
  return {
    id: over.id ?? `mem_${++n}`,
    character_id: 'chr_1',
    kind: 'fact',
    subject: null,
    scale: null,
    speaker: null,
    text: 'So it is.',
    importance: 3,
    pinned: false,
    happened_at: '2026-01-01T00:00:00Z',
    ended: null,
    session_id: null,
    model: null,
    created_at: '2026-01-01T00:00:00Z',
    ...over,
  };
}
