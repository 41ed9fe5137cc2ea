import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, MemoryStore, type SocketLike } from '@talker/client';
import type { DiaryEntry, DiarySettings } from '../src/lib/wire';
import { FakeSocket } from './fakes';

const wire = vi.hoisted(() => ({ entries: [] as DiaryEntry[], settings: { on: true, since: null, keeping: 'on' } as DiarySettings, reads: 0, fail: 0 }));
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
  return {
    ApiError,
    api: {
      character: async () => ({ id: 'chr_1', name: 'Yuki', avatar_url: null }),
      diarySettings: async () => wire.settings,
      diary: async (_: string, p: { cursor?: string | null; limit: number }) => {
        wire.reads++;
        if (wire.fail) throw new ApiError(wire.fail, 'x');
        const from = Number(p.cursor ?? 0);
        const to = from + p.limit;
        return { items: wire.entries.slice(from, to), next_cursor: to < wire.entries.length ? String(to) : null };
      },
      keepDiary: async (_: string, on: boolean) => (wire.settings = { ...wire.settings, on, keeping: on ? 'on' : 'off' }),
      deleteDiaryEntry: async (_: string, id: string) => {
        wire.entries = wire.entries.filter((e) => e.id !== id);
      },
    },
  };
});

const { DiaryRoom } = await import('../src/stores/diary.svelte');
const { timing } = await import('../src/stores/room.svelte');

const entry = (n: number): DiaryEntry => ({ id: `dia_${n}`, character_id: 'chr_1', day: '2026-03-05', text: `Page ${n}`, written_at: '2026-03-06T08:00:00Z', model: null });

describe('a diary', () => {
  let socket: FakeSocket;
  let connection: Connection;
  beforeEach(async () => {
    vi.useFakeTimers();
    Object.assign(wire, { entries: Array.from({ length: 25 }, (_, n) => entry(n)), settings: { on: true, since: null, keeping: 'on' }, reads: 0, fail: 0 });
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

  it('is read page by page, and a page is taken out', async () => {
    const room = new DiaryRoom('chr_1', connection);
    await vi.advanceTimersByTimeAsync(0);
    flushSync();
    expect([room.state, room.entries.length, room.cursor]).toEqual(['ready', 20, '20']);
    await room.more();
    expect([room.entries.length, room.cursor]).toEqual([25, null]);
    expect(await room.takeAway('dia_3')).toBe(true);
    expect(room.entries.some((e) => e.id === 'dia_3')).toBe(false);
    await room.turnOn(false);
    expect(room.settings?.keeping).toBe('off');
    room.close();
  });

  it('is read anew when there is another page, and says when it is not there', async () => {
    const room = new DiaryRoom('chr_1', connection);
    await vi.advanceTimersByTimeAsync(0);
    const reads = wire.reads;
    const news = (kind: string, id: string) => ({ type: 'notification', unread: 1, notification: { id: 'ntf_1', kind, subject: { kind: 'diary', id }, seq: 1 } });
    socket.say(news('diary_written', 'chr_2'));
    socket.say(news('reply_ready', 'chr_1'));
    await vi.advanceTimersByTimeAsync(timing.changed);
    expect(wire.reads).toBe(reads);
    socket.say(news('diary_written', 'chr_1'));
    await vi.advanceTimersByTimeAsync(timing.changed);
    expect(wire.reads).toBe(reads + 1);
    wire.fail = 404;
    const gone = new DiaryRoom('chr_1', connection);
    await vi.advanceTimersByTimeAsync(0);
    expect(gone.state).toBe('missing');
    room.close();
    gone.close();
  });
});
