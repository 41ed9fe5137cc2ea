import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, MemoryStore, type SocketLike } from '@talker/client';
import { missing, movedBy, nameOf, share, signed } from '../src/lib/bonds';
import type { Bond, BondEvent } from '../src/lib/wire';
import en from '../src/messages/en';
import ja from '../src/messages/ja';
import zh from '../src/messages/zh-Hans';
import { FakeSocket } from './fakes';

const wire = vi.hoisted(() => ({ bond: null as Bond | null, events: [] as BondEvent[], reads: 0, fail: 0 }));
vi.mock('../src/lib/api', () => {
  class ApiError extends Error {
    errors = [];
    constructor(
      readonly status: number,
      readonly code: string,
    ) {
      super(code);
    }
  }
  const fallible = () => {
    if (wire.fail) throw new ApiError(wire.fail, 'x');
  };
  return {
    ApiError,
    api: {
      character: async () => ({ id: 'chr_1', name: 'Yuki', avatar_url: null }),
      bond: async () => {
        wire.reads++;
        fallible();
        return wire.bond;
      },
      bondEvents: async (_: string, p: { cursor?: string | null; limit: number }) => {
        const from = Number(p.cursor ?? 0);
        const to = from + p.limit;
        return { items: wire.events.slice(from, to), next_cursor: to < wire.events.length ? String(to) : null };
      },
      switchBond: async (_: string, on: boolean) => (wire.bond = { ...wire.bond!, on }),
      resetBond: async () => {
        wire.events = [];
      },
    },
  };
});

const { BondRoom } = await import('../src/stores/bond.svelte');
const { timing } = await import('../src/stores/room.svelte');
const { reached } = await import('../src/stores/reached.svelte');

const dimension = (key: string, value: number) => ({ key, label: `${key}!`, about: '', min: 0, max: 100, start: 0, value, romantic: false });
const bond = (over: Partial<Bond> = {}): Bond => ({
  character_id: 'chr_1',
  on: true,
  since: null,
  usual: true,
  judge: 'model',
  dimensions: [dimension('closeness', 30), dimension('trust', 5)],
  stages: [
    { key: 'just_met', label: 'Just met', reached: true, needs: [], romantic: false },
    { key: 'friends', label: 'Friends', reached: false, needs: [{ dimension: 'closeness', at_least: 25 }, { dimension: 'trust', at_least: 15 }], romantic: false },
  ],
  stage: 'just_met',
  next: { stage: 'friends', progress: 0.3 },
  mood: { name: 'calm', level: 0 },
  events: 2,
  ...over,
});
const event = (n: number): BondEvent => ({
  id: `bnd_${n}`,
  cause: { kind: 'message', session_id: 'ses_1', message_id: `msg_${n}` },
  reason: 'kindness',
  moved: { trust: 2, luck: 1 },
  mood: 1,
  why: '',
  model: null,
  turned_to: null,
  at: '2026-01-01T00:00:00Z',
});

describe('what a bond says', () => {
  it('is in the language where the words are the server’s own, else in those of the maker', () => {
    const stage = { key: 'friends', label: 'Allies' };
    expect([nameOf(stage, true, zh.bond.stages), nameOf(stage, false, zh.bond.stages)]).toEqual(['朋友', 'Allies']);
    expect(nameOf({ key: 'toString', label: 'x' }, true, zh.bond.stages)).toBe('x');
  });

  it('knows where values stand, and what is missing', () => {
    expect([share(dimension('a', 30)), share(dimension('a', 900)), share({ ...dimension('a', 0), min: -50, max: 50 })]).toEqual([0.3, 1, 0.5]);
    expect(missing(bond()).map((m) => [m.dimension.key, m.at])).toEqual([['closeness', 25], ['trust', 15]]);
    expect(missing(bond({ next: null }))).toEqual([]);
    expect(movedBy(bond(), event(1)).map((m) => [m.dimension.key, m.by])).toEqual([['trust', 2]]);
    expect([signed(2), signed(-1)]).toEqual(['+2', '−1']);
  });
});

describe('a page of a bond', () => {
  let socket: FakeSocket;
  let connection: Connection;
  beforeEach(async () => {
    vi.useFakeTimers();
    Object.assign(wire, { bond: bond(), events: Array.from({ length: 40 }, (_, n) => event(n)), reads: 0, fail: 0 });
    vi.stubGlobal('document', { visibilityState: 'visible' });
    connection = new Connection({
      url: 'ws://x',
      userId: 'usr_1',
      storage: new MemoryStore(),
      token: async () => 't',
      signedOut: () => {},
      open: (url, protocols) => (socket = new FakeSocket(url, protocols)) as SocketLike,
    });
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    socket.ready();
  });
  afterEach(() => {
    connection.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is read anew when it changed, page by page, and switched off at once', async () => {
    const room = new BondRoom('chr_1', connection);
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
    expect([room.state, room.events.length, room.cursor]).toEqual(['ready', 30, '30']);
    await room.more();
    expect([room.events.length, room.cursor]).toEqual([40, null]);
    await room.turnOn(false);
    expect(room.bond?.on).toBe(false);
    expect(await room.beginAnew()).toBe(true);
    expect(room.events).toEqual([]);
    const reads = wire.reads;
    socket.say({ type: 'bond.changed', character_id: 'chr_2' });
    socket.say({ type: 'bond.changed', character_id: 'chr_1' });
    socket.say({ type: 'bond.changed', character_id: 'chr_1', reached: 'friends' });
    await vi.advanceTimersByTimeAsync(timing.changed);
    expect(wire.reads).toBe(reads + 1);
    room.close();
  });

  it('says that somebody is not there', async () => {
    wire.fail = 404;
    const room = new BondRoom('chr_1', connection);
    await vi.advanceTimersByTimeAsync(0);
    expect(room.state).toBe('missing');
    room.close();
  });

  it('shows a stage that was reached for a while, and none that was taken back', async () => {
    await reached.came('chr_1', 'friends');
    expect(reached.now).toBeNull();
    await reached.came('chr_1', 'just_met');
    expect(reached.now?.label).toBe('Just met');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reached.now).toBeNull();
  });
});

/** What binds people to a program, in no word that is shown. */
const BANNED = {
  en: ['streak', 'miss you', 'missed you', 'lonely', 'waiting for you', 'come back', 'do not go', "don't go", 'abandon', 'guilt', 'punish', 'lose', 'lost', 'decay', 'hurry', 'last chance', 'only you', 'needs you', 'gift', 'buy', 'days in a row', 'jealous'],
  'zh-Hans': ['连续', '打卡', '想你', '孤单', '寂寞', '等你', '回来', '别走', '抛弃', '内疚', '惩罚', '失去', '最后机会', '只有你', '需要你', '礼物', '购买', '吃醋'],
  ja: ['連続', 'ログイン', '会いたい', '寂し', 'さびし', '待ってい', '戻って', '行かないで', '見捨て', '罪', '罰', '失', '最後のチャンス', 'あなただけ', '贈り物', 'プレゼント', '購入', '嫉妬'],
} as const;

describe('what a person reads of a bond', () => {
  const texts = (node: unknown): string[] => {
    if (typeof node === 'string') return [node];
    if (typeof node === 'function') return [String((node as (...x: unknown[]) => unknown)('Yuki', 3, 9))];
    return Object.values(node as object).flatMap(texts);
  };
  it.each([['en', en], ['zh-Hans', zh], ['ja', ja]] as const)('holds no trick in %s', (language, messages) => {
    const all = texts(messages.bond);
    expect(all.length).toBeGreaterThan(50);
    // English words begin where a word begins: to be close is not to lose.
    const edge = language === 'en' ? '\\b' : '';
    for (const text of all) for (const banned of BANNED[language]) expect(text, banned).not.toMatch(new RegExp(edge + banned, 'i'));
  });
});
