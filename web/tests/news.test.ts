import { describe, expect, it } from 'vitest';
import { byDays, lineOf, said, whoOf, withNewest, type Said } from '../src/lib/news';
import type { NotificationKind, NotificationOut } from '../src/lib/wire';

function one(id: string, seq: number, updated_at: string, more: Partial<NotificationOut> = {}): NotificationOut {
  return {
    id,
    kind: 'moment_liked',
    category: 'moments',
    subject: { kind: 'moment', id: 'mom_1' },
    actors: [],
    count: 1,
    seq,
    path: '/moments/mom_1',
    created_at: updated_at,
    updated_at,
    read_at: null,
    ...more,
  };
}
const of = (kind: string, count: number, ...names: (string | null)[]): Said => ({ kind, count, names });

describe('a line', () => {
  it('names those who did it, and counts the others where that is known', () => {
    expect(lineOf(of('moment_liked', 1, 'Aya'))).toBe('Aya likes your moment.');
    expect(lineOf(of('moment_liked', 2, 'Aya', 'Rin'))).toBe('Aya and Rin like your moment.');
    expect(lineOf(of('moment_liked', 3, 'Aya', 'Rin', 'Noa'))).toBe('Aya, Rin and Noa like your moment.');
    expect(lineOf(of('moment_liked', 4, 'Aya', 'Rin', 'Noa'))).toBe('Aya, Rin, Noa and one other like your moment.');
    expect(lineOf(of('new_follower', 12, 'Aya', 'Rin', 'Noa'))).toBe('Aya, Rin, Noa and 9 others follow you.');
  });
  it('does not make people of what one of them does often', () => {
    expect(lineOf(of('reply_ready', 1, 'Rin'))).toBe('Rin answered you.');
    expect(lineOf(of('reply_ready', 4, 'Rin'))).toBe('Rin answered you 4 times.');
    expect(lineOf(of('moment_commented', 7, 'Aya', 'Rin', 'Noa'))).toBe('Aya, Rin, Noa and others said 7 things about your moment.');
    expect(whoOf(of('direct_message', 3, 'Aya', 'Rin', 'Noa'))).toBe('Aya, Rin and Noa');
  });
  it('is there also for who is gone, for a name that is kept back, and for a kind of a later server', () => {
    expect(lineOf(of('friend_request', 1, null))).toBe('Somebody would like to be your friend.');
    expect(lineOf(of('moment_liked', 3))).toBe('Somebody and 2 others like your moment.');
    expect(lineOf(of('dances', 1, 'Aya'))).toBe('Something new happened.');
    expect(lineOf({ kind: 'system', count: 1, names: [], news: 'elsewhere' })).toBe('Something new happened.');
  });
  it('says of an account what happened to it', () => {
    const n = one('ntf_1', 1, '2026-04-05T09:00:00Z', { kind: 'system', category: 'account', subject: { kind: 'account', id: 'new_sign_in' } });
    expect(lineOf(said(n))).toBe('Another device has signed in with your account.');
    expect(lineOf(said({ ...n, count: 3 }))).toBe('3 other devices have signed in with your account.');
    expect(lineOf(said({ ...n, subject: { kind: 'account', id: 'password_changed' } }))).toBe('Your password was changed.');
  });
  it('is there for every kind', () => {
    const kinds: NotificationKind[] = ['friend_request', 'friend_accepted', 'new_follower', 'reply_ready', 'character_wrote', 'diary_written', 'direct_message', 'group_invitation', 'moment_liked', 'moment_commented', 'report_resolved'];
    for (const kind of kinds) expect(lineOf(of(kind, 2, 'Aya', 'Rin')), kind).not.toBe('Something new happened.');
  });
});

describe('the list', () => {
  const now = new Date(2026, 3, 6, 12);
  const at = (day: number, hour: number) => new Date(2026, 3, day, hour).toISOString();
  it('is grouped by the days of the person', () => {
    const list = [one('a', 5, at(6, 11)), one('b', 4, at(6, 0)), one('c', 3, at(5, 23)), one('d', 2, at(1, 9))];
    const days = byDays(list, now);
    expect(days.map((d) => d.items.map((n) => n.id))).toEqual([['a', 'b'], ['c'], ['d']]);
    expect(days.map((d) => d.name).slice(0, 2)).toEqual(['Today', 'Yesterday']);
    expect(byDays([], now)).toEqual([]);
  });
  it('takes what has grown to its top, and nothing twice', () => {
    const list = [one('a', 5, at(6, 11)), one('b', 4, at(6, 0))];
    const grown = one('b', 6, at(6, 12), { count: 2 });
    expect(withNewest(list, grown).map((n) => [n.id, n.seq])).toEqual([['b', 6], ['a', 5]]);
    expect(withNewest(list, one('b', 4, at(6, 0)))).toBe(list);
    expect(withNewest(list, one('c', 3, at(5, 0))).map((n) => n.id)).toEqual(['a', 'b', 'c']);
  });
});
