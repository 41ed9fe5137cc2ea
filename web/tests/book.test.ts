import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, MemoryStore, type SocketLike } from '@talker/client';
import type { FoundMemoryOut, MemoryOut, MemoryPatch } from '../src/lib/wire';
import { FakeSocket, memory } from './fakes';

type Asked = { kind?: string; pinned?: boolean; ended?: boolean; cursor?: string | null; limit?: number };
const wire = vi.hoisted(() => ({
  all: [] as MemoryOut[],
  asked: [] as Asked[],
  states: 0,
  embedded: 0,
  fail: null as { status: number; code: string } | null,
  searches: [] as { q: string; answer: (items: FoundMemoryOut[]) => void; signal?: AbortSignal }[],
}));
vi.mock('../src/lib/api', () => {
  class ApiError extends Error {
    status: number;
    code: string;
    errors = [];
    constructor(p: { status: number; code: string }) {
      super(p.code);
      this.status = p.status;
      this.code = p.code;
    }
  }
  const fallible = () => {
    if (wire.fail) throw new ApiError(wire.fail);
  };
  return {
    ApiError,
    api: {
      character: async () => {
        fallible();
        return { id: 'chr_1', name: 'Yuki', avatar_url: null };
      },
      memoryState: async () => {
        wire.states++;
        fallible();
        const of = (k: string) => wire.all.filter((m) => m.kind === k && !m.ended).length;
        return { episodes: of('episode'), facts: of('fact'), summaries: of('summary'), notes: of('note'), embedded: wire.embedded, learning: 'on', embedder: { name: 'm', dimensions: 4 } };
      },
      memories: async (_: string, p: Asked) => {
        wire.asked.push(p);
        fallible();
        const list = wire.all.filter((m) => (!p.kind || m.kind === p.kind) && (p.pinned === undefined || m.pinned === p.pinned) && (p.ended || !m.ended));
        const from = Number(p.cursor ?? 0);
        const to = from + p.limit!;
        return { items: list.slice(from, to), next_cursor: to < list.length ? String(to) : null };
      },
      memory: async (_: string, id: string) => {
        const m = wire.all.find((x) => x.id === id);
        if (!m) throw new ApiError({ status: 404, code: 'not_found' });
        return { memory: m, sources: [], replaced: [] };
      },
      searchMemories: (_: string, q: string, __: number, signal?: AbortSignal) => new Promise((done) => wire.searches.push({ q, signal: signal!, answer: (items) => done({ items, recall: 'hybrid' }) })),
      patchMemory: async (_: string, id: string, body: MemoryPatch) => {
        fallible();
        const old = wire.all.find((m) => m.id === id)!;
        const { text = null, importance = null, pinned = null } = body;
        const now: MemoryOut = { ...old, text: text ?? old.text, importance: importance ?? old.importance, pinned: pinned ?? old.pinned, id: text ? `${id}'` : id };
        wire.all = wire.all.map((m) => (m.id === id ? now : m));
        return now;
      },
      forgetMemory: async (_: string, id: string) => {
        wire.all = wire.all.filter((m) => m.id !== id);
        return { forgotten: 3 };
      },
      forgetMemories: async () => {
        const forgotten = wire.all.length;
        wire.all = [];
        return { forgotten };
      },
      addMemory: async (_: string, body: object) => {
        const m = memory({ kind: 'note', ...body });
        wire.all = [m, ...wire.all];
        return m;
      },
    },
  };
});

const { Book, timing } = await import('../src/stores/book.svelte');
const { toasts } = await import('../src/stores/toasts.svelte');

let socket: FakeSocket;
let line: Connection;
let book: InstanceType<typeof Book>;

const settle = async (ms = 1) => {
  for (let i = 0; i < 40; i++) await Promise.resolve();
  await vi.advanceTimersByTimeAsync(ms);
  for (let i = 0; i < 40; i++) await Promise.resolve();
  flushSync();
};
const facts = (n: number, from = 0) => Array.from({ length: n }, (_, i) => memory({ id: `f${from + i}` }));
const on = (shelf: 'fact' | 'note' | 'pinned' | 'episode') => book.shelves[shelf].items.map((m) => m.id);
const changed = (character_id = 'chr_1') => socket.say({ type: 'memory.changed', character_id });

async function open() {
  book = new Book('chr_1', line);
  await settle();
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
  Object.assign(wire, { all: [], asked: [], states: 0, embedded: 1e6, fail: null, searches: [] });
  line = new Connection({
    url: 'ws://x',
    userId: 'usr_1',
    storage: new MemoryStore(),
    token: async () => 't',
    signedOut: () => {},
    open: (url, protocols) => (socket = new FakeSocket(url, protocols)) as SocketLike,
  });
  line.start();
  await settle();
  socket.ready();
});
afterEach(() => {
  book.close();
  line.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a memory book', () => {
  it('opens with a few of each part, and reads on from where it stopped', async () => {
    wire.all = [...facts(50), memory({ id: 'n', kind: 'note', pinned: true })];
    await open();
    expect(book.state).toBe('ready');
    expect(on('fact')).toHaveLength(8);
    expect([on('note'), on('pinned'), on('episode')]).toEqual([['n'], ['n'], []]);
    await book.more('fact');
    await book.more('fact');
    expect(on('fact')).toEqual(facts(50).map((m) => m.id));
    expect(book.shelves.fact.cursor).toBeNull();
    const asked = wire.asked.length;
    await book.more('fact');
    expect(wire.asked).toHaveLength(asked);
  });

  it('follows what changes, as far as it was read, and not too often', async () => {
    wire.all = facts(30);
    await open();
    await book.more('fact');
    wire.all = [memory({ id: 'new' }), ...wire.all.filter((m) => m.id !== 'f3')];
    changed('chr_other');
    await settle(timing.again);
    expect(on('fact')).toContain('f3');
    for (let i = 0; i < 20; i++) changed();
    await settle(timing.again);
    expect(on('fact')).toEqual(['new', ...facts(30).map((m) => m.id)].filter((id) => id !== 'f3'));
    expect(wire.states).toBe(2);
    expect(book.counts?.facts).toBe(30);
  });

  it('reads anew after the line was broken', async () => {
    await open();
    wire.all = facts(1);
    socket.break();
    await settle(30_000);
    socket.ready();
    await settle(timing.again);
    expect(on('fact')).toEqual(['f0']);
  });

  it('shows what used to be so only when asked, with what took its place', async () => {
    wire.all = [...facts(200), memory({ id: 'old', ended: { at: '2026-01-02T00:00:00Z', reason: 'superseded', by: 'f199' } })];
    wire.all = [wire.all.at(-1)!, ...wire.all.slice(0, -1)];
    await open();
    expect(on('fact')).not.toContain('old');
    book.ended = true;
    await settle();
    expect(on('fact')[0]).toBe('old');
    expect(on('fact')).not.toContain('f199');
    expect(book.find('f199')?.id).toBe('f199');
    book.ended = false;
    await settle();
    expect(on('fact')).not.toContain('old');
  });

  it('answers the last search only', async () => {
    await open();
    const hit = (id: string) => ({ memory: memory({ id }), score: 1, reasons: [] });
    void book.search('be');
    void book.search(' bees ');
    expect(book.searching).toBe(true);
    expect(wire.searches.map((s) => [s.q, s.signal?.aborted])).toEqual([['be', true], ['bees', false]]);
    wire.searches[1]!.answer([hit('right')]);
    wire.searches[0]!.answer([hit('wrong')]);
    await settle();
    expect(book.found?.items.map((f) => f.memory.id)).toEqual(['right']);
    expect(book.searching).toBe(false);
    void book.search('');
    expect(book.found).toBeNull();
  });

  it('pins at once, and takes it back when the server will not have it', async () => {
    wire.all = facts(2);
    await open();
    const done = book.set(book.find('f1')!, { pinned: true });
    expect(book.find('f1')?.pinned).toBe(true);
    await done;
    await settle(timing.again);
    expect(on('pinned')).toEqual(['f1']);
    wire.fail = { status: 503, code: 'unavailable' };
    await book.set(book.find('f1')!, { pinned: false });
    expect(book.shelves.fact.items.find((m) => m.id === 'f1')?.pinned).toBe(true);
    expect(toasts.list.at(-1)?.bad).toBe(true);
  });

  it('puts new words in the place of the old ones', async () => {
    wire.all = facts(3);
    await open();
    const now = await book.correct(book.find('f1')!, 'Quite otherwise.');
    expect(on('fact')).toEqual(['f0', now.id, 'f2']);
    expect(book.find(now.id)?.text).toBe('Quite otherwise.');
  });

  it('keeps a note, forgets one, forgets all', async () => {
    wire.all = facts(3);
    await open();
    const note = await book.add({ text: 'Walnuts!' });
    expect(on('note')).toEqual([note.id]);
    expect(await book.forget(book.find('f0')!)).toBe(3);
    expect(on('fact')).toEqual(['f1', 'f2']);
    expect(await book.forgetAll()).toBe(3);
    expect(book.blank).toBe(true);
    await settle(timing.again);
    expect(book.blank).toBe(true);
  });

  it('asks for the vectors while they are behind, and no longer', async () => {
    wire.all = facts(4);
    wire.embedded = 1;
    await open();
    expect(wire.states).toBe(1);
    wire.embedded = 3;
    await settle(timing.catching);
    expect(book.counts?.embedded).toBe(3);
    wire.embedded = 4;
    await settle(timing.catching);
    await settle(timing.catching * 5);
    expect(wire.states).toBe(3);
  });

  it('says what is wrong, and opens when it is right again', async () => {
    wire.fail = { status: 503, code: 'unavailable' };
    await open();
    expect(book.state).toBe('failed');
    wire.fail = { status: 404, code: 'not_found' };
    await book.load();
    expect(book.state).toBe('missing');
    wire.fail = null;
    await book.load();
    expect(book.state).toBe('ready');
  });
});
