// The rows of a chat: its messages, and between them the days.

import type { MessageOut } from './wire';

export type LaneRow =
  | { key: string; day: string; m?: undefined }
  /** `head`: the first of several in a row by the same. */
  | { key: string; m: MessageOut; head: boolean; day?: undefined };

const days = new WeakMap<MessageOut, number>();

/** The day a message is of, by the clocks of this device. Asked of every message whenever one comes. */
function dayOf(m: MessageOut): number {
  let day = days.get(m);
  if (day === undefined) {
    const at = new Date(m.created_at);
    day = at.getFullYear() * 372 + at.getMonth() * 31 + at.getDate();
    days.set(m, day);
  }
  return day;
}

export function laneRows(messages: readonly MessageOut[]): LaneRow[] {
  const rows: LaneRow[] = [];
  let before: MessageOut | undefined;
  for (const m of messages) {
    const anew = !before || dayOf(before) !== dayOf(m);
    // Its name is that of the message below it, so that older ones on top leave it what it is.
    if (anew) rows.push({ key: `day ${m.id}`, day: m.created_at });
    rows.push({ key: m.id, m, head: anew || before?.role !== m.role || before.author?.id !== m.author?.id });
    before = m;
  }
  return rows;
}

/** So high is a row, thought of by its words. */
export function heightOf(row: LaneRow): number {
  if (!row.m) return 50;
  const lines = Math.max(1, Math.ceil(row.m.content.length / 42)) + (row.m.content.match(/\n/g)?.length ?? 0);
  return 32 + lines * 25 + (row.head ? 36 : 0);
}
