// What a character remembers of somebody: read, changed and forgotten, and why she knew it. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ANSWER, device, lastMessage, meet, person, say, settled, signUp, toast, URL } from './steps.mjs';

const cards = (page) => page.locator('article.mem');
const card = (page, text) => cards(page).filter({ hasText: text });
const dialog = (page) => page.getByRole('dialog');
const character = (page) => page.locator('header a[href^="/characters/"]').first().getAttribute('href').then((href) => href.split('/')[2]);
const name = async (page) => (await page.locator('header .who .name').textContent()).trim();

async function openBook(page) {
  await page.locator('header a[href$="/memories"]').click();
  await page.getByRole('heading', { level: 1, name: /^What .+ remembers$/ }).waitFor();
}
async function closeDialog(page) {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}
async function write(page, text, { pinned = false } = {}) {
  await page.getByRole('button', { name: 'Write a note' }).first().click();
  await dialog(page).getByLabel('What is it?').fill(text);
  await dialog(page).getByText('it matters much', { exact: true }).click({ force: true });
  if (pinned) await dialog(page).getByRole('switch', { name: 'Always keep it in mind' }).check();
  await dialog(page).getByRole('button', { name: 'Keep it' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  await card(page, text).first().waitFor();
}
async function forget(page, text) {
  await card(page, text).first().locator('.open').click();
  await dialog(page).getByRole('button', { name: 'Forget' }).click();
  await page.getByRole('dialog', { name: 'Forget this?' }).getByRole('button', { name: 'Forget' }).click();
  await toast(page, /^Forgotten: /);
  await card(page, text).first().waitFor({ state: 'detached' });
}

test('a note is written, found, corrected, pinned and forgotten', async () => {
  const { page, context, faults } = await device();
  await signUp(page, person());
  await meet(page);
  await openBook(page);
  await write(page, 'My sister Hana keeps bees on her roof.');

  const search = page.getByRole('searchbox', { name: 'Search the book' });
  await search.fill('bees');
  await card(page, 'Hana').locator('mark').first().waitFor();
  assert.equal(await card(page, 'Hana').locator('mark').first().textContent(), 'bees');
  await search.fill('');
  await card(page, 'Hana').first().waitFor();

  await page.getByRole('button', { name: /^Notes/ }).click();
  await card(page, 'Hana').locator('.open').click();
  await page.waitForURL(/\/memories\/mem_/);
  await dialog(page).getByRole('button', { name: 'Correct' }).click();
  await dialog(page).getByLabel('How is it really?').fill('My sister Hana keeps goats now.');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).getByText('My sister Hana keeps goats now.').first().waitFor();
  // Back is the way out of it, and the book is still there.
  await page.goBack();
  await dialog(page).waitFor({ state: 'detached' });
  await card(page, 'goats now').waitFor();
  await card(page, 'on her roof').waitFor({ state: 'detached' });
  // What used to be so is kept, and says what took its place.
  await page.getByRole('switch', { name: 'What used to be so' }).check();
  const old = cards(page).filter({ hasText: 'on her roof' });
  await old.getByText(/put right on/).waitFor();
  await old.getByText('goats now').waitFor();
  await page.getByRole('switch', { name: 'What used to be so' }).uncheck();
  await old.waitFor({ state: 'detached' });

  await card(page, 'goats now').getByRole('button', { name: /^Pin/ }).click();
  await page.getByRole('button', { name: 'Pinned', exact: true }).click();
  await card(page, 'goats now').getByRole('button', { name: 'Unpin', pressed: true }).waitFor();
  // Read anew it is the same.
  await page.reload();
  await page.getByRole('button', { name: 'Pinned', exact: true }).click();
  await card(page, 'goats now').getByRole('button', { name: 'Unpin' }).waitFor();

  await page.getByRole('button', { name: 'Options of the book' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), dialog(page).getByRole('button', { name: 'Save a copy' }).click()]);
  assert.match(file.suggestedFilename(), /^what-.+-remembers-\d{4}-\d\d-\d\d\.json$/);
  assert.match(JSON.stringify(JSON.parse(await readFile(await file.path(), 'utf8'))), /goats now/);

  await forget(page, 'goats now');
  await page.getByText('Nothing is pinned.').waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test('an answer says what it was made from, also when that was forgotten since', async () => {
  const { page, context, faults } = await device({ viewport: { width: 1280, height: 800 } });
  await signUp(page, person());
  await meet(page);
  const chat = page.url();
  await openBook(page);
  await write(page, 'I am allergic to walnuts.', { pinned: true });
  await page.goto(chat);
  await say(page, 'What should I not eat at the feast?');
  await settled(page);
  const why = () => lastMessage(page).getByRole('button', { name: /^Why .+ knew this$/ });
  await why().click();
  const sheet = page.getByRole('dialog', { name: /^Why .+ knew this$/ });
  await sheet.getByText('What came to mind').waitFor();
  const note = sheet.getByRole('link').filter({ hasText: 'I am allergic to walnuts.' });
  assert.match(await note.textContent(), /pinned/);
  await sheet.getByText('What was read before answering').waitFor();
  assert.match(await sheet.textContent(), /[\d,]+ of [\d,]+ tokens/);
  // From there into the book, to this very memory.
  await note.click();
  await page.waitForURL(/\/memories\/mem_/);
  await dialog(page).getByText('You wrote this into the book yourself.').waitFor();
  await closeDialog(page);
  await forget(page, 'allergic to walnuts');

  await page.goto(chat);
  await settled(page);
  await why().click();
  await sheet.getByText('Forgotten since.').waitFor();
  assert.equal(await sheet.getByText('walnuts').count(), 0);
  await closeDialog(page);
  assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Why /, 'the focus returns to where it was');
  // A greeting is no answer: there is nothing to tell.
  assert.equal(await page.locator('li.msg').first().getByRole('button', { name: /^Why / }).count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test('what was said is remembered, leads back to the message, and can all be forgotten', async () => {
  const { page, context, faults } = await device();
  await signUp(page, person());
  await meet(page);
  const her = await name(page);
  const id = await character(page);
  const chat = page.url();
  const watching = await context.newPage();
  await watching.goto(`${URL}/characters/${id}/memories`);
  await watching.getByRole('heading', { level: 1 }).waitFor();

  await say(page, 'I was born in a lighthouse by the northern sea.');
  await settled(page);
  // The open book hears of it.
  await card(watching, 'born in a lighthouse').first().waitFor({ timeout: ANSWER });
  await watching.getByRole('button', { name: /^What was said/ }).first().click();
  const said = card(watching, 'born in a lighthouse').filter({ hasText: 'You said' }).first();
  await said.locator('.open').click();
  assert.equal(await dialog(watching).getByRole('button', { name: 'Correct' }).count(), 0, 'what was said was said');
  await dialog(watching).getByRole('link', { name: 'Open the message' }).click();
  await watching.waitForURL(chat);
  await watching.locator('li.msg.found').getByText('born in a lighthouse').waitFor();
  await watching.goBack();
  await dialog(watching).waitFor();
  await closeDialog(watching);

  await watching.getByRole('button', { name: 'Options of the book' }).click();
  await dialog(watching).getByRole('button', { name: 'Forget everything' }).click();
  const sure = watching.getByRole('dialog', { name: /forget everything/ });
  const yes = sure.getByRole('button', { name: 'Forget everything' });
  assert.ok(await yes.isDisabled());
  await sure.getByRole('textbox').fill('somebody else');
  assert.ok(await yes.isDisabled());
  await sure.getByRole('textbox').fill(her);
  await yes.click();
  await toast(watching, /^Forgotten: /);
  await watching.getByRole('button', { name: 'Overview' }).click();
  await watching.getByText('The pages are still blank.').waitFor();
  // The chat itself is as it was.
  await page.reload();
  await page.locator('li.msg').getByText('born in a lighthouse').first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
