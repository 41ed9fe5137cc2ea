// Pictures that are asked for with the person's token. Each is fetched once while it is shown somewhere, and kept a little longer.

import { moments } from '../lib/api';

/** So many that are shown nowhere are kept. */
const KEPT = 60;

interface Held {
  src: Promise<string>;
  shown: number;
}

class Pictures {
  private all = new Map<string, Held>();

  hold(url: string): { src: Promise<string>; release: () => void } {
    let held = this.all.get(url);
    if (!held) {
      held = { src: moments.picture(url).then((blob) => URL.createObjectURL(blob)), shown: 0 };
      // What failed is asked for again by the next who wants it.
      held.src.catch(() => this.all.delete(url));
    }
    held.shown++;
    // The last that was wanted goes last.
    this.all.delete(url);
    this.all.set(url, held);
    this.tidy();
    let done = false;
    const mine = held;
    return {
      src: held.src,
      release: () => {
        if (done) return;
        done = true;
        mine.shown--;
        this.tidy();
      },
    };
  }

  clear(): void {
    for (const [url, held] of this.all) this.drop(url, held);
  }

  private tidy(): void {
    let idle = [...this.all.values()].filter((h) => h.shown === 0).length;
    for (const [url, held] of this.all) {
      if (idle <= KEPT) return;
      if (held.shown > 0) continue;
      this.drop(url, held);
      idle--;
    }
  }

  private drop(url: string, held: Held): void {
    this.all.delete(url);
    held.src.then(URL.revokeObjectURL, () => undefined);
  }
}

export const pictures = new Pictures();
