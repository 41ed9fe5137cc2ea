// Without a network: the app opens, what was read can be read, what is written is kept and goes out; and who signs out leaves nothing
// behind. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, lastMessage, meet, person, say, settled, shot, signUp, URL, words } from './steps.mjs';

/** The service worker has the whole shell: it keeps one file after the other, which takes its time on a slow machine. */
const shell = (page) =>
  page.waitForFunction(async () => {
    if (!navigator.serviceWorker?.controller) return false;
    const kept = await (await caches.open((await caches.keys()).find((k) => k.startsWith('shell-')))).keys();
    const paths = kept.map((r) => new globalThis.URL(r.url).pathname);
    const files = await (await fetch('/shell.json')).json();
    return paths.includes('/') && files.every((f) => paths.includes(`/${f}`)) && paths.some((p) => /\/assets\/en-/.test(p));
  }, null, { timeout: 60_000 });

/** Everything this browser keeps of the app. */
const left = (page) =>
  page.evaluate(async () => {
    const read = (name) => new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => {
        const db = asked.result;
        if (db.objectStoreNames.length === 0) return done([]);
        const all = db.transaction('kept').objectStore('kept').getAllKeys();
        all.onsuccess = () => (db.close(), done(all.result));
      };
    });
    const shells = [];
    for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) shells.push(new globalThis.URL(r.url).pathname);
    return { database: await read('talker'), local: Object.keys(localStorage).sort(), session: Object.keys(sessionStorage).filter((k) => k.startsWith('talker.')), api: shells.filter((p) => p.startsWith('/api')) };
  });

test('reading, writing and leaving without a network', async () => {
  const { page, context, faults, cut, restore } = await device();
  await signUp(page, person());
  await meet(page);
  await say(page, 'Good evening.');
  await settled(page);
  const chat = page.url();
  const said = await words(page);
  await page.goto(`${URL}/chats`);
  await shell(page);
  await page.waitForTimeout(1_000);
  assert.ok((await left(page)).database.some((k) => k.includes('.ses_')), 'the chat is kept');

  await cut();
  await page.goto(`${URL}/chats`);
  await page.getByText(/^You are offline\. What was read here can be read on/).waitFor();
  await shot(page, 'offline-chats');
  await page.locator('main a[href^="/chat/ses_"]').first().click();
  await page.locator('li.msg').getByText('Good evening.').first().waitFor();
  assert.deepEqual(await words(page), said, 'every word is there');
  await page.getByText('No connection. What you write is kept and will be sent.').waitFor();
  await say(page, 'Are you still there?');
  await page.locator('[data-pending]').getByText('will be sent when you are back online').waitFor();
  await page.getByLabel('Your message').fill('half a thou');
  await shot(page, 'offline-chat');
  await page.reload();
  await page.locator('[data-pending]').getByText('Are you still there?').waitFor();
  assert.equal(await page.getByLabel('Your message').inputValue(), 'half a thou', 'what was begun is kept');
  // A page that needs the server says so.
  await page.goto(`${URL}/people`);
  await page.getByRole('alert').first().waitFor();
  await page.getByText(/^You are offline/).waitFor();
  await page.goto(chat);
  await page.locator('[data-pending]').waitFor();

  await restore();
  await page.locator('[data-pending]').waitFor({ state: 'detached', timeout: 60_000 });
  await settled(page);
  assert.equal(await page.locator('li.msg[data-role=user]').count(), 2, 'it went out once');
  assert.ok((await lastMessage(page).locator('.prose').textContent()).length > 0);

  await page.goto(`${URL}/settings`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await page.getByText('Someone is waiting for you.').waitFor();
  await page.waitForTimeout(800);
  assert.deepEqual(await left(page), { database: [], local: ['talker.known'], session: [], api: [] });
  assert.deepEqual(faults, []);
  await context.close();
});
