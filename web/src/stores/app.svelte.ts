// Who is here, the line to the server, and what every page needs.

import type { Connection, Link } from '@talker/client';
import { api, ApiError, auth, client } from '../lib/api';
import { forgetPerson } from '../lib/leaving';
import { go } from '../lib/router.svelte';
import type { ModelOut, UserOut } from '../lib/wire';
import { errorText, language } from '../messages';
import { bringing } from './bringing.svelte';
import { consents } from './consents.svelte';
import { gone } from './gone.svelte';
import { inbox } from './inbox.svelte';
import { reminders } from './reminders.svelte';
import { kept } from './kept';
import { invitations } from './invitations.svelte';
import { feed, moments } from './moments.svelte';
import { presence } from './presence.svelte';
import { reached } from './reached.svelte';
import { unlocked } from './unlocked.svelte';
import { regards } from './regards.svelte';
import { remembering } from './remembering.svelte';
import { sessions } from './sessions.svelte';
import { telling } from './telling';
import { toast } from './toasts.svelte';

/** An answer that is not there by then does not come. */
const LATE = 5_000;
/** So long the line may be missing before that is said. */
const AWAY = 3_000;

function soon<T>(task: Promise<T>): Promise<T> {
  return Promise.race([task, new Promise<never>((_, fail) => setTimeout(() => fail(new ApiError({ status: 0, code: 'offline' })), LATE))]);
}

class App {
  phase = $state<'starting' | 'unreachable' | 'out' | 'in'>('starting');
  user = $state.raw<UserOut | null>(null);
  link = $state<Link>('idle');
  models = $state.raw<ModelOut[] | null>(null);
  defaultModel = $state<string | null>(null);
  connection: Connection | null = null;
  /** There was no line for a while. */
  away = $state(false);
  private awayTimer: ReturnType<typeof setTimeout> | undefined;
  /** What is known of the person was kept here, and may have changed. */
  private old = false;
  /** The person leaves by themselves. */
  private leaving = false;

  constructor() {
    auth.onSignedOut = () => this.left();
    auth.onSignedIn = () => location.reload();
    addEventListener('storage', (e) => {
      if (e.storageArea !== localStorage) return;
      auth.changedElsewhere(e.key, e.oldValue);
      this.connection?.storageChanged(e.key);
      language.changedElsewhere(e.key);
    });
    addEventListener('online', () => {
      this.connection?.wake();
      if (this.phase === 'unreachable') void this.begin();
    });
    addEventListener('offline', () => this.connection?.probe());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.connection?.wake();
    });
    addEventListener('pageshow', (e) => {
      if (e.persisted) this.connection?.wake();
    });
  }

  async begin(): Promise<void> {
    if (!auth.signedIn) {
      // It may have ended while no page was open.
      void kept.forget();
      forgetPerson(false);
      this.phase = 'out';
      return;
    }
    let user: UserOut | null;
    try {
      user = await soon(api.me());
      this.old = false;
    } catch (e) {
      if (e instanceof ApiError && e.status === 401) {
        this.left();
        return;
      }
      // Without a network there is what was kept.
      user = auth.signedIn ? await kept.user() : null;
      this.old = true;
    }
    if (!user || !auth.signedIn) {
      this.phase = auth.signedIn ? 'unreachable' : 'out';
      return;
    }
    this.user = user;
    kept.begin(user);
    if (this.old) await sessions.restore();
    this.connect(user);
    this.phase = 'in';
    void sessions.load();
    void consents.load();
  }

  /** The line is there: what was kept is read anew. */
  private async renew(): Promise<void> {
    if (!this.old) return;
    this.old = false;
    void sessions.load();
    try {
      this.user = await api.me();
      kept.begin(this.user);
    } catch {
      this.old = true;
    }
  }

  private linked(link: Link): void {
    this.link = link;
    clearTimeout(this.awayTimer);
    if (link === 'online') this.away = false;
    // A line that comes back within a moment was never missed.
    else if (link !== 'ended') this.awayTimer = setTimeout(() => (this.away = true), navigator.onLine ? AWAY : 0);
  }

  private connect(user: UserOut): void {
    this.connection?.stop();
    const c = client.connection(user.id);
    c.on((n) => {
      if (n.kind === 'link') this.linked(n.link);
      else if (n.kind === 'event') {
        kept.apply(n.event);
        sessions.apply(n.event);
      }
      else if (n.kind === 'ready') {
        inbox.ready(n.unread, n.first);
        presence.clear();
        remembering.again();
        if (!n.first) void sessions.load();
        void invitations.load();
        void this.renew();
      } else if (n.kind === 'read') sessions.readBy(n.session_id, n.user_id, n.read_seq);
      else if (n.kind === 'invited') void invitations.load();
      else if (n.kind === 'presence') presence.came(n.user_id, n.online);
      else if (n.kind === 'friends') presence.clear();
      else if (n.kind === 'remembering') remembering.came(n.session_id, n);
      else if (n.kind === 'notification') inbox.came(n.notification, n.unread);
      else if (n.kind === 'bond' && n.reached) void reached.came(n.character_id, n.reached);
      else if (n.kind === 'route') void unlocked.came(n.character_id, n.scene_id, n.title);
      else if (n.kind === 'inbox') inbox.moved(n.up_to, n.unread);
      else if (n.kind === 'reminder') reminders.came(n.reminder);
      else if (n.kind === 'refused') toast(errorText(n.code), true);
    });
    this.connection = c;
    c.start();
  }

  async loadModels(): Promise<void> {
    if (this.models) return;
    const m = await api.models();
    this.models = m.items;
    this.defaultModel = m.default;
  }

  signOut(): Promise<void> {
    this.leaving = true;
    return client.signOut();
  }

  /** The server knows already that the person is gone. */
  leave(): void {
    this.leaving = true;
    auth.forget();
  }

  private left(): void {
    this.connection?.stop();
    this.connection = null;
    clearTimeout(this.awayTimer);
    this.away = false;
    void kept.forget();
    forgetPerson(this.leaving);
    this.leaving = false;
    this.user = null;
    this.models = null;
    sessions.clear();
    consents.clear();
    bringing.clear();
    inbox.clear();
    reminders.clear();
    invitations.clear();
    gone.clear();
    presence.clear();
    remembering.clear();
    feed.clear();
    moments.clear();
    regards.clear();
    reached.clear();
    telling.forget();
    const was = this.phase;
    this.phase = 'out';
    if (was === 'in') go('/');
  }
}

export const app = new App();
