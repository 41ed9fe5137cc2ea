// A chat of ten thousand messages: few of them exist on the page, nothing jumps, and a reload finds the place again. The past is told by
// the test in the server's place, the end of the chat is real. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, meet, person, say, settled, signUp, streams } from './steps.mjs';

const PAST = 10_000;

/** What was said before the chat began: alternately, of all lengths, over many days. */
function past(greeting) {
  const begun = Date.parse(greeting.created_at) - PAST * 11 * 60_000;
  const id = (i) => `msg_past${String(i).padStart(6, '0')}`;
  const messages = Array.from({ length: PAST }, (_, i) => ({
    ...greeting,
    id: id(i),
    parent_id: i ? id(i - 1) : null,
    siblings: [id(i)],
    depth: i,
    role: i % 2 ? 'character' : 'user',
    content: `${i}: ${'The sea was calm that evening. '.repeat(1 + ((i * 7) % 13))}${i % 5 ? '' : '\n\n*looks up*'}`,
    created_at: new Date(begun + i * 11 * 60_000).toISOString(),
  }));
  return [...messages, { ...greeting, parent_id: id(PAST - 1), depth: PAST }];
}

const row = (page, i) => page.locator(`li.msg[data-id="msg_past${String(i).padStart(6, '0')}"]`);
const scroller = (page) => page.getByRole('region', { name: 'Conversation' });
const count = (page) => page.locator('li.msg').count();

/** Which message stands where: a jump is one that moves though nobody scrolled. */
const stands = (page) =>
  scroller(page).evaluate((box) => {
    const { top, bottom } = box.getBoundingClientRect();
    const seen = [...box.querySelectorAll('li.msg')].filter((m) => m.getBoundingClientRect().top >= top && m.getBoundingClientRect().bottom <= bottom);
    const m = seen[Math.floor(seen.length / 2)] ?? [...box.querySelectorAll('li.msg')].find((x) => x.getBoundingClientRect().bottom > top + 40);
    return { id: m.dataset.id, y: m.getBoundingClientRect().top };
  });
const yOf = (page, id) => page.locator(`li.msg[data-id="${id}"]`).evaluate((m) => m.getBoundingClientRect().top);
/** Waits until nothing has moved for some frames, and at most for some seconds, however slow the page is. */
const still = (page) =>
  scroller(page).evaluate(async (box) => {
    const seen = () => [box.scrollTop, ...[...box.querySelectorAll('li.msg')].map((m) => `${m.dataset.id} ${m.getBoundingClientRect().top}`)].join();
    const give_up = performance.now() + 4_000;
    for (let before = '', calm = 0; calm < 4 && performance.now() < give_up; ) {
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
      const now = seen();
      calm = now === before ? calm + 1 : 0;
      before = now;
    }
  });

/** How much work the page has done, in milliseconds of its thread: however busy the machine is with something else. */
async function workOf(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => 1000 * (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value;
}

for (const [name, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } })) {
  test(`ten thousand messages on a ${name}`, { timeout: 300_000 }, async () => {
    // What the test answers in the server's place goes past a service worker.
    const { page, context, faults } = await device({ viewport, serviceWorkers: 'block' });
    await signUp(page, person());
    let all;
    await page.route(/\/api\/v1\/sessions\/[^/]+\/messages(\?|$)/, async (route) => {
      const url = new globalThis.URL(route.request().url());
      const before = url.searchParams.get('before');
      // Only the end is the server's.
      const real = before ? { items: [], has_after: true, seq: 0 } : await (await route.fetch()).json();
      all ??= past(real.items[0]);
      const limit = Number(url.searchParams.get('limit') ?? 40);
      // The real end of the chat stands after what is told here.
      const whole = before ? all : [...all, ...real.items.slice(1)];
      const end = before ? whole.findIndex((m) => m.id === before) : whole.length;
      const items = whole.slice(Math.max(0, end - limit), end);
      await route.fulfill({ json: { ...real, items, has_before: end - limit > 0 } });
    });
    await meet(page);
    await row(page, PAST - 1).waitFor();
    await still(page);
    const most = await count(page);
    assert.ok(most < 60, `${most} messages are on the page`);

    // Up through all of it, page by page, as a wheel does it. What is seen moves by as much as was scrolled, and no more.
    const work = await workOf(page);
    let worst = 0;
    for (let i = 0; i < 20; i++) {
      const seen = await stands(page);
      await scroller(page).evaluate((box) => (box.scrollTop -= 260));
      await still(page);
      const y = await yOf(page, seen.id).catch(() => null);
      if (y !== null) worst = Math.max(worst, Math.abs(y - seen.y - 260));
    }
    assert.ok(worst <= 3, `what was seen jumped by ${worst} px on the way up`);
    // And in great leaps to the very first.
    const begun = Date.now();
    const loading = await work();
    while (!(await row(page, 0).isVisible().catch(() => false))) {
      await scroller(page).evaluate((box) => (box.scrollTop = -box.scrollHeight));
      await page.waitForTimeout(15);
      assert.ok(Date.now() - begun < 120_000, 'the beginning is reached');
    }
    await page.getByText(/is an AI character/).first().waitFor();
    assert.ok((await count(page)) < 80, 'still only those in sight exist');
    assert.ok((await page.locator('*').count()) < 3_000, 'the page is small');
    const each = ((await work()) - loading) / (PAST / 100);
    // A list that draws everything takes seconds; what it takes exactly is a figure and no test, for machines are slow and busy.
    assert.ok(each < 500, `a page of a hundred messages took ${each.toFixed(1)} ms of work`);

    // Down again: rows that were thought to have another height are measured on the way.
    await still(page);
    worst = 0;
    const scrolling = await work();
    for (let i = 0; i < 15; i++) {
      const seen = await stands(page);
      await scroller(page).evaluate((box) => (box.scrollTop += 260));
      await still(page);
      const y = await yOf(page, seen.id).catch(() => null);
      if (y !== null) worst = Math.max(worst, Math.abs(y - seen.y + 260));
    }
    assert.ok(worst <= 3, `what was seen jumped by ${worst} px on the way down`);
    const step = ((await work()) - scrolling) / 15;
    assert.ok(step < 500, `a step took ${step.toFixed(1)} ms of work`);
    if (process.env.E2E_FIGURES) console.log(`${name}: ${each.toFixed(1)} ms of work for a page, ${step.toFixed(1)} ms for a step`);

    // Somewhere in the middle a reload finds the place again.
    await scroller(page).evaluate((box) => (box.scrollTop = -box.scrollHeight * 0.1));
    await still(page);
    const before = await stands(page);
    // The place is written down a moment after one came to rest.
    await page.waitForTimeout(1_000);
    await page.reload();
    await page.locator(`li.msg[data-id="${before.id}"]`).waitFor();
    await still(page);
    const found = await yOf(page, before.id);
    assert.ok(Math.abs(found - before.y) < 8, `the place is found again, ${found - before.y} px away`);

    // What is written at the end does not move who reads elsewhere; at the end one follows it.
    await page.getByRole('button', { name: 'Jump to the latest' }).click();
    await page.waitForFunction(() => document.querySelector('[role=region][tabindex="0"]').scrollTop > -2);
    await say(page, 'Please tell me a long story about this place, with all the details.');
    await streams(page);
    await scroller(page).evaluate((box) => (box.scrollTop = -500));
    await still(page);
    const reading = await stands(page);
    for (let i = 0; i < 6; i++) {
      await page.waitForTimeout(120);
      const moved = (await yOf(page, reading.id)) - reading.y;
      assert.ok(Math.abs(moved) <= 3, `who reads is moved by what is written: ${moved} px`);
    }
    await page.getByRole('button', { name: /Jump to the latest|New words below/ }).click();
    await settled(page);
    await still(page);
    assert.ok(await scroller(page).evaluate((box) => box.scrollTop > -2), 'at the end one stays at the end');
    assert.deepEqual(faults, []);
    await context.close();
  });
}
