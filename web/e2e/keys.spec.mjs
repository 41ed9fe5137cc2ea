// API keys: made, used by a program, changed and revoked. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, toast, URL } from './steps.mjs';
import { enter, somebody } from './world.mjs';

const dialog = (page) => page.getByRole('dialog');
/** What a program is answered that shows a key. */
const models = (key) => fetch(`${URL}/v1/models`, { headers: { authorization: `Bearer ${key}` } });

test('a key is made, shown once, used, changed and revoked', async () => {
  const me = await somebody();
  const { page, context, faults } = await device();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {});
  await enter(context, me);
  await page.goto(`${URL}/settings`);
  await page.getByText('No key was made yet.').waitFor();
  await page.getByRole('button', { name: 'Make a key' }).click();
  const make = dialog(page).getByRole('button', { name: 'Make a key' });
  assert.ok(await make.isDisabled(), 'it has to be for something');
  await dialog(page).getByLabel('What is it for?').fill('A lamp');
  for (const name of [/^Ask characters/, /^Let them remember you/]) await dialog(page).getByRole('checkbox', { name }).uncheck();
  assert.ok(await make.isDisabled(), 'it has to be good for something');
  await dialog(page).getByRole('checkbox', { name: /^Ask characters/ }).check();
  await dialog(page).getByLabel('When it ends').selectOption({ label: 'In a week' });
  await make.click();
  await page.getByRole('dialog', { name: 'Your key' }).waitFor();
  const secret = (await dialog(page).locator('code').textContent()).trim();
  assert.match(secret, /^talker_/);
  // It does not go by a slip of the finger.
  await page.keyboard.press('Escape');
  await toast(page, 'It is shown this once.');
  assert.equal((await dialog(page).locator('code').textContent()).trim(), secret);
  await dialog(page).getByRole('button', { name: 'I have it' }).click();
  await dialog(page).waitFor({ state: 'detached' });

  const row = page.getByRole('listitem').filter({ hasText: 'A lamp' });
  await row.getByText(/never used/).waitFor();
  await row.getByText(/ends /).waitFor();
  assert.equal(await page.getByText(secret).count(), 0, 'it is shown once');
  assert.equal((await models(secret)).status, 200);

  // With one character alone.
  await page.getByRole('button', { name: 'Change the key “A lamp”' }).click();
  await dialog(page).getByRole('radio', { name: 'These alone' }).check();
  await dialog(page).locator('button[aria-pressed]').first().click();
  await dialog(page).getByLabel('What is it for?').fill('Another lamp');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await toast(page, 'Saved.');
  await page.getByRole('listitem').filter({ hasText: 'Another lamp' }).getByText(/with one character/).waitFor();
  assert.equal((await (await models(secret)).json()).data.length, 1);

  await page.getByRole('button', { name: 'Revoke the key “Another lamp”' }).click();
  await page.getByRole('dialog', { name: 'Revoke “Another lamp”?' }).getByRole('button', { name: 'Revoke' }).click();
  await toast(page, 'Revoked.');
  await page.getByText('No key was made yet.').waitFor();
  assert.equal((await models(secret)).status, 401);
  assert.deepEqual(faults, []);
  await context.close();
});
