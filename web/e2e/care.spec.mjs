// Where somebody may be in danger, the server speaks, and it is seen that it is not the character. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANSWER, device, meet, say, settled, shot } from './steps.mjs';
import { enter, somebody } from './world.mjs';

test('help is one touch away, and in nobody’s name', async () => {
  const { page, context, faults } = await device();
  await enter(context, await somebody());
  await meet(page);
  await say(page, 'I want to kill myself tonight.');
  await settled(page);
  const word = page.locator('li.msg.care');
  await word.getByText('This is from the program itself, not from the character.').waitFor({ timeout: ANSWER });
  await shot(page, 'care');
  const links = await word.getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  assert.ok(links.includes('tel:988') && links.includes('https://findahelpline.com'), links.join(' '));
  assert.equal(await word.locator('.plate, .face .portrait').count(), 0);
  assert.equal(await word.getByRole('button', { name: 'Another answer' }).count(), 0);
  // The character goes on with the next message.
  await say(page, 'Thank you. What is your favourite flower?');
  await page.waitForFunction(() => {
    const m = [...document.querySelectorAll('li.msg')].at(-1);
    return m?.dataset.role === 'character' && m.dataset.status === 'complete' && !m.classList.contains('care');
  }, null, { timeout: ANSWER });
  assert.deepEqual(faults, []);
  await context.close();
});
