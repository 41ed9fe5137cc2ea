import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
vi.mock('../src/lib/api', async () => {
  const { ApiError } = await import('@talker/client');
  const never = () => Promise.reject(new Error('not asked for'));
  return { ApiError, lore: { get: never, addEntry: never, putEntry: never, removeEntry: never } };
});
import { ApiError, lore } from '../src/lib/api';
import { alike, isBroken, isOpen, isRegex, keysOf, labelOf, search, whole } from '../src/lib/lore';
import type { LorebookOut, LoreEntry } from '../src/lib/wire';
import { OpenLorebook } from '../src/stores/lorebook.svelte';
import { FakeStorage } from './fakes';

const entry = (uid: number, over: Partial<LoreEntry> = {}) => whole({ ...whole(), uid, ...over });
const book = (...entries: LoreEntry[]): LorebookOut => ({
  id: 'lor_1', name: 'Isles', description: '', mode: 'st', entry_count: entries.length, revision: 1, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
  scan_depth: null, token_budget: null, recursive_scanning: null, entries, open_at: { character_ids: [], session_ids: [], with_me: false },
});

describe('keys', () => {
  it('are taken apart at commas and lines, but not within an expression', () => {
    expect(keysOf('moon, the tower\n灯塔、塔')).toEqual(['moon', 'the tower', '灯塔', '塔']);
    expect(keysOf('/a{1,2}/i, sea')).toEqual(['/a{1,2}/i', 'sea']);
    expect(keysOf('and/or, , and/or')).toEqual(['and/or']);
    expect(keysOf('/a\\/b,c/g, x')).toEqual(['/a\\/b,c/g', 'x']);
  });

  it('are known as expressions, whole and broken', () => {
    expect([isRegex('/moon/i'), isRegex('moon/sun'), isRegex('//')]).toEqual([true, false, false]);
    expect([isBroken('/(moon/'), isBroken('/moon/i'), isBroken('(moon')]).toEqual([true, false, false]);
    expect([isOpen('/moo'), isOpen('/moon/i'), isOpen('moon')]).toEqual([true, false, false]);
  });
});

describe('entries', () => {
  it('have a name to be shown by', () => {
    expect(labelOf(entry(0, { name: ' Tower ' }))).toBe('Tower');
    expect(labelOf(entry(0, { comment: 'of old\nlong' }))).toBe('of old');
    expect(labelOf(entry(0, { keys: ['a', 'b'] }))).toBe('a, b');
    expect(labelOf(entry(6))).toBe('Entry 7');
  });

  it('are found by all words, wherever they stand', () => {
    const all = [entry(0, { name: 'Tower', content: 'White.' }), entry(1, { keys: ['tower'], content: 'Black.' })];
    expect(search(all, ' tower WHITE').map((e) => e.uid)).toEqual([0]);
    expect(search(all, '  ')).toBe(all);
  });

  it('are copies', () => {
    const one = entry(0, { keys: ['a'] });
    whole(one).keys.push('b');
    expect(one.keys).toEqual(['a']);
    expect(alike(one, { ...one, uid: 9 })).toBe(true);
  });
});

describe('an open lorebook', () => {
  let storage: FakeStorage;
  const open = async () => {
    const opened = new OpenLorebook('lor_1', storage);
    await opened.load();
    return opened;
  };
  beforeEach(() => {
    storage = new FakeStorage();
    vi.spyOn(lore, 'get').mockImplementation(async () => book(entry(0, { name: 'Tower' }), entry(3, { name: 'Sea' })));
  });
  afterEach(() => vi.restoreAllMocks());

  it('keeps what was written over a reload, until it is saved', async () => {
    const first = await open();
    first.write(3, entry(3, { name: 'Sea', content: 'It is cold.' }));
    const again = await open();
    expect(again.written(3)?.content).toBe('It is cold.');
    expect(again.kept(3)?.content).toBe('');
    const put = vi.spyOn(lore, 'putEntry').mockImplementation(async (_, uid, e) => ({ ...e, uid }));
    expect(await again.save(3)).toBe(3);
    expect(put).toHaveBeenCalledOnce();
    expect([again.kept(3)?.content, again.drafts.size, storage.length]).toEqual(['It is cold.', 0, 0]);
  });

  it('forgets a draft that says what was there before', async () => {
    const b = await open();
    b.write(0, entry(0, { name: 'Towers' }));
    expect(b.drafts.has(0)).toBe(true);
    b.write(0, entry(0, { name: 'Tower' }));
    expect([b.drafts.size, storage.length]).toEqual([0, 0]);
  });

  it('keeps the draft when saving fails, and what was written on meanwhile', async () => {
    const b = await open();
    b.write(0, entry(0, { name: 'Two' }));
    vi.spyOn(lore, 'putEntry').mockRejectedValueOnce(new ApiError({ status: 0, code: 'offline' }));
    await expect(b.save(0)).rejects.toThrow();
    expect(b.written(0)?.name).toBe('Two');
    vi.spyOn(lore, 'putEntry').mockImplementation(async (_, uid, e) => {
      b.write(0, entry(0, { name: 'Three' }));
      return { ...e, uid };
    });
    await b.save(0);
    expect([b.kept(0)?.name, b.written(0)?.name, b.drafts.has(0)]).toEqual(['Two', 'Three', true]);
  });

  it('makes a new entry once, though the answer was lost', async () => {
    const b = await open();
    b.write('new', entry(0, { name: 'Cave' }));
    const add = vi.spyOn(lore, 'addEntry').mockRejectedValue(new ApiError({ status: 0, code: 'offline' }));
    await expect(b.save('new')).rejects.toThrow();
    vi.spyOn(lore, 'get').mockImplementation(async () => book(entry(0, { name: 'Tower' }), entry(4, { name: 'Cave' })));
    expect(await b.save('new')).toBe(4);
    expect(add).toHaveBeenCalledOnce();
    expect([b.entries.length, b.drafts.size]).toEqual([2, 0]);
  });

  it('says what became of an entry elsewhere, and makes it anew where it is gone', async () => {
    const b = await open();
    b.write(0, entry(0, { name: 'Mine' }));
    b.take(book(entry(0, { name: 'Theirs' })));
    expect(b.elsewhere(0)).toBe('changed');
    b.take(book());
    expect(b.elsewhere(0)).toBe('gone');
    vi.spyOn(lore, 'addEntry').mockImplementation(async (_, e) => ({ ...e, uid: 7 }));
    expect(await b.save(0)).toBe(7);
    expect([b.kept(7)?.name, b.drafts.size]).toEqual(['Mine', 0]);
  });
});
