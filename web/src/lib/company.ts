// Who talks in a session, as it is shown: one character, another person, or a group.

import type { MessageOut, SessionOut } from './wire';

export interface Shown {
  /** Of the character, where that is one. */
  id: string | null;
  name: string;
  tagline: string;
  avatar_url: string | null;
  deleted: boolean;
}

/** The face of a session. `me` is not named among the others. */
export function faceOf(s: SessionOut, me?: string | null): Shown {
  if (s.character) return s.character;
  const there = (s.group?.people ?? []).filter((p) => p.state !== 'left' && p.id !== me);
  const all = [...there.map((p) => p.name || p.username), ...(s.group?.characters ?? []).map((c) => c.name)];
  const first = there[0] ?? s.group?.characters[0];
  return {
    id: null,
    name: (s.kind === 'group' && s.title) || all.join(', '),
    tagline: s.kind === 'group' ? all.join(', ') : '',
    avatar_url: first?.avatar_url ?? null,
    deleted: false,
  };
}

/** Who said a message; `mine` where that is the person who looks. */
export function speakerOf(s: SessionOut, m: MessageOut, me?: string | null): { name: string; avatar_url: string | null; mine: boolean } {
  const a = m.author;
  if (!a) return { name: s.character?.name ?? '', avatar_url: s.character?.avatar_url ?? null, mine: m.role === 'user' };
  if (a.kind === 'person') {
    const p = s.group?.people.find((p) => p.id === a.id);
    return { name: p?.name || p?.username || '?', avatar_url: p?.avatar_url ?? null, mine: a.id === me };
  }
  const c = s.group?.characters.find((c) => c.id === a.id);
  return { name: c?.name ?? '?', avatar_url: c?.avatar_url ?? null, mine: false };
}
