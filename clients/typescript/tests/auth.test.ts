import { beforeEach, describe, expect, it } from 'vitest';
import { Auth, AuthRefused, storageLease } from '../src/auth.js';
import { MemoryStore } from '../src/storage.js';

let storage: MemoryStore;
let now: number;
let used: string[];
let valid: string;
let queue: Promise<unknown>;

function tab(): Auth {
  return new Auth({
    storage,
    now: () => now,
    exclusive: <T>(task: () => Promise<T>) => {
      const run = queue.then(task, task);
      queue = run.catch(() => {});
      return run;
    },
    refresh: async (r) => {
      used.push(r);
      await Promise.resolve();
      if (r !== valid) throw new AuthRefused();
      valid = `r${used.length + 1}`;
      return { access_token: `a${used.length + 1}`, refresh_token: valid, expires_in: 900 };
    },
  });
}

beforeEach(() => {
  storage = new MemoryStore();
  now = 1_000_000;
  used = [];
  valid = 'r1';
  queue = Promise.resolve();
});

describe('tokens', () => {
  it('uses a refresh token once, however many tabs and calls want one', async () => {
    const a = tab();
    const b = tab();
    a.keep({ access_token: 'a1', refresh_token: 'r1', expires_in: 900 });
    expect(await b.token()).toBe('a1');
    now += 890_000;
    const got = await Promise.all([a.token(), b.token(), a.token(), b.token('a1'), a.token('a1')]);
    expect(new Set(got)).toEqual(new Set(['a2']));
    expect(used).toEqual(['r1']);
  });

  it('stays signed in when the server cannot be reached', async () => {
    const a = new Auth({ storage, now: () => now, exclusive: (t) => t(), refresh: () => Promise.reject(new Error('offline')) });
    a.keep({ access_token: 'a1', refresh_token: 'r1', expires_in: 1 });
    await expect(a.token()).rejects.toThrow('offline');
    expect(a.signedIn).toBe(true);
  });

  it('signs out when the server says no', async () => {
    const a = tab();
    let out = 0;
    a.onSignedOut = () => out++;
    a.keep({ access_token: 'a1', refresh_token: 'gone', expires_in: 1 });
    expect(await a.token()).toBeNull();
    expect(out).toBe(1);
    expect(a.signedIn).toBe(false);
  });

  it('runs one at a time where the browser has no locks', async () => {
    let inside = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++inside);
      await new Promise((r) => setTimeout(r, 20));
      inside--;
    };
    await Promise.all([storageLease(storage, task), storageLease(storage, task), storageLease(storage, task)]);
    expect(most).toBe(1);
  });
});
