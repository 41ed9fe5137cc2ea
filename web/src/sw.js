// Shows what the server pushes, also when no page of ours is open, and keeps the shell for the moment the network is away. The
// network is always asked first for the page itself, so an update is seen at once; files under /assets/ carry their content
// in their name and never change. Nothing of /api is kept.
import { lineOf } from './lib/news';
import { t } from './messages';

const CACHE = 'shell-1';

self.addEventListener('install', () => self.skipWaiting());
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

async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
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

/** Old builds go: the newest forty files are enough for any one. */
async function tidy(cache) {
  const keys = (await cache.keys()).filter((r) => new URL(r.url).pathname.startsWith('/assets/'));
  for (const old of keys.slice(0, Math.max(0, keys.length - 40))) await cache.delete(old);
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
  await self.registration.showNotification(t.app.name, {
    body: lineOf(said),
    lang: t.lang,
    icon: '/icons/icon-192.png',
    // The next about the same takes its place.
    tag: String(pushed.id ?? 'talker'),
    renotify: true,
    data: { path: pushed.path },
  });
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
