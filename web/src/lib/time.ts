import { t } from '../messages';

const day = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
const DAY = 86_400_000;
const clock = new Intl.DateTimeFormat(t.lang, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(t.lang, { weekday: 'long' });
const dateShort = new Intl.DateTimeFormat(t.lang, { day: 'numeric', month: 'short' });
const dateLong = new Intl.DateTimeFormat(t.lang, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const date = new Intl.DateTimeFormat(t.lang, { dateStyle: 'medium' });
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

/** For the middle of a sentence. */
export function onDate(iso: string): string {
  return date.format(new Date(iso));
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

const relative = new Intl.RelativeTimeFormat(t.lang, { numeric: 'auto', style: 'short' });

/** For what was shared: how long ago within a day, then as in lists. */
export function ago(iso: string, now = new Date()): string {
  const d = new Date(iso);
  const minutes = Math.floor((now.getTime() - d.getTime()) / 60_000);
  if (minutes < 1) return t.time.now;
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour');
  return short(iso, now);
}

const whole = new Intl.NumberFormat(t.lang);
const twoDigits = new Intl.NumberFormat(t.lang, { maximumSignificantDigits: 2 });
const dollars = new Intl.NumberFormat(t.lang, { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 });

export function count(n: number): string {
  return whole.format(n);
}

/** A stretch of time given in microseconds. */
export function span(us: number): string {
  return us < 1_000_000 ? t.why.ms(us < 100_000 ? twoDigits.format(us / 1_000) : whole.format(Math.round(us / 1_000))) : t.why.s(twoDigits.format(us / 1_000_000));
}

/** Also when it is a fraction of a cent. */
export function money(usd: number): string {
  return dollars.format(usd);
}
