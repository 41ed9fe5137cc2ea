// Who looks after the server: made an admin by a command, they limit somebody and keep them out. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { device, meet, person, say, settled, signUp, toast, URL } from './steps.mjs';

const { TALKER_BIN, TALKER_DATA_DIR } = process.env;
const talker = (...args) => promisify(execFile)(TALKER_BIN, ['admin', ...args], { env: process.env });
const dialog = (page) => page.getByRole('dialog');

test('an admin limits somebody, keeps them out and lets them in again', async (t) => {
  if (!TALKER_BIN || !TALKER_DATA_DIR) {
    console.log('SKIPPED: administration - TALKER_BIN and TALKER_DATA_DIR do not name the server and its data');
    t.skip('no command to make an admin with');
    return;
  }
  const [mio, aya] = [await device({ viewport: { width: 1280, height: 800 } }), await device()];
  const names = [person(), person()];
  await signUp(mio.page, names[0]);
  await signUp(aya.page, names[1]);
  // While the server runs.
  await talker('grant', names[0]);
  await mio.page.goto(`${URL}/settings`);
  await mio.page.getByRole('link', { name: 'Administration' }).click();
  await mio.page.getByText('Answers today').waitFor();
  await aya.page.goto(`${URL}/admin`);
  await aya.page.getByText('This page is for admins.').waitFor();

  await meet(aya.page);
  const chat = aya.page.url();
  await say(aya.page, 'Hello');
  await settled(aya.page);

  await mio.page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'People' }).click();
  await mio.page.getByRole('searchbox').fill(names[1]);
  await mio.page.getByRole('button', { name: new RegExp(`^${names[1]}`) }).click();
  await dialog(mio.page).getByLabel('Answers', { exact: true }).selectOption('at_most');
  await dialog(mio.page).getByLabel('Answers, at most').fill('1');
  await dialog(mio.page).getByRole('button', { name: 'Save' }).click();
  await toast(mio.page, 'Saved.');

  // What cannot be said today is kept, and told kindly.
  await aya.page.waitForTimeout(2_500);
  await say(aya.page, 'And another word');
  await aya.page.getByText(/^You have talked a lot today\. Your words are kept; it goes on/).waitFor();
  await aya.page.locator('[data-pending]').getByText('And another word').waitFor();
  await aya.page.goto(`${URL}/settings`);
  await aya.page.getByText('1 of 1').waitFor();

  await dialog(mio.page).getByLabel('Answers', { exact: true }).selectOption('unlimited');
  await dialog(mio.page).getByRole('button', { name: 'Save' }).click();
  await mio.page.waitForTimeout(500);
  await aya.page.goto(chat);
  await aya.page.getByRole('button', { name: 'Try again' }).click();
  await settled(aya.page);

  await dialog(mio.page).getByLabel('Why').fill('a test');
  await dialog(mio.page).getByRole('button', { name: 'Disable the account' }).click();
  await dialog(mio.page).getByText(/^Disabled since .+ “a test”$/).waitFor();
  await aya.page.getByText('Someone is waiting for you.').waitFor();
  await aya.page.goto(`${URL}/sign-in`);
  await aya.page.getByLabel('User name or e-mail').fill(names[1]);
  await aya.page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await aya.page.getByRole('button', { name: 'Come in' }).click();
  await aya.page.getByText('This account is disabled.').first().waitFor();
  await dialog(mio.page).getByRole('button', { name: 'Enable the account' }).click();
  await toast(mio.page, 'can come in again');
  await aya.page.getByRole('button', { name: 'Come in' }).click();
  await aya.page.getByRole('heading', { name: 'Who will you meet?' }).waitFor();

  await mio.page.goto(`${URL}/admin/audit`);
  for (const action of ['Account enabled', 'Account disabled', 'Limits changed', 'Role changed']) await mio.page.locator('li b').getByText(action).first().waitFor();
  await mio.page.goto(`${URL}/admin/queue`);
  await mio.page.getByRole('button', { name: 'Look again' }).waitFor();
  await mio.page.goto(`${URL}/admin/models`);
  await mio.page.getByRole('radio').first().waitFor();
  assert.deepEqual([...mio.faults, ...aya.faults], []);
  await mio.context.close();
  await aya.context.close();
});
