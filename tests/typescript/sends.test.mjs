// Messages over bad lines: each is taken exactly once, in the order of typing, also when the client dies in between.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { TalkerClient } from '../../clients/typescript/dist/index.js';
import { URL, chance, chat, listen, pause, person, until } from './steps.mjs';

let aya;
before(async () => {
  aya = await person();
});
beforeEach(() => aya.proxy.mend());
after(() => aya.proxy.end());

/** What the person said in a chat, as the server has it, in its order. */
async function said(session) {
  const page = await aya.direct.api.getHistory(session.id, { limit: 100 });
  assert.equal(page.has_before, false);
  return page.items.filter((m) => m.role === 'user').map((m) => m.content);
}

/** A client that begins with what another left. */
const again = () => new TalkerClient({ baseUrl: URL, storage: aya.storage });

describe('what is said over a bad line', () => {
  it('is taken once, in its order, while lines break all the time', async () => {
    const chats = [await chat(aya), await chat(aya)];
    const heard = listen(aya.client, aya);
    heard.connection.start();
    const random = chance(11);
    const words = ['one', 'two', 'three', 'four'];
    for (const word of words) {
      for (const session of chats) heard.connection.send(session.id, word);
      await pause(random() * 150);
      aya.proxy.cut();
    }
    for (let i = 0; heard.connection.outbox().length > 0; i++) {
      assert.ok(i < 100, 'the outbox never gets empty');
      assert.deepEqual(heard.connection.outbox().filter((o) => o.failed), []);
      await pause(60 + random() * 250);
      if (i < 12) aya.proxy.cut();
    }
    for (const session of chats) assert.deepEqual(await said(session), words);
    heard.connection.stop();
  });

  it('is taken once though its acceptance was lost and the client died', async () => {
    const session = await chat(aya);
    const first = listen(aya.client, aya);
    first.connection.start();
    await until('online', () => first.connection.link === 'online');
    aya.proxy.dark = { up: false, down: true };
    const { client_message_id } = first.connection.send(session.id, 'Did you hear me?');
    await until('the server has it', async () => (await said(session)).length === 1);
    assert.equal(first.connection.outbox().length, 1);
    first.connection.stop();
    aya.proxy.cut();
    aya.proxy.mend();

    const second = listen(again(), aya);
    assert.deepEqual(second.connection.outbox().map((o) => o.client_message_id), [client_message_id]);
    second.connection.start();
    await until('it is taken', () => second.connection.outbox().length === 0);
    assert.deepEqual(await said(session), ['Did you hear me?']);
    const accepted = second.events.find((e) => e.type === 'message.accepted');
    assert.deepEqual([accepted.client_message_id, accepted.repeated], [client_message_id, true]);
    second.connection.stop();
  });

  it('is taken once though it never left before the client died', async () => {
    const session = await chat(aya);
    aya.proxy.closed = true;
    const first = listen(aya.client, aya);
    first.connection.start();
    first.connection.send(session.id, 'I typed this in a tunnel.');
    await until('no line', () => first.connection.link === 'waiting');
    first.connection.stop();
    assert.deepEqual(await said(session), []);
    aya.proxy.closed = false;

    const second = listen(again(), aya);
    second.connection.start();
    await until('it is taken', () => second.connection.outbox().length === 0);
    assert.deepEqual(await said(session), ['I typed this in a tunnel.']);
    second.connection.stop();
  });

  it('is taken once when it is sent by two clients of one storage', async () => {
    const session = await chat(aya);
    const tabs = [listen(again(), aya), listen(again(), aya)];
    tabs[0].connection.send(session.id, 'From two tabs.');
    for (const tab of tabs) tab.connection.start();
    for (const tab of tabs) await until('it is taken', () => tab.connection.outbox().length === 0);
    await until('both are online', () => tabs.every((tab) => tab.connection.link === 'online'));
    await pause(300);
    assert.deepEqual(await said(session), ['From two tabs.']);
    for (const tab of tabs) tab.connection.stop();
  });

  it('is shown as refused where the chat is not there', async () => {
    const heard = listen(aya.client, aya);
    heard.connection.start();
    const { client_message_id } = heard.connection.send(`ses_${'0'.repeat(32)}`, 'Is anybody there?');
    await until('it is refused', () => heard.connection.outbox()[0]?.failed);
    assert.equal(heard.connection.outbox()[0].failed, 'not_found');
    heard.connection.discard(client_message_id);
    assert.deepEqual(heard.connection.outbox(), []);
    heard.connection.stop();
  });
});
