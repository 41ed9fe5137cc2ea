// Replies over bad lines: whatever the line does, each event is heard once and in order, and each reply whole.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { chance, chat, last, listen, open, pause, person, until } from './steps.mjs';

let aya;
before(async () => {
  aya = await person();
});
beforeEach(() => aya.proxy.mend());
after(() => aya.proxy.end());

/** Lets a reply be written while `trouble` does what it does to the line, and checks what was heard of it. */
async function reply(trouble, { early = false } = {}) {
  const session = await chat(aya);
  const heard = listen(aya.client, aya);
  if (early) trouble();
  heard.connection.start();
  await until('online', () => heard.connection.link === 'online');
  await open(heard, aya.direct.api, session);
  heard.connection.send(session.id, 'Tell me of the sea.');
  await until('the reply begins', () => heard.texts.size > 0);
  if (!early) await trouble(heard.connection);
  await until('the reply ends', () => last(heard, 'reply.completed'));
  const { message } = last(heard, 'reply.completed');
  const kept = await aya.direct.api.getMessage(session.id, message.id);
  assert.equal(message.content, kept.content);
  assert.ok(kept.content.length > 100);
  assert.ok(kept.content.startsWith(heard.texts.get(message.id)));
  assert.deepEqual(heard.events.map((e) => e.type), ['message.accepted', 'reply.started', 'reply.completed']);
  assert.deepEqual([heard.faults, heard.lost], [[], []]);
  heard.connection.stop();
  return heard;
}

describe('a reply over a bad line', () => {
  it('is heard when the line breaks in its middle', async () => {
    const heard = await reply(() => aya.proxy.cut());
    assert.ok(heard.links.filter((link) => link === 'online').length >= 2);
  });

  it('is heard when the line breaks again and again', async () => {
    const random = chance(7);
    const heard = await reply(async () => {
      for (let i = 0; i < 8; i++) {
        await pause(40 + random() * 200);
        aya.proxy.cut();
      }
    });
    assert.ok(heard.links.filter((link) => link === 'online').length >= 4);
  });

  it('is heard when every line breaks within a frame', async () => {
    await reply(async () => {
      for (const bytes of [700, 901, 1_203, 1_604, 2_207]) {
        aya.proxy.breakAfter = bytes;
        aya.proxy.cut();
        await pause(250);
      }
      aya.proxy.breakAfter = Infinity;
      aya.proxy.cut();
    });
  });

  it('is heard when the line is away until the reply is over', async () => {
    const heard = await reply(async () => {
      aya.proxy.closed = true;
      aya.proxy.cut();
      await pause(3_500);
      aya.proxy.closed = false;
    });
    assert.ok(heard.links.includes('waiting'));
  });

  it('is heard late when the line is slow', async () => {
    const heard = await reply(() => void (aya.proxy.delay = 150), { early: true });
    assert.ok(Math.max(...heard.grew.values()) > 3);
  });

  it('is heard when the line goes silent without a word', async () => {
    const before = aya.proxy.lines;
    const heard = await reply(async (connection) => {
      aya.proxy.dark = { up: true, down: true };
      connection.wake();
      await pause(700);
      aya.proxy.mend();
    });
    assert.ok(aya.proxy.lines > before + 1);
    assert.ok(heard.links.includes('waiting'));
  });
});
