// People among each other: found, asked, friends, blocked; and a report, decided by a moderator. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { device, person, shot, signUp, toast, URL } from './steps.mjs';

const { TALKER_BIN, TALKER_DATA_DIR } = process.env;
const dialog = (page) => page.getByRole('dialog');

test('two people become friends, and one of them does not want to be met any more', async () => {
  const [aya, ren] = [await device({ viewport: { width: 1280, height: 800 } }), await device()];
  const names = [person(), person()];
  await signUp(aya.page, names[0]);
  await signUp(ren.page, names[1]);

  await ren.page.goto(`${URL}/settings`);
  await ren.page.getByLabel('Who sees your friends').selectOption('everyone');
  await toast(ren.page, 'Saved.');
  await ren.page.getByLabel('About you', { exact: true }).fill('Tea, rain, and ships.');
  await ren.page.locator('section', { hasText: 'Among people' }).getByRole('button', { name: 'Save' }).click();
  await toast(ren.page, 'Saved.');
  await shot(ren.page, 'settings');

  await aya.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'People' }).click();
  await aya.page.getByText('No friends here yet.').waitFor();
  await shot(aya.page, 'no-friends');
  await aya.page.getByRole('link', { name: 'Find people' }).click();
  await aya.page.getByRole('searchbox').fill(`@${names[1]}`);
  await aya.page.getByRole('button', { name: 'Ask to be friends' }).click();
  await toast(aya.page, 'will be asked.');
  await shot(aya.page, 'search');

  await ren.page.goto(`${URL}/people/requests`);
  await shot(ren.page, 'requests');
  await ren.page.getByRole('button', { name: 'Accept' }).click();
  await toast(ren.page, 'are friends.');
  await ren.page.goto(`${URL}/people`);
  await ren.page.getByText(`@${names[0]}`).waitFor();

  // A friend is here while their page is open, and gone some seconds after it was closed: told, not looked for.
  await aya.page.goto(`${URL}/people`);
  const here = aya.page.getByTitle('here now');
  await here.waitFor();
  await shot(aya.page, 'friend-here');
  await ren.page.goto('about:blank');
  await here.waitFor({ state: 'detached', timeout: 30_000 });
  await ren.page.goto(`${URL}/people`);
  await here.waitFor();

  await aya.page.goto(`${URL}/people/${names[1]}`);
  await aya.page.getByText('Tea, rain, and ships.').waitFor();
  await aya.page.getByRole('button', { name: 'Follow', exact: true }).click();
  await aya.page.getByRole('button', { name: 'Following', exact: true }).first().waitFor();
  await aya.page.getByRole('button', { name: /Friends$/ }).click();
  await aya.page.getByText(`@${names[0]}`).waitFor();
  await shot(aya.page, 'profile');

  await ren.page.goto(`${URL}/people/${names[0]}`);
  await shot(ren.page, 'profile-small');
  await ren.page.getByRole('button', { name: 'Block' }).click();
  await dialog(ren.page).getByRole('button', { name: 'Block' }).click();
  await ren.page.getByText(`${names[0]} is blocked.`).first().waitFor();
  await aya.page.reload();
  await aya.page.getByText('Nobody of this name is here for you.').waitFor();
  await aya.page.goto(`${URL}/people`);
  await aya.page.getByText('No friends here yet.').waitFor();
  await ren.page.goto(`${URL}/people/blocked`);
  await ren.page.getByRole('button', { name: 'Unblock' }).click();
  await toast(ren.page, 'not blocked any more.');
  assert.deepEqual([...aya.faults, ...ren.faults], []);
});

test('a character is followed and reported, and a moderator decides', async (t) => {
  if (!TALKER_BIN || !TALKER_DATA_DIR) {
    console.log('SKIPPED: moderation - TALKER_BIN and TALKER_DATA_DIR do not name the server and its data');
    t.skip('no command to make an admin with');
    return;
  }
  const [mio, aya] = [await device({ viewport: { width: 1280, height: 800 } }), await device()];
  const names = [person(), person()];
  await signUp(mio.page, names[0]);
  await signUp(aya.page, names[1]);
  await promisify(execFile)(TALKER_BIN, ['admin', 'grant', names[0]], { env: process.env });

  await aya.page.goto(`${URL}/`);
  await aya.page.locator('main a[href^="/characters/chr_"]').first().click();
  await aya.page.getByRole('button', { name: /^Follow / }).click();
  await aya.page.getByRole('button', { name: 'Following' }).waitFor();
  await aya.page.getByText('One follower').waitFor();
  const followed = new globalThis.URL(aya.page.url()).pathname;
  await aya.page.goto(`${URL}/`);
  await aya.page.getByRole('button', { name: 'Followed', exact: true }).click();
  await aya.page.locator(`.grid a[href="${followed}"]`).waitFor();
  await aya.page.waitForFunction(() => document.querySelectorAll('.grid article').length === 1);
  await aya.page.goto(URL + followed);
  await aya.page.getByRole('button', { name: 'Report' }).click();
  await dialog(aya.page).getByLabel('Something else').check();
  await dialog(aya.page).getByLabel('What should they know?').fill('Only a test.');
  await shot(aya.page, 'report');
  await dialog(aya.page).getByRole('button', { name: 'Send the report' }).click();
  await toast(aya.page, 'Thank you.');
  await shot(aya.page, 'character');

  await mio.page.goto(`${URL}/admin/cases`);
  await mio.page.getByRole('button', { name: /^The character .*reported once/s }).first().click();
  await dialog(mio.page).getByText('Only a test.').waitFor();
  await shot(mio.page, 'case');
  await dialog(mio.page).getByRole('button', { name: 'Look at this' }).click();
  await toast(mio.page, 'It is yours for an hour.');
  await dialog(mio.page).getByRole('button', { name: 'Nothing: it is all right' }).click();
  await toast(mio.page, 'Dismissed.');
  assert.deepEqual([...mio.faults, ...aya.faults], []);
});
