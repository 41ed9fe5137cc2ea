import { describe, expect, it } from 'vitest';
import { kindly, limitOf, meters, MICROS, typed, until } from '../src/lib/limits';
import type { UsageToday } from '../src/lib/wire';

const today = (over: Partial<UsageToday> = {}): UsageToday => ({
  date: '2026-04-06',
  resets_at: '2026-04-07T00:00:00Z',
  used: { replies: 12, tokens: 34_000, cost_micros: 0 },
  limits: { replies: null, tokens: null, cost_micros: null },
  ...over,
});

describe('a day', () => {
  it('shows what was taken, and how full each limit is', () => {
    expect(meters(today()).map((m) => [m.kind, m.used, m.limit])).toEqual([['replies', '12', null], ['tokens', '34,000', null]]);
    const limits = { replies: 10, tokens: 68_000, cost_micros: 2 * MICROS };
    expect(meters(today({ limits })).map((m) => [m.kind, m.limit, m.share])).toEqual([['replies', '10', 1], ['tokens', '68,000', 0.5], ['cost', '$2', 0]]);
    expect(meters(today({ limits: { ...limits, replies: 0 }, used: { replies: 0, tokens: 0, cost_micros: 1 } }))[0]!.share).toBe(1);
  });

  it('says kindly that it is over, and when the next begins', () => {
    const now = new Date('2026-04-06T12:00:00');
    const late = new Date('2026-04-06T20:30:00').toISOString();
    const tomorrow = new Date('2026-04-07T02:00:00').toISOString();
    expect(until(late, now)).toMatch(/^at 0?8:30\s?PM$/);
    expect(until(tomorrow, now)).toMatch(/^tomorrow at 0?2:00\s?AM$/);
    expect(kindly({ quota: 'replies', resets_at: late }, now)).toMatch(/^You have talked a lot today\. .* goes on at 0?8:30/);
    expect(kindly({ quota: 'cost_all', resets_at: late }, now)).toMatch(/everyone/);
  });
});

describe('a limit', () => {
  it('is typed as people write numbers', () => {
    expect(limitOf('at_most', ' 50 ')).toEqual({ rule: 'at_most', at_most: 50 });
    expect(limitOf('at_most', '2,5', MICROS)).toEqual({ rule: 'at_most', at_most: 2_500_000 });
    expect(limitOf('unlimited', 'x')).toEqual({ rule: 'unlimited', at_most: null });
    for (const wrong of ['', ' ', 'x', '-1', '1.5', '1e99']) expect(limitOf('at_most', wrong), wrong).toBeNull();
    expect(typed({ rule: 'at_most', at_most: 2_500_000 }, MICROS)).toBe('2.5');
    expect(typed({ rule: 'default', at_most: null })).toBe('');
  });
});
