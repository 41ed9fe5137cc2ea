// A story while it is written: what is new in it, what its parts are called, and what is wrong with them.

import { said, t } from '../messages';
import { fieldText } from './problems';
import type { Route, RouteChapter, RouteCondition, RouteFault, RouteScene } from './wire';

export type ConditionKind = RouteCondition['kind'];
export const CONDITIONS: readonly ConditionKind[] = ['always', 'stage', 'dimension', 'days_known', 'date', 'said', 'chose', 'seen', 'ended', 'all', 'any', 'not'];

/** How far conditions may stand in others. */
export const DEPTH = 4;

/** The first of `stem`, `stem_2`, `stem_3` … that is not taken. */
export function free(stem: string, taken: Iterable<string>): string {
  const known = new Set(taken);
  if (!known.has(stem)) return stem;
  for (let n = 2; ; n++) if (!known.has(`${stem}_${n}`)) return `${stem}_${n}`;
}

export const scenesOf = (route: Route): RouteScene[] => route.chapters.flatMap((c) => c.scenes);

export const newChapter = (route: Route): RouteChapter => ({ id: free('chapter', route.chapters.map((c) => c.id)), title: '', scenes: [] });

export function newScene(route: Route): RouteScene {
  const all = scenesOf(route);
  return { id: free('scene', all.map((s) => s.id)), title: '', opening: '', when: all.length === 0 ? { kind: 'always' } : null, choices: [], unlocks: {} };
}

/** A condition of a kind, with what of it can be known. */
export function newCondition(kind: ConditionKind, route: Route): RouteCondition {
  const first = scenesOf(route)[0];
  switch (kind) {
    case 'always':
      return { kind };
    case 'all':
    case 'any':
      return { kind, of: [{ kind: 'always' }] };
    case 'not':
      return { kind, of: { kind: 'always' } };
    case 'stage':
      return { kind, stage: '' };
    case 'dimension':
      return { kind, dimension: '', at_least: 10 };
    case 'days_known':
      return { kind, days: 7 };
    case 'date':
      return { kind, from: '12-24', to: '12-26' };
    case 'said':
      return { kind, phrases: [] };
    case 'chose':
      return { kind, scene: first?.id ?? '', choice: first?.choices?.[0]?.id ?? '' };
    case 'seen':
      return { kind, scene: first?.id ?? '' };
    case 'ended':
      return { kind, ending: scenesOf(route).find((s) => s.ending)?.ending?.id ?? '' };
  }
}

/** The keys of all pictures that a story names, each once. */
export const pictureKeys = (route: Route): string[] => [
  ...new Set(scenesOf(route).flatMap((s) => [...(s.unlocks?.backgrounds ?? []).map((p) => p.key), ...(s.unlocks?.images ?? []).map((p) => p.key), ...(s.background ? [s.background] : [])])),
];

/** A story from the text of a file; `null` when it is no JSON of such a form. What else is wrong with it the server says. */
export function readStory(text: string): Route | null {
  try {
    const read: unknown = JSON.parse(text);
    const is = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;
    const good = is(read) && Array.isArray(read.chapters) && read.chapters.every((c) => is(c) && Array.isArray(c.scenes) && c.scenes.every(is));
    return good ? (read as unknown as Route) : null;
  } catch {
    return null;
  }
}

/** Moves one of a list up by one. */
export function up<T>(list: T[], i: number): void {
  const [x] = list.splice(i, 1);
  if (x !== undefined) list.splice(Math.max(0, i - 1), 0, x);
}

/** What is wrong, in the language that is read: of what has no form of a story, and of what a later server knows, as of any other field. */
export const faultText = (f: RouteFault): string => said(t.story.edit.fault, f.code)?.(f.most ?? 0, f.least ?? 0) ?? fieldText(f.message);
