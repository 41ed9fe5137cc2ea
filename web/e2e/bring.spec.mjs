// Cards and chats of other programs: dropped or chosen, looked at, brought to life, and saved again. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { device, shot, toast, URL } from './steps.mjs';
import { enter, somebody } from './world.mjs';

const golden = (path) => new globalThis.URL(`../../crates/exchange/tests/golden/${path}`, import.meta.url).pathname;
const card = (page, name) => page.getByRole('article', { name, exact: true });
const state = (page, name, state) => page.locator(`article[data-state=${state}]`, { hasText: name }).first().waitFor();
const choose = (page, files) => page.locator('input[type=file]').setInputFiles(files);

/** Files are dropped on a page. */
async function drop(page, files) {
  const given = await Promise.all(files.map(async (path) => ({ name: path.split('/').at(-1), body: (await readFile(path)).toString('base64') })));
  const data = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    const type = (name) => (name.endsWith('.png') ? 'image/png' : name.endsWith('.json') ? 'application/json' : '');
    for (const { name, body } of given) data.items.add(new File([Uint8Array.from(atob(body), (c) => c.charCodeAt(0))], name, { type: type(name) }));
    return data;
  }, given);
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
  await page.getByText('Let go to look at them').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}
async function download(page, click) {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return file;
}

test('several cards are dropped on the start page, each with its own report, and are brought to life', async () => {
  const me = await somebody();
  const { page, context, faults } = await device({ viewport: { width: 1280, height: 800 } });
  await enter(context, me);
  await page.goto(`${URL}/`);
  await page.getByRole('searchbox').waitFor();
  await drop(page, [golden('cards/v2.png'), golden('cards/v3.charx'), golden('chats/ooba.json')]);
  await page.waitForURL(/\/characters\/import$/);
  await page.locator('article[data-state=ready]').nth(1).waitFor();
  await page.locator('article[data-state=refused]').getByRole('alert').waitFor();
  assert.equal(await page.locator('article').count(), 3);
  // Nothing was made so far.
  assert.equal((await me.ask('GET', '/characters?mine=true')).items.length, 0);
  await shot(page, 'bring-cards');

  // One more is chosen beside them.
  await choose(page, [golden('cards/v1.json')]);
  await page.locator('article[data-state=ready]').nth(2).waitFor();
  await page.getByRole('button', { name: 'Bring all 3 to life' }).click();
  await page.locator('article[data-state=made]').nth(2).waitFor();
  await page.getByText('3 have come, one could not be read').waitFor();
  assert.equal((await me.ask('GET', '/characters?mine=true')).items.length, 3);

  await page.locator('article[data-state=made]').first().getByRole('link', { name: 'Meet' }).click();
  await page.waitForURL(/\/characters\/chr_/);
  const name = (await page.getByRole('heading', { level: 1 }).textContent()).trim();
  assert.ok(name);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a file that was brought before says so, and may be brought once more', async () => {
  const me = await somebody();
  const { page, context, faults } = await device();
  await enter(context, me);
  await page.goto(`${URL}/characters/import`);
  await choose(page, [golden('cards/v2.json')]);
  const name = await page.locator('article[data-state=ready] h2').textContent();
  await card(page, name).getByRole('button', { name: 'Bring to life' }).click();
  await state(page, name, 'made');
  await page.reload();
  await choose(page, [golden('cards/v2.json')]);
  await state(page, name, 'known');
  await page.getByText('You have brought this file before.').waitFor();
  await card(page, name).getByRole('button', { name: 'Bring another' }).click();
  await state(page, name, 'made');
  assert.equal((await me.ask('GET', '/characters?mine=true')).items.length, 2);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a picture without a card becomes the portrait of who is being created', async () => {
  const me = await somebody();
  const { page, context, faults } = await device();
  await enter(context, me);
  await page.goto(`${URL}/characters/new`);
  await page.getByLabel('Name', { exact: true }).waitFor();
  const plain = new globalThis.URL('../public/icons/icon-192.png', import.meta.url).pathname;
  await drop(page, [plain]);
  await page.getByRole('button', { name: 'Remove', exact: true }).waitFor();
  await page.waitForURL(/\/characters\/new$/);
  await drop(page, [golden('cards/v2.png')]);
  await page.waitForURL(/\/characters\/import$/);
  await page.locator('article[data-state=ready]').waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test('chats are brought to a character, read, and saved as a file; the character leaves as a card', async () => {
  const me = await somebody();
  const own = (await me.ask('POST', '/characters', { name: 'Sora', greeting: 'Hello.' })).id;
  const { page, context, faults } = await device();
  await enter(context, me);
  await page.goto(`${URL}/characters/${own}`);
  await page.getByRole('link', { name: 'Bring chats' }).click();
  await page.waitForURL(/\/chats\/import\/chr_/);
  await page.getByText('Sora', { exact: true }).first().waitFor();
  await choose(page, [golden('chats/silly_tavern.jsonl'), golden('cards/v1.json'), golden('chats/chub.jsonl')]);
  await page.getByRole('button', { name: 'Bring 3 files' }).click();
  await page.locator('li[data-state=made]').nth(1).waitFor();
  await page.locator('li[data-state=refused]').getByRole('alert').waitFor();
  await page.getByText('Sora reads them now, and will remember.').waitFor();
  await shot(page, 'bring-chats');
  await page.locator('li[data-state=made]').first().getByRole('link', { name: /^Open / }).first().click();
  await page.waitForURL(/\/chat\/ses_/);
  await page.locator('li.msg').first().waitFor();

  await page.goto(`${URL}/chats`);
  await page.getByRole('button', { name: /^Options for the chat with / }).first().click();
  const saved = async (program) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Save a copy' }).click();
    return download(page, () => page.getByRole('dialog').getByRole('button', { name: program }).click());
  };
  const chat = await saved(/^For SillyTavern/);
  assert.match(chat.suggestedFilename(), /\.jsonl$/);
  const lines = (await readFile(await chat.path(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.length > 1 && lines.slice(1).every((m) => typeof m.mes === 'string'));
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^Options for the chat with / }).first().click();
  const risu = await saved(/^For RisuAI/);
  assert.match(risu.suggestedFilename(), /\.json$/);
  assert.equal(JSON.parse(await readFile(await risu.path(), 'utf8')).data.message.length, lines.filter((m) => typeof m.mes === 'string').length);

  await page.goto(`${URL}/characters/${own}`);
  await page.getByRole('button', { name: 'Save as a card' }).click();
  const file = await download(page, () => page.getByRole('dialog').getByRole('button', { name: /^PNG/ }).click());
  assert.equal(file.suggestedFilename(), 'Sora.png');
  // What was saved can be brought again.
  await page.goto(`${URL}/characters/import`);
  await choose(page, [{ name: 'Sora.png', mimeType: 'image/png', buffer: await readFile(await file.path()) }]);
  await state(page, 'Sora', 'ready');
  assert.deepEqual(faults, []);
  await context.close();
});
