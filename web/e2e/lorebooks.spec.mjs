// Lorebooks: made, written, tried, opened, brought and saved; nothing that was written is lost. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { device, lastMessage, say, settled, shot, toast, URL } from './steps.mjs';
import { enter, somebody } from './world.mjs';

const DESK = { viewport: { width: 1280, height: 800 } };
const dialog = (page) => page.getByRole('dialog');
const option = (page, name) => page.getByRole('option').filter({ hasText: name });
const keys = (page) => page.getByLabel('Comes to mind when one of these is said');

async function write(page, name, words, content) {
  await page.getByRole('button', { name: 'New entry' }).first().click();
  await page.getByLabel('What is it?').fill(name);
  for (const word of words) {
    await keys(page).fill(word);
    await keys(page).press('Enter');
  }
  await page.getByLabel('What is true then').fill(content);
}

test('a book is made and written, what is not saved outlives a reload, and one sees what comes to mind', async () => {
  const me = await somebody();
  const { page, context, faults } = await device(DESK);
  await enter(context, me);
  await page.goto(`${URL}/settings`);
  await page.getByRole('link', { name: /^Lorebooks/ }).click();
  await page.getByRole('heading', { name: 'No lorebooks yet.' }).waitFor();
  await page.getByRole('button', { name: 'New lorebook' }).click();
  await dialog(page).getByLabel('Name').fill('Aldmoor');
  await dialog(page).getByRole('button', { name: 'New lorebook' }).click();
  await page.waitForURL(/\/lorebooks\/lor_/);
  await page.getByRole('heading', { name: 'Aldmoor' }).waitFor();

  await write(page, 'The lighthouse', ['lighthouse', '/the (white )?tower/i'], 'It has not been lit for years.');
  await page.getByText('not saved yet').first().waitFor();
  // A reload takes nothing away.
  await page.reload();
  await page.waitForURL(/\/new$/);
  await page.waitForFunction(() => document.querySelector('form textarea')?.value === 'It has not been lit for years.');
  assert.equal(await page.getByLabel('What is it?').inputValue(), 'The lighthouse');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await toast(page, 'It stands in the book.');
  await page.waitForURL(/\/lorebooks\/lor_[0-9a-f]+\/\d+$/);
  await option(page, 'The lighthouse').waitFor();

  await write(page, 'The sea', ['sea'], 'Cold all year.');
  await page.keyboard.press('Control+s');
  await option(page, 'The sea').waitFor();

  // An entry that is left with something unsaved keeps it, and the list says so.
  await page.getByLabel('What is true then').fill('Cold in winter.');
  await option(page, 'The lighthouse').click();
  await page.waitForFunction(() => document.querySelector('form textarea')?.value === 'It has not been lit for years.');
  await option(page, 'The sea').getByText('not saved yet').waitFor({ state: 'attached' });
  await option(page, 'The sea').click();
  await page.waitForFunction(() => document.querySelector('form textarea')?.value === 'Cold in winter.');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await page.waitForFunction(() => document.querySelector('form textarea')?.value === 'Cold all year.');

  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByLabel('What is said').fill('Shall we climb the white tower?');
  await page.locator('[role=option][data-fires=true]').filter({ hasText: 'The lighthouse' }).getByText(/was said/).waitFor();
  await page.locator('[role=option][data-fires=false]').filter({ hasText: 'The sea' }).getByText('no key was said').waitFor();
  await page.getByRole('button', { name: 'One of 2 comes to mind' }).click();
  await option(page, 'The sea').waitFor({ state: 'detached' });
  await shot(page, 'lorebook-try');
  await page.getByLabel('What is said').fill('I hear the sea.');
  await page.locator('[role=option][data-fires=true]').filter({ hasText: 'The sea' }).waitFor();

  await page.getByRole('button', { name: 'Options of this lorebook' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), dialog(page).getByRole('button', { name: 'Save a copy: World of SillyTavern' }).click()]);
  assert.equal(Object.keys(JSON.parse(await readFile(await file.path(), 'utf8')).entries).length, 2);

  await option(page, 'The sea').click();
  await page.getByRole('button', { name: 'Delete the entry' }).click();
  await dialog(page).getByRole('button', { name: 'Delete the entry' }).click();
  await toast(page, 'Deleted.');
  await page.waitForURL(/\/lorebooks\/lor_[0-9a-f]+$/);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a book stands open with a character, in a chat, and wherever one is alone; what it holds is tried in the chat', async () => {
  const me = await somebody();
  const own = (await me.ask('POST', '/characters', { name: 'Sora', greeting: 'The moon is up.' })).id;
  const chat = (await me.ask('POST', '/sessions', { character_id: own })).id;
  const book = (await me.ask('POST', '/lorebooks', { name: 'Night' })).id;
  await me.ask('POST', `/lorebooks/${book}/entries`, { name: 'The moon', keys: ['moon'], content: 'There are two.', priority: null, case_sensitive: null, match_whole_words: null, scan_depth: null, use_group_scoring: null });
  const openAt = async () => (await me.ask('GET', `/lorebooks/${book}`)).open_at;
  const { page, context, faults } = await device();
  await enter(context, me);

  await page.goto(`${URL}/characters/${own}`);
  await page.getByRole('link', { name: 'Lorebooks' }).click();
  await page.getByRole('heading', { name: 'Lorebooks of Sora' }).waitFor();
  const here = page.getByRole('switch', { name: 'Night stands open here' });
  await here.check();
  await page.getByText('with one character').waitFor();
  assert.deepEqual((await openAt()).character_ids, [own]);

  await page.goto(`${URL}/chat/${chat}`);
  await page.getByRole('button', { name: 'Options of this chat' }).click();
  await dialog(page).getByRole('link', { name: 'Lorebooks of this chat' }).click();
  await page.waitForURL(/\/chat\/ses_[0-9a-f]+\/lorebooks$/);
  await page.getByRole('switch', { name: 'Night stands open here' }).check();
  await page.getByText('in one chat').waitFor();
  assert.deepEqual((await openAt()).session_ids, [chat]);

  await page.getByRole('link', { name: /^Night/ }).click();
  await page.getByRole('button', { name: 'Options of this lorebook' }).click();
  await dialog(page).getByRole('button', { name: 'Where it stands open' }).click();
  await dialog(page).getByRole('switch', { name: 'wherever I am alone with a character' }).check();
  const inChat = dialog(page).getByRole('list').last().getByRole('switch', { name: 'Sora' });
  await inChat.uncheck();
  await page.waitForFunction(() => [...document.querySelectorAll('dialog [role=switch]')].every((s) => !s.disabled));
  assert.deepEqual(await openAt(), { character_ids: [own], session_ids: [], with_me: true });
  await page.keyboard.press('Escape');

  // What was said there counts, without another word.
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByLabel('After what was said in').selectOption({ label: 'Sora' });
  await page.locator('[role=option][data-fires=true]').getByText('“moon” was said').waitFor();

  // An answer says the same of what has been, and leads to the entry.
  await page.goto(`${URL}/chat/${chat}`);
  await say(page, 'How many moons are there?');
  await settled(page);
  await lastMessage(page).getByRole('button', { name: 'Why Sora knew this' }).click();
  await dialog(page).getByRole('heading', { name: 'What came to mind of your lorebooks' }).waitFor();
  await dialog(page).getByRole('link', { name: /^The moon/ }).click();
  await page.waitForURL(/\/lorebooks\/lor_[0-9a-f]+\/\d+$/);
  await page.waitForFunction(() => document.querySelector('form textarea')?.value === 'There are two.');
  assert.deepEqual(faults, []);
  await context.close();
});

test('a large book is brought from a file, walked through by the keyboard and searched', async () => {
  const me = await somebody();
  const { page, context, faults } = await device(DESK);
  await enter(context, me);
  await page.goto(`${URL}/lorebooks`);
  await page.getByRole('heading', { name: 'No lorebooks yet.' }).waitFor();
  const entries = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [i, { uid: i, key: [`house ${i}`], comment: `House ${i}`, content: `Number ${i}.`, order: 100, position: 0 }]));
  await page.locator('input[type=file]').setInputFiles([
    { name: 'Town.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ entries })) },
    { name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from('{') },
  ]);
  await toast(page, 'broken.json: This is no lorebook');
  await page.getByRole('link', { name: /^Town/ }).click();
  await option(page, 'House 0').first().waitFor();
  const shown = () => page.getByRole('option').count();
  assert.ok((await shown()) < 100, 'only what is in sight exists');

  const list = page.getByRole('listbox', { name: 'Entries' });
  await list.focus();
  await page.keyboard.press('End');
  await page.waitForURL(/\/1999$/);
  await page.locator('[role=option][aria-selected=true]').filter({ hasText: 'House 1999' }).waitFor();
  assert.ok(await list.evaluate((e) => document.activeElement === e), 'one walks on from there');
  assert.ok((await shown()) < 100);
  await page.keyboard.press('ArrowUp');
  await page.waitForURL(/\/1998$/);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('form input'));
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/lorebooks\/lor_[0-9a-f]+$/);
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox');

  await page.getByRole('searchbox', { name: 'Search the entries' }).fill('number 1234');
  await option(page, 'House 1234').waitFor();
  assert.equal(await shown(), 1);
  assert.deepEqual(faults, []);
  await context.close();
});
