// Addresses are paths; the server answers each with the same page.

let path = $state(location.pathname);
let returning = false;

addEventListener('popstate', () => {
  returning = true;
  path = location.pathname;
});

export const router = {
  get path(): string {
    return path;
  },
  /** Whether the person has gone back to where they are: then a page stands where it stood. */
  get returning(): boolean {
    return returning;
  },
};

export function go(to: string, replace = false): void {
  if (to === location.pathname) return;
  if (replace) history.replaceState(history.state, '', to);
  else history.pushState({ inside: true }, '', to);
  returning = false;
  path = to;
}

/** One step back if that stays inside, else to `fallback`. */
export function back(fallback: string): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back();
  else go(fallback, true);
}

/** Plain left clicks on our own links change the path without a load. */
export function onLinkClick(e: MouseEvent): void {
  if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const a = (e.target as Element | null)?.closest?.('a');
  if (!a || a.target || a.origin !== location.origin || a.hasAttribute('download') || a.pathname.startsWith('/api/') || a.hash) return;
  e.preventDefault();
  go(a.pathname);
}

export type Route =
  | { page: 'discover' | 'chats' | 'news' | 'settings' | 'create' | 'cards' | 'group' | 'moments' | 'welcome' | 'begin' | 'operator' | 'unknown'; id?: undefined; at?: undefined }
  /** Of `admin` and `people`, the id is the part that is looked at; of `person`, a handle or an id. */
  | { page: 'profile' | 'edit' | 'bond' | 'rules' | 'diary' | 'story' | 'write' | 'admin' | 'people' | 'person' | 'moment'; id: string; at?: undefined }
  /** With whom the chats were that are brought. */
  | { page: 'bring'; id: string | null; at?: undefined }
  /** Of `lorebooks`, the id is that of a character or a session whose books are looked at. */
  | { page: 'lorebooks'; id: string | null; at?: undefined }
  /** `at`: the message, the memory or the entry (a number, or `new`) that is looked at. */
  | { page: 'chat' | 'memories' | 'lorebook'; id: string; at: string | null };

const ADMIN = new Set(['people', 'cases', 'queue', 'models', 'audit']);
/** Parts of the page of people; nobody bears one of these names. */
const PEOPLE = new Set(['requests', 'suggestions', 'search', 'blocked']);

export function routeOf(p: string): Route {
  const [a, b, c, d, ...rest] = p.split('/').filter(Boolean);
  if (rest.length > 0) return { page: 'unknown' };
  if (!a) return { page: 'discover' };
  if (a === 'chats' && !b) return { page: 'chats' };
  if (a === 'chats' && b === 'import' && !d) return { page: 'bring', id: c ?? null };
  if (a === 'groups' && b === 'new' && !c) return { page: 'group' };
  if (a === 'moments' && !b) return { page: 'moments' };
  if (a === 'moments' && b && !c) return { page: 'moment', id: b };
  if (a === 'notifications' && !b) return { page: 'news' };
  if (a === 'settings' && !b) return { page: 'settings' };
  if (a === 'admin' && (!b || ADMIN.has(b)) && !c) return { page: 'admin', id: b ?? 'overview' };
  if (a === 'people' && (!b || PEOPLE.has(b)) && !c) return { page: 'people', id: b ?? 'friends' };
  if (a === 'people' && b && !c) return { page: 'person', id: decodeURIComponent(b) };
  if (a === 'operator' && !b) return { page: 'operator' };
  if (a === 'begin' && !b) return { page: 'begin' };
  if ((a === 'sign-in' || a === 'sign-up') && !b) return { page: 'welcome' };
  if (a === 'lorebooks' && !b) return { page: 'lorebooks', id: null };
  if (a === 'lorebooks' && b && !d) return { page: 'lorebook', id: b, at: c ?? null };
  if ((a === 'characters' || a === 'chat') && b && c === 'lorebooks' && !d) return { page: 'lorebooks', id: b };
  if (a === 'chat' && b && !d) return { page: 'chat', id: b, at: c ?? null };
  if (a === 'characters' && b === 'new' && !c) return { page: 'create' };
  if (a === 'characters' && b === 'import' && !c) return { page: 'cards' };
  if (a === 'characters' && b && !c) return { page: 'profile', id: b };
  if (a === 'characters' && b && c === 'edit' && !d) return { page: 'edit', id: b };
  if (a === 'characters' && b && c === 'bond' && !d) return { page: 'bond', id: b };
  if (a === 'characters' && b && c === 'bond' && d === 'edit') return { page: 'rules', id: b };
  if (a === 'characters' && b && c === 'diary' && !d) return { page: 'diary', id: b };
  if (a === 'characters' && b && c === 'story' && !d) return { page: 'story', id: b };
  if (a === 'characters' && b && c === 'story' && d === 'edit') return { page: 'write', id: b };
  if (a === 'characters' && b && c === 'memories') return { page: 'memories', id: b, at: d ?? null };
  return { page: 'unknown' };
}
