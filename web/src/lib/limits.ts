// Limits of a day: how full they are, and how an admin types them.

import { t } from '../messages';
import { clockTime, count, money, sameDay } from './time';
import type { LimitOut, QuotaReached, UsageToday } from './wire';

export interface Meter {
  kind: 'replies' | 'tokens' | 'cost';
  used: string;
  /** `null`: as much as one likes. */
  limit: string | null;
  /** From 0 to 1. */
  share: number;
}

export const MICROS = 1_000_000;

/** What is told of a day: each thing that has a limit, and replies and tokens in any case. */
export function meters(today: UsageToday): Meter[] {
  const { used, limits } = today;
  const all: [Meter['kind'], number, number | null, (n: number) => string][] = [
    ['replies', used.replies, limits.replies, count],
    ['tokens', used.tokens, limits.tokens, count],
    ['cost', used.cost_micros, limits.cost_micros, (n) => money(n / MICROS)],
  ];
  return all
    .filter(([kind, n, limit]) => kind !== 'cost' || limit !== null || n > 0)
    .map(([kind, n, limit, say]) => ({
      kind,
      used: say(n),
      limit: limit === null ? null : say(limit),
      share: limit === null ? 0 : limit === 0 ? 1 : Math.min(1, n / limit),
    }));
}

/** When a limit begins anew: a day of UTC ends today or tomorrow, wherever one is. */
export function until(iso: string, now = new Date()): string {
  const time = clockTime(iso);
  return sameDay(iso, now.toISOString()) ? t.limits.today(time) : t.limits.tomorrow(time);
}

/** What somebody is told who has reached a limit. */
export function kindly(quota: Pick<QuotaReached, 'quota' | 'resets_at'>, now = new Date()): string {
  const when = until(quota.resets_at, now);
  return quota.quota === 'cost_all' ? t.limits.allReached(when) : t.limits.reached(when);
}

/** A limit as it stands in a field; `scale` of it make one of what is typed. */
export function typed(limit: LimitOut, scale = 1): string {
  return limit.rule === 'at_most' ? String((limit.at_most ?? 0) / scale) : '';
}

/** The limit that a choice and a number mean; `null` when the number is none. */
export function limitOf(rule: LimitOut['rule'], text: string, scale = 1): LimitOut | null {
  if (rule !== 'at_most') return { rule, at_most: null };
  const n = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(n) || n < 0 || n * scale > 1e15 || (scale === 1 && !Number.isInteger(n))) return null;
  return { rule, at_most: Math.round(n * scale) };
}
