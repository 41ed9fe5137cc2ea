// Who talks in a session, as it is shown: one character, another person, or a group.

import { t } from '../messages';
import { isFinal, type MemberOut, type MemberRole, type MessageOut, type SessionEvent, type SessionOut } from './wire';

export interface Shown {
  /** Of the character, where that is one. */
  id: string | null;
  name: string;
  tagline: string;
  avatar_url: string | null;
  deleted: boolean;
}

/** So many people, and so many characters, are in one group at most. */
export const GROUP_PEOPLE = 16;
export const GROUP_CHARACTERS = 8;

export const nameOf = (p: MemberOut): string => p.name || p.username;

/** The face of a session. `me` is not named among the others. */
export function faceOf(s: SessionOut, me?: string | null): Shown {
  if (s.character) return s.character;
  const there = (s.group?.people ?? []).filter((p) => p.state !== 'left' && p.id !== me);
  const all = [...there.map(nameOf), ...(s.group?.characters ?? []).map((c) => c.name)];
  const first = there[0] ?? s.group?.characters[0];
  return {
    id: null,
    name: (s.kind === 'group' && s.title) || all.join(t.news.comma),
    tagline: s.kind === 'group' ? all.join(t.news.comma) : '',
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
    return { name: p ? nameOf(p) : '?', avatar_url: p?.avatar_url ?? null, mine: a.id === me };
  }
  const c = s.group?.characters.find((c) => c.id === a.id);
  return { name: c?.name ?? '?', avatar_url: c?.avatar_url ?? null, mine: false };
}

/** The faces of a group, as many as are shown together: characters and people in turns. */
export function facesOf(s: SessionOut, me?: string | null, most = 3): { name: string; avatar_url: string | null }[] {
  const people = (s.group?.people ?? []).filter((p) => p.state === 'joined' && p.id !== me).map((p) => ({ name: nameOf(p), avatar_url: p.avatar_url }));
  const characters = s.group?.characters ?? [];
  const faces = [];
  for (let i = 0; i < Math.max(people.length, characters.length); i++) faces.push(characters[i], people[i]);
  return faces.filter((f) => f !== undefined).slice(0, most);
}

export const moderates = (role: MemberRole): boolean => role !== 'member';

/** Whether somebody with this role may send another away. */
export function mayRemove(by: MemberRole, of: MemberRole): boolean {
  return by === 'owner' ? of !== 'owner' : by === 'moderator' && of === 'member';
}

export interface MayDo {
  edit: boolean;
  retract: boolean;
  /** Another answer in the place of this one. */
  again: boolean;
  /** Turning to another version, and branching: it turns the chat for everybody. */
  turn: boolean;
}

/** What the person may do with a message, as the server decides it. */
export function mayDo(s: SessionOut, m: MessageOut, me: string | null, last: boolean): MayDo {
  const hers = m.role === 'character';
  const answered = hers && m.parent_id !== null;
  if (!s.group) return { edit: true, retract: true, again: answered, turn: true };
  const looksAfter = s.kind === 'group' && moderates(s.group.role);
  const own = m.author?.kind === 'person' && m.author.id === me;
  const there = s.group.characters.some((c) => c.id === m.author?.id && !c.deleted);
  return { edit: own || (hers && looksAfter), retract: own || looksAfter, again: answered && there && (last || looksAfter), turn: looksAfter };
}

/** The place at which a message was told whole, if this event does so. */
export function placeOf(e: SessionEvent): [string, number] | null {
  if (e.type === 'message.accepted') return [e.message.id, e.seq];
  if (e.type === 'reply.completed' || e.type === 'reply.failed') return [e.message.id, e.seq];
  return null;
}

/** Who has read how far: under the id of a message, those for whom it is the last that they have read. Of older messages, whose
 * places are not known, nothing is said. */
export function readersOf(path: MessageOut[], places: ReadonlyMap<string, number>, people: MemberOut[], me: string | null): Map<string, MemberOut[]> {
  const found = new Map<string, MemberOut[]>();
  for (const p of people) {
    if (p.id === me || p.state !== 'joined') continue;
    const read = path.findLast((m) => isFinal(m.status) && (places.get(m.id) ?? Infinity) <= p.read_seq);
    if (read) found.set(read.id, [...(found.get(read.id) ?? []), p]);
  }
  return found;
}
