import { t } from '../messages';

const day = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
const DAY = 86_400_000;
const clock = new Intl.DateTimeFormat(t.lang, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(t.lang, { weekday: 'long' });
const dateShort = new Intl.DateTimeFormat(t.lang, { day: 'numeric', month: 'short' });
const dateLong = new Intl.DateTimeFormat(t.lang, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const full = new Intl.DateTimeFormat(t.lang, { dateStyle: 'medium', timeStyle: 'short' });

const daysAgo = (d: Date, now: Date) => Math.round((day(now) - day(d)) / DAY);

export function sameDay(a: string, b: string): boolean {
  return day(new Date(a)) === day(new Date(b));
}

export function dayName(iso: string, now = new Date()): string {
  const d = new Date(iso);
  const n = daysAgo(d, now);
  return n === 0 ? t.time.today : n === 1 ? t.time.yesterday : dateLong.format(d);
}

export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

export function fullTime(iso: string): string {
  return full.format(new Date(iso));
}

/** For lists: the time today, the weekday this week, else the date. */
export function short(iso: string, now = new Date()): string {
  const d = new Date(iso);
  const n = daysAgo(d, now);
  if (n <= 0) return clock.format(d);
  if (n === 1) return t.time.yesterday;
  return n < 7 ? weekday.format(d) : dateShort.format(d);
}
