import { beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetPerson } from '../src/lib/leaving';
import { Kept } from '../src/stores/kept';
import type { UserOut } from '../src/lib/wire';
import { FakeStorage, message, session } from './fakes';

class Memory {
  readonly map = new Map<string, string>();
  slow: Promise<void> = Promise.resolve();
  get = (key: string) => Promise.resolve(this.map.get(key) ?? null);
  set = async (key: string, value: string) => {
    await this.slow;
    this.map.set(key, value);
  };
  remove = (key: string) => Promise.resolve(void this.map.delete(key));
  clear = () => Promise.resolve(this.map.clear());
}
const aya = { id: 'usr_1', username: 'aya' } as UserOut;
const page = { items: [message({ id: 'g', content: 'Good evening.' })], has_before: false, has_after: false, seq: 1 };
const settle = () => new Promise((done) => setTimeout(done));

describe('what is kept', () => {
  let store: Memory;
  let kept: Kept;
  beforeEach(() => {
    store = new Memory();
    kept = new Kept(store);
  });

  it('is there for the next start', async () => {
    kept.begin(aya);
    kept.keepChat('ses_1', page);
    vi.useFakeTimers();
    kept.keepSessions(() => [session({ id: 'ses_1' })]);
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    await settle();
    const next = new Kept(store);
    expect((await next.user())?.username).toBe('aya');
    next.begin(aya);
    expect((await next.sessions()).map((s) => s.id)).toEqual(['ses_1']);
    expect((await next.chat('ses_1'))?.items[0]?.content).toBe('Good evening.');
  });

  it('is nothing any more when the person leaves, and nothing comes after', async () => {
    kept.begin(aya);
    kept.keepChat('ses_1', page);
    await settle();
    expect(store.map.size).toBeGreaterThan(1);
    const gone = kept.forget();
    kept.keepChat('ses_2', page);
    kept.keepSessions(() => [session({ id: 'ses_1' })]);
    kept.apply({ type: 'message.edited', session_id: 'ses_1', seq: 2, message: message({ id: 'g', content: 'Secret.' }) } as never);
    await gone;
    await settle();
    expect([...store.map.keys()]).toEqual([]);
    expect([await kept.user(), await kept.sessions(), await kept.chat('ses_1')]).toEqual([null, [], null]);
  });

  it('follows what happens, and lets go of a chat that is gone', async () => {
    kept.begin(aya);
    kept.keepChat('ses_1', page);
    kept.apply({ type: 'message.edited', session_id: 'ses_1', seq: 2, message: message({ id: 'g', content: 'Good morning.' }) } as never);
    expect((await kept.chat('ses_1'))?.items[0]?.content).toBe('Good morning.');
    kept.drop('ses_1');
    expect(await kept.chat('ses_1')).toBeNull();
  });

  it('is nothing where it cannot be kept', async () => {
    const broken = new Kept({ get: () => Promise.reject(new Error('no')), set: () => Promise.reject(new Error('no')), remove: () => Promise.reject(new Error('no')), clear: () => Promise.reject(new Error('no')) });
    broken.begin(aya);
    broken.keepChat('ses_1', page);
    expect([await broken.user(), await broken.sessions(), await broken.chat('ses_1')]).toEqual([null, [], null]);
    await broken.forget();
  });
});

describe('who leaves', () => {
  const filled = () => {
    const s = new FakeStorage();
    for (const key of ['talker.theme', 'talker.language', 'talker.known', 'talker.auth', 'talker.outbox.usr_1.a', 'talker.draft.ses_1', 'talker.place.ses_1', 'talker.moment.usr_1', 'talker.character.usr_1.new', 'talker.push', 'another.app']) s.setItem(key, 'x');
    return s;
  };
  const keys = (s: Storage) => Array.from({ length: s.length }, (_, i) => s.key(i));

  it('leaves nothing but what belongs to the device', () => {
    const s = filled();
    forgetPerson(true, [s]);
    expect(keys(s)).toEqual(['talker.theme', 'talker.language', 'talker.known', 'another.app']);
  });
  it('keeps what was not sent, when somebody else ended it', () => {
    const s = filled();
    forgetPerson(false, [s]);
    expect(keys(s)).toEqual(['talker.theme', 'talker.language', 'talker.known', 'talker.outbox.usr_1.a', 'talker.draft.ses_1', 'talker.moment.usr_1', 'talker.character.usr_1.new', 'another.app']);
  });
});
