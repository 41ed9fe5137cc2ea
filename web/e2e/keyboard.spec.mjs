// With the keyboard and without eyes: everything is reached and seen to be, a dialog keeps the focus and gives it back, and an answer is
// told once, when it is whole. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, say, settled, streams, URL } from './steps.mjs';
import { enter, world } from './world.mjs';

/** Where the focus is, and whether that can be seen. */
const focus = (page) =>
  page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    // A box that is drawn by something beside it, or around it, shows the focus there. Seen is what differs from how it looks without.
    const around = [e, e.nextElementSibling, e.parentElement, e.closest('label'), e.closest('form')].filter(Boolean);
    const looks = () => around.map((x) => getComputedStyle(x)).map((s) => `${parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== 'none' ? s.outlineColor : ''} ${s.boxShadow}`).join();
    const focused = looks();
    e.blur();
    const seen = looks() !== focused;
    e.focus({ preventScroll: true });
    return { at: e.dataset.stop, name: `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent?.trim().slice(0, 40) ?? ''}`, seen, inDialog: !!e.closest('dialog') };
  });

/** Everything that can be focused here, each with a mark that is found again. */
const reachable = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
      .filter((e) => {
        const s = getComputedStyle(e);
        // Of radios that belong together one is a stop; who is hidden or switched off is none.
        if (e.disabled || e.tabIndex < 0 || s.visibility === 'hidden' || e.closest('[inert], [hidden], details:not([open]) > :not(summary)') || e.getClientRects().length === 0) return false;
        return !(e.type === 'radio' && e.name && document.querySelector(`input[name="${e.name}"]:checked`) !== e);
      })
      .map((e, i) => [(e.dataset.stop = `${i}`), `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent?.trim().slice(0, 40) ?? ''}`]),
  );

test('every control is reached with Tab, and seen to be', { timeout: 300_000 }, async () => {
  const w = await world();
  const { page, context, faults } = await device({ viewport: { width: 1280, height: 800 } });
  await enter(context, w.aya);
  for (const [path, role] of [['/', 'searchbox'], ['/chats', 'heading'], [`/chat/${w.chat}`, 'textbox'], ['/moments', 'article'], [`/moments/${w.moment}`, 'article'], ['/people', 'listitem'], ['/settings', 'combobox'], [`/characters/${w.seed}/memories`, 'searchbox'], [`/characters/${w.own}/bond/edit`, 'slider'], ['/begin', 'heading']]) {
    await page.goto(URL + path);
    await page.getByRole(role).first().waitFor();
    await page.waitForLoadState('networkidle').catch(() => {});
    await page.addStyleTag({ content: '*, *::before, *::after { transition: none !important }' });
    const wanted = await reachable(page);
    const met = new Set();
    await page.evaluate(() => document.activeElement?.blur());
    for (let i = 0; i < wanted.length + 12; i++) {
      await page.keyboard.press('Tab');
      const at = await focus(page);
      if (!at) continue;
      assert.ok(at.seen, `${path}: the focus on ${at.name} cannot be seen`);
      met.add(at.at);
    }
    assert.deepEqual(wanted.filter(([i]) => !met.has(i)).map(([, name]) => name), [], `${path}: not reached`);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test('a dialog keeps the focus and gives it back', async () => {
  const w = await world();
  const { page, context, faults } = await device({ viewport: { width: 1280, height: 800 } });
  await enter(context, w.aya);
  for (const [path, name] of [[`/chat/${w.chat}`, 'Options of this chat'], [`/characters/${w.seed}/memories`, 'Write a note'], [`/characters/${w.seed}`, 'Report']]) {
    await page.goto(URL + path);
    const button = page.getByRole('button', { name, exact: true }).first();
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab');
      const at = await focus(page);
      // Out of its end one comes to the browser's own controls, and in again.
      assert.ok(at === null || at.inDialog, `${path}: ${at?.name} is behind the dialog`);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.ok(await button.evaluate((b) => b === document.activeElement), `${path}: the focus is back`);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test('who has gone to something in a chat is left there when the chat has come', async () => {
  const w = await world();
  const { page, context, faults } = await device({ viewport: { width: 1280, height: 800 } });
  await enter(context, w.aya);
  let come;
  const wait = new Promise((done) => (come = done));
  await page.route('**/api/v1/sessions/*/messages?**', async (route) => {
    await wait;
    await route.continue();
  });
  await page.goto(`${URL}/chat/${w.chat}`);
  const options = page.getByRole('button', { name: 'Options of this chat', exact: true });
  await options.focus();
  come();
  await page.locator('li.msg').first().waitFor();
  assert.ok(await options.evaluate((b) => b === document.activeElement), 'the focus was taken away');
  await page.reload();
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA', undefined, { timeout: 10_000 });
  assert.deepEqual(faults, []);
  await context.close();
});

test('an answer is told once, when it is whole', async () => {
  const w = await world();
  const { page, context, faults } = await device();
  await enter(context, w.aya);
  await page.goto(`${URL}/chat/${w.chat}`);
  await page.locator('li.msg').first().waitFor();
  await page.evaluate(() => {
    window.told = [];
    const log = document.querySelector('[role=log]');
    new MutationObserver(() => window.told.push(log.textContent)).observe(log, { childList: true, characterData: true, subtree: true });
  });
  await say(page, 'Please tell me a long story about this place, with all the details.');
  await streams(page, 40);
  assert.deepEqual(await page.evaluate(() => window.told), [], 'nothing is told of a part');
  assert.equal(await page.locator('li.msg[data-status=streaming]').evaluate((m) => m.closest('[aria-live]:not([aria-live=off]), [role=log], [role=status]')), null, 'what grows is no live region');
  await settled(page);
  await page.waitForFunction(() => window.told.length > 0);
  const [told, ...more] = await page.evaluate(() => window.told);
  assert.deepEqual(more, []);
  assert.ok(told.includes((await page.locator('li.msg').last().locator('.prose').textContent()).slice(0, 30)), 'it is told with its words');
  assert.deepEqual(faults, []);
  await context.close();
});
