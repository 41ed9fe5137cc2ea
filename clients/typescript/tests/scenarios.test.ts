// The scenarios that every client runs: clients/scenarios/README.md says how they are written.

import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection } from '../src/connection.js';
import type { Notice, Outgoing } from '../src/notices.js';
import { MemoryStore } from '../src/storage.js';
import { FakeSocket } from './fakes.js';

type Json = Record<string, unknown>;
interface Step {
  call?: string;
  with?: Json;
  kill?: true;
  ready?: Json & { expires_in?: number };
  say?: unknown;
  socket?: number;
  close?: number;
  wait?: number;
  expect?: Json;
}
interface Scenario {
  name: string;
  tokens?: string[];
  stored?: Outgoing[];
  steps: Step[];
}

const folder = new URL('../../scenarios/', import.meta.url);
const read = <T>(name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
const defaults = read<Record<'message' | 'session' | 'ready', Json>>('defaults.json');
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'defaults.json');

/** A frame with its messages and sessions whole. */
function whole(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(whole);
  if (value === null || typeof value !== 'object') return value;
  const { $message, $session, ...plain } = value as Json;
  if ($message) return { ...defaults.message, ...($message as Json) };
  if ($session) return { ...defaults.session, ...($session as Json) };
  return Object.fromEntries(Object.entries(plain).map(([k, v]) => [k, whole(v)]));
}

class Stage {
  private storage = new MemoryStore();
  private sockets: FakeSocket[] = [];
  private tokens: string[];
  private named = 0;
  private signedOut = 0;
  private sentBefore = 0;
  private notices: Notice[] = [];
  private connection: Connection;

  constructor(scenario: Scenario) {
    this.tokens = scenario.tokens ?? ['t1', 't2', 't3'];
    for (const o of scenario.stored ?? []) this.storage.set(`talker.outbox.usr_1.${o.client_message_id}`, JSON.stringify(o));
    this.connection = this.make();
  }

  private make(): Connection {
    const c = new Connection({
      url: 'wss://talker.test/api/v1/chat/ws',
      userId: 'usr_1',
      storage: this.storage,
      token: async (refused) => {
        if (refused !== undefined && this.tokens[0] === refused) this.tokens.shift();
        return this.tokens[0] ?? null;
      },
      signedOut: () => this.signedOut++,
      open: (url, protocols) => {
        const socket = new FakeSocket(url, protocols);
        this.sockets.push(socket);
        this.sentBefore = 0;
        return socket;
      },
      random: () => 1,
      newId: () => `cm_${++this.named}`,
    });
    c.on((n) => this.notices.push(n));
    return c;
  }

  async run(step: Step): Promise<void> {
    if (step.call !== undefined) this.call(step.call, step.with ?? {});
    else if (step.kill) this.kill();
    else if (step.ready) this.ready(step.ready);
    else if (step.say !== undefined) this.say(step.say, step.socket);
    else if (step.close !== undefined) this.newest.break(step.close);
    else if (step.wait !== undefined) await vi.advanceTimersByTimeAsync(step.wait);
    else if (step.expect) this.expect(step.expect);
    else throw new Error(`What is this step? ${JSON.stringify(step)}`);
    await vi.advanceTimersByTimeAsync(0);
  }

  end(): void {
    this.connection.stop();
  }

  private get newest(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  private call(name: string, w: Json): void {
    const c = this.connection;
    const text = (key: string) => w[key] as string;
    switch (name) {
      case 'start':
      case 'stop':
      case 'wake':
      case 'probe':
        return c[name]();
      case 'watch':
        return c.watch(text('session_id'), w['seq'] as number, Object.entries((w['running'] ?? {}) as Record<string, string>));
      case 'unwatch':
        return c.unwatch(text('session_id'));
      case 'send':
        c.send(text('session_id'), text('content'), w['parent_id'] as string | null | undefined);
        return;
      case 'retry':
      case 'discard':
        return c[name](text('id'));
      case 'typing':
        return c.typing(text('session_id'));
      case 'read':
        return c.read(text('session_id'), w['seq'] as number);
    }
    throw new Error(`No client can ${name}`);
  }

  private kill(): void {
    // Nothing of it runs any more, and it could not say so.
    this.connection.stop();
    this.notices = [];
    this.connection = this.make();
  }

  private ready({ expires_in = 900_000, ...over }: Json & { expires_in?: number }): void {
    this.newest.readyState = 1;
    this.newest.say({ ...defaults.ready, expires_at: new Date(Date.now() + expires_in).toISOString(), ...over });
  }

  private say(frame: unknown, index?: number): void {
    const socket = index === undefined ? this.newest : this.sockets[index]!;
    if (typeof frame === 'string') socket.word({ data: frame });
    else socket.word({ data: JSON.stringify(whole(frame)) });
  }

  private expect(wanted: Json): void {
    const is: Json = {};
    for (const [key, value] of Object.entries(wanted)) is[key] = key === 'outbox' ? this.outbox(value as Json[]) : this.now(key, value);
    expect(is).toEqual(wanted);
  }

  /** Of each entry the fields that are named; of one more than wanted all. */
  private outbox(wanted: Json[]): Json[] {
    return this.connection.outbox().map((o, i) => {
      const names = wanted[i] ? Object.keys(wanted[i]) : Object.keys(o);
      return Object.fromEntries(names.map((name) => [name, (o as unknown as Json)[name]]));
    });
  }

  private now(key: string, wanted: unknown): unknown {
    switch (key) {
      case 'link':
        return this.connection.link;
      case 'sockets':
        return this.sockets.length;
      case 'protocols':
        return this.newest.protocols;
      case 'sent': {
        const sent = this.newest.sent.slice(this.sentBefore);
        this.sentBefore = this.newest.sent.length;
        return sent;
      }
      case 'signed_out':
        return this.signedOut;
      case 'places':
        return Object.fromEntries(Object.keys(wanted as Json).map((id) => [id, this.connection.place(id)]));
      case 'events':
        return this.told('event').map((n) => `${n.event.seq} ${n.event.type}`);
      case 'texts':
        return Object.fromEntries(this.told('text').map((n) => [n.message_id, n.text]));
      case 'lost':
        return this.told('lost').map((n) => n.session_id);
      case 'refused':
        return this.told('refused').map((n) => n.code);
      case 'notices': {
        const other = this.notices.filter((n) => !['event', 'text', 'lost', 'refused', 'outbox'].includes(n.kind));
        this.notices = this.notices.filter((n) => !other.includes(n));
        return other.map((n) => n.kind);
      }
    }
    throw new Error(`Nothing is called ${key}`);
  }

  /** The notices of a kind since they were last asked for. */
  private told<K extends Notice['kind']>(kind: K): Extract<Notice, { kind: K }>[] {
    const of = (n: Notice): n is Extract<Notice, { kind: K }> => n.kind === kind;
    const told = this.notices.filter(of);
    this.notices = this.notices.filter((n) => !of(n));
    return told;
  }
}

describe('scenarios', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(files)('%s', async (file) => {
    const scenario = read<Scenario>(file);
    const stage = new Stage(scenario);
    for (const [i, step] of scenario.steps.entries()) {
      try {
        await stage.run(step);
      } catch (e) {
        if (e instanceof Error) e.message = `step ${i + 1}, ${JSON.stringify(step)}: ${e.message}`;
        throw e;
      }
    }
    stage.end();
  });
});
