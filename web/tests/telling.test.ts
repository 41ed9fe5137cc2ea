import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { why } from '../src/lib/reasons';
import { Telling } from '../src/lib/telling';
import type { EventIn, RecommendationReason } from '../src/lib/wire';

const world = (send: (events: EventIn[], last: boolean) => Promise<unknown> = async () => undefined) => {
  const sent: { ids: string[]; last: boolean }[] = [];
  let n = 0;
  const telling = new Telling({
    send: (events, last) => {
      sent.push({ ids: events.map((e) => e.event_id), last });
      return send(events, last);
    },
    hopeless: (e) => e === 'hopeless',
    id: () => `e${++n}`,
    now: () => 1_775_466_000_000,
  });
  return { telling, sent };
};

describe('telling', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gathers, and says of somebody once where they were shown', async () => {
    const { telling, sent } = world();
    telling.tell('impression', 'chr_1', 'new');
    telling.tell('impression', 'chr_1', 'new');
    telling.tell('impression', 'chr_1', 'trending');
    telling.tell('click', 'chr_1', 'new');
    telling.tell('click', 'chr_1', 'new');
    await vi.advanceTimersByTimeAsync(4_900);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toEqual([{ ids: ['e1', 'e2', 'e3', 'e4'], last: false }]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sent.length).toBe(1);
  });

  it('tells at once when there is much, or when the page goes', async () => {
    const { telling, sent } = world();
    for (let n = 0; n < 51; n++) telling.tell('impression', `chr_${n}`, 'search');
    await vi.advanceTimersByTimeAsync(0);
    expect(sent.map((s) => s.ids.length)).toEqual([50]);
    await telling.flush(true);
    expect(sent[1]).toEqual({ ids: ['e51'], last: true });
    await telling.flush(true);
    expect(sent.length).toBe(2);
  });

  it('keeps what did not arrive, under its name, and lets go of what is refused', async () => {
    let fault: unknown = 'offline';
    const { telling, sent } = world(async () => {
      if (fault) throw fault;
    });
    telling.tell('click', 'chr_1', 'similar');
    await telling.flush();
    fault = null;
    await vi.advanceTimersByTimeAsync(61_000);
    expect(sent.map((s) => s.ids)).toEqual([['e1'], ['e1']]);
    fault = 'hopeless';
    telling.tell('click', 'chr_2', 'similar');
    await telling.flush();
    fault = null;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sent.length).toBe(3);
  });

  it('is bounded, and forgets with whoever leaves', async () => {
    const { telling, sent } = world(async () => {
      throw 'offline';
    });
    for (let n = 0; n < 1_000; n++) telling.tell('click', `chr_${n}`, 'search');
    await vi.advanceTimersByTimeAsync(60_000 * 50);
    expect(new Set(sent.flatMap((s) => s.ids)).size).toBeLessThan(500);
    const before = sent.length;
    telling.forget();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sent.length).toBe(before);
  });
});

describe('a reason', () => {
  const of = (over: Partial<RecommendationReason>): string => why({ kind: 'new', character: null, tag: null, ...over });
  it('is said in words, also by whom it does not know', () => {
    expect(of({ kind: 'because_you_like', character: { id: 'chr_1', name: 'Ren' } })).toBe('because you like Ren');
    expect(of({ kind: 'because_you_like' })).toBe('near to what you like');
    expect(of({ kind: 'matches_your_tags', tag: 'sea' })).toContain('sea');
    expect(of({ kind: 'popular_now' })).toBe('loved by many these days');
    expect(of({ kind: 'of_tomorrow' as RecommendationReason['kind'] })).toBe('');
  });
});
