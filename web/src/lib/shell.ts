// What the service worker finds when there is no network: the files of this page, and the language that is spoken. Where there is no
// service worker (plain http), there is nothing to keep.

import { LANGUAGE_PATH } from '../messages/languages';

/** The cache that both know. Another name, and what was kept before goes. */
export const SHELL = 'shell-2';

const there = (): boolean => 'caches' in globalThis && 'serviceWorker' in navigator;

/** The words of a push are made by the service worker, which sees no other storage of ours. */
export async function keepLanguage(lang: string): Promise<void> {
  if (!there()) return;
  try {
    await (await caches.open(SHELL)).put(LANGUAGE_PATH, new Response(lang));
  } catch {
    // No room: the language of the browser is spoken.
  }
}

/** What was loaded before the service worker came. */
export async function keepLoaded(): Promise<void> {
  if (!there()) return;
  try {
    const cache = await caches.open(SHELL);
    const files = performance.getEntriesByType('resource').map((e) => new URL(e.name)).filter((url) => url.origin === location.origin && url.pathname.startsWith('/assets/'));
    for (const { pathname } of files) if (!(await cache.match(pathname))) await cache.add(pathname);
  } catch {
    // The network went, or there is no room: it is kept the next time.
  }
}
