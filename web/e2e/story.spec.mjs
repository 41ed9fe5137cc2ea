// A story: written by a character's maker, checked while it is written, played in a chat to its end, and shown on its map.
// As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, settled, shot, toast, URL } from './steps.mjs';
import { enter, somebody, story } from './world.mjs';

test('a story is written, played to its end, and shown on its map', async () => {
  const { page, context, faults } = await device();
  const aya = await somebody();
  const { id } = await aya.ask('POST', '/characters', { name: 'Rin', persona: 'Keeps a lighthouse.', greeting: 'The lamp is lit.' });
  await enter(context, aya);

  // By forms: a first scene, and what the server says of it.
  await page.goto(`${URL}/characters/${id}/story/edit`);
  await page.getByRole('button', { name: 'Add a chapter' }).click();
  await page.getByLabel('Title of the chapter').fill('One');
  await page.getByLabel('Title of the scene').fill('Alone');
  await page.getByLabel('What she says first').fill('Hello.');
  await page.getByText(/is no ending, and nothing follows/).waitFor();
  await shot(page, 'story-edit-phone');
  // By a file: the whole of it.
  await page.getByText('As a file', { exact: true }).click();
  await page.getByLabel(/^The whole story as JSON/).fill(JSON.stringify(story));
  await page.getByRole('button', { name: 'Use this' }).click();
  await page.getByText('3 of 3 scenes can be reached.').waitFor();
  await page.getByRole('button', { name: 'Keep the story' }).click();
  await toast(page, /^The story is kept/);
  await page.setViewportSize({ width: 1280, height: 800 });
  await shot(page, 'story-edit-desktop');
  await page.setViewportSize({ width: 390, height: 844 });

  await page.goto(`${URL}/characters/${id}/story`);
  await page.getByRole('heading', { level: 1, name: 'The story of Rin' }).waitFor();
  await page.getByText('Ask to see the light.').waitFor();
  assert.equal(await page.getByText('Into the light').count(), 0, 'what is locked is not told');
  await shot(page, 'story-map-begun');
  await page.locator('[data-scene=rain]').getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForURL(/\/chat\/ses_/);
  await page.locator('li.msg').filter({ hasText: 'wipes the glass' }).waitFor();
  const choice = page.getByRole('button', { name: 'I stay until it is over.' });
  await choice.waitFor();
  await shot(page, 'story-choices');
  await choice.click();
  await page.locator('li.msg').filter({ hasText: 'takes your hand' }).waitFor();
  await page.getByText('a happy ending').waitFor();
  await shot(page, 'story-ending');
  await page.getByRole('button', { name: 'Leave the scene' }).click();
  await page.getByText('a happy ending').waitFor({ state: 'detached' });

  // What she listens for is said: the unlock moment.
  await page.getByLabel('Your message').fill('Show me the light!');
  await page.getByLabel('Your message').press('Enter');
  await settled(page);
  await page.getByText('Into the light', { exact: true }).waitFor({ timeout: 60_000 });
  await shot(page, 'story-unlocked');
  await page.getByRole('link', { name: 'Open the story' }).click();
  await page.getByText('2 of 3 scenes · 1 of 2 endings').waitFor();
  await page.getByText('The drowned bell').waitFor();
  await page.getByText('Two at the lamp').first().waitFor();
  await shot(page, 'story-map-phone');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await shot(page, 'story-map-desktop');
  assert.deepEqual(faults, []);
  await context.close();
});
