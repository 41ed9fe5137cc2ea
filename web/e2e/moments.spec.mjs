// What two people share: a moment with a picture, liked, talked about, changed and deleted; shared once though its answer was lost; and
// reported. As people.spec.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { befriend, device, person, shot, signUp, toast, URL } from './steps.mjs';

const { TALKER_BIN, TALKER_DATA_DIR } = process.env;
const dialog = (page) => page.getByRole('dialog');
const picture = fileURLToPath(new globalThis.URL('../public/icons/icon-512.png', import.meta.url));
const moments = (page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Moments' }).click();
const card = (page, text) => page.locator('[data-moment]', { hasText: text });

async function pair() {
  const [aya, ren] = [await device({ viewport: { width: 1280, height: 800 } }), await device()];
  const names = [person(), person()];
  await signUp(aya.page, names[0]);
  await signUp(ren.page, names[1]);
  await befriend(aya.page, names[0], ren.page, names[1]);
  return { aya, ren, names };
}

test('a moment is shared, liked, talked about, changed and deleted', async () => {
  const { aya, ren, names } = await pair();
  await moments(ren.page);
  await ren.page.getByText('Nothing here yet.').waitFor();
  await shot(ren.page, 'moments-none');

  await moments(aya.page);
  await aya.page.getByLabel('Your moment').fill('First frost on the window.');
  await aya.page.getByLabel('Add pictures').setInputFiles([picture, picture]);
  await aya.page.getByLabel('Who sees it').selectOption('friends');
  await shot(aya.page, 'moment-writing');
  // Words outlive a reload, and pictures that have arrived.
  await aya.page.waitForFunction(() => [...document.querySelectorAll('form li')].length === 2 && [...document.querySelectorAll('form li')].every((li) => li.classList.contains('ready')));
  await aya.page.reload();
  assert.equal(await aya.page.getByLabel('Your moment').inputValue(), 'First frost on the window.');
  assert.equal(await aya.page.getByLabel('Who sees it').inputValue(), 'friends');
  await aya.page.getByRole('button', { name: 'Share' }).click();
  await toast(aya.page, 'Shared.');
  await card(aya.page, 'First frost').waitFor();
  assert.equal(await aya.page.getByLabel('Your moment').inputValue(), '');

  // What is new waits until one wants to see it.
  await ren.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await ren.page.getByRole('button', { name: 'One new moment' }).click();
  const seen = card(ren.page, 'First frost');
  await seen.waitFor();
  await ren.page.waitForFunction(() => [...document.querySelectorAll('[data-moment] img')].filter((i) => i.complete && i.naturalWidth > 0).length >= 2);
  await shot(ren.page, 'moment-seen');
  await seen.getByRole('button', { name: 'Picture 1 of 2' }).click();
  await dialog(ren.page).getByRole('button', { name: 'Next picture' }).click();
  await ren.page.getByRole('dialog', { name: 'Picture 2 of 2' }).waitFor();
  await ren.page.keyboard.press('Escape');

  await seen.getByRole('button', { name: 'Like', exact: true }).click();
  await seen.getByRole('button', { name: 'One person likes it' }).waitFor();
  await seen.getByRole('button', { name: 'Comment', exact: true }).click();
  await ren.page.getByLabel('Your comment').fill('Which window?');
  await ren.page.getByRole('button', { name: 'Send' }).click();
  await ren.page.locator('[data-comment]').getByText('Which window?').waitFor();

  // She is told of both, and answers.
  await aya.page.goto(`${URL}/notifications`);
  await aya.page.getByText(`${names[1]} likes your moment.`).waitFor();
  await aya.page.getByText(`${names[1]} said something about your moment.`).click();
  await aya.page.waitForURL(/\/moments\/mom_/);
  const url = aya.page.url();
  await aya.page.locator('[data-comment]').getByText('Which window?').waitFor();
  await aya.page.getByRole('button', { name: 'One person likes it' }).click();
  await dialog(aya.page).getByText(`@${names[1]}`).waitFor();
  await aya.page.keyboard.press('Escape');
  await aya.page.locator('[data-comment]').getByRole('button', { name: 'Reply' }).click();
  await aya.page.getByLabel('Your comment').fill('The small one.');
  await aya.page.getByLabel('Your comment').press('Enter');
  await aya.page.locator('.replies [data-comment]').getByText('The small one.').waitFor();
  await shot(aya.page, 'moment-comments');
  await ren.page.reload();
  await ren.page.locator('.replies').getByText('The small one.').waitFor();
  await shot(ren.page, 'moment-comments-small');

  // The feed is where it was when one comes back to it; a like is taken back.
  await ren.page.goBack();
  await seen.getByRole('button', { name: 'Like', exact: true }).click();
  await seen.getByRole('button', { name: 'Nobody likes it yet' }).waitFor();

  // A comment goes with the replies to it; then only the author sees the moment; then nobody.
  await aya.page.locator('[data-comment]', { hasText: 'Which window?' }).first().getByRole('button', { name: 'Delete' }).click();
  await dialog(aya.page).getByRole('button', { name: 'Delete' }).click();
  await aya.page.getByText('Nothing said yet.').waitFor();
  await aya.page.getByRole('button', { name: 'Options of this moment' }).click();
  await aya.page.getByRole('button', { name: 'Edit' }).click();
  await dialog(aya.page).getByLabel('Your moment').fill('First frost on every window.');
  await dialog(aya.page).getByRole('button', { name: 'Save' }).click();
  await card(aya.page, 'on every window').getByText('edited').waitFor();
  await aya.page.goto(`${URL}/people/${names[0]}`);
  await card(aya.page, 'on every window').getByRole('button', { name: 'Options of this moment' }).click();
  await aya.page.getByRole('button', { name: 'Edit' }).click();
  await dialog(aya.page).getByLabel('Who sees it').selectOption('private');
  await dialog(aya.page).getByRole('button', { name: 'Save' }).click();
  await card(aya.page, 'on every window').getByText('Only me').waitFor({ state: 'attached' });
  await ren.page.goto(url);
  await ren.page.getByText('This moment is not here any more, or not for you.').waitFor();
  await aya.page.goto(url);
  await aya.page.getByRole('button', { name: 'Options of this moment' }).click();
  await aya.page.getByRole('button', { name: 'Delete' }).click();
  await dialog(aya.page).getByRole('button', { name: 'Delete' }).click();
  await toast(aya.page, 'Deleted.');
  await aya.page.waitForURL(/\/moments$/);
  await aya.page.getByText('Nothing here yet.').waitFor();
  assert.deepEqual([...aya.faults, ...ren.faults], []);
});

test('a moment whose answer was lost is shared once', async () => {
  const { page, faults, context } = await device();
  await signUp(page, person());
  await moments(page);
  // The server takes it; the answer does not come.
  let lost = 0;
  await page.route(/\/api\/v1\/moments$/, async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort();
  });
  await page.getByLabel('Your moment').fill('A walk by the canal');
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByText('Your words are kept.').waitFor();
  await shot(page, 'moment-failed');
  await page.getByLabel('Your moment').fill('A walk by the canal, and home.');
  await page.getByRole('button', { name: 'Share' }).click();
  await toast(page, 'Shared.');
  await page.reload();
  await card(page, 'A walk by the canal, and home.').waitFor();
  assert.equal(await page.locator('[data-moment]').count(), 1);
  assert.equal(lost, 1);
  assert.deepEqual(faults, []);
  await context.close();
});

test('a moment is reported, and a moderator deletes it', async (t) => {
  if (!TALKER_BIN || !TALKER_DATA_DIR) {
    console.log('SKIPPED: a reported moment - TALKER_BIN and TALKER_DATA_DIR do not name the server and its data');
    t.skip('no command to make an admin with');
    return;
  }
  const { aya, ren, names } = await pair();
  await promisify(execFile)(TALKER_BIN, ['admin', 'grant', names[0]], { env: process.env });
  const words = `Nonsense of ${names[1]}.`;
  await moments(ren.page);
  await ren.page.getByLabel('Your moment').fill(words);
  await ren.page.getByRole('button', { name: 'Share' }).click();
  await toast(ren.page, 'Shared.');
  await moments(aya.page);
  await card(aya.page, words).getByRole('button', { name: 'Options of this moment' }).click();
  await aya.page.getByRole('button', { name: 'Report' }).click();
  await dialog(aya.page).getByLabel('Something else').check();
  await dialog(aya.page).getByRole('button', { name: 'Send the report' }).click();
  await toast(aya.page, 'Thank you.');

  await aya.page.goto(`${URL}/admin/cases`);
  await aya.page.getByRole('button', { name: `A moment of ${names[1]}` }).click();
  await dialog(aya.page).getByRole('button', { name: 'See the moment' }).click();
  await dialog(aya.page).getByText(words).waitFor();
  await dialog(aya.page).getByRole('button', { name: 'Delete the moment' }).click();
  await dialog(aya.page).last().getByRole('button', { name: 'Delete the moment' }).click();
  await toast(aya.page, 'The moment is deleted.');
  await ren.page.reload();
  await ren.page.getByText('Nothing here yet.').waitFor();
  assert.deepEqual([...aya.faults, ...ren.faults], []);
});
