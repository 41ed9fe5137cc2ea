// Who is signed in here. The tokens are shared by all clients of one storage (the tabs of a browser); a refresh token works
// once, so only one of them at a time may use it, and the others take what it got.

import type { TokenOut } from './generated/types.js';
import type { KeyValueStore } from './storage.js';

export interface Tokens {
  access: string;
  refresh: string;
  /** When the access token ends, in ms since 1970. */
  expires: number;
}

/** What is used of an answer with tokens. */
export type TokenAnswer = Pick<TokenOut, 'access_token' | 'refresh_token' | 'expires_in'>;

/** A refusal by the server, as opposed to not reaching it. */
export class AuthRefused extends Error {}

export interface AuthDeps {
  storage: KeyValueStore;
  /** `POST /auth/token` with a refresh token; throws `AuthRefused` when the server says no. */
  refresh(refreshToken: string): Promise<TokenAnswer>;
  /** Runs `task` while no other client of the storage runs one. */
  exclusive<T>(task: () => Promise<T>): Promise<T>;
  now(): number;
}

const KEY = 'talker.auth';
/** Refresh this long before the end. */
const EARLY_MS = 60_000;

export class Auth {
  /** Told when the person is gone: signed out here, in another tab, or by the server. */
  onSignedOut: () => void = () => {};
  /** Told when another tab signed in. */
  onSignedIn: () => void = () => {};
  private flight: Promise<string | null> | null = null;

  constructor(private deps: AuthDeps) {}

  read(): Tokens | null {
    try {
      const t = JSON.parse(this.deps.storage.get(KEY) ?? 'null') as Tokens | null;
      return t && typeof t.access === 'string' && typeof t.refresh === 'string' ? t : null;
    } catch {
      return null;
    }
  }

  get signedIn(): boolean {
    return this.read() !== null;
  }

  keep(answer: TokenAnswer): void {
    const tokens: Tokens = {
      access: answer.access_token,
      refresh: answer.refresh_token,
      expires: this.deps.now() + answer.expires_in * 1000,
    };
    this.deps.storage.set(KEY, JSON.stringify(tokens));
  }

  forget(): void {
    const had = this.signedIn;
    this.deps.storage.remove(KEY);
    if (had) this.onSignedOut();
  }

  /** Call on `storage` events of other tabs. */
  changedElsewhere(key: string | null, before: string | null): void {
    if (key !== KEY && key !== null) return;
    if (!this.signedIn) this.onSignedOut();
    else if (before === null) this.onSignedIn();
  }

  /**
   * A token that is good now. `refused` names a token the server did not take: then another is fetched.
   * `null` when nobody is signed in; throws when the server cannot be reached.
   */
  token(refused?: string): Promise<string | null> {
    const t = this.read();
    if (!t) return Promise.resolve(null);
    if (this.good(t, refused)) return Promise.resolve(t.access);
    this.flight ??= this.deps
      .exclusive(() => this.renew(refused))
      .finally(() => {
        this.flight = null;
      });
    return this.flight;
  }

  private good(t: Tokens, refused?: string): boolean {
    return t.access !== refused && t.expires - EARLY_MS > this.deps.now();
  }

  private async renew(refused?: string): Promise<string | null> {
    // Another tab may have been first.
    const before = this.read();
    if (!before) return null;
    if (this.good(before, refused)) return before.access;
    try {
      this.keep(await this.deps.refresh(before.refresh));
    } catch (e) {
      if (!(e instanceof AuthRefused)) throw e;
      const after = this.read();
      if (after && after.refresh !== before.refresh) return after.access;
      this.forget();
      return null;
    }
    return this.read()?.access ?? null;
  }
}

const LOCK = 'talker.refresh';

/** One client at a time: by the browser's locks, or, where those are missing (plain http), by a lease in the storage. */
export async function exclusive<T>(storage: KeyValueStore, task: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : (navigator.locks as LockManager | undefined);
  if (locks) return (await locks.request(LOCK, task)) as T;
  return storageLease(storage, task);
}

/** Runs `task` while nobody else holds the lease that is kept in a storage. */
export async function storageLease<T>(storage: KeyValueStore, task: () => Promise<T>): Promise<T> {
  const key = `${LOCK}.lease`;
  const me = Math.random().toString(36).slice(2);
  const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
  const holder = () => {
    const [who, until] = (storage.get(key) ?? '').split(' ');
    return who && Number(until) > Date.now() ? who : null;
  };
  for (;;) {
    if (holder() === null) {
      storage.set(key, `${me} ${Date.now() + 15_000}`);
      await wait(25 + Math.random() * 25);
      if (holder() === me) break;
    }
    await wait(60 + Math.random() * 60);
  }
  try {
    return await task();
  } finally {
    if (holder() === me) storage.remove(key);
  }
}
