// The first minutes in the language one reads, a change of it without a reload, and a character who is written in several and seen while
// she is. As first-conversation.spec.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { device, PASSWORD, person, settled, shot, toast, URL } from './steps.mjs';
import { enter, somebody } from './world.mjs';

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

for (const [size, viewport] of [['phone', { width: 390, height: 844 }], ['desktop', { width: 1280, height: 800 }]]) {
  test(`how a character is met is seen while she is written, on a ${size}`, async () => {
    const { page, context, faults } = await device({ viewport });
    const aya = await somebody();
    await aya.ask('PATCH', '/users/me', { display_name: 'Aya' });
    await enter(context, aya);
    const preview = page.getByRole('region', { name: 'Preview' });
    const first = preview.locator('.bubble');
    const view = async (name) => {
      if (size === 'phone') await page.locator('label').filter({ hasText: new RegExp(`^${name}$`) }).click();
    };

    await page.goto(`${URL}/characters/new`);
    await page.getByLabel('Name', { exact: true }).waitFor();
    await view('Look');
    assert.equal(await preview.getByText('No name yet').count(), 2, 'on the card and in the chat');
    await preview.getByText(/^The first words stand here/).waitFor();
    await view('Write');

    await page.getByLabel('Name', { exact: true }).fill('Sora');
    await page.getByLabel('In one line').fill('Keeps the lighthouse');
    await page.getByLabel('Tags', { exact: true }).fill('sea, , night, sea');
    await page.getByLabel('First words', { exact: true }).fill('*waves* You are early, {{user}}. I am {{char}}.');
    await page.getByRole('button', { name: 'Add other first words' }).click();
    await page.getByLabel('Other first words 1', { exact: true }).fill('Back so soon?');
    await page.getByRole('button', { name: 'Add 日本語' }).click();
    const ja = page.getByRole('group', { name: '日本語', exact: true });
    await ja.getByLabel('First words', { exact: true }).fill('{{user}}、早かったね。');
    const written = () => page.locator('main').evaluate((main) => main.scrollTop);
    const place = await written();
    await view('Look');
    if (size === 'phone') assert.equal(await page.getByLabel('Name', { exact: true }).isVisible(), false, 'there is room for one');
    assert.equal(await first.textContent(), 'waves You are early, Aya. I am Sora.');
    assert.equal(await first.locator('em').textContent(), 'waves');
    await preview.getByText('Keeps the lighthouse', { exact: true }).waitFor();
    assert.deepEqual(await preview.locator('.tags > span').allTextContents(), ['sea', 'night']);
    await shot(page, `character-preview-${size}`);

    await preview.getByRole('button', { name: '日本語' }).click();
    await first.getByText('Aya、早かったね。').waitFor();
    assert.equal(await first.getAttribute('lang'), 'ja');
    await preview.getByRole('button', { name: 'Next version' }).click();
    await first.getByText('Back so soon?').waitFor();
    assert.equal(await first.getAttribute('lang'), null, 'what is not there in it stands as it was written');
    await preview.getByText('2/2', { exact: true }).waitFor();
    await preview.getByRole('button', { name: 'Previous version' }).click();
    await preview.getByRole('button', { name: 'As written' }).click();
    await first.getByText('You are early').waitFor();
    await view('Write');
    if (size === 'phone') assert.equal(await written(), place, 'one goes on where one was');
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test('what was written of a character and not saved is there after a reload, until it is discarded or saved', async () => {
  const { page, context, faults } = await device();
  const aya = await somebody();
  await enter(context, aya);
  const name = page.getByLabel('Name', { exact: true });
  const back = page.getByText(/^What you wrote here earlier/);
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('talker.character.')).length);
  await page.goto(`${URL}/characters/new`);
  await name.fill('Sora');
  await page.getByRole('button', { name: 'Add 日本語' }).click();
  await page.getByRole('group', { name: '日本語', exact: true }).getByLabel('First words', { exact: true }).fill('早かったね。');
  await page.reload();
  await back.waitFor();
  assert.equal(await name.inputValue(), 'Sora');
  await page.locator('summary').filter({ hasText: '日本語' }).waitFor();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await toast(page, /^As it was before/);
  assert.equal(await name.inputValue(), '');
  assert.equal(await page.locator('summary').filter({ hasText: '日本語' }).count(), 0);
  await back.waitFor({ state: 'detached' });
  assert.equal(await kept(), 0);

  await name.fill('Sora');
  await page.getByLabel('Who this is').fill('Keeps the lighthouse.');
  await page.goto(`${URL}/chats`);
  await page.goto(`${URL}/characters/new`);
  await back.waitFor();
  await page.getByRole('button', { name: 'Bring to life' }).click();
  await page.waitForURL(/\/characters\/chr_/);
  assert.equal(await kept(), 0, 'the server has it');

  // She was written on elsewhere meanwhile.
  const { pathname } = new globalThis.URL(page.url());
  await page.goto(`${URL}${pathname}/edit`);
  await page.getByLabel('In one line').fill('Waits for ships');
  await aya.ask('PATCH', pathname, { tagline: 'Counts the waves' });
  await page.reload();
  await page.getByText(/^It was changed elsewhere meanwhile/).waitFor();
  assert.equal(await page.getByLabel('In one line').inputValue(), 'Waits for ships');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  assert.equal(await page.getByLabel('In one line').inputValue(), 'Counts the waves');
  assert.deepEqual(faults, []);
  await context.close();
});

test('a character is greeted with in Japanese as her maker wrote it, and is English besides', async () => {
  const { page, context, faults } = await device();
  const aya = await somebody();
  const { id } = await aya.ask('POST', '/characters', { name: 'Sora', persona: 'Quiet and kind.', scenario: 'A lighthouse in winter.', greeting: 'You are early.' });
  const translations = async () => (await aya.ask('GET', `/characters/${id}`)).translations;
  await enter(context, aya);
  const ja = page.getByRole('group', { name: '日本語', exact: true });
  const add = page.getByRole('button', { name: 'Add 日本語' });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  const on = (what) => page.waitForFunction((what) => document.activeElement?.matches(what), what);

  await page.goto(`${URL}/characters/${id}/edit`);
  // Nothing was written: it goes as it came, and one stands where one stood.
  await add.click();
  await on('textarea[lang=ja]');
  assert.equal(await add.count(), 0, 'each language stands once');
  await ja.getByRole('button', { name: 'Remove 日本語' }).click();
  await on('[data-add=ja]');

  await add.click();
  await ja.getByLabel('First words', { exact: true }).fill('早かったね。');
  await ja.getByRole('button', { name: 'Add other first words' }).click();
  await ja.getByLabel('Other first words 1').fill('待ってたよ。');
  // A language in which nothing is written is not kept.
  await page.getByRole('button', { name: 'Add 简体中文' }).click();
  await shot(page, 'character-in-japanese');
  await save.click();
  await page.waitForURL(new RegExp(`/characters/${id}$`));
  assert.deepEqual(await translations(), [{ language: 'ja', persona: '', scenario: '', greeting: '早かったね。', alternate_greetings: ['待ってたよ。'], creator_notes: '' }]);
  await page.getByRole('region', { name: 'First words' }).getByText('You are early.').waitFor();

  // Who reads Japanese reads what is there in it, and is greeted in it.
  await page.goto(`${URL}/settings`);
  await page.getByLabel('Language').selectOption('ja');
  await page.getByRole('heading', { name: 'プロフィール', exact: true }).waitFor();
  await page.goto(`${URL}/characters/${id}`);
  await page.getByRole('region', { name: '最初のことば' }).getByText('早かったね。').waitFor();
  await page.getByText('A lighthouse in winter.').waitFor();
  await page.getByRole('button', { name: 'Soraと話す' }).click();
  await page.waitForURL(/\/chat\/ses_/);
  const first = page.locator('li.msg').first();
  await first.locator('.prose').getByText('早かったね。').waitFor();
  await first.getByText('1/2').waitFor();

  // What was written is not taken away without a question.
  await page.goto(`${URL}/characters/${id}/edit`);
  await page.locator('summary').filter({ hasText: '日本語' }).click();
  await ja.getByRole('button', { name: '日本語を外す' }).click();
  await page.getByRole('dialog', { name: '日本語を外しますか？' }).getByRole('button', { name: '外す', exact: true }).click();
  await on('[data-add=ja]');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.waitForURL(new RegExp(`/characters/${id}$`));
  assert.deepEqual(await translations(), []);
  assert.deepEqual(faults, []);
  await context.close();
});
