// A moment that is being written. Its words outlive a reload, and it has one name from its first word to the server's yes, so that it is
// shared once, however often it is sent.

import { ApiError, moments as wire } from '../lib/api';
import { randomId } from '@talker/client';
import { amends, MOMENT_IMAGES } from '../lib/moments';
import type { MomentIn, MomentOut, MomentVisibility } from '../lib/wire';

export interface DraftImage {
  key: string;
  /** Its id at the server, when it has arrived. */
  id: string | null;
  /** What is shown: the file that was chosen or, after a reload, what the server has. */
  url: string;
  /** Where the server has it. */
  remote: string | null;
  state: 'uploading' | 'ready' | 'failed';
  file: Blob | null;
}

interface Kept {
  id: string;
  text: string;
  visibility: MomentVisibility;
  may: boolean;
  images: { id: string; url: string }[];
}

export interface DraftDeps {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** An address at which a file can be shown, and its end. */
  show: (file: Blob) => string;
  forget: (url: string) => void;
}

export class MomentDraft {
  text = $state('');
  visibility = $state<MomentVisibility>('public');
  mayComment = $state(true);
  images = $state.raw<DraftImage[]>([]);
  sending = $state(false);
  private id = randomId();
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private key: string,
    /** A character who shares it. */
    private character: string | null,
    private deps: DraftDeps,
  ) {
    try {
      const kept = JSON.parse(deps.storage.getItem(key) ?? 'null') as Kept | null;
      if (!kept) return;
      this.id = kept.id;
      this.text = kept.text;
      this.visibility = kept.visibility;
      this.mayComment = kept.may;
      this.images = kept.images.map((i) => ({ key: i.id, id: i.id, url: i.url, remote: i.url, state: 'ready', file: null }));
    } catch {
      // What cannot be read is none.
    }
  }

  get empty(): boolean {
    return !this.text.trim() && this.images.length === 0;
  }

  get ready(): boolean {
    return !this.empty && !this.sending && this.images.every((i) => i.state === 'ready');
  }

  keep(): void {
    const kept: Kept = {
      id: this.id,
      text: this.text,
      visibility: this.visibility,
      may: this.mayComment,
      images: this.images.flatMap((i) => (i.id === null || i.remote === null ? [] : [{ id: i.id, url: i.remote }])),
    };
    try {
      if (this.empty) this.deps.storage.removeItem(this.key);
      else this.deps.storage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // No room: it lives as long as the page.
    }
  }

  /** Takes pictures as far as there is room; `false` when there were more. */
  add(files: Blob[]): boolean {
    const room = MOMENT_IMAGES - this.images.length;
    for (const file of files.slice(0, room)) {
      const image: DraftImage = { key: randomId(), id: null, url: this.deps.show(file), remote: null, state: 'uploading', file };
      this.images = [...this.images, image];
      this.upload(image.key);
    }
    return files.length <= room;
  }

  retry(key: string): void {
    this.change(key, { state: 'uploading' });
    this.upload(key);
  }

  drop(key: string): void {
    const image = this.images.find((i) => i.key === key);
    this.images = this.images.filter((i) => i.key !== key);
    if (image?.file) this.deps.forget(image.url);
    this.keep();
  }

  /** One after the other: a phone has one line. */
  private upload(key: string): void {
    this.queue = this.queue.then(async () => {
      const image = this.images.find((i) => i.key === key);
      if (!image?.file) return;
      try {
        const { id, url } = await wire.upload(image.file);
        this.change(key, { id, remote: url, state: 'ready' });
      } catch {
        this.change(key, { state: 'failed' });
      }
      this.keep();
    });
  }

  private change(key: string, over: Partial<DraftImage>): void {
    this.images = this.images.map((i) => (i.key === key ? { ...i, ...over } : i));
  }

  /** Shares it. Throws when that failed; then everything stands as it stood, and may be sent again. */
  async share(): Promise<MomentOut> {
    this.sending = true;
    this.keep();
    const meant: MomentIn = {
      client_moment_id: this.id,
      text: this.text.trim(),
      image_ids: this.images.flatMap((i) => (i.id === null ? [] : [i.id])),
      visibility: this.visibility,
      characters_may_comment: this.mayComment,
    };
    try {
      const kept = await wire.share(meant, this.character);
      // An earlier try may have arrived after all, with other words.
      const patch = amends(kept, meant);
      const shared = patch ? await wire.patch(kept.id, patch) : kept;
      this.begin();
      return shared;
    } catch (e) {
      if (e instanceof ApiError) this.refused(e);
      throw e;
    } finally {
      this.sending = false;
    }
  }

  private refused(e: ApiError): void {
    // A name under which something stood that was deleted since is of no more use.
    if (e.code === 'moment_deleted') this.id = randomId();
    // Pictures that waited for too long are not at the server any more: those at hand are sent once more.
    if (e.code === 'image_unavailable') {
      this.images = this.images.map((image) => ({ ...image, id: null, remote: null, state: image.file ? 'uploading' : 'failed' }));
      for (const image of this.images) if (image.file) this.upload(image.key);
    }
  }

  private begin(): void {
    this.id = randomId();
    this.text = '';
    for (const image of this.images) if (image.file) this.deps.forget(image.url);
    this.images = [];
    this.keep();
  }
}
