import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

type Handler = (e: { waitUntil(p: Promise<void>): void; [k: string]: unknown }) => void;
const handlers: Record<string, Handler> = {};
const shown: unknown[][] = [];
let language: (lang: string) => void;
let pages: { focused: boolean; visibilityState: string; focus(): Promise<void>; postMessage(m: unknown): void }[] = [];

beforeAll(async () => {
  vi.stubGlobal('location', { origin: 'https://talker.example' });
  vi.stubGlobal('navigator', { languages: ['en'], setAppBadge: (n: number) => Promise.resolve(shown.push(['badge', n])) });
  const kept = new Map<string, Response>();
  vi.stubGlobal('caches', { open: () => Promise.resolve({ match: (path: string) => Promise.resolve(kept.get(path)?.clone()) }) });
  language = (lang: string) => void kept.set('/language', new Response(lang));
  vi.stubGlobal('self', {
    addEventListener: (kind: string, handler: Handler) => (handlers[kind] = handler),
    clients: { matchAll: () => Promise.resolve(pages), openWindow: (url: string) => Promise.resolve(shown.push(['opened', url])) },
    registration: { showNotification: (_: string, o: { body: string; tag: string }) => Promise.resolve(shown.push([o.body, o.tag])) },
  });
  // @ts-expect-error it is plain JavaScript
  await import('../src/sw.js');
});
afterAll(() => vi.unstubAllGlobals());
beforeEach(() => {
  shown.length = 0;
  pages = [];
});

async function fire(kind: string, e: Record<string, unknown>): Promise<void> {
  let done: Promise<void> | undefined;
  handlers[kind]!({ ...e, waitUntil: (p) => (done = p) });
  await done;
}
const push = (content: unknown) => fire('push', { data: { json: () => content } });
const click = (path: unknown) => fire('notificationclick', { notification: { close() {}, data: { path } } });
const page = (focused: boolean) => ({ focused, visibilityState: 'visible', focus: () => Promise.resolve(), postMessage: (m: unknown) => void shown.push(['told', m]) });

describe('the service worker', () => {
  it('finds the words for what was pushed', async () => {
    await push({ id: 'ntf_1', kind: 'reply_ready', count: 2, name: 'Rin', path: '/chat/ses_1', unread: 3 });
    await push({ id: 'ntf_2', kind: 'moment_liked', count: 1, name: null, path: '/moments/mom_1', unread: 4 });
    await push({ kind: 'system', news: 'password_changed', count: 1, id: 'ntf_3' });
    expect(shown).toEqual([['badge', 3], ['Rin answered you 2 times.', 'ntf_1'], ['badge', 4], ['Somebody likes your moment.', 'ntf_2'], ['Your password was changed.', 'ntf_3']]);
  });
  it('shows something for what it does not understand', async () => {
    await fire('push', { data: null });
    await fire('push', { data: { json: () => JSON.parse('nonsense') as unknown } });
    expect(shown).toEqual([['Something new happened.', 'talker'], ['Something new happened.', 'talker']]);
  });
  it('leaves alone who looks at the page, but for a trial', async () => {
    pages = [page(true)];
    await push({ id: 'ntf_1', kind: 'reply_ready', count: 1, name: 'Rin' });
    expect(shown).toEqual([]);
    await push({ kind: 'test', path: '/settings' });
    expect(shown).toEqual([['This is how it looks when something happens.', 'talker']]);
    shown.length = 0;
    pages = [page(false)];
    await push({ id: 'ntf_1', kind: 'reply_ready', count: 1, name: 'Rin' });
    expect(shown).toEqual([['Rin answered you.', 'ntf_1']]);
  });
  it('speaks the language that was chosen here', async () => {
    language('ja');
    await push({ id: 'ntf_1', kind: 'reply_ready', count: 1, name: 'Rin' });
    language('nonsense');
    await push({ id: 'ntf_1', kind: 'reply_ready', count: 1, name: 'Rin' });
    expect(shown).toEqual([['Rinから返事が届きました。', 'ntf_1'], ['Rin answered you.', 'ntf_1']]);
  });
  it('opens a path of ours, and no other', async () => {
    await click('/chat/ses_1');
    await click('//elsewhere.example/x');
    await click('https://elsewhere.example/x');
    await click(undefined);
    expect(shown).toEqual([['opened', 'https://talker.example/chat/ses_1'], ['opened', 'https://talker.example/']]);
    shown.length = 0;
    pages = [page(false)];
    await click('/chat/ses_1');
    expect(shown).toEqual([['told', { open: '/chat/ses_1' }]]);
  });
});
