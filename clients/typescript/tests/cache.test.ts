import { beforeEach, describe, expect, it } from 'vitest';
import { ChatCache, type CacheStore } from '../src/cache.js';
import type { HistoryOut, MessageOut, SessionEvent } from '../src/generated/types.js';
import { message, session } from './fakes.js';

let kept: Map<string, string>;
let store: CacheStore;
const limits = { chats: 2, messages: 4, sessions: 3 };
const make = () => new ChatCache(store, 'usr_1', limits);

/** `n` messages, each below the one before. */
function chain(n: number): MessageOut[] {
  return Array.from({ length: n }, (_, i) => message({ id: `m${i}`, parent_id: i === 0 ? null : `m${i - 1}`, depth: i }));
}
const page = (items: MessageOut[], seq: number, has_before = false): HistoryOut => ({ items, has_before, has_after: false, seq });
const ids = (p: HistoryOut | null) => p?.items.map((m) => m.id);

beforeEach(() => {
  kept = new Map();
  store = {
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value) => void kept.set(key, value),
    remove: async (key) => void kept.delete(key),
  };
});

describe('what was read', () => {
  it('is there for the next start, with its place', async () => {
    await make().keepChat('ses_1', page(chain(3), 7));
    await make().keepSessions([session(), session({ id: 'ses_2' })]);
    expect(await make().chat('ses_1')).toEqual(page(chain(3), 7));
    expect((await make().sessions()).map((s) => s.id)).toEqual(['ses_1', 'ses_2']);
    expect(await make().chat('ses_9')).toBeNull();
    expect(await new ChatCache(store, 'usr_2', limits).chat('ses_1')).toBeNull();
  });

  it('has bounds: the newest messages of the latest chats', async () => {
    const cache = make();
    for (const id of ['ses_1', 'ses_2', 'ses_1', 'ses_3']) void cache.keepChat(id, page(chain(6), 9));
    void cache.keepSessions(Array.from({ length: 9 }, (_, i) => session({ id: `ses_${i}` })));
    expect(ids(await cache.chat('ses_1'))).toEqual(['m2', 'm3', 'm4', 'm5']);
    expect((await cache.chat('ses_1'))?.has_before).toBe(true);
    expect(await cache.chat('ses_2')).toBeNull();
    expect(ids(await cache.chat('ses_3'))).toHaveLength(4);
    expect(await cache.sessions()).toHaveLength(3);
  });

  it('follows what happens, in order and once', async () => {
    const cache = make();
    const said = message({ id: 'm3', parent_id: 'm2', depth: 3, role: 'user' });
    const accepted: SessionEvent = { type: 'message.accepted', session_id: 'ses_1', seq: 8, client_message_id: 'a', message: said, reply: null };
    void cache.keepChat('ses_1', page(chain(3), 7));
    void cache.apply(accepted);
    void cache.apply(accepted);
    void cache.apply({ type: 'message.deleted', session_id: 'ses_1', seq: 9, message_id: 'm1', leaf_id: 'm0' });
    expect(await cache.chat('ses_1')).toMatchObject({ seq: 9, items: [{ id: 'm0' }] });
  });

  it('is forgotten where something was missed, and when the chat or the person is gone', async () => {
    const cache = make();
    const edited = (seq: number): SessionEvent => ({ type: 'message.edited', session_id: 'ses_1', seq, message: message({ id: 'm2', parent_id: 'm1', depth: 2, content: 'x' }) });
    void cache.keepChat('ses_1', page(chain(3), 7));
    void cache.apply(edited(9));
    expect(await cache.chat('ses_1')).toBeNull();
    void cache.keepChat('ses_1', page(chain(3), 7));
    void cache.apply({ type: 'session.updated', session_id: 'ses_1', seq: 8, session: session({ leaf_id: 'm99' }) });
    expect(await cache.chat('ses_1')).toBeNull();
    void cache.keepChat('ses_1', page(chain(3), 7));
    void cache.apply({ type: 'session.deleted', session_id: 'ses_1', seq: 8 });
    expect(await cache.chat('ses_1')).toBeNull();
    void cache.keepChat('ses_1', page(chain(3), 7));
    void cache.keepSessions([session()]);
    await cache.clear();
    expect([...kept.keys()]).toEqual([]);
  });

  it('is none where the store holds something else', async () => {
    kept.set('talker.cache.usr_1.ses_1', 'not json');
    expect(await make().chat('ses_1')).toBeNull();
  });
});
