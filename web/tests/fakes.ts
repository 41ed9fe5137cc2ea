import { session } from '../../clients/typescript/tests/fakes';
import type { GroupOut, MemberOut, MemoryOut, MomentOut, SessionOut } from '../src/lib/wire';

export { FakeSocket, message, session } from '../../clients/typescript/tests/fakes';

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

let n = 0;
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
