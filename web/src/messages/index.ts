// Every text of the client, and what a code says in words.

import { t } from './current.svelte';

export { language, speak, t } from './current.svelte';

/** What a table says of a name that a newer server may have and the table not. */
export function said<T>(table: Readonly<Record<string, T>>, name: string | null | undefined): T | undefined {
  return name !== null && name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

export function errorText(code: string): string {
  return said(t.errors, code) ?? t.errors.other;
}
