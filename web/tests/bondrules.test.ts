import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { comesAlong, faultsOf, MOST, newDimension, newStage, opened, shownAs, soonest, tryOut, usualRules, written } from '../src/lib/bondrules';
import { FORMS } from '../src/lib/problems';
import type { BondRules } from '../src/lib/wire';
import { speak } from '../src/messages';

const wire = vi.hoisted(() => ({ bond: null as unknown, mine: true, patched: [] as unknown[], refuse: [] as { field: string; message: string }[] }));
vi.mock('../src/lib/api', async () => {
  const { ApiError } = await import('@talker/client');
  return {
    ApiError,
    api: {
      character: async () => ({ id: 'chr_1', name: 'Yuki', mine: wire.mine, bond: wire.bond }),
      patchCharacter: async (_: string, body: unknown) => {
        if (wire.refuse.length > 0) throw new ApiError({ status: 422, code: 'validation_failed', errors: wire.refuse });
        wire.patched.push(body);
      },
    },
  };
});
const { BondDraft } = await import('../src/stores/bonddraft.svelte');

const rust = (path: string) => readFileSync(new URL(`../../crates/domain/src/${path}`, import.meta.url), 'utf8');

const rules: BondRules = {
  dimensions: [
    { key: 'respect', label: 'Respect', about: '', min: 0, max: 50, start: 5, per_event: 3, per_day: 6, romantic: false },
    { key: 'longing', label: 'Longing', about: '', min: -10, max: 50, start: 0, per_event: 2, per_day: 4, romantic: true },
  ],
  stages: [
    { key: 'rivals', label: 'Rivals', about: 'Curt.', needs: [], romantic: false },
    { key: 'allies', label: 'Allies', about: '', needs: [{ dimension: 'respect', at_least: 20 }], romantic: false },
    { key: 'lovers', label: 'Lovers', about: '', needs: [{ dimension: 'respect', at_least: 20 }, { dimension: 'longing', at_least: 25 }], romantic: true },
  ],
  mood_hours: 6,
};
const changed = (change: (rules: BondRules) => void) => {
  const copy = structuredClone(rules);
  change(copy);
  return copy;
};

describe('rules of bonds', () => {
  it('begin as the server’s own', () => {
    const source = rust('bonds/rules.rs');
    const text = '"([^"]+)"';
    const dimensions = [...source.matchAll(new RegExp(`dimension\\(${text}, ${text}, ${text}, (true|false)\\)`, 'g'))];
    const stages = [...source.matchAll(new RegExp(`stage\\(\\s*${text},\\s*${text},\\s*${text},\\s*&\\[([^\\]]*)\\],\\s*(true|false),?\\s*\\)`, 'g'))];
    const numbers = /min: (\d+),\s*max: (\d+),\s*start: (\d+),\s*per_event: (\d+),\s*per_day: (\d+)/.exec(source)!.slice(1).map(Number);
    const [min, max, start, per_event, per_day] = numbers as [number, number, number, number, number];
    expect(usualRules(true)).toEqual({
      dimensions: dimensions.map(([, key, label, about, romantic]) => ({ key, label, about, min, max, start, per_event, per_day, romantic: romantic === 'true' })),
      stages: stages.map(([, key, label, about, needs, romantic]) => ({
        key,
        label,
        about,
        needs: [...needs!.matchAll(/\("(\w+)", (\d+)\)/g)].map(([, dimension, at]) => ({ dimension, at_least: Number(at) })),
        romantic: romantic === 'true',
      })),
      mood_hours: Number(/mood_hours: (\d+),/.exec(source)![1]),
    });
    expect(faultsOf(usualRules(true)).size).toBe(0);
  });

  it('begin in the language of the maker, and without romance for whom it is not there', async () => {
    await speak('ja');
    expect(usualRules(false).dimensions.map((d) => d.label)).toEqual(['親しさ', '信頼']);
    expect(usualRules(false).stages.map((s) => s.key)).toEqual(['just_met', 'acquainted', 'friends', 'close_friends']);
    await speak('en');
  });

  it('go as far as the server has it', () => {
    const limits = rust('limits.rs');
    const limit = (name: string) => Number(new RegExp(`BOND_${name}: \\w+ = ([\\d_]+);`).exec(limits)![1]!.replaceAll('_', ''));
    expect(MOST).toEqual({ dimensions: limit('DIMENSIONS'), stages: limit('STAGES'), label: limit('LABEL'), about: limit('ABOUT'), key: limit('KEY'), value: limit('VALUE'), perEvent: limit('PER_EVENT'), perDay: limit('PER_DAY'), moodHours: limit('MOOD_HOURS') });
  });

  it('go out as they came in', () => {
    expect(written(opened(rules))).toEqual(rules);
    expect(written(opened({ ...rules, stages: [{ key: 'a', label: 'A' }] })).stages).toEqual([{ key: 'a', label: 'A', about: '', needs: [], romantic: false }]);
  });

  it('keep what a stage needs, whatever becomes of keys and places', () => {
    const open = opened(rules);
    open.dimensions[0]!.key = 'longing';
    expect(written(open).stages[1]!.needs).toEqual([{ dimension: 'longing', at_least: 20 }]);
    open.dimensions[0]!.key = 'esteem';
    expect(written(open).stages[2]!.needs).toEqual([{ dimension: 'esteem', at_least: 20 }, { dimension: 'longing', at_least: 25 }]);
    const [rivals, allies, lovers] = open.stages as [(typeof open.stages)[0], (typeof open.stages)[0], (typeof open.stages)[0]];
    open.stages = [lovers, rivals, allies];
    expect(written(open).stages[0]).toMatchObject({ key: 'lovers', needs: [], romantic: false });
    open.stages = [rivals, allies, lovers];
    open.dimensions.shift();
    expect(written(open).stages.map((s) => s.needs)).toEqual([[], [], [{ dimension: 'longing', at_least: 25 }]]);
  });

  it('are called by their short names while they have no other', () => {
    expect(shownAs(newStage('stage_2'))).toBe('stage_2');
    expect(shownAs({ ...newDimension('dimension'), label: ' Trust ' })).toBe('Trust');
  });
});

describe('what is wrong with rules', () => {
  it('is said where the server would say it, and in its words', () => {
    const source = rust('bonds/rules.rs') + rust('validation.rs');
    const cases: [(rules: BondRules) => void, string][] = [
      [(r) => (r.dimensions[1]!.key = 'respect'), 'dimensions.1.key'],
      [(r) => (r.dimensions[0]!.key = 'Über'), 'dimensions.0.key'],
      [(r) => (r.dimensions[0]!.label = ' '), 'dimensions.0.label'],
      [(r) => (r.dimensions[1]!.max = -10), 'dimensions.1.max'],
      [(r) => (r.dimensions[1]!.min = -2000), 'dimensions.1.max'],
      [(r) => (r.dimensions[0]!.start = 51), 'dimensions.0.start'],
      [(r) => (r.dimensions[1]!.per_event = 0), 'dimensions.1.per_event'],
      [(r) => (r.dimensions[0]!.per_day = 2), 'dimensions.0.per_day'],
      [(r) => (r.stages[2]!.key = 'allies'), 'stages.2.key'],
      [(r) => (r.stages[0]!.label = ''), 'stages.0.label'],
      [(r) => (r.stages[2]!.needs![1]!.at_least = 51), 'stages.2.needs.1.at_least'],
      [(r) => (r.mood_hours = 0), 'mood_hours'],
    ];
    for (const [change, path] of cases) {
      const faults = [...faultsOf(changed(change))].filter(([at]) => at === path);
      expect(faults.map(([at]) => at)).toEqual([path]);
      expect(source).toContain(`"${faults[0]![1]}"`);
      expect(FORMS.some(([form]) => form.test(faults[0]![1])), path).toBe(true);
    }
    expect(faultsOf(rules).size).toBe(0);
  });
});

describe('how stages follow on one another', () => {
  it('is seen with values that are tried', () => {
    const open = opened(rules);
    const [respect, longing] = open.dimensions.map((d) => d.uid) as [number, number];
    const label = (tried: Record<number, number>) => {
      const bond = tryOut(open, tried);
      return bond.stages.find((s) => s.key === bond.stage)?.label;
    };
    expect([label({}), label({ [respect]: 20 }), label({ [respect]: 900, [longing]: 25 })]).toEqual(['Rivals', 'Allies', 'Lovers']);
    // Who is not yet an ally is no lover.
    expect(label({ [longing]: 50 })).toBe('Rivals');
    const bond = tryOut(open, { [respect]: 11 });
    expect(bond.next).toEqual({ stage: String(open.stages[1]!.uid), progress: 0.4 });
    expect(bond.dimensions.map((d) => d.value)).toEqual([11, 0]);
    expect(tryOut(open, { [respect]: 50, [longing]: 50 }).next).toBeNull();
    open.stages[2]!.key = 'allies';
    expect(new Set(tryOut(open, {}).stages.map((s) => s.key)).size).toBe(3);
  });

  it('takes its days, and is told where it takes none', () => {
    const open = opened(rules);
    expect(soonest(open)).toEqual([0, 3, 7]);
    expect([1, 2].map((n) => comesAlong(open, n))).toEqual([false, false]);
    open.stages[2]!.needs = { [open.dimensions[0]!.uid]: 12 };
    expect([soonest(open), comesAlong(open, 0), comesAlong(open, 2)]).toEqual([[0, 3, 3], false, true]);
    open.stages[1]!.needs = { [open.dimensions[0]!.uid]: 5 };
    expect([soonest(open)[1], comesAlong(open, 1), comesAlong(open, 2)]).toEqual([0, true, false]);
  });
});

describe('rules while they are written', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(wire, { bond: null, mine: true, patched: [], refuse: [] });
  });
  afterEach(() => vi.useRealTimers());
  const open = async (romance = true) => {
    const draft = new BondDraft('chr_1', romance);
    await vi.advanceTimersByTimeAsync(0);
    return draft;
  };

  it('are the usual ones until others are saved, and again', async () => {
    const draft = await open();
    expect([draft.state, draft.kept, draft.changed, draft.rules.stages.length]).toEqual(['ready', false, false, 5]);
    draft.rules.stages[0]!.label = 'Strangers';
    expect(draft.changed).toBe(true);
    await draft.save();
    expect([draft.kept, draft.changed]).toEqual([true, false]);
    expect(wire.patched).toEqual([{ bond: { ...usualRules(true), stages: usualRules(true).stages.map((s, n) => (n === 0 ? { ...s, label: 'Strangers' } : s)) } }]);
    await draft.useUsual();
    expect([wire.patched.at(-1), draft.kept, draft.changed, draft.rules.stages[0]!.label]).toEqual([{ bond: null }, false, false, 'Just met']);
    draft.rules.mood_hours = 7;
    await draft.useUsual();
    expect([wire.patched.length, draft.rules.mood_hours]).toEqual([2, 6]);
  });

  it('have what the server refused beside its field, until it is another', async () => {
    wire.bond = rules;
    const draft = await open();
    expect([draft.kept, draft.changed]).toEqual([true, false]);
    draft.rules.dimensions[0]!.label = 'Esteem';
    wire.refuse = [{ field: 'bond.dimensions.0.label', message: 'must be a single line without control characters' }];
    await draft.save();
    expect([draft.changed, draft.faultsIn('dimensions.0.').get('label')]).toEqual([true, 'This has to be a single line of plain text.']);
    draft.rules.dimensions[0]!.label = 'Regard';
    expect(draft.faults.size).toBe(0);
    draft.rules.dimensions[0]!.per_day = 2;
    expect([...draft.faultsIn('dimensions.0.')]).toEqual([['per_day', 'Between what moves at once and 100.']]);
  });

  it('are nobody’s but the maker’s', async () => {
    wire.mine = false;
    expect((await open()).state).toBe('missing');
  });
});
