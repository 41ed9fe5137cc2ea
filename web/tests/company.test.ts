import { describe, expect, it } from 'vitest';
import { faceOf, facesOf, mayDo, mayRemove, placeOf, readersOf, speakerOf } from '../src/lib/company';
import type { MemberRole, MessageOut } from '../src/lib/wire';
import { group, member, message, session } from './fakes';

const said = (by: string, over: Partial<MessageOut> = {}) =>
  message({ role: by.startsWith('chr') ? 'character' : 'user', author: { kind: by.startsWith('chr') ? 'character' : 'person', id: by }, parent_id: 'before', ...over });

describe('the face of a chat', () => {
  it('is a character, or those who are there, never oneself', () => {
    expect(faceOf(session()).name).toBe('Yuki');
    expect(faceOf(group(), 'usr_1').name).toBe('Ren, mio, Yuki');
    expect(faceOf(group({}, { title: 'Tea' }), 'usr_1').name).toBe('Tea');
    expect(facesOf(group(), 'usr_1').map((f) => f.name)).toEqual(['Yuki', 'Ren']);
  });
  it('names who said something, also those who have left', () => {
    const s = group({ people: [member({ id: 'usr_1' }), member({ id: 'usr_2', name: 'Ren', state: 'left' })] });
    expect(speakerOf(s, said('usr_2'), 'usr_1')).toMatchObject({ name: 'Ren', mine: false });
    expect(speakerOf(s, said('usr_1'), 'usr_1').mine).toBe(true);
    expect(speakerOf(s, said('chr_1'), 'usr_1').name).toBe('Yuki');
  });
});

describe('what may be done with a message', () => {
  it('alone with a character: everything', () => {
    expect(mayDo(session(), message({ parent_id: 'x' }), 'usr_1', false)).toEqual({ edit: true, retract: true, again: true, turn: true });
    expect(mayDo(session(), message(), 'usr_1', true).again).toBe(false);
  });
  it('in a group: one’s own, and more for those who look after it', () => {
    const member = group({ role: 'member' });
    expect(mayDo(member, said('usr_1'), 'usr_1', true)).toEqual({ edit: true, retract: true, again: false, turn: false });
    expect(mayDo(member, said('usr_2'), 'usr_1', true)).toEqual({ edit: false, retract: false, again: false, turn: false });
    expect(mayDo(member, said('chr_1'), 'usr_1', true)).toEqual({ edit: false, retract: false, again: true, turn: false });
    expect(mayDo(member, said('chr_1'), 'usr_1', false).again).toBe(false);
    const owner = group();
    expect(mayDo(owner, said('usr_2'), 'usr_1', false)).toEqual({ edit: false, retract: true, again: false, turn: true });
    expect(mayDo(owner, said('chr_1'), 'usr_1', false)).toEqual({ edit: true, retract: true, again: true, turn: true });
    // Who is not there any more says nothing more.
    expect(mayDo(owner, said('chr_9'), 'usr_1', true).again).toBe(false);
  });
  it('between two: one’s own', () => {
    const direct = group({ role: 'owner', characters: [] }, { kind: 'direct' });
    expect(mayDo(direct, said('usr_2'), 'usr_1', true)).toEqual({ edit: false, retract: false, again: false, turn: false });
    expect(mayDo(direct, said('usr_1'), 'usr_1', true).retract).toBe(true);
  });
  it('nobody sends their equal or better away', () => {
    const roles: MemberRole[] = ['owner', 'moderator', 'member'];
    const may = roles.flatMap((by) => roles.filter((of) => mayRemove(by, of)).map((of) => `${by} ${of}`));
    expect(may).toEqual(['owner moderator', 'owner member', 'moderator member']);
  });
});

describe('who has read how far', () => {
  const path = [said('usr_1', { id: 'a' }), said('usr_2', { id: 'b' }), said('chr_1', { id: 'c' })];
  it('takes the place at which a message was whole', () => {
    const m = said('usr_1', { id: 'a' });
    expect(placeOf({ type: 'message.accepted', session_id: 's', seq: 4, client_message_id: 'x', message: m, reply: null })).toEqual(['a', 4]);
    expect(placeOf({ type: 'reply.completed', session_id: 's', seq: 9, message: m })).toEqual(['a', 9]);
    expect(placeOf({ type: 'reply.started', session_id: 's', seq: 5, message: m })).toBeNull();
  });
  it('stands under the last that each has read', () => {
    const places = new Map([['a', 2], ['b', 3], ['c', 6]]);
    const people = [member({ id: 'usr_1', read_seq: 9 }), member({ id: 'usr_2', read_seq: 6 }), member({ id: 'usr_4', read_seq: 5 }), member({ id: 'usr_5', read_seq: 1 }), member({ id: 'usr_6', read_seq: 9, state: 'left' })];
    const found = readersOf(path, places, people, 'usr_1');
    expect([...found].map(([id, all]) => [id, all.map((p) => p.id)])).toEqual([['c', ['usr_2']], ['b', ['usr_4']]]);
  });
  it('says nothing of what has no known place, and of what is still written', () => {
    expect(readersOf(path, new Map(), [member({ id: 'usr_2', read_seq: 99 })], 'usr_1').size).toBe(0);
    const running = [said('usr_1', { id: 'a' }), said('chr_1', { id: 'c', status: 'streaming' })];
    const found = readersOf(running, new Map([['a', 2], ['c', 3]]), [member({ id: 'usr_2', read_seq: 9 })], 'usr_1');
    expect([...found.keys()]).toEqual(['a']);
  });
});
