// What the tests have in common: people, chats, and listening to a connection.

import assert from 'node:assert/strict';
import { MemoryStore, TalkerClient, timing } from '../../clients/typescript/dist/index.js';
import { Proxy } from './proxy.mjs';

export const URL = process.env.TALKER_URL;
const PASSWORD = 'correct horse battery';

// A test need not wait as long as a person in a tunnel.
Object.assign(timing, { backoffFirst: 40, backoffMost: 400, ready: 2_000, probe: 500, accept: 1_500, resume: 1_500, stable: 60_000 });

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until something is so. */
export async function until(what, so, ms = 30_000) {
  const end = Date.now() + ms;
  while (!(await so())) {
    assert.ok(Date.now() < end, `never so: ${what}`);
    await pause(20);
  }
}

/** Chance that can be had again. */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** A person with two devices, `client` and `direct`. The socket of the first goes through a proxy; requests go around it. */
export async function person() {
  const proxy = await Proxy.to(URL);
  const name = `ts_${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
  const direct = new TalkerClient({ baseUrl: URL, storage: new MemoryStore() });
  const user = await direct.api.register({ username: name, email: `${name}@example.org`, password: PASSWORD, birth_date: '1995-04-12' });
  await direct.signIn(name, PASSWORD, 'The other device');
  const storage = new MemoryStore();
  const client = new TalkerClient({ baseUrl: URL, storage });
  await client.signIn(name, PASSWORD, 'A bad line');
  return { name, user, proxy, direct, storage, client, password: PASSWORD };
}

export async function chat({ direct }) {
  const { items } = await direct.api.pageCharacters({ limit: 1 });
  return direct.api.createSession({ character_id: items[0].id });
}

/** A connection with all that it tells; each chat is held to its promises while it listens. */
export function listen(client, { user, proxy }) {
  const connection = client.connection(user.id, { url: `${proxy.url.replace('http', 'ws')}/api/v1/chat/ws` });
  const heard = { connection, events: [], texts: new Map(), grew: new Map(), lost: [], faults: [], links: [] };
  connection.on((n) => {
    if (n.kind === 'link') heard.links.push(n.link);
    if (n.kind === 'lost') heard.lost.push(n.session_id);
    if (n.kind === 'event') {
      const last = heard.events.findLast((e) => e.session_id === n.event.session_id);
      if (last && n.event.seq !== last.seq + 1) heard.faults.push(`${n.event.type} has the place ${n.event.seq} after ${last.seq}`);
      heard.events.push(n.event);
    }
    if (n.kind === 'text') {
      const before = heard.texts.get(n.message_id) ?? '';
      if (!n.text.startsWith(before) || n.text.length === before.length) heard.faults.push(`«${before}» became «${n.text}»`);
      heard.texts.set(n.message_id, n.text);
      heard.grew.set(n.message_id, (heard.grew.get(n.message_id) ?? 0) + 1);
    }
  });
  return heard;
}

/** Opens a chat: reads its newest page and watches it from there. */
export async function open(heard, api, session) {
  const page = await api.getHistory(session.id);
  heard.connection.watch(session.id, page.seq);
  return page;
}

/** The last event of a kind. */
export const last = (heard, type) => heard.events.findLast((e) => e.type === type);
