// Who is here, the line to the server, and what every page needs.

import type { Connection, Link } from '@talker/client';
import { api, ApiError, auth, client } from '../lib/api';
import { go } from '../lib/router.svelte';
import type { ModelOut, UserOut } from '../lib/wire';
import { errorText } from '../messages';
import { pushWas } from '../lib/push';
import { gone } from './gone.svelte';
import { inbox } from './inbox.svelte';
import { invitations } from './invitations.svelte';
import { feed, moments } from './moments.svelte';
import { regards } from './regards.svelte';
import { sessions } from './sessions.svelte';
import { telling } from './telling';
import { toast } from './toasts.svelte';

class App {
  phase = $state<'starting' | 'unreachable' | 'out' | 'in'>('starting');
  user = $state.raw<UserOut | null>(null);
  link = $state<Link>('idle');
  models = $state.raw<ModelOut[] | null>(null);
  defaultModel = $state<string | null>(null);
  connection: Connection | null = null;

  constructor() {
    auth.onSignedOut = () => this.left();
    auth.onSignedIn = () => location.reload();
    addEventListener('storage', (e) => {
      if (e.storageArea !== localStorage) return;
      auth.changedElsewhere(e.key, e.oldValue);
      this.connection?.storageChanged(e.key);
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
      this.phase = 'out';
      return;
    }
    try {
      this.user = await api.me();
    } catch (e) {
      if (e instanceof ApiError && e.status === 401) this.left();
      else this.phase = auth.signedIn ? 'unreachable' : 'out';
      return;
    }
    this.connect(this.user);
    this.phase = 'in';
    void sessions.load();
  }

  private connect(user: UserOut): void {
    this.connection?.stop();
    const c = client.connection(user.id);
    c.on((n) => {
      if (n.kind === 'link') this.link = n.link;
      else if (n.kind === 'event') sessions.apply(n.event);
      else if (n.kind === 'ready') {
        inbox.ready(n.unread, n.first);
        if (!n.first) void sessions.load();
        void invitations.load();
      } else if (n.kind === 'read') sessions.readBy(n.session_id, n.user_id, n.read_seq);
      else if (n.kind === 'invited') void invitations.load();
      else if (n.kind === 'notification') inbox.came(n.notification, n.unread);
      else if (n.kind === 'inbox') inbox.moved(n.up_to, n.unread);
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
    return client.signOut();
  }

  private left(): void {
    this.connection?.stop();
    this.connection = null;
    this.user = null;
    this.models = null;
    sessions.clear();
    inbox.clear();
    invitations.clear();
    gone.clear();
    feed.clear();
    moments.clear();
    pushWas.forget();
    regards.clear();
    telling.forget();
    const was = this.phase;
    this.phase = 'out';
    if (was === 'in') go('/');
  }
}

export const app = new App();
