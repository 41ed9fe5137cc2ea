// Which page stands at which address. Each is loaded when it is first looked at, so that the first one comes quickly; the others
// follow when there is nothing else to do.

import type { Component } from 'svelte';
import type { Route } from '../lib/router.svelte';

export interface View {
  /** Another key is another page, from its beginning. */
  key: string;
  load: () => Promise<{ default: Component<any> }>;
  props: Record<string, unknown>;
}

type Load = View['load'];

const pages = {
  admin: () => import('./Admin.svelte'),
  bring: () => import('./BringChats.svelte'),
  cards: () => import('./BringCards.svelte'),
  begin: () => import('./Begin.svelte'),
  bond: () => import('./Bond.svelte'),
  chat: () => import('./ChatPage.svelte'),
  chats: () => import('./Chats.svelte'),
  diary: () => import('./Diary.svelte'),
  discover: () => import('./Discover.svelte'),
  edit: () => import('./CharacterEdit.svelte'),
  group: () => import('./GroupNew.svelte'),
  lorebook: () => import('./Lorebook.svelte'),
  lorebooks: () => import('./Lorebooks.svelte'),
  memories: () => import('./Memories.svelte'),
  moment: () => import('./Moment.svelte'),
  moments: () => import('./Moments.svelte'),
  news: () => import('./News.svelte'),
  nothing: () => import('./Nothing.svelte'),
  operator: () => import('./Operator.svelte'),
  people: () => import('./People.svelte'),
  person: () => import('./Person.svelte'),
  profile: () => import('./Profile.svelte'),
  rules: () => import('./BondEdit.svelte'),
  settings: () => import('./Settings.svelte'),
  story: () => import('./Story.svelte'),
  welcome: () => import('./Welcome.svelte'),
  write: () => import('./StoryEdit.svelte'),
} satisfies Record<string, Load>;

/** Where one goes from anywhere. */
const NEXT: Load[] = [pages.chats, pages.chat, pages.profile, pages.moments, pages.people, pages.settings, pages.news];

const view = (page: keyof typeof pages, props: View['props'] = {}, key: string = page): View => ({ key, load: pages[page], props });

export function viewOf(route: Route): View {
  const key = `${route.page} ${route.id ?? ''}`;
  switch (route.page) {
    case 'chat':
    case 'memories':
    case 'lorebook':
      return view(route.page, { id: route.id, at: route.at }, key);
    case 'profile':
    case 'edit':
    case 'bond':
    case 'rules':
    case 'diary':
    case 'story':
    case 'write':
    case 'moment':
      return view(route.page, { id: route.id }, key);
    case 'bring':
    case 'lorebooks':
      return view(route.page, { id: route.id }, key);
    case 'create':
      return view('edit', { id: null }, key);
    case 'person':
      return view('person', { who: route.id }, key);
    case 'people':
      return view('people', { part: route.id }, key);
    case 'admin':
      // Its parts share what stands above them.
      return view('admin', { part: route.id });
    case 'unknown':
      return view('nothing');
    case 'welcome':
      return view('discover');
    default:
      return view(route.page);
  }
}

/** The way in. */
export const welcome = (signUp: boolean): View => view('welcome', { signUp });

/** Loads what may be wanted next, while there is nothing else to do. */
export function lookAhead(): void {
  const idle = (task: () => void) => ('requestIdleCallback' in globalThis ? requestIdleCallback(task, { timeout: 5_000 }) : setTimeout(task, 300));
  const next = (loads: Load[]) => {
    const [load, ...rest] = loads;
    // Without a network it is loaded when it is wanted.
    if (load) idle(() => void load().then(() => next(rest), () => undefined));
  };
  next(NEXT);
}
