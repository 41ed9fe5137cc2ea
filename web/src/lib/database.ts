// The browser's database as a place where texts are kept by name. Where there is none (a private window of an old browser), nothing is kept.

import type { CacheStore } from '@talker/client';

const TABLE = 'kept';

export class DatabaseStore implements CacheStore {
  private db: Promise<IDBDatabase> | null = null;

  constructor(private name: string) {}

  private open(): Promise<IDBDatabase> {
    this.db ??= new Promise((done, fail) => {
      const asked = indexedDB.open(this.name, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error ?? new Error('no database'));
    });
    return this.db;
  }

  private async run<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const db = await this.open();
    return new Promise((done, fail) => {
      const change = db.transaction(TABLE, mode);
      const asked = act(change.objectStore(TABLE));
      change.oncomplete = () => done(asked.result);
      change.onabort = change.onerror = () => fail(change.error ?? new Error('not kept'));
    });
  }

  async get(key: string): Promise<string | null> {
    const found: unknown = await this.run('readonly', (table) => table.get(key));
    return typeof found === 'string' ? found : null;
  }
  async set(key: string, value: string): Promise<void> {
    await this.run('readwrite', (table) => table.put(value, key));
  }
  async remove(key: string): Promise<void> {
    await this.run('readwrite', (table) => table.delete(key));
  }
  /** Everything goes. */
  async clear(): Promise<void> {
    await this.run('readwrite', (table) => table.clear());
  }
}
