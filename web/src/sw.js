// Shows what the server pushes, also when no page of ours is open, and keeps the shell for the moment the network is away. The
// network is always asked first for the page itself, so an update is seen at once; files under /assets/ carry their content
// in their name and never change. Nothing of /api is kept here: what was read of the chats, the page keeps itself.
import { lineOf } from './lib/lines';
import { SHELL as CACHE } from './lib/shell';
import { news as en } from './messages/en';
import { news as ja } from './messages/ja';
import { isLanguage, LANGUAGE_PATH, languageOf } from './messages/languages';
import { news as zh } from './messages/zh-Hans';

const NEWS = { en, ja, 'zh-Hans': zh };


// Names of this build's files, without the languages: those are kept when they are spoken.
const FILES = typeof SHELL_FILES === 'undefined' ? [] : SHELL_FILES;
/** A network that does not answer is none. */
const LATE = 4_000;

self.addEventListener('install', (e) => {
  self.skipWaiting();
  e.waitUntil(keep());
});
self.addEventListener('activate', (e) => {
  e.waitUntil(
    (async () => {
      for (const key of await caches.keys()) if (key !== CACHE) await caches.delete(key);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== 'GET' || url.origin !== location.origin) return;
  if (e.request.mode === 'navigate' && !/^\/(api|docs|healthz|readyz)(\/|$)/.test(url.pathname)) e.respondWith(page(e.request));
  else if (url.pathname.startsWith('/assets/') || url.pathname.startsWith('/icons/') || url.pathname === '/theme.js') e.respondWith(asset(e.request, url));
});

/** The whole shell, so that every page of ours opens without a network. What is there already is there. */
async function keep() {
  const cache = await caches.open(CACHE);
  const wanted = ['/', '/theme.js', '/manifest.webmanifest', '/icons/icon.svg', ...FILES.map((file) => `/${file}`)];
  for (const path of wanted) {
    try {
      if (path.startsWith('/assets/') && (await cache.match(path))) continue;
      await cache.add(path);
    } catch {
      // It is kept when it is asked for.
    }
  }
}

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await soon(fetch(request), (await cache.match('/')) !== undefined);
    if (answer.ok && (answer.headers.get('content-type') ?? '').startsWith('text/html')) await cache.put('/', answer.clone());
    return answer;
  } catch (e) {
    const kept = await cache.match('/');
    if (kept) return kept;
    throw e;
  }
}

async function asset(request, url) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept && url.pathname.startsWith('/assets/')) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      await cache.put(request, answer.clone());
      if (url.pathname.startsWith('/assets/')) await tidy(cache);
    }
    return answer;
  } catch (e) {
    if (kept) return kept;
    throw e;
  }
}

function soon(task, may) {
  return may ? Promise.race([task, new Promise((_, fail) => setTimeout(() => fail(new Error('late')), LATE))]) : task;
}

/** Old builds go, but not the one that an open page may still be. */
async function tidy(cache) {
  const keys = (await cache.keys()).filter((r) => new URL(r.url).pathname.startsWith('/assets/'));
  for (const old of keys.slice(0, Math.max(0, keys.length - Math.max(40, 3 * FILES.length)))) await cache.delete(old);
}

self.addEventListener('push', (e) => e.waitUntil(show(e.data)));
self.addEventListener('notificationclick', (e) => {
  e.notification.close();
  e.waitUntil(open(e.notification.data?.path));
});

/** What was pushed holds no words: who, what and how often, from which the line is made here. */
async function show(data) {
  let pushed = {};
  try {
    pushed = data?.json() ?? {};
  } catch {
    // Not ours; the browser wants something to be shown all the same.
  }
  const pages = await self.clients.matchAll({ type: 'window' });
  // Who looks at the page sees it there.
  if (pushed.kind !== 'test' && pages.some((page) => page.focused && page.visibilityState === 'visible')) return;
  if (typeof pushed.unread === 'number') await navigator.setAppBadge?.(pushed.unread);
  const said = { kind: String(pushed.kind), count: Number(pushed.count) || 1, names: pushed.name ? [String(pushed.name)] : [], news: pushed.news };
  const lang = await spoken();
  await self.registration.showNotification('Talker', {
    body: lineOf(said, NEWS[lang]),
    lang,
    icon: '/icons/icon-192.png',
    // The next about the same takes its place.
    tag: String(pushed.id ?? 'talker'),
    renotify: true,
    data: { path: pushed.path },
  });
}

/** The language that was chosen here, else one that the browser reads. */
async function spoken() {
  const kept = await (await caches.open(CACHE)).match(LANGUAGE_PATH);
  const chosen = await kept?.text();
  return isLanguage(chosen) ? chosen : languageOf(navigator.languages);
}

/** Shows a path of ours: in a page that is open, or in a new one. */
async function open(path) {
  const url = new URL(typeof path === 'string' ? path : '/', location.origin);
  if (url.origin !== location.origin) return;
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) {
    await self.clients.openWindow(url.href);
    return;
  }
  await page.focus();
  page.postMessage({ open: url.pathname });
}
