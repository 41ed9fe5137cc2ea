// How somebody stands with a character: moved by what is said, seen with its reasons, switched off, begun anew. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, meet, person, say, settled, signUp, toast } from './steps.mjs';

const dialog = (page) => page.getByRole('dialog');

test('what is said moves it, with its reason, and it is switched off and begun anew', async () => {
  const { page, context, faults } = await device();
  await signUp(page, person());
  await meet(page);
  await say(page, 'Thank you for being here.');
  await settled(page);
  await page.locator('header a[href$="/bond"]').click();
  await page.getByRole('heading', { level: 1, name: /^You and .+$/ }).waitFor();
  // Judged behind one's back: it comes by itself.
  await page.getByText('Thanks', { exact: true }).first().waitFor({ timeout: 30_000 });
  assert.equal(await page.getByRole('meter', { name: 'Closeness' }).getAttribute('aria-valuenow'), '1');
  await page.getByText('Just met', { exact: true }).first().waitFor();
  await page.getByRole('switch').uncheck();
  await page.getByText('Switched off', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Begin anew' }).click();
  await dialog(page).getByRole('button', { name: 'Begin anew' }).click();
  await toast(page, /^It begins anew/);
  await page.getByText(/^Nothing yet/).waitFor();
  await page.reload();
  await page.getByText('Switched off', { exact: true }).waitFor();
  assert.equal(await page.getByRole('meter', { name: 'Closeness' }).getAttribute('aria-valuenow'), '0');
  assert.deepEqual(faults, []);
  await context.close();
});
