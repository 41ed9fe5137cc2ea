// The one who tells on this page, and what an element on the screen makes it tell.

import { api, ApiError } from '../lib/api';
import { randomId } from '@talker/client';
import { Telling } from '../lib/telling';

export const telling = new Telling({
  send: (events, last) => api.tellEvents(events, last),
  hopeless: (e) => e instanceof ApiError && e.status >= 400 && e.status < 500,
  id: randomId,
  now: () => Date.now(),
});

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void telling.flush(true);
});

/** How long something is on the screen before it was seen. */
const LOOK = 700;

const looks = new WeakMap<Element, { then: () => void; timer?: ReturnType<typeof setTimeout> }>();
const watcher =
  typeof IntersectionObserver === 'undefined'
    ? null
    : new IntersectionObserver(
        (entries) => {
          for (const entry of entries) {
            const look = looks.get(entry.target);
            if (!look) continue;
            clearTimeout(look.timer);
            if (entry.isIntersecting) look.timer = setTimeout(look.then, LOOK);
          }
        },
        { threshold: 0.5 },
      );

/** Calls `then` when the element has been on the screen for a moment. */
export function seen(element: Element, then: () => void): { destroy(): void } {
  looks.set(element, { then });
  watcher?.observe(element);
  return {
    destroy() {
      watcher?.unobserve(element);
      clearTimeout(looks.get(element)?.timer);
      looks.delete(element);
    },
  };
}
