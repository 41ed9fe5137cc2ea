import { ApiError } from '../lib/api';
import { kindly } from '../lib/limits';
import { fieldText } from '../lib/problems';
import { errorText } from '../messages';

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

let list = $state<Toast[]>([]);
let n = 0;

export const toasts = {
  get list(): Toast[] {
    return list;
  },
};

export function toast(text: string, bad = false): void {
  const id = ++n;
  list = [...list.slice(-2), { id, text, bad }];
  setTimeout(() => dismiss(id), bad ? 7_000 : 3_000);
}

export function dismiss(id: number): void {
  list = list.filter((x) => x.id !== id);
}

/** What an error says to a person. */
export function sayError(e: unknown): string {
  if (e instanceof ApiError) {
    if (e.code === 'validation_failed' && e.errors[0]) return fieldText(e.errors[0].message);
    if (e.quota) return kindly(e.quota);
    return errorText(e.code);
  }
  return errorText('other');
}

export function toastError(e: unknown): void {
  toast(sayError(e), true);
}
