// What is wrong with a field, in the person's language. The server says it in English, for programs and people alike; these are the
// forms of it that a form of ours can meet.

import { t } from '../messages';
import type { ApiError } from './api';

type Said = (found: RegExpExecArray) => string;

/** Each with the words of the server that it stands for. */
export const FORMS: readonly [RegExp, Said][] = [
  [/^(must not be empty|is required|is missing)$/, () => t.fields.empty],
  [/^must have at most (\d+) characters$/, ([, n]) => t.fields.tooLong(Number(n))],
  [/^must (be a single line without|not contain) control characters$/, () => t.fields.oneLine],
  [/^must have 8 to 256 bytes$/, () => t.fields.password],
  [/^must not be the user name or the e-mail address$/, () => t.fields.guessable],
  [/^must be an e-mail address$/, () => t.fields.email],
  [/^must be 3 to 32 /, () => t.fields.name],
  [/^is reserved$/, () => t.fields.reserved],
  [/^must be a day in the past 130 years$/, () => t.fields.birth],
  [/^must be an IANA time zone such as /, () => t.fields.zone],
  [/^is for adults only$/, () => t.fields.adults],
  [/^must be a time such as 22:30$/, () => t.fields.time],
  [/^must be after the year 1900 and not in the future$/, () => t.fields.past],
  [/^must be (a PNG, JPEG or WebP image|an image that can be read|at most 8 MiB)$/, () => t.fields.image],
  // Of the rules of bonds. Before the next: these name other fields in place of numbers.
  [/^must be between min and max$/, () => t.fields.fromLowest],
  [/^must be between per_event and (\d+)$/, ([, high]) => t.fields.fromOnce(high!)],
  [/^must be above min, and both between -1000 and 1000$/, () => t.fields.aboveLowest],
  [/^must be within the range of the dimension$/, () => t.fields.inRange],
  [/^must be 1 to 32 of a-z, 0-9 and _, and begin with a letter$/, () => t.fields.key],
  [/^must not stand twice$/, () => t.fields.twice],
  [/^must need nothing and be there for everybody: /, () => t.fields.firstStage],
  [/^must be (?:between|from) (\S+) (?:and|to) (\S+)$/, ([, low, high]) => t.fields.between(low!, high!)],
  [/^is nobody you can talk to$/, () => t.fields.nobody],
  [/^must be at most (\d+)$/, ([, n]) => t.fields.atMost(Number(n))],
  [/^must be at most (\d+) entries$/, ([, n]) => t.fields.bookFull(Number(n))],
  [/^must have at most (\d+) keys that are regular expressions$/, ([, n]) => t.fields.patterns(Number(n))],
  [/^must take at most \d+ bytes together$/, () => t.fields.bookLarge],
  [/^must be the entries of a lorebook, /, () => t.fields.noBook],
];

export function fieldText(message: string): string {
  for (const [form, say] of FORMS) {
    const found = form.exec(message);
    if (found) return say(found);
  }
  return t.fields.other(message);
}

/** What is wrong with each field; `nameOf` says which of ours a field of the request is. */
export function fieldErrors(e: ApiError, nameOf = (field: string) => field): Record<string, string> {
  return Object.fromEntries(e.errors.map((f) => [nameOf(f.field), fieldText(f.message)]));
}
