import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection } from '../src/connection.js';
import type { Notice } from '../src/notices.js';
import { MemoryStore } from '../src/storage.js';
import { timing } from '../src/timing.js';
import { FakeSocket, message } from './fakes.js';

let sockets: FakeSocket[];
let storage: MemoryStore;
let tokens: string[];
let refusedTokens: (string | undefined)[];
let signedOut: number;
let notices: Notice[];
let c: Connection;

const last = () => sockets.at(-1)!;
const tick = async (ms = 0) => {
  await vi.advanceTimersByTimeAsync(ms);
};
const texts = () => notices.flatMap((n) => (n.kind === 'text' ? [n.text] : []));
const events = () => notices.flatMap((n) => (n.kind === 'event' ? [`${n.event.seq} ${n.event.type}`] : []));
const delta = (offset: number, text: string, id = 'msg_r') => last().say({ type: 'reply.delta', session_id: 'ses_1', message_id: id, offset, delta: text });
const started = (seq: number, id = 'msg_r', content = '') =>
  last().say({ type: 'reply.started', session_id: 'ses_1', seq, message: message({ id, status: 'streaming', content }) });
const completed = (seq: number, content: string, id = 'msg_r') =>
  last().say({ type: 'reply.completed', session_id: 'ses_1', seq, message: message({ id, status: 'complete', content }) });
const acceptedFrame = (id: string, seq: number) => ({
  type: 'message.accepted',
  session_id: 'ses_1',
  seq,
  client_message_id: id,
  message: message({ role: 'user', client_message_id: id }),
  reply: message({ id: 'msg_r', status: 'queued' }),
});

function make() {
  c = new Connection({
    url: 'ws://talker.test/api/v1/chat/ws',
    userId: 'usr_1',
    storage,
    token: async (refused) => {
      refusedTokens.push(refused);
      if (refused && tokens[0] === refused) tokens.shift();
      return tokens[0] ?? null;
    },
    signedOut: () => signedOut++,
    open: (url, protocols) => {
      const s = new FakeSocket(url, protocols);
      sockets.push(s);
      return s;
    },
    random: () => 1,
  });
  c.on((n) => notices.push(n));
  return c;
}

async function online() {
  c.start();
  await tick();
  last().ready();
  await tick();
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  storage = new MemoryStore();
  tokens = ['t1', 't2', 't3'];
  refusedTokens = [];
  signedOut = 0;
  notices = [];
  make();
});
afterEach(() => {
  c.stop();
  vi.useRealTimers();
});

describe('the line', () => {
  it('shows the token as a subprotocol, never in the address', async () => {
    await online();
    expect(last().url).not.toContain('t1');
    expect(last().protocols).toEqual(['talker.v1', 'bearer.t1']);
    expect(c.link).toBe('online');
  });

  it('comes back after breaks, waiting longer each time, and at once when woken', async () => {
    await online();
    last().break();
    expect(c.link).toBe('waiting');
    await tick(499);
    expect(sockets).toHaveLength(1);
    await tick(1);
    expect(sockets).toHaveLength(2);
    last().break();
    await tick(999);
    expect(sockets).toHaveLength(2);
    await tick(1);
    expect(sockets).toHaveLength(3);
    last().break();
    c.wake();
    await tick();
    expect(sockets).toHaveLength(4);
  });

  it('never waits longer than the most', async () => {
    c.start();
    await tick();
    for (let i = 0; i < 12; i++) {
      const before = sockets.length;
      last().break();
      for (let waited = 0; sockets.length === before; waited += 100) {
        expect(waited).toBeLessThanOrEqual(timing.backoffMost);
        await tick(100);
      }
    }
  });

  it('leaves a socket that says no more than that it failed', async () => {
    c.start();
    await tick();
    last().onerror?.({} as never);
    expect(c.link).toBe('waiting');
    await tick(timing.backoffFirst);
    expect(sockets).toHaveLength(2);
  });

  it('gives up a socket that opens but never gets ready', async () => {
    c.start();
    await tick();
    await tick(timing.ready + timing.backoffFirst);
    expect(sockets).toHaveLength(2);
  });

  it('asks for signs of life and leaves a dead socket', async () => {
    await online();
    await tick(20_000);
    expect(last().frames('ping')).toHaveLength(1);
    last().say({ type: 'pong' });
    await tick(20_000);
    expect(last().frames('ping')).toHaveLength(2);
    await tick(timing.pong);
    expect(c.link).toBe('waiting');
  });

  it('probes at once when the tab is seen again', async () => {
    await online();
    c.wake();
    expect(last().frames('ping')).toHaveLength(1);
    await tick(timing.probe + timing.backoffFirst);
    expect(sockets).toHaveLength(2);
  });

  it('shows a fresh token before the old one ends', async () => {
    c.start();
    await tick();
    last().ready({ expires_at: new Date(Date.now() + 120_000).toISOString() });
    for (let i = 0; i < 3; i++) {
      await tick(20_000);
      last().say({ type: 'pong' });
    }
    expect(refusedTokens).toContain('t1');
    expect(last().frames('auth')).toEqual([{ type: 'auth', token: 't2' }]);
    last().ready({ expires_at: new Date(Date.now() + 900_000).toISOString() });
    expect(sockets).toHaveLength(1);
  });

  it('fetches another token when this one was not taken', async () => {
    c.start();
    await tick();
    last().break(4401);
    await tick(timing.backoffFirst);
    expect(last().protocols[1]).toBe('bearer.t2');
  });

  it('ends when this device was signed out', async () => {
    await online();
    last().break(4403);
    await tick(60_000);
    expect(signedOut).toBe(1);
    expect(c.link).toBe('ended');
    expect(sockets).toHaveLength(1);
  });

  it('returns at once after a restart of the server', async () => {
    await online();
    await tick(timing.stable);
    last().break(1001);
    await tick(500);
    expect(sockets).toHaveLength(2);
  });

  it('waits long when there are too many sockets', async () => {
    await online();
    last().break(4409);
    await tick(timing.crowded - 1);
    expect(sockets).toHaveLength(1);
    await tick(1);
    expect(sockets).toHaveLength(2);
  });

  it('hears no more from a socket it left', async () => {
    await online();
    const old = last();
    const word = old.onmessage!;
    old.break();
    await tick(500);
    word({ data: JSON.stringify({ type: 'typing', session_id: 'ses_1' }) });
    expect(notices.some((n) => n.kind === 'typing')).toBe(false);
  });
});

describe('hearing', () => {
  it('resumes each open chat from where it was heard, with the running reply', async () => {
    await online();
    c.watch('ses_1', 4);
    c.watch('ses_2', 9);
    started(5);
    delta(0, 'Hé🌸');
    last().break();
    await tick(500);
    last().ready();
    expect(last().frames('session.resume')).toEqual([
      { type: 'session.resume', session_id: 'ses_1', after_seq: 5, message_id: 'msg_r', offset: 4 },
      { type: 'session.resume', session_id: 'ses_2', after_seq: 9 },
    ]);
  });

  it('takes a delta once, wherever the line broke', async () => {
    const whole = 'She looks up. *smiles* 🌸 “You came.”';
    for (let cut = 0; cut <= whole.length; cut++) {
      for (const back of [0, 1, 7]) {
        notices = [];
        sockets = [];
        c.stop();
        make();
        await online();
        c.watch('ses_1', 1);
        started(2);
        for (let i = 0; i < cut; i += 3) delta(i, whole.slice(i, Math.min(i + 3, cut)));
        last().break();
        await tick(500);
        last().ready();
        const from = Math.max(0, cut - back);
        delta(from, whole.slice(from));
        last().say({ type: 'session.resumed', session_id: 'ses_1', seq: 2 });
        completed(3, whole);
        await tick();
        if (cut < whole.length) expect(texts().at(-1)).toBe(whole);
        expect(events()).toEqual(['2 reply.started', '3 reply.completed']);
      }
    }
  });

  it('trims what it has and ignores what is over', async () => {
    await online();
    c.watch('ses_1', 1);
    started(2);
    delta(0, 'abc');
    delta(1, 'bcde');
    delta(0, 'ab');
    expect(texts()).toEqual(['abc', 'abcde']);
    completed(3, 'abcdef');
    delta(5, 'f');
    expect(texts()).toHaveLength(2);
  });

  it('asks again when deltas are missing', async () => {
    await online();
    c.watch('ses_1', 1);
    last().say({ type: 'session.resumed', session_id: 'ses_1', seq: 1 });
    started(2);
    delta(0, 'ab');
    last().sent = [];
    delta(4, 'ef');
    delta(6, 'gh');
    expect(last().frames('session.resume')).toEqual([{ type: 'session.resume', session_id: 'ses_1', after_seq: 2, message_id: 'msg_r', offset: 2 }]);
    expect(texts()).toEqual(['ab']);
    delta(2, 'cdefgh');
    expect(texts().at(-1)).toBe('abcdefgh');
  });

  it('asks for the beginning of a reply it meets in the middle', async () => {
    await online();
    c.watch('ses_1', 1);
    last().say({ type: 'session.resumed', session_id: 'ses_1', seq: 1 });
    last().sent = [];
    delta(10, 'x');
    expect(last().frames('session.resume')).toEqual([{ type: 'session.resume', session_id: 'ses_1', after_seq: 1, message_id: 'msg_r', offset: 0 }]);
  });

  it('begins a continued reply with the text it goes on from', async () => {
    await online();
    c.watch('ses_1', 1);
    started(2, 'msg_c', 'Once ');
    delta(5, 'more', 'msg_c');
    expect(texts()).toEqual(['Once more']);
  });

  it('ignores events heard before and mends gaps', async () => {
    await online();
    c.watch('ses_1', 3);
    last().say({ type: 'session.resumed', session_id: 'ses_1', seq: 3 });
    last().sent = [];
    started(3);
    expect(events()).toEqual([]);
    completed(5, 'x');
    expect(events()).toEqual([]);
    expect(last().frames('session.resume')).toEqual([{ type: 'session.resume', session_id: 'ses_1', after_seq: 3 }]);
    started(4);
    completed(5, 'x');
    last().say({ type: 'session.resumed', session_id: 'ses_1', seq: 5 });
    completed(5, 'x');
    await tick(1000);
    expect(events()).toEqual(['4 reply.started', '5 reply.completed']);
    expect(last().frames('session.resume')).toHaveLength(1);
  });

  it('resumes again when something passed by meanwhile, and gives up in time', async () => {
    await online();
    c.watch('ses_1', 1);
    for (let i = 0; i < 8; i++) {
      completed(9, 'x', 'msg_z');
      last().say({ type: 'session.resumed', session_id: 'ses_1', seq: 1 });
      await tick(timing.settle);
    }
    expect(notices.some((n) => n.kind === 'lost')).toBe(true);
    expect(last().frames('session.resume').length).toBeLessThan(9);
  });

  it('passes on events of chats that are not open', async () => {
    await online();
    completed(77, 'x');
    expect(events()).toEqual(['77 reply.completed']);
  });

  it('survives what it does not understand', async () => {
    await online();
    last().onmessage?.({ data: 'not json' });
    last().say({ type: 'weather.changed', mood: 'rain' });
    expect(c.link).toBe('online');
  });
});

describe('saying', () => {
  it('keeps a message until it is taken, also over a restart of the page', async () => {
    c.send('ses_1', 'hello');
    expect(c.outbox('ses_1').map((o) => o.content)).toEqual(['hello']);
    c.stop();
    make();
    await online();
    const [frame] = last().frames('message.send');
    expect(frame).toMatchObject({ session_id: 'ses_1', content: 'hello' });
    expect(frame!['id']).toBe(frame!['client_message_id']);
    last().say(acceptedFrame(frame!['client_message_id'] as string, 1));
    await tick();
    expect(c.outbox()).toEqual([]);
  });

  it('sends again, with the same id, after a break and after silence', async () => {
    await online();
    const { client_message_id } = c.send('ses_1', 'hello');
    await tick(timing.accept);
    expect(last().frames('message.send').map((f) => f['client_message_id'])).toEqual([client_message_id, client_message_id]);
    last().break();
    await tick(500);
    last().ready();
    expect(last().frames('message.send').map((f) => f['client_message_id'])).toEqual([client_message_id]);
    last().say({ ...acceptedFrame(client_message_id, 1), repeated: true });
    await tick(15_000);
    expect(last().frames('message.send')).toHaveLength(1);
  });

  it('takes a new socket when nothing is ever accepted', async () => {
    await online();
    c.send('ses_1', 'hello');
    for (let i = 0; i < 3; i++) {
      await tick(timing.accept / 2);
      last().say({ type: 'pong' });
      await tick(timing.accept / 2);
    }
    await tick(timing.backoffFirst);
    expect(sockets).toHaveLength(2);
  });

  it('keeps the order of typing: the next goes when the first is taken', async () => {
    await online();
    const a = c.send('ses_1', 'one');
    c.send('ses_1', 'two');
    c.send('ses_2', 'elsewhere');
    expect(last().frames('message.send').map((f) => f['content'])).toEqual(['one', 'elsewhere']);
    last().say(acceptedFrame(a.client_message_id, 1));
    expect(last().frames('message.send').map((f) => f['content'])).toEqual(['one', 'elsewhere', 'two']);
  });

  it('removes what was taken even when the event is an old one', async () => {
    await online();
    c.watch('ses_1', 8);
    const a = c.send('ses_1', 'one');
    last().say({ ...acceptedFrame(a.client_message_id, 3), repeated: true });
    expect(c.outbox()).toEqual([]);
    expect(events()).toEqual([]);
  });

  it('marks what is refused, and lets the person try again or let go', async () => {
    await online();
    const a = c.send('ses_1', 'one');
    last().say({ type: 'error', code: 'too_many_queued', message: 'x', ref: a.client_message_id });
    expect(c.outbox()[0]!.failed).toBe('too_many_queued');
    c.retry(a.client_message_id);
    expect(c.outbox()[0]!.failed).toBeUndefined();
    expect(last().frames('message.send')).toHaveLength(2);
    last().say({ type: 'error', code: 'not_found', message: 'x', ref: a.client_message_id });
    c.discard(a.client_message_id);
    expect(c.outbox()).toEqual([]);
  });

  it('keeps what a limit of the day holds back, with when it goes on', async () => {
    await online();
    const a = c.send('ses_1', 'one');
    const quota = { quota: 'replies', limit: 5, used: 5, resets_at: '2026-04-07T00:00:00Z' };
    last().say({ type: 'error', code: 'quota_reached', message: 'x', ref: a.client_message_id, quota });
    expect(c.outbox()[0]).toMatchObject({ content: 'one', failed: 'quota_reached', quota });
    await tick(20_000);
    expect(last().frames('message.send')).toHaveLength(1);
    c.retry(a.client_message_id);
    expect(c.outbox()[0]!.quota).toBeUndefined();
    last().say(acceptedFrame(a.client_message_id, 1));
    expect(c.outbox()).toEqual([]);
  });

  it('waits and tries again by itself when the trouble may pass', async () => {
    await online();
    const a = c.send('ses_1', 'one');
    last().say({ type: 'error', code: 'rate_limited', message: 'x', ref: a.client_message_id });
    expect(c.outbox()[0]!.failed).toBeUndefined();
    await tick(2_000);
    expect(last().frames('message.send')).toHaveLength(2);
  });

  it('names the parent only when branching', async () => {
    await online();
    c.send('ses_1', 'a');
    c.send('ses_2', 'b', 'msg_9');
    c.send('ses_3', 'c', null);
    const [a, b, d] = last().frames('message.send');
    expect('parent_id' in a!).toBe(false);
    expect(b!['parent_id']).toBe('msg_9');
    expect(d!['parent_id']).toBeNull();
  });

  it('says that the person types only now and then', async () => {
    await online();
    for (let i = 0; i < 10; i++) c.typing('ses_1');
    expect(last().frames('typing')).toHaveLength(1);
  });
});
