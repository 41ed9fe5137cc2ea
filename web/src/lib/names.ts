// What stands in a card for the names of the two. The rest of what cards know is the server's to replace; here it stays as it is written.

import type { UserOut } from './wire';

/** What characters call a person. */
export const called = (user: Pick<UserOut, 'display_name' | 'username'> | null): string => user?.display_name || user?.username || '';

/** `text` with the names in place of what stands for them. A name that is put in is not read again. */
export const named = (text: string, char: string, user: string): string =>
  text.replace(/\{\{\s*(?:(char)|user)\s*\}\}|<(?:(char|bot)|user)>/gi, (_, braced?: string, old?: string) => (braced || old ? char : user));
