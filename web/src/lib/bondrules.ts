// The rules of bonds with a character while they are written: the usual ones to begin with, what of them the server would refuse, and where
// they lead.

import { t } from '../messages';
import type { Bond, BondNeed, BondRules } from './wire';

/** How far rules go, as the server has it. */
export const MOST = { dimensions: 6, stages: 12, label: 40, about: 300, key: 32, value: 1000, perEvent: 20, perDay: 100, moodHours: 168 } as const;

/** What dimensions and stages have in common. Key and name may be anything while they are typed: `uid` stays. */
export interface Part {
  uid: number;
  key: string;
  label: string;
  about: string;
  romantic: boolean;
}
export interface Dimension extends Part {
  min: number;
  max: number;
  start: number;
  per_event: number;
  per_day: number;
}
/** What it needs is told by the `uid` of the dimension, so that a need follows whatever its dimension is called. */
export interface Stage extends Part {
  needs: Record<number, number>;
}
export interface Rules {
  dimensions: Dimension[];
  stages: Stage[];
  mood_hours: number;
}

let last = 0;

export const shownAs = (part: Part): string => part.label.trim() || part.key;

export function newDimension(key: string): Dimension {
  return { uid: ++last, key, label: '', about: '', min: 0, max: 100, start: 0, per_event: 3, per_day: 6, romantic: false };
}

export const newStage = (key: string): Stage => ({ uid: ++last, key, label: '', about: '', needs: {}, romantic: false });

/** The rules of a character who declares none, in the language of whoever begins to write others; romance is for adults. */
export function usualRules(romance: boolean): BondRules {
  const { dimensions, stages, edit } = t.bond;
  const dimension = (key: keyof typeof dimensions, romantic = false) => ({ key, label: dimensions[key], about: edit.about[key], min: 0, max: 100, start: 0, per_event: 3, per_day: 6, romantic });
  const stage = (key: keyof typeof stages, needs: Record<string, number>, romantic = false) => ({
    key,
    label: stages[key],
    about: edit.about[key],
    needs: Object.entries(needs).map(([dimension, at_least]) => ({ dimension, at_least })),
    romantic,
  });
  const there = (x: { romantic: boolean }) => romance || !x.romantic;
  return {
    dimensions: [dimension('closeness'), dimension('trust'), dimension('affection', true)].filter(there),
    stages: [
      stage('just_met', {}),
      stage('acquainted', { closeness: 8 }),
      stage('friends', { closeness: 25, trust: 15 }),
      stage('close_friends', { closeness: 50, trust: 45 }),
      stage('sweethearts', { closeness: 60, affection: 50 }, true),
    ].filter(there),
    mood_hours: 6,
  };
}

/** Rules as they are written on. */
export function opened(rules: BondRules): Rules {
  const dimensions = rules.dimensions.map((d) => ({ ...d, uid: ++last, about: d.about ?? '', romantic: d.romantic ?? false }));
  const uids = new Map(dimensions.map((d) => [d.key, d.uid]));
  const stages = rules.stages.map((s): Stage => {
    const needs: Stage['needs'] = {};
    for (const need of s.needs ?? []) {
      const uid = uids.get(need.dimension);
      if (uid !== undefined) needs[uid] = need.at_least;
    }
    return { ...s, uid: ++last, about: s.about ?? '', romantic: s.romantic ?? false, needs };
  });
  return { dimensions, stages, mood_hours: rules.mood_hours };
}

/** What the stage in place `n` needs, in the order of the dimensions. All begin at the first, which needs nothing. */
export const needsOf = (rules: Rules, n: number): { dimension: Dimension; at: number }[] =>
  rules.dimensions.flatMap((dimension) => {
    const at = n > 0 ? rules.stages[n]?.needs[dimension.uid] : undefined;
    return at === undefined ? [] : [{ dimension, at }];
  });

/** Rules as the server takes them. */
export function written(rules: Rules): BondRules {
  return {
    dimensions: rules.dimensions.map(({ uid: _, ...d }) => d),
    stages: rules.stages.map(({ uid: _, ...s }, n) => ({
      ...s,
      needs: needsOf(rules, n).map(({ dimension, at }): BondNeed => ({ dimension: dimension.key, at_least: at })),
      romantic: n > 0 && s.romantic,
    })),
    mood_hours: rules.mood_hours,
  };
}

/**
 * What the server would refuse, by the fields it would name and in its words. It says one thing at a time, and only when they are saved; here
 * all of it is said while it is typed.
 */
export function faultsOf(rules: BondRules): Map<string, string> {
  const faults = new Map<string, string>();
  const within = (path: string, n: number, low: number, high: number, message = `must be between ${low} and ${high}`) => {
    if (!(n >= low && n <= high) && !faults.has(path)) faults.set(path, message);
  };
  const part = (path: string, { key, label }: { key: string; label: string }, before: readonly { key: string }[]) => {
    if (!/^[a-z][a-z0-9_]{0,31}$/.test(key)) faults.set(`${path}.key`, 'must be 1 to 32 of a-z, 0-9 and _, and begin with a letter');
    else if (before.some((other) => other.key === key)) faults.set(`${path}.key`, 'must not stand twice');
    if (!label.trim()) faults.set(`${path}.label`, 'must not be empty');
  };
  for (const [n, d] of rules.dimensions.entries()) {
    const path = `dimensions.${n}`;
    part(path, d, rules.dimensions.slice(0, n));
    const apart = `must be above min, and both between -${MOST.value} and ${MOST.value}`;
    within(`${path}.max`, d.min, -MOST.value, MOST.value, apart);
    within(`${path}.max`, d.max, d.min + 1, MOST.value, apart);
    within(`${path}.start`, d.start, d.min, d.max, 'must be between min and max');
    within(`${path}.per_event`, d.per_event, 1, MOST.perEvent);
    within(`${path}.per_day`, d.per_day, d.per_event, MOST.perDay, `must be between per_event and ${MOST.perDay}`);
  }
  for (const [n, s] of rules.stages.entries()) {
    const path = `stages.${n}`;
    part(path, s, rules.stages.slice(0, n));
    for (const [i, need] of (s.needs ?? []).entries()) {
      const of = rules.dimensions.find((d) => d.key === need.dimension);
      if (of) within(`${path}.needs.${i}.at_least`, need.at_least, of.min, of.max, 'must be within the range of the dimension');
    }
  }
  within('mood_hours', rules.mood_hours, 1, MOST.moodHours);
  return faults;
}

/** How a bond would stand by these rules with the values that are tried, by the uid of each dimension; the others stand where they begin. */
export function tryOut(rules: Rules, tried: Readonly<Record<number, number>>): Bond {
  const value = (d: Dimension) => Math.min(d.max, Math.max(d.min, tried[d.uid] ?? d.start));
  const short = rules.stages.findIndex((_, n) => needsOf(rules, n).some(({ dimension, at }) => value(dimension) < at));
  const now = Math.max(0, (short < 0 ? rules.stages.length : short) - 1);
  const way = ({ dimension: d, at }: { dimension: Dimension; at: number }) => (at > d.start ? Math.min(1, Math.max(0, (value(d) - d.start) / (at - d.start))) : 1);
  const next = rules.stages[now + 1];
  return {
    character_id: '',
    on: true,
    since: null,
    usual: false,
    judge: 'model',
    // Keys may stand twice while they are typed.
    dimensions: rules.dimensions.map((d) => ({ key: String(d.uid), label: shownAs(d), about: d.about, min: d.min, max: d.max, start: d.start, value: value(d), romantic: d.romantic })),
    stages: rules.stages.map((s, n) => ({
      key: String(s.uid),
      label: shownAs(s),
      reached: n <= now,
      needs: needsOf(rules, n).map(({ dimension, at }) => ({ dimension: String(dimension.uid), at_least: at })),
      romantic: s.romantic,
    })),
    stage: String(rules.stages[now]?.uid ?? ''),
    next: next ? { stage: String(next.uid), progress: Math.min(1, ...needsOf(rules, now + 1).map(way)) } : null,
    mood: { name: 'calm', level: 0 },
    events: 0,
  };
}

/** When each stage can be reached at the soonest, by the limits of a day: on which day something was said; 0 where it is there from the beginning. */
export function soonest(rules: Rules): number[] {
  let day = 0;
  return rules.stages.map((_, n) => {
    for (const { dimension: d, at } of needsOf(rules, n)) day = Math.max(day, Math.ceil((at - d.start) / Math.max(1, d.per_day)));
    return day;
  });
}

/** Whether nothing more has to be reached for a stage than for those before it. */
export function comesAlong(rules: Rules, n: number): boolean {
  const before = (uid: number) => Math.max(...rules.stages.slice(0, n).map((_, i) => needsOf(rules, i).find((x) => x.dimension.uid === uid)?.at ?? -Infinity));
  return n > 0 && needsOf(rules, n).every(({ dimension: d, at }) => at <= Math.max(d.start, before(d.uid)));
}
