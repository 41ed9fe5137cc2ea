// What the specs have in common: a browser for each, devices, and what people do with them.
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

export const URL = process.env.TALKER_URL ?? 'http://127.0.0.1:8080';
export const PASSWORD = 'correct horse battery';
// A model on a slow machine needs its time.
export const ANSWER = 120_000;
/** How many times slower than this machine's the pages are, as on a busy one: E2E_SLOWER=4. */
const SLOWER = Number(process.env.E2E_SLOWER ?? 1);
let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
});
after(async () => {
  await browser?.close();
});

export const person = () => `e2e_${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;

/** A device: its own storage, a page, and a line to the server that can be cut at any moment. */
export async function device(options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  if (SLOWER > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const faults = [];
  page.on('pageerror', (e) => faults.push(String(e)));
  const lines = [];
  await page.routeWebSocket(/\/api\/v1\/chat\/ws$/, (line) => {
    const server = line.connectToServer();
    lines.push({ line, server });
  });
  return {
    context,
    page,
    faults,
    cut: async () => {
      await context.setOffline(true);
      for (const { line, server } of lines.splice(0)) {
        await server.close().catch(() => {});
        await line.close({ code: 3000 }).catch(() => {});
      }
    },
    restore: () => context.setOffline(false),
  };
}

export async function signUp(page, name) {
  await page.goto(`${URL}/sign-up`);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('E-mail').fill(`${name}@example.org`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Birth date').fill('1995-04-12');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.getByRole('heading', { name: 'Who will you meet?' }).waitFor();
}

export async function signIn(page, name) {
  await page.goto(`${URL}/sign-in`);
  await page.getByLabel('User name or e-mail').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Come in' }).click();
  await page.getByRole('heading', { name: 'Who will you meet?' }).waitFor();
}

export async function meet(page) {
  await page.goto(`${URL}/`);
  await page.locator('a[href^="/characters/chr_"]').first().click();
  await page.getByRole('button', { name: /Talk with|Begin anew/ }).click();
  await page.waitForURL(/\/chat\/ses_/);
  await page.locator('[data-role=character]').first().waitFor();
}

export async function say(page, text) {
  const box = page.getByLabel('Your message');
  await box.fill(text);
  await box.press('Enter');
}

export const lastMessage = (page) => page.locator('li.msg').last();
const streaming = (page) => page.locator('li.msg[data-status=streaming] .prose');
export async function streams(page, atLeast = 4) {
  await streaming(page).first().waitFor({ timeout: ANSWER });
  await page.waitForFunction((n) => (document.querySelector('li.msg[data-status=streaming] .prose')?.textContent ?? '').length >= n, atLeast, { timeout: ANSWER });
}
export async function settled(page, statuses = ['complete']) {
  await page.waitForFunction(
    (ok) => {
      const m = [...document.querySelectorAll('li.msg')].at(-1);
      return m && m.dataset.role === 'character' && ok.includes(m.dataset.status) && !document.querySelector('[data-pending]');
    },
    statuses,
    { timeout: ANSWER },
  );
}
export const words = (page) => page.locator('li.msg').evaluateAll((all) => all.map((m) => [m.dataset.id, m.dataset.role, m.querySelector('.prose')?.textContent ?? '']));

export const toast = (page, text) => page.locator('.toast').filter({ hasText: text }).first().waitFor();
/** A picture for those who look at the client. */
export const shot = async (page, name) => process.env.E2E_SHOTS && page.screenshot({ path: `${process.env.E2E_SHOTS}/${name}.png` });

/** The first asks, the second says yes. */
export async function befriend(page, name, other, otherName) {
  await page.goto(`${URL}/people/${otherName}`);
  await page.getByRole('button', { name: 'Ask to be friends' }).click();
  await page.getByRole('button', { name: 'Take the request back' }).waitFor();
  await other.goto(`${URL}/people/${name}`);
  await other.getByRole('button', { name: 'Accept' }).click();
  await other.getByRole('button', { name: 'You are friends' }).waitFor();
}
