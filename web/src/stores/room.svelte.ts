// A page about one character that follows what happens: read when it opens, and again when something it shows has changed.

import type { Connection, Notice } from '@talker/client';
import { api, ApiError } from '../lib/api';
import type { CharacterOut } from '../lib/wire';

/** What happens within a moment is read once. */
export const timing = { changed: 300 };

export abstract class Room {
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  character = $state.raw<CharacterOut | null>(null);

  protected turn = 0;
  protected gone = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private off: () => void;

  constructor(
    readonly id: string,
    connection: Connection,
    /** Whether something that was told is about what is shown here. */
    concerns: (n: Notice) => boolean,
  ) {
    this.off = connection.on((n) => {
      // What is taken back in a chat is taken back here.
      const undone = n.kind === 'event' && (n.event.type === 'message.edited' || n.event.type === 'message.deleted');
      if (concerns(n) || undone || (n.kind === 'ready' && !n.first)) this.changed();
    });
    void this.load();
  }

  /** Reads what is shown beside the character; what it gives puts that in its place. */
  protected abstract read(): Promise<() => void>;

  close(): void {
    this.gone = true;
    this.off();
    clearTimeout(this.timer);
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), timing.changed);
  }

  async load(): Promise<void> {
    const turn = ++this.turn;
    if (this.state !== 'ready') this.state = 'loading';
    try {
      const [character, show] = await Promise.all([this.character ?? api.character(this.id), this.read()]);
      if (this.gone || turn !== this.turn) return;
      this.character = character;
      show();
      this.state = 'ready';
    } catch (e) {
      if (this.gone || turn !== this.turn) return;
      // What is shown stays, until it can be read again.
      if (this.state !== 'ready') this.state = e instanceof ApiError && e.status === 404 ? 'missing' : 'failed';
    }
  }
}
