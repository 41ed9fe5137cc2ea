// Where a client keeps what must outlive it: tokens and the outbox. Reading and writing are done when they return, so that
// nothing that was said is lost between two lines of code.

/** A port: `localStorage`, a file, a map. */
export interface KeyValueStore {
  keys(): string[];
  get(key: string): string | null;
  /** Throws when there is no room. */
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** For tests, and for clients that need not survive. */
export class MemoryStore implements KeyValueStore {
  private readonly map = new Map<string, string>();

  keys(): string[] {
    return [...this.map.keys()];
  }
  get(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  set(key: string, value: string): void {
    this.map.set(key, value);
  }
  remove(key: string): void {
    this.map.delete(key);
  }
}

/** The storage of a browser. */
export function webStorage(storage: Storage): KeyValueStore {
  return {
    keys: () => Array.from({ length: storage.length }, (_, i) => storage.key(i)).filter((key) => key !== null),
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  };
}
