// The first evening with Talker, in a real browser against a real server:
//   TALKER_URL=http://127.0.0.1:8080 CHROMIUM=/usr/bin/chromium npm run e2e
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, device, lastMessage, meet, PASSWORD, person, say, settled, signIn, signUp, streams, URL, words } from './steps.mjs';

test('a first conversation survives a lost line, and reads the same on two devices', async () => {
  const name = person();
  const phone = await device();
  await signUp(phone.page, name);
  await meet(phone.page);
  assert.ok(await phone.page.getByText(/is an AI character/).isVisible(), 'it is said that this is an AI');

  await say(phone.page, 'Please tell me a long story about this place, with all the details.');
  await streams(phone.page);
  await phone.cut();
  const partial = await lastMessage(phone.page).locator('.prose').textContent();
  assert.ok(partial.length > 0);
  // Typed without a line: kept, and sent when it is back.
  await say(phone.page, 'And what happened then?');
  await phone.page.locator('[data-pending]').waitFor();

  const desk = await device({ viewport: { width: 1280, height: 800 } });
  await signIn(desk.page, name);
  await desk.page.goto(phone.page.url());
  await settled(desk.page);
  const first = await words(desk.page);

  await phone.restore();
  // Both answers are there, on both devices, in the same words.
  const both = (page) => page.waitForFunction(() => document.querySelectorAll('li.msg[data-role=character][data-status=complete]').length >= 3 && !document.querySelector('[data-pending]'), null, { timeout: ANSWER });
  await Promise.all([both(phone.page), both(desk.page)]);
  await Promise.all([settled(phone.page), settled(desk.page)]);
  const a = await words(phone.page);
  const b = await words(desk.page);
  assert.deepEqual(a, b);
  assert.deepEqual(a.map(([, role]) => role), ['character', 'user', 'character', 'user', 'character']);
  assert.equal(new Set(a.map(([id]) => id)).size, a.length, 'nothing stands there twice');
  assert.deepEqual(b.slice(0, first.length), first);
  // What a page read anew says is the same again.
  await phone.page.reload();
  await settled(phone.page);
  assert.deepEqual(await words(phone.page), a);
  assert.deepEqual([...phone.faults, ...desk.faults], []);
  await phone.context.close();
  await desk.context.close();
});

test('stop, another answer, swipe back, edit, delete', async () => {
  const { page, context, faults } = await device();
  await signUp(page, person());
  await meet(page);

  await say(page, 'Tell me everything about yourself, slowly, from the very beginning.');
  await streams(page);
  await page.getByRole('button', { name: 'Stop' }).click({ force: true }); // an answer may be short: no waiting until nothing moves
  await settled(page, ['stopped', 'complete']);
  assert.equal(await lastMessage(page).getAttribute('data-status'), 'stopped');
  const stopped = await lastMessage(page).locator('.prose').textContent();
  assert.ok(stopped.length > 0, 'what was said stays');

  await lastMessage(page).getByRole('button', { name: 'Another answer' }).first().click();
  await lastMessage(page).getByText('2/2').waitFor({ timeout: ANSWER });
  await settled(page);
  const second = await lastMessage(page).locator('.prose').textContent();
  await lastMessage(page).getByRole('button', { name: 'Previous version' }).click();
  await lastMessage(page).getByText('1/2').waitFor();
  assert.equal(await lastMessage(page).locator('.prose').textContent(), stopped);
  await lastMessage(page).getByRole('button', { name: 'Next version' }).click();
  await lastMessage(page).getByText('2/2').waitFor();
  assert.equal(await lastMessage(page).locator('.prose').textContent(), second);

  await lastMessage(page).getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('*smiles* Only the <b>truth</b>.');
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('li.msg').getByText('Only the <b>truth</b>.').waitFor();
  assert.equal(await lastMessage(page).locator('em').textContent(), 'smiles');
  assert.equal(await lastMessage(page).locator('b').count(), 0, 'text is never markup');
  // What it said before can be read.
  await lastMessage(page).getByRole('button', { name: 'edited' }).click();
  const before = page.getByRole('dialog', { name: 'How it read before' });
  assert.equal(await before.getByRole('listitem').locator('.prose').textContent(), second);
  await page.keyboard.press('Escape');
  await before.waitFor({ state: 'detached' });

  // The greetings are versions of the first message.
  const greeting = page.locator('li.msg').first();
  if ((await greeting.locator('.count').count()) > 0) {
    const arrow = (name) => greeting.getByRole('button', { name });
    const [there, back] = (await arrow('Next version').isEnabled()) ? ['Next version', 'Previous version'] : ['Previous version', 'Next version'];
    const id = await greeting.getAttribute('data-id');
    await arrow(there).click();
    // Another greeting has its own story.
    await page.waitForFunction((old) => { const all = document.querySelectorAll('li.msg'); return all.length === 1 && all[0].dataset.id !== old; }, id);
    await arrow(back).click();
    await page.locator('li.msg').getByText('Only the <b>truth</b>.').waitFor();
  }

  await lastMessage(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.locator('li.msg').getByText('Only the <b>truth</b>.').waitFor({ state: 'detached' });
  assert.deepEqual(faults, []);
  await context.close();
});

test('with the keyboard alone', async () => {
  const { page, context, faults } = await device({ viewport: { width: 1280, height: 800 } });
  const name = person();
  await page.goto(`${URL}/sign-up`);
  await page.getByLabel('User name').waitFor();
  const focused = () => page.evaluate(() => [document.activeElement?.tagName, document.activeElement?.getAttribute('href') ?? '', document.activeElement?.textContent?.trim() ?? '', document.activeElement?.getAttribute('aria-label') ?? '', document.activeElement?.getAttribute('name') ?? ''].join('|'));
  const tabTo = async (what) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (what.test(await focused())) return;
    }
    assert.fail(`Tab never reached ${what}`);
  };
  await tabTo(/\|username$/);
  await page.keyboard.type(name);
  await tabTo(/\|email$/);
  await page.keyboard.type(`${name}@example.org`);
  await tabTo(/\|password$/);
  await page.keyboard.type(PASSWORD);
  await tabTo(/\|birth_date$/);
  await page.keyboard.type('04121995');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'How lovely that you came.' }).waitFor();
  await tabTo(/Not now/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Who will you meet?' }).waitFor();
  await page.locator('a[href^="/characters/chr_"]').first().waitFor();
  await tabTo(/^A\|\/characters\/chr_/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /Talk with/ }).waitFor();
  await tabTo(/Talk with/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/chat\/ses_/);
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
  await page.keyboard.type('Good evening.');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('May I come in?');
  await page.keyboard.press('Enter');
  await settled(page);
  const mine = await page.locator('li.msg[data-role=user] .prose').last().textContent();
  assert.equal(mine, 'Good evening.\nMay I come in?');
  // The finished answer is told once to who cannot see it.
  await page.waitForFunction(() => (document.querySelector('[aria-live=polite][role=log]')?.textContent ?? '').length > 3);
  await tabTo(/Options of this chat/);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.match(await focused(), /Options of this chat/, 'the focus returns to where it was');
  assert.deepEqual(faults, []);
  await context.close();
});
