// Several talk with each other, and with a character: a group is made, come to, talked in and left; two write to each other; a message is
// reported, and read by a moderator through that alone. As people.spec.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { befriend, device, lastMessage, meet, person, say, settled, shot, signUp, toast, URL } from './steps.mjs';

const { TALKER_BIN, TALKER_DATA_DIR } = process.env;
const dialog = (page) => page.getByRole('dialog');

test('three people make a group and talk in it beside a character', async () => {
  const [aya, ren, mio] = [await device({ viewport: { width: 1280, height: 800 } }), await device(), await device()];
  const names = [person(), person(), person()];
  for (const [i, who] of [aya, ren, mio].entries()) await signUp(who.page, names[i]);
  await befriend(aya.page, names[0], ren.page, names[1]);
  await befriend(aya.page, names[0], mio.page, names[2]);

  await aya.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chats' }).click();
  await aya.page.getByRole('link', { name: 'New group' }).click();
  await aya.page.getByLabel('Name of the group').fill('Tea on the roof');
  for (const name of names.slice(1)) await aya.page.getByRole('checkbox', { name: new RegExp(name) }).check({ force: true });
  const character = aya.page.getByRole('region', { name: 'Characters' }).locator('button[aria-pressed]').first();
  const her = (await character.textContent()).trim();
  await character.click();
  await shot(aya.page, 'group-new');
  await aya.page.getByText('Who answers, and when').click();
  await aya.page.getByLabel('Nobody until asked').check();
  await aya.page.getByRole('button', { name: 'Begin', exact: true }).click();
  await aya.page.waitForURL(/\/chat\/ses_/);
  const url = aya.page.url();

  // What one is asked to is answered among the chats; the news lead there.
  await ren.page.goto(`${URL}/notifications`);
  await ren.page.getByText(/would like to have you in a group/).first().click();
  await ren.page.waitForURL(/\/chats$/);
  await shot(ren.page, 'invitation');
  await ren.page.getByRole('button', { name: 'Join' }).click();
  await ren.page.waitForURL(url);
  await mio.page.goto(`${URL}/chats`);
  await mio.page.getByRole('button', { name: 'Join' }).click();
  await mio.page.waitForURL(url);
  await aya.page.getByText('3 people, one character').waitFor();

  await say(aya.page, 'Good evening, you two.');
  await ren.page.locator('li.msg').getByText('Good evening, you two.').waitFor();
  // Typing is told to those who are there at that moment; she may be coming in still.
  const writing = mio.page.getByText(`${names[1]} is writing…`).first();
  for (let tries = 0; tries < 10 && !(await writing.isVisible()); tries++) {
    await ren.page.getByLabel('Your message').pressSequentially('Good ');
    await writing.waitFor({ timeout: 3_500 }).catch(() => {});
  }
  await writing.waitFor();
  await ren.page.getByLabel('Your message').fill('');
  await say(ren.page, 'Good evening! Is there tea?');
  await say(mio.page, 'And cake?');
  for (const { page } of [aya, ren, mio]) {
    await page.locator('li.msg').getByText('And cake?').waitFor();
    await page.locator('li.msg').getByText('Is there tea?').waitFor();
  }
  // Nobody answers until she is asked to; then everybody reads the same.
  assert.equal(await aya.page.locator('li.msg[data-role=character]').count(), 0);
  await ren.page.getByRole('button', { name: `Let ${her} speak` }).click();
  for (const { page } of [aya, ren, mio]) await settled(page);
  const answers = await Promise.all([aya, ren, mio].map(({ page }) => lastMessage(page).locator('.prose').textContent()));
  assert.ok(answers[0].length > 0);
  assert.equal(new Set(answers).size, 1);
  assert.equal(await lastMessage(aya.page).locator('.plate').textContent(), her);
  // Both others have read it.
  await lastMessage(aya.page).locator('.readers').getByText(/Read by .+, .+/).waitFor({ state: 'attached' });
  await shot(aya.page, 'group');
  await shot(ren.page, 'group-small');

  // One's own words can be taken back, and leave their place.
  const mine = mio.page.locator('li.msg', { hasText: 'And cake?' });
  await mine.locator('.bubble').click();
  await mine.getByRole('button', { name: 'Delete' }).click();
  await dialog(mio.page).getByRole('button', { name: 'Delete' }).click();
  await aya.page.locator('li.msg').getByText('taken back').waitFor();

  // Looked after by more than one, left by one, and closed to whoever was sent away.
  await aya.page.getByRole('button', { name: /: who is there$/ }).click();
  await dialog(aya.page).getByRole('button', { name: `What to do about ${names[1]}` }).click();
  await aya.page.getByRole('button', { name: 'Make a moderator' }).click();
  await toast(aya.page, 'Moderator.');
  await dialog(aya.page).getByRole('tab', { name: 'Rules' }).click();
  await dialog(aya.page).getByLabel('Everybody').check();
  await toast(aya.page, 'Saved.');
  await dialog(aya.page).getByRole('tab', { name: 'Characters' }).click();
  await shot(aya.page, 'group-sheet');
  await dialog(aya.page).getByRole('button', { name: 'Close' }).first().click();
  await ren.page.getByRole('button', { name: /: who is there$/ }).click();
  await dialog(ren.page).getByRole('button', { name: `What to do about ${names[2]}` }).click();
  await ren.page.getByRole('button', { name: 'Send away' }).click();
  await dialog(ren.page).last().getByRole('button', { name: 'Send away' }).click();
  await mio.page.getByText('This chat does not exist any more.').waitFor();
  await dialog(ren.page).getByRole('button', { name: 'Leave' }).click();
  await dialog(ren.page).last().getByRole('button', { name: 'Leave' }).click();
  await ren.page.waitForURL(/\/chats$/);
  await ren.page.getByText('No chats yet.').waitFor();
  await aya.page.getByText('one person, one character').waitFor();
  await say(aya.page, 'So it is the two of us.');
  await settled(aya.page);
  assert.deepEqual([...aya.faults, ...ren.faults, ...mio.faults], []);
});

test('two friends write to each other, and one of them wants to hear nothing of it', async () => {
  const [aya, ren] = [await device(), await device()];
  const names = [person(), person()];
  await signUp(aya.page, names[0]);
  await signUp(ren.page, names[1]);
  await befriend(aya.page, names[0], ren.page, names[1]);
  await aya.page.goto(`${URL}/people/${names[1]}`);
  await aya.page.getByRole('button', { name: 'Write' }).click();
  await aya.page.waitForURL(/\/chat\/ses_/);
  await say(aya.page, 'Are you there?');
  await ren.page.goto(`${URL}/chats`);
  await ren.page.getByRole('link', { name: /Are you there\?/ }).click();
  await say(ren.page, 'Always.');
  await aya.page.locator('li.msg').getByText('Always.').waitFor();
  await aya.page.locator('.readers').getByText(`Read by ${names[1]}`).waitFor({ state: 'attached' });
  await shot(aya.page, 'direct');
  await ren.page.getByRole('button', { name: 'Options of this chat' }).click();
  await dialog(ren.page).getByRole('switch', { name: 'No notifications' }).check();
  await dialog(ren.page).getByRole('button', { name: 'Close' }).click();
  await ren.page.getByRole('link', { name: new RegExp(`${names[0]}.*muted`, 's') }).first().waitFor();
  assert.deepEqual([...aya.faults, ...ren.faults], []);
});

test('a message is reported, and read by a moderator through that alone', async (t) => {
  if (!TALKER_BIN || !TALKER_DATA_DIR) {
    console.log('SKIPPED: a reported message - TALKER_BIN and TALKER_DATA_DIR do not name the server and its data');
    t.skip('no command to make an admin with');
    return;
  }
  const [mio, aya] = [await device({ viewport: { width: 1280, height: 800 } }), await device()];
  const names = [person(), person()];
  await signUp(mio.page, names[0]);
  await signUp(aya.page, names[1]);
  await promisify(execFile)(TALKER_BIN, ['admin', 'grant', names[0]], { env: process.env });
  await meet(aya.page);
  await say(aya.page, 'Tell me something.');
  await settled(aya.page);
  const words = await lastMessage(aya.page).locator('.prose').textContent();
  await lastMessage(aya.page).getByRole('button', { name: 'Report' }).click();
  const note = `Only a test, ${names[1]}.`;
  await dialog(aya.page).getByLabel('Something else').check();
  await dialog(aya.page).getByLabel('What should they know?').fill(note);
  await dialog(aya.page).getByRole('button', { name: 'Send the report' }).click();
  await toast(aya.page, 'Thank you.');

  await mio.page.goto(`${URL}/admin/cases`);
  // Others may have reported something, too.
  const cases = mio.page.getByRole('button', { name: /^A message of/ });
  await cases.first().waitFor();
  for (let i = 0; ; i++) {
    await cases.nth(i).click();
    await dialog(mio.page).getByRole('heading', { name: 'What is to be done?' }).waitFor();
    if (await dialog(mio.page).getByText(note).isVisible()) break;
    await mio.page.keyboard.press('Escape');
  }
  await dialog(mio.page).getByRole('button', { name: 'Read the message' }).click();
  await dialog(mio.page).locator('blockquote').waitFor();
  assert.equal((await dialog(mio.page).locator('blockquote').textContent()).trim(), words.trim());
  await dialog(mio.page).getByRole('button', { name: 'Nothing: it is all right' }).click();
  await toast(mio.page, 'Dismissed.');
  assert.deepEqual([...mio.faults, ...aya.faults], []);
});
