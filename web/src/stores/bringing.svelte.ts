// Cards on their way in: each is looked at first, and made when the person says so. What becomes of one stops no other.

import { ApiError, exchange } from '../lib/api';
import { FILE_BYTES, refusal } from '../lib/files';
import type { CardPreviewOut, CardWarningOut, CharacterOut } from '../lib/wire';
import { t } from '../messages';

export interface BroughtCard {
  key: string;
  file: File;
  /** `known`: the person has a character from this file. `refused`: it can never be one. `failed`: it may be tried again. */
  state: 'reading' | 'ready' | 'known' | 'making' | 'made' | 'refused' | 'failed';
  preview: CardPreviewOut | null;
  /** Where the file is a picture, its address. */
  picture: string | null;
  problem: string;
  character: CharacterOut | null;
  warnings: CardWarningOut[];
}

/** So many are looked at at a time, as the server does. */
const AT_ONCE = 2;

const PICTURE = /^image\/(png|jpeg|apng)$/;
const same = (a: File, b: File) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
/** Whether there is no use in sending it again. */
const final = (e: unknown) => e instanceof ApiError && ['file_refused', 'payload_too_large', 'unsupported_media_type'].includes(e.code);

class Bringing {
  list = $state.raw<BroughtCard[]>([]);
  /** Being made, one after the other. */
  busy = $state(false);
  private waiting: string[] = [];
  private reading = 0;
  private n = 0;

  ready = $derived(this.list.filter((c) => c.state === 'ready'));
  settled = $derived(this.list.filter((c) => c.state === 'made' || c.state === 'known' || c.state === 'refused' || c.state === 'failed').length);

  /** Looks at files; the names of those that are in the list already. */
  add(files: readonly File[]): string[] {
    const twice: string[] = [];
    for (const file of files) {
      if (this.list.some((c) => same(c.file, file))) {
        twice.push(file.name);
        continue;
      }
      const key = `card ${++this.n}`;
      const large = file.size > FILE_BYTES;
      const picture = !large && PICTURE.test(file.type) ? URL.createObjectURL(file) : null;
      const card: BroughtCard = { key, file, state: large ? 'refused' : 'reading', preview: null, picture, problem: large ? t.bring.tooBig : '', character: null, warnings: [] };
      this.list = [...this.list, card];
      if (!large) this.waiting.push(key);
    }
    this.next();
    return twice;
  }

  drop(key: string): void {
    const card = this.of(key);
    if (card?.picture) URL.revokeObjectURL(card.picture);
    this.waiting = this.waiting.filter((k) => k !== key);
    this.list = this.list.filter((c) => c.key !== key);
  }

  /** Nobody looks at them any more: what was decided goes; what was not is there again. */
  leave(): void {
    for (const c of this.list) if (c.state !== 'reading' && c.state !== 'ready' && c.state !== 'making') this.drop(c.key);
  }

  clear(): void {
    for (const c of this.list) this.drop(c.key);
  }

  retry(key: string): void {
    this.change(key, { state: 'reading', problem: '' });
    this.waiting.push(key);
    this.next();
  }

  /** Makes every character that is ready, one after the other. */
  async makeAll(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let card = this.ready[0]; card; card = this.ready[0]) await this.made(card);
    } finally {
      this.busy = false;
    }
  }

  /** Makes one; `again`: though there is one from the same file. */
  async make(key: string, again = false): Promise<void> {
    const card = this.of(key);
    if (this.busy || !card) return;
    this.busy = true;
    try {
      await this.made(card, again);
    } finally {
      this.busy = false;
    }
  }

  private async made({ key, file }: BroughtCard, again = false): Promise<void> {
    this.change(key, { state: 'making', problem: '' });
    try {
      const { character, warnings } = await exchange.importCard(file, again);
      this.change(key, { state: 'made', character, warnings });
    } catch (e) {
      // Somebody was faster, or it stands in the list under another name.
      if (e instanceof ApiError && e.code === 'card_known') await this.look(key, file);
      else this.change(key, { state: final(e) ? 'refused' : 'failed', problem: refusal(e) });
    }
  }

  private next(): void {
    while (this.reading < AT_ONCE) {
      const key = this.waiting.shift();
      const card = key === undefined ? undefined : this.of(key);
      if (key === undefined) return;
      if (!card) continue;
      this.reading++;
      void this.look(key, card.file).finally(() => {
        this.reading--;
        this.next();
      });
    }
  }

  private async look(key: string, file: File): Promise<void> {
    try {
      const preview = await exchange.preview(file);
      this.change(key, { preview, warnings: preview.warnings, state: preview.known_character_id === null ? 'ready' : 'known' });
    } catch (e) {
      this.change(key, { state: final(e) ? 'refused' : 'failed', problem: refusal(e) });
    }
  }

  private of(key: string): BroughtCard | undefined {
    return this.list.find((c) => c.key === key);
  }

  private change(key: string, over: Partial<BroughtCard>): void {
    this.list = this.list.map((c) => (c.key === key ? { ...c, ...over } : c));
  }
}

export const bringing = new Bringing();
