import { describe, expect, it } from 'vitest';
import { hueOfName, hueOfPixels } from '../src/lib/tint';
import { ago, count, dayName, money, sameDay, span } from '../src/lib/time';

describe('days', () => {
  it('have names near now', () => {
    const now = new Date(2026, 4, 10, 0, 5);
    expect(dayName(new Date(2026, 4, 10, 0, 1).toISOString(), now)).toBe('Today');
    expect(dayName(new Date(2026, 4, 9, 23, 59).toISOString(), now)).toBe('Yesterday');
    expect(sameDay(new Date(2026, 4, 9, 23, 59).toISOString(), now.toISOString())).toBe(false);
  });
  it('what was shared is so long ago', () => {
    const now = new Date(2026, 4, 10, 12, 0);
    const before = (minutes: number) => ago(new Date(now.getTime() - minutes * 60_000).toISOString(), now);
    expect([-2, 0.5, 5, 90].map(before)).toEqual(['just now', 'just now', '5 min. ago', '1 hr. ago']);
    expect(before(30 * 60)).toBe('Yesterday');
  });
});

describe('tint', () => {
  it('is the main colour of a picture', () => {
    const px = (r: number, g: number, b: number, n: number) => Array.from({ length: n }, () => [r, g, b, 255]).flat();
    const hue = hueOfPixels(new Uint8ClampedArray([...px(220, 40, 120, 50), ...px(120, 120, 120, 400), ...px(40, 60, 200, 20)]));
    expect(hue).toBeGreaterThan(325);
    expect(hue).toBeLessThan(345);
    expect(hueOfPixels(new Uint8ClampedArray(px(90, 90, 90, 10)))).toBeNull();
  });
  it('is always the same for a name', () => {
    expect(hueOfName('Yuki')).toBe(hueOfName('Yuki'));
  });
});

describe('figures', () => {
  it('are told as finely as they matter', () => {
    expect([420, 4_210, 83_400, 412_300, 1_340_000].map(span)).toEqual(['0.42 ms', '4.2 ms', '83 ms', '412 ms', '1.3 s']);
    expect(count(12_345)).toBe('12,345');
    expect([0.00042, 0.25, 0].map(money)).toEqual(['$0.00042', '$0.25', '$0']);
  });
});
