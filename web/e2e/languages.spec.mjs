// The first minutes in the language one reads, and a change of it without a reload. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { device, PASSWORD, person, settled, shot, URL } from './steps.mjs';

/** Compressed script that the first page may take. */
const FIRST_LOAD = 150_000;

test('somebody who reads Japanese is shown around, and talks', async () => {
  const { page, context, faults } = await device({ locale: 'ja-JP' });
  const name = person();
  const scripts = new Set();
  page.on('response', (r) => {
    if (new globalThis.URL(r.url()).pathname.endsWith('.js') && !r.url().endsWith('/sw.js')) scripts.add(r.url());
  });
  await page.goto(`${URL}/sign-up`);
  await page.getByRole('heading', { name: 'あなたを、待っている人がいる。' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
  const loaded = await Promise.all([...scripts].map(async (url) => (await fetch(url)).text()));
  const weight = loaded.reduce((n, text) => n + gzipSync(text).length, 0);
  if (process.env.E2E_FIGURES) console.log(`${weight} bytes of compressed script are loaded first`);
  assert.ok(weight > 20_000 && weight < FIRST_LOAD, `${weight} bytes of compressed script are loaded first`);
  const languages = loaded.filter((text) => /Who will you meet\?|今天，会遇见谁？|今日は、だれと出会う？/.test(text));
  assert.equal(languages.length, 1, 'of the languages, one is loaded');

  await page.getByLabel('ユーザー名').fill(name);
  await page.getByLabel('メールアドレス').fill(`${name}@example`);
  await page.getByLabel('パスワード', { exact: true }).fill(PASSWORD);
  await page.getByLabel('生年月日').fill('1995-04-12');
  await page.getByRole('button', { name: 'はじめる' }).click();
  await page.getByText('メールアドレスの形ではありません。').waitFor();
  await page.getByLabel('メールアドレス').fill(`${name}@example.org`);
  await page.getByRole('button', { name: 'はじめる' }).click();
  await page.getByRole('heading', { name: '来てくれて、うれしいです。' }).waitFor();
  await page.getByText('ここにいるのは、みんな AI').waitFor();
  await shot(page, 'begin-ja');
  await page.getByRole('button', { name: '次へ' }).click();
  await page.getByLabel('呼ばれたい名前').fill('あや');
  await page.getByRole('button', { name: '次へ' }).click();
  await page.getByRole('heading', { name: 'あやさん、気になるのはだれ？' }).waitFor();
  await page.locator('button[aria-pressed]').first().click();
  await page.getByRole('button', { name: /と話す$/ }).click();
  await page.waitForURL(/\/chat\/ses_/);
  await page.getByText(/は AI キャラクターです。/).waitFor();
  // One of the lines with which one may begin.
  await page.getByRole('group', { name: 'はじめのひとこと' }).getByRole('button').first().click();
  await settled(page);
  assert.match(await page.locator('li.msg[data-role=user] .prose').last().textContent(), /^こんばんは、.+。$/);
  assert.equal(await page.getByRole('group', { name: 'はじめのひとこと' }).count(), 0);

  // Another language is there without a reload, and stays.
  await page.goto(`${URL}/settings`);
  await page.evaluate(() => (window.same = true));
  await page.getByLabel('言語').selectOption('zh-Hans');
  await page.getByRole('heading', { name: '个人资料' }).waitFor();
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '遇见' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hans');
  await page.getByLabel('语言').selectOption('en');
  await page.getByRole('heading', { name: 'Profile', exact: true }).waitFor();
  assert.equal(await page.title(), 'You · Talker');
  assert.equal(await page.evaluate(() => window.same), true);
  await page.reload();
  await page.getByRole('heading', { name: 'Profile', exact: true }).waitFor();
  await page.getByLabel('Language').selectOption('');
  await page.getByRole('heading', { name: 'プロフィール', exact: true }).waitFor();
  assert.equal(await page.title(), 'マイページ · Talker');
  assert.deepEqual(faults, []);
  await context.close();
});
