// Files that come from this device and go to it.

import { t } from '../messages';
import { sayError } from '../stores/toasts.svelte';
import { ApiError } from './api';

/** A file of another program has so many bytes at most. */
export const FILE_BYTES = 32 * 1024 * 1024;

/** Gives a file to be kept on this device. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 30_000);
}

/** A name as the name of a file. */
export const stemOf = (name: string): string => name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'talker';

/** Why a file was not taken. Where exactly it is wrong, the server says in English. */
export function refusal(e: unknown): string {
  const said = sayError(e);
  return e instanceof ApiError && e.code === 'file_refused' && t.lang === 'en' && e.message ? `${said} ${e.message}.`.replace(/\.\.$/, '.') : said;
}

/** Whether files are being dragged, and not words or links. */
export const carriesFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes('Files') ?? false;
