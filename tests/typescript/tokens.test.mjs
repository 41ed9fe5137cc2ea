// Tokens that are not good any more: nobody sees that they are refreshed, and a refresh token is used once.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApiError, TalkerClient } from '../../clients/typescript/dist/index.js';
import { listen, person, until, URL } from './steps.mjs';

let aya;
before(async () => {
  aya = await person();
});
after(() => aya.proxy.end());

/** A client of a storage that counts what it asks for tokens. */
function counted(storage) {
  const counted = { refreshes: 0 };
  counted.client = new TalkerClient({
    baseUrl: URL,
    storage,
    fetch: (url, init) => {
      if (String(url).endsWith('/auth/token')) counted.refreshes++;
      return fetch(url, init);
    },
  });
  return counted;
}

/** Puts another access token where the good one was. */
function spoil(storage, change) {
  const tokens = JSON.parse(storage.get('talker.auth'));
  storage.set('talker.auth', JSON.stringify({ ...tokens, ...change(tokens) }));
}

const bad = (tokens) => ({ access: `${tokens.access.slice(0, -8)}AAAAAAAA` });

describe('tokens', () => {
  it('are refreshed once when the server does not take them, whoever asks', async () => {
    spoil(aya.storage, bad);
    const tabs = [counted(aya.storage), counted(aya.storage)];
    const all = tabs.flatMap(({ client: { api } }) => [api.getMe(), api.listModels(), api.getUsage()]);
    const [me] = await Promise.all(all);
    assert.equal(me.id, aya.user.id);
    assert.equal(tabs[0].refreshes + tabs[1].refreshes, 1);
  });

  it('are refreshed before they end', async () => {
    spoil(aya.storage, () => ({ expires: Date.now() + 1_000 }));
    const one = counted(aya.storage);
    await Promise.all([one.client.api.getMe(), one.client.api.getMe(), one.client.api.getMe()]);
    await one.client.api.getMe();
    assert.equal(one.refreshes, 1);
  });

  it('are refreshed when the socket does not take them', async () => {
    spoil(aya.storage, bad);
    const one = counted(aya.storage);
    const heard = listen(one.client, aya);
    heard.connection.start();
    await until('online', () => heard.connection.link === 'online');
    assert.equal(one.refreshes, 1);
    heard.connection.stop();
  });

  it('are shown afresh on a line that stays', async () => {
    const one = counted(aya.storage);
    const connection = one.client.connection(aya.user.id, { now: () => Date.now() + offset });
    let offset = 0;
    let readies = 0;
    connection.on((n) => {
      if (n.kind === 'ready') readies++;
    });
    // A token of fifteen minutes looks as if it ended in a little more than one.
    const { expires } = JSON.parse(aya.storage.get('talker.auth'));
    offset = expires - Date.now() - 61_500;
    connection.start();
    await until('online', () => connection.link === 'online');
    await until('a fresh token', () => one.refreshes === 1, 10_000);
    assert.equal(connection.link, 'online');
    assert.equal(readies, 1);
    connection.stop();
  });

  it('end everywhere when the device is ended elsewhere', async () => {
    const one = counted(aya.storage);
    const heard = listen(one.client, aya);
    let out = 0;
    one.client.auth.onSignedOut = () => out++;
    heard.connection.start();
    await until('online', () => heard.connection.link === 'online');
    const devices = await aya.direct.api.listDevices();
    await aya.direct.api.endDevice(devices.items.find((d) => d.label === 'A bad line').id);
    await until('ended', () => heard.connection.link === 'ended');
    assert.equal(out, 1);
    assert.equal(one.client.auth.signedIn, false);
    await assert.rejects(one.client.api.getMe(), (e) => e instanceof ApiError && e.code === 'unauthenticated');
  });
});
