// The parts together: who is signed in, every operation of the server, and the connection.

import { Auth, AuthRefused, exclusive } from './auth.js';
import { Connection, type ConnectionDeps, type SocketLike } from './connection.js';
import { Operations } from './generated/operations.js';
import { ApiError, Http } from './http.js';
import type { KeyValueStore } from './storage.js';

export interface ClientDeps {
  /** Where the server is, as `https://talker.example`; empty in a page of the server itself. */
  baseUrl: string;
  storage: KeyValueStore;
  fetch?: typeof fetch;
  /** Opens a socket; the platform's own if absent. */
  open?(url: string, protocols: string[]): SocketLike;
}

export class TalkerClient {
  readonly auth: Auth;
  readonly api: Operations;

  constructor(private deps: ClientDeps) {
    const { baseUrl, storage } = deps;
    this.api = new Operations(new Http({ baseUrl, token: (refused) => this.auth.token(refused), ...(deps.fetch ? { fetch: deps.fetch } : {}) }));
    this.auth = new Auth({
      storage,
      now: () => Date.now(),
      exclusive: (task) => exclusive(storage, task),
      refresh: (token) => this.refresh(token),
    });
  }

  private async refresh(token: string) {
    try {
      return await this.api.issueToken({ grant_type: 'refresh_token', refresh_token: token });
    } catch (e) {
      if (e instanceof ApiError && (e.code === 'invalid_credentials' || e.status === 401)) throw new AuthRefused();
      throw e;
    }
  }

  /** Signs in; `device` is what this one is called in the person's list. */
  async signIn(username: string, password: string, device?: string): Promise<void> {
    this.auth.keep(await this.api.issueToken({ grant_type: 'password', username, password, ...(device === undefined ? {} : { device }) }));
  }

  /** Signs this device out; the server need not answer. */
  async signOut(): Promise<void> {
    try {
      await this.api.logout();
    } catch {
      // It ends by itself.
    }
    this.auth.forget();
  }

  /** A connection for the person who is signed in; `start` opens it. */
  connection(userId: string, over: Partial<ConnectionDeps> = {}): Connection {
    return new Connection({
      url: this.socketUrl(),
      userId,
      storage: this.deps.storage,
      token: (refused) => this.auth.token(refused),
      signedOut: () => this.auth.forget(),
      open: this.deps.open ?? ((url, protocols) => new WebSocket(url, protocols) as unknown as SocketLike),
      ...over,
    });
  }

  private socketUrl(): string {
    const base = this.deps.baseUrl || location.origin;
    return `${base.replace(/^http/, 'ws')}/api/v1/chat/ws`;
  }
}
