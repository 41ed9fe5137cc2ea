// What a bond says to a person: its own words in every language where the character declares none of her own.

import type { Bond, BondDimension, BondEvent, BondStage } from './wire';

type Words = Readonly<Record<string, string>>;

/** What something is called: in the words of the language where they are the server's own, else in those of the character's maker. */
export const nameOf = (x: { key: string; label: string }, usual: boolean, words: Words): string => (usual && Object.hasOwn(words, x.key) ? words[x.key]! : x.label);

/** Where a value stands in its range, from 0 to 1. */
export const share = (d: BondDimension): number => (d.max > d.min ? Math.min(1, Math.max(0, (d.value - d.min) / (d.max - d.min))) : 0);

export const stageOf = (bond: Bond, key: string): BondStage | undefined => bond.stages.find((s) => s.key === key);

/** What is still missing for the stage that comes next: what each need asks for, and what there is. */
export function missing(bond: Bond): { dimension: BondDimension; at: number }[] {
  const next = bond.next && stageOf(bond, bond.next.stage);
  if (!next) return [];
  return next.needs.flatMap((need) => {
    const dimension = bond.dimensions.find((d) => d.key === need.dimension);
    return dimension ? [{ dimension, at: need.at_least }] : [];
  });
}

/** What an event moved, as far as that is still there to move. */
export const movedBy = (bond: Bond, event: BondEvent): { dimension: BondDimension; by: number }[] =>
  bond.dimensions.flatMap((dimension) => {
    const by = event.moved[dimension.key];
    return by ? [{ dimension, by }] : [];
  });

/** A number with its sign. */
export const signed = (n: number): string => (n > 0 ? `+${n}` : `−${-n}`);
