// How somebody stands with a character: moved by what is said, seen with its reasons, switched off, begun anew; and told by rules that her
// maker writes. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, meet, person, say, settled, shot, signUp, toast, URL } from './steps.mjs';
import { enter, somebody } from './world.mjs';

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

test('who made a character writes other rules, and the bond is told by them', async () => {
  const { page, context, faults } = await device();
  const aya = await somebody();
  const { id } = await aya.ask('POST', '/characters', { name: 'Rin', persona: 'Keeps a lighthouse.', greeting: 'The lamp is lit.' });
  await enter(context, aya);
  const open = (part) => page.locator('summary').filter({ hasText: part }).click();
  const name = page.getByLabel('Name', { exact: true });
  const save = page.getByRole('button', { name: 'Save the rules' });
  const usual = (within) => within.getByRole('button', { name: 'Back to the usual rules' });

  await page.goto(`${URL}/characters/${id}/edit`);
  await page.getByRole('link', { name: 'Rules of the bond' }).click();
  await page.getByRole('heading', { level: 1, name: 'How bonds with Rin grow' }).waitFor();
  assert.ok(await save.isDisabled(), 'nothing is another yet');

  // What is wrong stands beside its field, and is where one is led.
  await open('Closeness');
  await name.fill('Respect');
  await page.getByLabel('Highest', { exact: true }).fill('-5');
  await page.locator('p.error').filter({ hasText: 'This has to be above the lowest value.' }).waitFor();
  await open('Respect');
  await save.click();
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  await page.getByLabel('Highest', { exact: true }).fill('80');
  await page.locator('p.error').waitFor({ state: 'detached' });

  // A name, what is needed, and where that leads.
  await open('Just met');
  await name.fill('Strangers');
  await open('Acquainted');
  await page.getByLabel('Respect, at least').fill('2');
  await page.getByText('Respect: 0 of 2').waitFor();
  await page.getByRole('slider', { name: 'Respect' }).fill('2');
  await page.locator('li[aria-current=step]').filter({ hasText: 'Acquainted' }).waitFor();
  await page.getByRole('button', { name: 'Add a stage' }).click();
  await page.waitForFunction(() => document.activeElement?.matches('details input'));
  await page.keyboard.type('Keepers of one light');
  await page.getByLabel('Trust, at least').fill('90');
  await shot(page, 'bond-edit-phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await shot(page, 'bond-edit-desktop');
  await page.setViewportSize({ width: 390, height: 844 });
  await save.click();
  await toast(page, /^The rules are saved/);

  await page.goto(`${URL}/characters/${id}/bond`);
  await page.getByRole('meter', { name: 'Respect' }).waitFor();
  await page.getByText('Strangers', { exact: true }).first().waitFor();
  await page.getByText('Keepers of one light', { exact: true }).waitFor();
  assert.equal(await page.getByRole('meter', { name: 'Closeness' }).count(), 0);

  await page.getByRole('link', { name: 'Rules of the bond' }).click();
  await usual(page).click();
  await usual(dialog(page)).click();
  await toast(page, /^The usual rules hold/);
  await page.goto(`${URL}/characters/${id}/bond`);
  await page.getByRole('meter', { name: 'Closeness' }).waitFor();
  await page.getByText('Just met', { exact: true }).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
