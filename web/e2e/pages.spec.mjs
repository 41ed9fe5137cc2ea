// Every page, on a phone and a desktop, by night and by day: nothing that axe finds (WCAG 2.2 AA and its best practices), nothing that
// reaches beyond the screen, nothing too small to touch. What a page looks like to the pixel depends on the fonts of a machine, so that a
// kept picture would fail on the next one; what is asserted here holds on all, and `E2E_SHOTS` keeps the pictures for eyes.
// As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { device, shot, URL } from './steps.mjs';
import { enter, world } from './world.mjs';

const golden = (path) => new globalThis.URL(`../../crates/exchange/tests/golden/${path}`, import.meta.url).pathname;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { TALKER_BIN, TALKER_DATA_DIR } = process.env;
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

/** To how a character is met, who is being written. Where there is room it stands beside. */
async function toPreview(page) {
  const there = page.locator('label').filter({ hasText: /^Look$/ });
  if (await there.isVisible()) await there.click();
  await page.getByRole('region', { name: 'Preview' }).waitFor();
}

/** What there is to look at: a name, an address, what is there when it is drawn, and what is opened on it. */
function pagesOf(w) {
  return [
    ['chats', '/chats', 'heading'],
    ['chat', `/chat/${w.chat}`, 'textbox'],
    ['chat-sheet', `/chat/${w.chat}`, 'textbox', (page) => page.getByRole('button', { name: 'Options of this chat' }).click()],
    ['chat-why', `/chat/${w.chat}`, 'textbox', (page) => page.getByRole('button', { name: /^Why .* knew this$/ }).last().click()],
    ['group', `/chat/${w.group}`, 'textbox'],
    ['group-sheet', `/chat/${w.group}`, 'textbox', (page) => page.getByRole('button', { name: 'Options of this chat' }).click()],
    ['group-new', '/groups/new', 'textbox'],
    ['discover', '/', 'searchbox'],
    ['character', `/characters/${w.seed}`, 'button'],
    ['character-report', `/characters/${w.seed}`, 'button', (page) => page.getByRole('button', { name: 'Report', exact: true }).click()],
    ['bond', `/characters/${w.seed}/bond`, 'switch'],
    ['bond-edit', `/characters/${w.own}/bond/edit`, 'slider'],
    ['bond-edit-dimension', `/characters/${w.own}/bond/edit`, 'slider', (page) => page.locator('summary').first().click()],
    ['bond-edit-stage', `/characters/${w.own}/bond/edit`, 'slider', (page) => page.locator('summary').filter({ hasText: 'Close friends' }).click()],
    ['diary', `/characters/${w.seed}/diary`, 'switch'],
    ['diary-pages', `/characters/${w.seed}/diary`, 'switch', async (page) => {
      const of = (day, text) => ({ id: `dia_${day}`, character_id: w.seed, day, text, written_at: `${day}T09:00:00Z`, model: null });
      const items = [
        of('2026-03-05', 'Aya asked me about the sea today, and I told her more than I meant to. She laughed at the story of the gull, and I laughed with her. It was late when we said good night; the lamp burned low, and I did not mind.'),
        of('2026-03-02', 'A short day. We spoke of tea.'),
      ];
      await page.route('**/diary?*', (route) => route.fulfill({ json: { items, next_cursor: null } }));
      await page.reload();
      await page.getByRole('article').nth(1).waitFor();
    }],
    ['story', `/characters/${w.own}/story`, 'button', (page) => page.locator('[data-scene=rain]').waitFor()],
    ['story-edit', `/characters/${w.own}/story/edit`, 'textbox', (page) => page.locator('summary').first().click()],
    ['story-scene', `/chat/${w.scene}`, 'textbox', (page) => page.getByRole('button', { name: 'What is that sound?' }).waitFor()],
    ['memories', `/characters/${w.seed}/memories`, 'searchbox'],
    ['memories-note', `/characters/${w.seed}/memories`, 'searchbox', (page) => page.getByRole('button', { name: 'Write a note' }).first().click()],
    ['create', '/characters/new', 'textbox'],
    ['create-look', '/characters/new', 'textbox', toPreview],
    ['cards', '/characters/import', 'heading'],
    ['cards-some', '/characters/import', 'heading', async (page) => {
      await page.locator('input[type=file]').setInputFiles([golden('cards/assets.png'), golden('cards/v2_awkward.json'), golden('chats/ooba.json')]);
      await page.locator('article[data-state=refused]').waitFor();
      await page.locator('article[data-state=ready]').nth(1).waitFor();
    }],
    ['card-save', `/characters/${w.own}`, 'button', (page) => page.getByRole('button', { name: 'Save as a card' }).click()],
    ['chats-bring', `/chats/import/${w.own}`, 'button', (page) => page.locator('input[type=file]').setInputFiles([golden('chats/chub.jsonl')])],
    ['care', `/chat/${w.care}`, 'textbox'],
    ['lorebooks', '/lorebooks', 'listitem'],
    ['lorebooks-of', `/characters/${w.own}/lorebooks`, 'switch'],
    ['lorebook-new', '/lorebooks', 'listitem', (page) => page.getByRole('button', { name: 'New lorebook' }).click()],
    ['lorebook', `/lorebooks/${w.book}`, 'listbox'],
    ['lorebook-try', `/lorebooks/${w.book}`, 'listbox', async (page) => {
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByLabel('What is said').fill('I hear a bell from the lighthouse.');
      await page.locator('[role=option][data-fires=true]').nth(1).waitFor();
    }],
    ['lorebook-entry', `/lorebooks/${w.book}/1`, 'textbox'],
    ['lorebook-where', `/lorebooks/${w.book}`, 'listbox', async (page) => {
      await page.getByRole('button', { name: 'Options of this lorebook' }).click();
      await page.getByRole('button', { name: 'Where it stands open' }).click();
      await page.getByRole('dialog').getByRole('switch').nth(1).waitFor();
    }],
    ['edit', `/characters/${w.own}/edit`, 'textbox'],
    ['edit-language', `/characters/${w.own}/edit`, 'textbox', async (page) => {
      await page.getByRole('button', { name: 'Add 日本語' }).click();
      const ja = page.getByRole('group', { name: '日本語', exact: true });
      await ja.getByLabel('First words', { exact: true }).fill('早かったね。');
      await ja.getByRole('button', { name: 'Add other first words' }).click();
    }],
    ['edit-look', `/characters/${w.own}/edit`, 'textbox', async (page) => {
      await page.getByRole('button', { name: 'Add other first words' }).click();
      await page.getByLabel('Other first words 1', { exact: true }).fill('*looks up from the lamp* You came back, {{user}}. '.repeat(20));
      // Of what was not saved on the page before, Japanese is there already.
      await page.getByRole('button', { name: 'Add 简体中文' }).click();
      await page.getByRole('group', { name: '简体中文', exact: true }).getByLabel('First words', { exact: true }).fill('你来早了。');
      await toPreview(page);
      await page.getByRole('region', { name: 'Preview' }).getByRole('button', { name: 'Next version' }).click();
    }],
    ['moments', '/moments', 'article'],
    ['moment', `/moments/${w.moment}`, 'article'],
    ['news', '/notifications', 'heading'],
    ['people', '/people', 'listitem'],
    ['people-requests', '/people/requests', 'heading'],
    ['people-suggestions', '/people/suggestions', 'heading'],
    ['people-search', '/people/search', 'searchbox'],
    ['people-blocked', '/people/blocked', 'heading'],
    ['person', `/people/${w.ren.name}`, 'button'],
    ['settings', '/settings', 'combobox'],
    ['key-new', '/settings', 'combobox', (page) => page.getByRole('button', { name: 'Make a key' }).click()],
    ['begin', '/begin', 'heading'],
    ['begin-name', '/begin', 'heading', (page) => page.getByRole('button', { name: 'Go on' }).click()],
    ['begin-choose', '/begin', 'heading', async (page) => {
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.locator('button[aria-pressed]').nth(1).click();
    }],
    ['nothing', '/nowhere', 'heading'],
    ['operator', '/operator', 'textbox'],
    ...(w.admin ? ['', '/people', '/cases', '/queue', '/models', '/audit'].map((part) => [`admin${part.replace('/', '-')}`, `/admin${part}`, 'heading']) : []),
  ];
}

/** Faults in where things stand: beyond the screen, too small for a finger, or words that are cut off. */
function layout() {
  const faults = [];
  const name = (e) => `<${e.tagName.toLowerCase()} class="${e.className?.baseVal ?? e.className}"> ${(e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 40)}`;
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth + 1) faults.push(`the page is ${root.scrollWidth} wide on ${innerWidth}`);
  const main = document.querySelector('main');
  if (main && main.scrollWidth > main.clientWidth + 1) faults.push(`its content is ${main.scrollWidth} wide in ${main.clientWidth}`);
  for (const e of document.querySelectorAll('a, button, input, select, textarea, [role=switch]')) {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (box.width === 0 || style.visibility === 'hidden' || style.opacity === '0' || e.closest('.sr, .skip, [aria-hidden=true], [inert]') || e.matches('.sr') || box.width <= 1) continue;
    // What stands in a line of text is as high as the line; a box that has a label is as large as that.
    const whole = e.closest('label')?.getBoundingClientRect() ?? box;
    if (style.display !== 'inline' && (whole.width < 24 || whole.height < 24)) faults.push(`${name(e)} is ${Math.round(whole.width)} × ${Math.round(whole.height)}`);
    if (e.matches('button, a.btn') && e.scrollWidth > e.clientWidth + 1 && style.overflow === 'visible' && style.display !== 'inline') faults.push(`${name(e)} is cut off`);
  }
  return faults;
}

async function look(page, name, faults) {
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} — ${[...n.any, ...n.all, ...n.none].map((c) => c.message).join('; ')}`));
  });
  const stands = await page.evaluate(layout);
  for (const fault of [...found, ...stands]) faults.push(`${name}: ${fault}`);
}

let made;
/** The same world for every look at it. */
const theWorld = () => (made ??= build());
async function build() {
  const w = await world();
  if (TALKER_BIN && TALKER_DATA_DIR) {
    await promisify(execFile)(TALKER_BIN, ['admin', 'grant', w.aya.name], { env: process.env });
    w.admin = true;
  } else console.log('SKIPPED: administration, as it looks - TALKER_BIN and TALKER_DATA_DIR do not name the server and its data');
  return w;
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const theme of ['dark', 'light']) {
    test(`every page on a ${size}, ${theme}`, { timeout: 900_000 }, async () => {
      const w = await theWorld();
      const { page, context, faults } = await device({ viewport, colorScheme: theme });
      const found = [];
      const only = process.env.E2E_PAGES?.split(',');
      const visit = async (name, path, role, open) => {
        if (only && !only.includes(name)) return;
        await page.goto(URL + path);
        await page.getByRole(role).first().waitFor();
        if (typeof open === 'function') await open(page);
        await page.evaluate(axe);
        // What comes a moment later, and moves into its place.
        await page.waitForLoadState('networkidle').catch(() => {});
        await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {}))));
        await shot(page, `${size}-${theme}-${name}`);
        await look(page, name, found);
      };
      await visit('sign-up', '/sign-up', 'textbox');
      await visit('sign-in', '/sign-in', 'textbox');
      await enter(context, w.aya);
      for (const [name, path, role, open] of pagesOf(w)) await visit(name, path, role, open);
      assert.equal([...new Set(found)].join('\n'), '');
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
}

for (const lang of ['ja', 'zh-Hans']) {
  test(`every page on a phone, in ${lang}`, { timeout: 600_000 }, async () => {
    const w = await theWorld();
    const { page, context, faults } = await device({ viewport: SIZES.phone, locale: lang });
    const found = [];
    await enter(context, w.aya);
    for (const [name, path, role, open] of pagesOf(w)) {
      if (open) continue;
      await page.goto(URL + path);
      await page.getByRole(role).first().waitFor();
      await page.waitForLoadState('networkidle').catch(() => {});
      await shot(page, `phone-${lang}-${name}`);
      for (const fault of await page.evaluate(layout)) found.push(`${name}: ${fault}`);
      if ((await page.locator('html').getAttribute('lang')) !== lang) found.push(`${name}: another language`);
    }
    assert.equal(found.join('\n'), '');
    assert.deepEqual(faults, []);
    await context.close();
  });
}
