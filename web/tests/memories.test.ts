import { describe, expect, it } from 'vitest';
import { catchingUp, countOf, marked, moment, onShelf, promptParts, renewed, sameName, weighed } from '../src/lib/memories';
import type { MemoryStateOut, TraceOut } from '../src/lib/wire';
import { memory } from './fakes';

const state = (over: Partial<MemoryStateOut> = {}): MemoryStateOut => ({ episodes: 6, facts: 2, summaries: 1, notes: 1, embedded: 10, learning: 'on', embedder: { name: 'm', dimensions: 4 }, ...over });
const cut = (text: string, q: string) => marked(text, q).map((x) => (x.hit ? `[${x.text}]` : x.text)).join('');

describe('a book', () => {
  it('counts its parts, and says how far the vectors are behind', () => {
    expect([countOf(state(), 'episode'), countOf(state(), 'pinned'), countOf(null, 'fact')]).toEqual([6, null, null]);
    expect(catchingUp(state())).toBeNull();
    expect(catchingUp(state({ embedded: 14 }))).toBeNull();
    expect(catchingUp(state({ embedded: 4 }))).toEqual({ done: 4, all: 10 });
    expect(catchingUp(state({ embedded: 0, embedder: null }))).toBeNull();
  });

  it('keeps what was not read anew, without showing anything twice', () => {
    const all = 'abcdef'.split('').map((id) => memory({ id }));
    const fresh = { items: [memory({ id: 'new' }), ...all.slice(0, 2)], cursor: 'x' };
    expect(renewed({ items: all, cursor: 'end' }, fresh).items.map((m) => m.id)).toEqual(['new', 'a', 'b', 'c', 'd', 'e', 'f']);
    expect(renewed({ items: all, cursor: 'end' }, { items: [all[0]!, all[2]!], cursor: 'x' }).items.map((m) => m.id).join('')).toBe('acdef');
    expect(renewed({ items: all, cursor: 'end' }, fresh).cursor).toBe('end');
    expect(renewed({ items: all, cursor: 'end' }, { ...fresh, cursor: null }).items).toHaveLength(3);
    expect(renewed({ items: all.slice(0, 3), cursor: 'c' }, fresh)).toBe(fresh);
  });

  it('shows what was found where it belongs', () => {
    const hit = (over: Parameters<typeof memory>[0]) => ({ memory: memory(over), score: 1, reasons: [] });
    const found = [hit({ id: 'f' }), hit({ id: 'n', kind: 'note', pinned: true }), hit({ id: 'old', ended: { at: '2026-01-02T00:00:00Z', reason: 'superseded', by: 'f' } })];
    const ids = (...how: [Parameters<typeof onShelf>[1], boolean]) => onShelf(found, ...how).map((x) => x.memory.id);
    expect(ids(null, false)).toEqual(['f', 'n']);
    expect(ids(null, true)).toEqual(['f', 'n', 'old']);
    expect(ids('fact', true)).toEqual(['f', 'old']);
    expect(ids('pinned', false)).toEqual(['n']);
  });

  it('is forgotten only by who types the name', () => {
    expect(sameName(' ilvane ', 'Ilvane')).toBe(true);
    expect(sameName('keïta', 'Keïta'.normalize('NFD'))).toBe(true);
    expect(sameName('Ilvan', 'Ilvane')).toBe(false);
    expect(sameName('', '  ')).toBe(false);
  });

  it('takes a day of the past for a moment of it', () => {
    const now = new Date(2026, 4, 10, 9);
    expect(moment('', now)).toBeUndefined();
    expect(moment('2026-05-10', now)).toBeUndefined();
    expect(moment('2026-05-11', now)).toBeUndefined();
    expect(new Date(moment('2019-02-03', now)!).toDateString()).toBe(new Date(2019, 1, 3).toDateString());
    expect(new Date(moment('0087-02-03', now)!).getFullYear()).toBe(87);
  });
});

describe('a search', () => {
  it('marks words from their beginning, whatever their case', () => {
    expect(cut('Bees, and the beekeeper. A bee!', 'BEE')).toBe('[Bee]s, and the [bee]keeper. A [bee]!');
    expect(cut('He has been', 'as')).toBe('He has been');
    expect(cut('violins and violin cases', 'violin violins')).toBe('[violins] and [violin] cases');
    expect(cut('蜂蜜が好きです', '好き')).toBe('蜂蜜が[好き]です');
  });
  it('takes nothing for a pattern, and loses no text', () => {
    expect(cut('a (b) [c] $d', '(.*) $')).toBe('a (b) [c] $d');
    expect(cut('c++ and c', 'c')).toBe('c++ and c');
    for (const q of ['the', 'said the', 'ö é', '...']) expect(marked('“The öl,” said the élan.', q).map((x) => x.text).join('')).toBe('“The öl,” said the élan.');
  });
});

describe('a trace', () => {
  it('has reasons by their weight, and parts by their room', () => {
    expect(weighed([{ reason: 'recency', weight: 0.1 }, { reason: 'time', weight: 0 }, { reason: 'words', weight: 0.4 }])).toEqual([
      { reason: 'words', share: 1 },
      { reason: 'recency', share: 0.25 },
    ]);
    const parts: TraceOut['parts'] = [{ part: 'persona', tokens: 30 }, { part: 'examples', tokens: 0 }, { part: 'history', tokens: 90 }];
    expect(promptParts({ parts } as TraceOut)).toEqual([{ part: 'persona', tokens: 30, share: 0.25 }, { part: 'history', tokens: 90, share: 0.75 }]);
  });
});
