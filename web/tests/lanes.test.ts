import { describe, expect, it } from 'vitest';
import { Heights } from '../src/lib/heights';
import { heightOf, laneRows } from '../src/lib/lanes';
import { message } from './fakes';

describe('heights', () => {
  /** Chance that is the same each time. */
  function* chance(seed: number): Generator<number> {
    for (;;) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      yield seed / 2 ** 32;
    }
  }

  it('find the rows in sight, whatever was measured', () => {
    const random = chance(7);
    const next = (below: number) => Math.floor(random.next().value! * below);
    for (let turn = 0; turn < 40; turn++) {
      const n = 1 + next(300);
      const keys = Array.from({ length: n }, (_, i) => `${i}`);
      const real = keys.map(() => 20 + next(200));
      const heights = new Heights();
      heights.set(keys, () => 90);
      for (let i = 0; i < n; i++) heights.measure(keys[i]!, real[i]!);
      const total = real.reduce((a, b) => a + b, 0);
      expect(heights.total).toBe(total);
      const from = next(total);
      const to = from + next(1_000);
      const [first, end] = heights.range(from, to);
      for (let i = 0; i < n; i++) {
        const below = real.slice(i + 1).reduce((a, b) => a + b, 0);
        expect(heights.below(i)).toBe(below);
        const inSight = below < to && below + real[i]! > from;
        if (inSight) expect(i >= first && i < end, `${i} of ${first}..${end}`).toBe(true);
      }
    }
  });

  it('move nothing that is below when older rows come on top', () => {
    const heights = new Heights();
    heights.set(['c', 'd'], () => 100);
    heights.measure('c', 40);
    const below = heights.below(0);
    heights.set(['a', 'b', 'c', 'd'], () => 500);
    expect(heights.below(heights.find('c')!)).toBe(below);
    expect(heights.height(heights.find('c')!)).toBe(40);
    expect(heights.total).toBe(500 + 500 + 40 + 100);
  });

  it('say how much a measure changed, and nothing of rows that are not there', () => {
    const heights = new Heights();
    heights.set(['a'], () => 90);
    expect([heights.measure('a', 100), heights.measure('a', 100), heights.measure('b', 10)]).toEqual([10, 0, 0]);
    expect(new Heights().range(0, 500)).toEqual([0, 0]);
    expect(heights.range(-900, 2_000)).toEqual([0, 1]);
  });
});

describe('the rows of a chat', () => {
  const at = (id: string, created_at: string, role: 'user' | 'character' = 'user') => message({ id, created_at, role });
  it('begin each day with its name, and each speaker with theirs', () => {
    const rows = laneRows([at('a', '2026-04-06T10:00:00'), at('b', '2026-04-06T11:00:00'), at('c', '2026-04-06T12:00:00', 'character'), at('d', '2026-04-07T09:00:00', 'character')]);
    expect(rows.map((r) => (r.m ? `${r.key}${r.head ? '!' : ''}` : r.key))).toEqual(['day a', 'a!', 'b', 'c!', 'day d', 'd!']);
  });
  it('are thought higher the more is said', () => {
    const row = (content: string) => ({ key: 'a', head: false, m: message({ content }) });
    expect(heightOf(row('x'.repeat(400)))).toBeGreaterThan(heightOf(row('x')));
    expect(heightOf(row('a\nb\nc'))).toBeGreaterThan(heightOf(row('abc')));
  });
});
