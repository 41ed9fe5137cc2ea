import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, MemoryStore, type SocketLike } from '@talker/client';
import type { HistoryPage, MessageOut, SessionEvent, SessionOut } from '../src/lib/wire';
import { FakeSocket, group, message, session } from './fakes';

const wire = vi.hoisted(() => ({ history: [] as HistoryPage[], asked: [] as string[], session: null as SessionOut | null, events: [] as SessionEvent[] }));
vi.mock('../src/lib/api', () => {
  class ApiError extends Error {
    status = 0;
    code = 'offline';
  }
  return {
    ApiError,
    groups: { events: async () => ({ items: wire.events, next_cursor: null }) },
    api: {
      messages: async (_: string, p: { before?: string }) => {
        wire.asked.push(p.before ?? 'newest');
        const page = wire.history.shift();
        if (!page) throw new ApiError();
        return page;
      },
      session: async () => wire.session,
      message: async () => null,
      setLeaf: async (_: string, id: string) => ({ ...wire.session, leaf_id: id }),
    },
  };
});

const { Chat } = await import('../src/stores/chat.svelte');
const { sessions } = await import('../src/stores/sessions.svelte');

let socket: FakeSocket;
let line: Connection;
let chat: InstanceType<typeof Chat>;

const page = (items: MessageOut[], seq = 1, has_before = false): HistoryPage => ({ items, seq, has_before, has_after: false });
const greeting = message({ id: 'g', content: 'Hello.' });
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await vi.advanceTimersByTimeAsync(20);
  flushSync();
};
const reads = () => chat.visible.map((m) => `${m.role === 'user' ? 'me' : 'them'}: ${chat.live[m.id] ?? m.content}`);
const mine = message({ id: 'u', parent_id: 'g', depth: 1, role: 'user', content: 'Hi' });
const reply = message({ id: 'r', parent_id: 'u', depth: 2, status: 'queued' });

async function open(first: HistoryPage) {
  wire.history = [first];
  chat = new Chat('ses_1', line);
  await settle();
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('requestAnimationFrame', (f: () => void) => setTimeout(f, 16));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
  wire.asked = [];
  wire.session = session({ leaf_id: 'g', seq: 1, last_message: greeting });
  sessions.clear();
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
  chat.close();
  line.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('an open chat', () => {
  it('shows a message at once, then its answer as it grows, and nothing twice', async () => {
    await open(page([greeting]));
    expect(reads()).toEqual(['them: Hello.']);
    chat.send('Hi');
    flushSync();
    expect(chat.pending.map((o) => o.content)).toEqual(['Hi']);
    const id = chat.pending[0]!.client_message_id;
    socket.say({ type: 'message.accepted', session_id: 'ses_1', seq: 2, client_message_id: id, message: { ...mine, client_message_id: id }, reply });
    await settle();
    expect(chat.pending).toEqual([]);
    socket.say({ type: 'reply.started', session_id: 'ses_1', seq: 3, message: { ...reply, status: 'streaming' } });
    for (const [o, d] of [[0, 'Good '], [5, 'evening'], [12, '.']]) socket.say({ type: 'reply.delta', session_id: 'ses_1', message_id: 'r', offset: o, delta: d });
    await settle();
    expect(reads()).toEqual(['them: Hello.', 'me: Hi', 'them: Good evening.']);
    expect(chat.running?.id).toBe('r');
    socket.say({ type: 'reply.completed', session_id: 'ses_1', seq: 4, message: { ...reply, status: 'complete', content: 'Good evening. *bows*' } });
    await settle();
    expect(reads().at(-1)).toBe('them: Good evening. *bows*');
    expect(chat.announcement).toBe('Yuki: Good evening. bows');
    expect(chat.running).toBeNull();
    expect(wire.asked).toEqual(['newest']);
  });

  it('opens in the middle of an answer and goes on', async () => {
    await open(page([greeting, mine, { ...reply, status: 'streaming', content: 'Once upon' }], 3));
    expect(socket.frames('session.resume')).toEqual([{ type: 'session.resume', session_id: 'ses_1', after_seq: 3, message_id: 'r', offset: 9 }]);
    socket.say({ type: 'reply.delta', session_id: 'ses_1', message_id: 'r', offset: 9, delta: ' a time' });
    await settle();
    expect(reads().at(-1)).toBe('them: Once upon a time');
  });

  it('reads anew when another device goes where nothing is loaded', async () => {
    await open(page([greeting, mine, { ...reply, status: 'complete', content: 'A' }], 4));
    const other = message({ id: 'g2', content: 'Another evening.', siblings: ['g', 'g2'] });
    wire.history = [page([other], 5)];
    socket.say({ type: 'session.updated', session_id: 'ses_1', seq: 5, session: session({ leaf_id: 'g2', seq: 5 }) });
    await settle();
    expect(reads()).toEqual(['them: Another evening.']);
    expect(wire.asked).toEqual(['newest', 'newest']);
  });

  it('loads the past in pages, as far as it goes', async () => {
    const all = Array.from({ length: 200 }, (_, d) => message({ id: `m${d}`, parent_id: d ? `m${d - 1}` : null, depth: d, content: `${d}` }));
    await open(page(all.slice(160), 1, true));
    for (let from = 120; from >= 0; from -= 40) {
      wire.history = [page(all.slice(from, from + 40), 1, from > 0)];
      await chat.older();
    }
    flushSync();
    expect(chat.visible).toHaveLength(200);
    expect(wire.asked).toEqual(['newest', 'm160', 'm120', 'm80', 'm40']);
    // At the beginning there is nothing more to ask for.
    await chat.older();
    expect(wire.asked).toHaveLength(5);
  });

  it('goes back to one message, and knows when it is not on this way', async () => {
    const all = Array.from({ length: 400 }, (_, d) => message({ id: `m${d}`, parent_id: d ? `m${d - 1}` : null, depth: d, content: `${d}` }));
    await open(page(all.slice(360), 1, true));
    wire.history = [page(all.slice(260, 360), 1, true), page(all.slice(160, 260), 1, true)];
    expect(await chat.reveal('m200')).toBe(true);
    flushSync();
    expect(chat.visible.some((m) => m.id === 'm200')).toBe(true);
    expect(wire.asked).toEqual(['newest', 'm360', 'm260']);
    wire.history = [page(all.slice(0, 160), 1, false)];
    expect(await chat.reveal('elsewhere')).toBe(false);
    expect(chat.loadingOlder).toBe(false);
  });

  it('keeps the list of chats fresh, also for chats that are not open', async () => {
    await open(page([greeting]));
    sessions.put(session({ id: 'ses_2', seq: 4, leaf_id: 'x', last_message: message({ id: 'x' }), last_message_at: '2025-01-01T00:00:00Z' }));
    line.on((n) => n.kind === 'event' && sessions.apply(n.event));
    const said = message({ id: 'y', session_id: 'ses_2', parent_id: 'x', content: 'News', created_at: '2027-01-01T00:00:00Z', status: 'queued' });
    socket.say({ type: 'reply.queued', session_id: 'ses_2', seq: 5, reply: said });
    socket.say({ type: 'reply.completed', session_id: 'ses_2', seq: 6, message: { ...said, status: 'complete' } });
    flushSync();
    expect(sessions.list.map((s) => s.id)).toEqual(['ses_2', 'ses_1']);
    expect(sessions.list[0]!.last_message?.content).toBe('News');
    expect(sessions.fresh.has('ses_2')).toBe(true);
  });

  it('of several says who types, and knows where what is said has its place', async () => {
    wire.session = group({}, { leaf_id: 'g', seq: 3 });
    const first = message({ id: 'g', role: 'user', author: { kind: 'person', id: 'usr_2' }, content: 'Hello.' });
    wire.events = [{ type: 'message.accepted', session_id: 'ses_1', seq: 2, client_message_id: 'x', message: first, reply: null }];
    await open(page([first], 3));
    expect(chat.places.get('g')).toBe(2);
    line.on((n) => n.kind === 'read' && sessions.readBy(n.session_id, n.user_id, n.read_seq));
    socket.say({ type: 'typing', session_id: 'ses_1', user_id: 'usr_2' });
    expect([chat.typists, chat.typingElsewhere]).toEqual([['usr_2'], false]);
    const next = message({ id: 'h', role: 'user', parent_id: 'g', depth: 1, author: { kind: 'person', id: 'usr_2' }, content: 'Is *anybody* here?' });
    socket.say({ type: 'message.accepted', session_id: 'ses_1', seq: 4, client_message_id: 'y', message: next, reply: null });
    await settle();
    expect(chat.typists).toEqual([]);
    expect(chat.announcement).toBe('Ren: Is anybody here?');
    expect(chat.places.get('h')).toBe(4);
    socket.say({ type: 'read', session_id: 'ses_1', user_id: 'usr_2', read_seq: 4 });
    socket.say({ type: 'read', session_id: 'ses_1', user_id: 'usr_2', read_seq: 1 });
    expect(sessions.get('ses_1')?.group?.people.find((p) => p.id === 'usr_2')?.read_seq).toBe(4);
    socket.say({ type: 'typing', session_id: 'ses_1', user_id: 'usr_2' });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(chat.typists).toEqual([]);
  });
});
