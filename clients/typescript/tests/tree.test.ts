import { describe, expect, it } from 'vitest';
import { ChatTree } from '../src/tree.js';
import type { SessionEvent } from '../src/generated/types.js';
import { message, session } from './fakes.js';

const at = { session_id: 'ses_1', seq: 1 };
const ids = (t: ChatTree) => t.path().map((m) => m.id);

function chain(n: number, from = 0) {
  return Array.from({ length: n }, (_, i) => {
    const d = from + i;
    return message({ id: `m${d}`, parent_id: d === 0 ? null : `m${d - 1}`, depth: d, role: d % 2 ? 'user' : 'character', content: `${d}` });
  });
}

describe('a chat', () => {
  it('is the way from the leaf up', () => {
    const t = new ChatTree();
    t.reset({ items: chain(5, 3), has_before: true, has_after: false, seq: 1 });
    expect(ids(t)).toEqual(['m3', 'm4', 'm5', 'm6', 'm7']);
    expect(t.hasBefore).toBe(true);
    t.prepend('m3', { items: chain(3), has_before: false, has_after: true, seq: 1 });
    expect(ids(t)[0]).toBe('m0');
    expect(t.hasBefore).toBe(false);
  });

  it('follows a turn: accepted, streaming, complete', () => {
    const t = new ChatTree();
    t.reset({ items: chain(1), has_before: false, has_after: false, seq: 0 });
    const mine = message({ id: 'u', parent_id: 'm0', depth: 1, role: 'user', content: 'hi' });
    const reply = message({ id: 'r', parent_id: 'u', depth: 2, status: 'queued' });
    expect(t.apply({ ...at, type: 'message.accepted', client_message_id: 'c', message: mine, reply })).toBe(true);
    t.apply({ ...at, type: 'reply.started', message: { ...reply, status: 'streaming' } });
    t.text('r', 'Hel');
    expect(t.textOf(t.get('r')!)).toBe('Hel');
    expect(t.running()).toEqual([['r', 'Hel']]);
    t.apply({ ...at, type: 'reply.completed', message: { ...reply, status: 'complete', content: 'Hello' } });
    expect(t.textOf(t.get('r')!)).toBe('Hello');
    expect(ids(t)).toEqual(['m0', 'u', 'r']);
  });

  it('keeps what was said before when a reply is made again, and knows its siblings', () => {
    const t = new ChatTree();
    t.reset({ items: chain(3), has_before: false, has_after: false, seq: 0 });
    const again = message({ id: 'm2b', parent_id: 'm1', depth: 2, status: 'queued', siblings: ['m2', 'm2b'] });
    expect(t.apply({ ...at, type: 'reply.queued', reply: again })).toBe(true);
    expect(ids(t)).toEqual(['m0', 'm1', 'm2b']);
    expect(t.get('m2')!.siblings).toEqual(['m2', 'm2b']);
    expect(t.apply({ ...at, type: 'session.updated', session: session({ leaf_id: 'm2' }) })).toBe(true);
    expect(ids(t)).toEqual(['m0', 'm1', 'm2']);
  });

  it('asks to be read anew when the leaf is somewhere unknown', () => {
    const t = new ChatTree();
    t.reset({ items: chain(3, 4), has_before: true, has_after: false, seq: 0 });
    expect(t.apply({ ...at, type: 'session.updated', session: session({ leaf_id: 'elsewhere' }) })).toBe(false);
    expect(t.apply({ ...at, type: 'reply.queued', reply: message({ id: 'x', parent_id: 'm1', depth: 2 }) })).toBe(false);
    expect(t.select('m6')).toBe(true);
  });

  it('deletes a message with all below it', () => {
    const t = new ChatTree();
    t.reset({ items: chain(6), has_before: false, has_after: false, seq: 0 });
    expect(t.apply({ ...at, type: 'message.deleted', message_id: 'm3', leaf_id: 'm2' })).toBe(true);
    expect(ids(t)).toEqual(['m0', 'm1', 'm2']);
    expect(t.get('m5')).toBeUndefined();
    const e: SessionEvent = { ...at, type: 'message.deleted', message_id: 'm0', leaf_id: null };
    expect(t.apply(e)).toBe(true);
    expect(ids(t)).toEqual([]);
  });
});
