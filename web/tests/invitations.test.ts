import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvitationOut, SessionOut } from '../src/lib/wire';
import { group } from './fakes';

class Failed extends Error {
  constructor(readonly status: number) {
    super();
  }
}
const wire = vi.hoisted(() => ({ invitations: [] as InvitationOut[], asked: [] as string[], fails: 0 }));
vi.mock('../src/lib/api', () => ({
  ApiError: Failed,
  api: {},
  groups: {
    invitations: async () => ({ items: wire.invitations, next_cursor: null }),
    join: async (id: string): Promise<SessionOut> => {
      wire.asked.push(`join ${id}`);
      if (wire.fails) throw new Failed(wire.fails);
      return group({}, { id });
    },
    remove: async (id: string, who: string) => void wire.asked.push(`remove ${id} ${who}`),
  },
}));
const { invitations } = await import('../src/stores/invitations.svelte');
const { sessions } = await import('../src/stores/sessions.svelte');
const one = (session_id: string): InvitationOut => ({ session_id, invited_by: null, invited_at: '2026-01-01T00:00:00Z', people: [], characters: [] });

describe('an invitation', () => {
  beforeEach(async () => {
    sessions.clear();
    invitations.clear();
    wire.asked = [];
    wire.fails = 0;
    wire.invitations = [one('ses_1'), one('ses_2')];
    await invitations.load();
  });
  it('is answered once, and the group is among the chats then', async () => {
    await Promise.all([invitations.join('ses_1'), invitations.join('ses_1')]);
    expect(wire.asked).toEqual(['join ses_1']);
    expect(sessions.get('ses_1')?.kind).toBe('group');
    await invitations.decline('ses_2', 'usr_1');
    expect(wire.asked.at(-1)).toBe('remove ses_2 usr_1');
    expect(invitations.list).toEqual([]);
  });
  it('that was taken back is not there any more; one that could not be answered is', async () => {
    wire.fails = 503;
    await expect(invitations.join('ses_1')).rejects.toThrow();
    expect(invitations.list).toHaveLength(2);
    expect(invitations.busy.size).toBe(0);
    wire.fails = 404;
    await expect(invitations.join('ses_1')).rejects.toThrow();
    expect(invitations.list.map((i) => i.session_id)).toEqual(['ses_2']);
  });
});
