import type { MemoryOut } from '@talker/client';

export { FakeSocket, message, session } from '../../clients/typescript/tests/fakes';

let n = 0;
export function memory(over: Partial<MemoryOut> = {}): MemoryOut {
  return {
    id: over.id ?? `mem_${++n}`,
    character_id: 'chr_1',
    kind: 'fact',
    subject: null,
    scale: null,
    speaker: null,
    text: 'So it is.',
    importance: 3,
    pinned: false,
    happened_at: '2026-01-01T00:00:00Z',
    ended: null,
    session_id: null,
    model: null,
    created_at: '2026-01-01T00:00:00Z',
    ...over,
  };
}
