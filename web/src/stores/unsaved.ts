// What is written in a form and the server does not have. It outlives a reload, and whatever else becomes of the page.

interface Kept<T> {
  /** What the server had when one began to write. */
  base: T;
  now: T;
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Unsaved<T extends object> {
  private begun: T | null = null;

  constructor(
    private key: string,
    private storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  ) {}

  /** What was written and is otherwise at the server, which has `base` now; `stale`: it had something else when one began. */
  restore(base: T): { now: T; stale: boolean } | null {
    try {
      const kept = JSON.parse(this.storage.getItem(this.key) ?? 'null') as Kept<T> | null;
      if (!kept) return null;
      const now = { ...base, ...kept.now };
      if (same(now, base)) return null;
      this.begun = kept.base;
      return { now, stale: !same(base, { ...base, ...kept.base }) };
    } catch {
      // What cannot be read is none.
      return null;
    }
  }

  /** Keeps what is written. As the server has it, it is nothing. */
  keep(base: T, now: T): void {
    if (same(base, now)) return this.discard();
    this.begun ??= base;
    try {
      this.storage.setItem(this.key, JSON.stringify({ base: this.begun, now } satisfies Kept<T>));
    } catch {
      // No room: it lives as long as the page.
    }
  }

  discard(): void {
    this.begun = null;
    this.storage.removeItem(this.key);
  }
}
