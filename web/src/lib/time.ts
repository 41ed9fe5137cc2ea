// Dates, stretches of time and numbers as the person's language writes them.

import { t } from '../messages';

const day = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
const DAY = 86_400_000;

function formatsOf(lang: string) {
  return {
    lang,
    clock: new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' }),
    weekday: new Intl.DateTimeFormat(lang, { weekday: 'long' }),
    dateShort: new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short' }),
    dateLong: new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    date: new Intl.DateTimeFormat(lang, { dateStyle: 'medium' }),
    full: new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }),
    relative: new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' }),
    whole: new Intl.NumberFormat(lang),
    twoDigits: new Intl.NumberFormat(lang, { maximumSignificantDigits: 2 }),
    dollars: new Intl.NumberFormat(lang, { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 }),
  };
}

let made: ReturnType<typeof formatsOf> | undefined;

/** Making them is dear: those of a language are made once. */
function formats() {
  const { lang } = t;
  return made?.lang === lang ? made : (made = formatsOf(lang));
}

const daysAgo = (d: Date, now: Date) => Math.round((day(now) - day(d)) / DAY);

export function sameDay(a: string, b: string): boolean {
  return day(new Date(a)) === day(new Date(b));
}

export function dayName(iso: string, now = new Date()): string {
  const d = new Date(iso);
  const n = daysAgo(d, now);
  return n === 0 ? t.time.today : n === 1 ? t.time.yesterday : formats().dateLong.format(d);
}

/** A day of a calendar, such as `2026-03-05`, whatever the clocks say. */
export function calendarDay(date: string): string {
  const [year, month, on] = date.split('-').map(Number);
  return formats().dateLong.format(new Date(year ?? 0, (month ?? 1) - 1, on ?? 1));
}

export function clockTime(iso: string): string {
  return formats().clock.format(new Date(iso));
}

/** For the middle of a sentence. */
export function onDate(iso: string): string {
  return formats().date.format(new Date(iso));
}

export function fullTime(iso: string): string {
  return formats().full.format(new Date(iso));
}

/** For lists: the time today, the weekday this week, else the date. */
export function short(iso: string, now = new Date()): string {
  const d = new Date(iso);
  const n = daysAgo(d, now);
  if (n <= 0) return formats().clock.format(d);
  if (n === 1) return t.time.yesterday;
  return n < 7 ? formats().weekday.format(d) : formats().dateShort.format(d);
}

/** For what was shared: how long ago within a day, then as in lists. */
export function ago(iso: string, now = new Date()): string {
  const d = new Date(iso);
  const minutes = Math.floor((now.getTime() - d.getTime()) / 60_000);
  if (minutes < 1) return t.time.now;
  if (minutes < 60) return formats().relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return formats().relative.format(-Math.floor(minutes / 60), 'hour');
  return short(iso, now);
}


export function count(n: number): string {
  return formats().whole.format(n);
}

/** A stretch of time given in microseconds. */
export function span(us: number): string {
  return us < 1_000_000 ? t.why.ms(us < 100_000 ? formats().twoDigits.format(us / 1_000) : formats().whole.format(Math.round(us / 1_000))) : t.why.s(formats().twoDigits.format(us / 1_000_000));
}

/** Also when it is a fraction of a cent. */
export function money(usd: number): string {
  return formats().dollars.format(usd);
}
