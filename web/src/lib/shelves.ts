// Where lorebooks stand open, and how they come in.

import { t } from '../messages';
import { lore } from './api';
import type { LorebookOut, LoreTargets } from './wire';

/** A file with a lorebook has so many bytes at most. */
export const BOOK_BYTES = 6 * 1024 * 1024;

/** Where it stands open, in a line. */
export function openLine(at: LoreTargets): string {
  const places = [at.with_me && t.lore.withMe, at.character_ids.length > 0 && t.lore.withMany(at.character_ids.length), at.session_ids.length > 0 && t.lore.inMany(at.session_ids.length)].filter(Boolean);
  return places.length > 0 ? places.join(' · ') : t.lore.nowhere;
}

/** Whether it stands open with a character, in a session, or wherever the person is alone with one. */
export const isOpenAt = (at: LoreTargets, id: string): boolean => at.character_ids.includes(id) || at.session_ids.includes(id);

export const setOpenAt = (book: string, id: string, on: boolean): Promise<LorebookOut> => (id.startsWith('ses_') ? lore.inSession(book, id, on) : lore.withCharacter(book, id, on));

/** The name that a file gives its book, wherever it stands in it. */
function nameIn(file: unknown): string {
  if (typeof file !== 'object' || file === null) return '';
  const { name, data, character_book } = file as Record<string, unknown>;
  return nameIn(character_book) || nameIn(data) || (typeof name === 'string' ? name.replace(/\p{Cc}+/gu, ' ').trim() : '');
}

/** Makes a lorebook of a file. Where it names none, it is called as the file is. */
export async function bringBook(file: File): Promise<LorebookOut> {
  let read: unknown;
  try {
    read = JSON.parse((await file.text()).replace(/^\uFEFF/, ''));
  } catch {
    throw new TypeError('json');
  }
  const name = nameIn(read) || file.name.replace(/\.[^.]+$/, '');
  return lore.import(read as Record<string, unknown>, [...name].slice(0, 200).join(''));
}
