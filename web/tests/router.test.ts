import { beforeAll, describe, expect, it, vi } from 'vitest';

let routeOf: (typeof import('../src/lib/router.svelte'))['routeOf'];
beforeAll(async () => {
  vi.stubGlobal('location', { pathname: '/' });
  vi.stubGlobal('addEventListener', () => {});
  ({ routeOf } = await import('../src/lib/router.svelte'));
  vi.unstubAllGlobals();
});

describe('an address', () => {
  it('leads to a page, and to what is looked at on it', () => {
    expect(routeOf('/chat/ses_1')).toEqual({ page: 'chat', id: 'ses_1', at: null });
    expect(routeOf('/chat/ses_1/msg_2')).toEqual({ page: 'chat', id: 'ses_1', at: 'msg_2' });
    expect(routeOf('/characters/chr_1/bond')).toEqual({ page: 'bond', id: 'chr_1' });
    expect(routeOf('/characters/chr_1/bond/edit')).toEqual({ page: 'rules', id: 'chr_1' });
    expect(routeOf('/characters/chr_1/bond/x')).toEqual({ page: 'unknown' });
    expect(routeOf('/characters/chr_1/diary')).toEqual({ page: 'diary', id: 'chr_1' });
    expect(routeOf('/characters/chr_1/story')).toEqual({ page: 'story', id: 'chr_1' });
    expect(routeOf('/characters/chr_1/story/edit')).toEqual({ page: 'write', id: 'chr_1' });
    expect(routeOf('/characters/chr_1/story/x')).toEqual({ page: 'unknown' });
    expect(routeOf('/characters/chr_1/memories/')).toEqual({ page: 'memories', id: 'chr_1', at: null });
    expect(routeOf('/characters/chr_1/memories/mem_2')).toEqual({ page: 'memories', id: 'chr_1', at: 'mem_2' });
    expect(routeOf('/characters/new').page).toBe('create');
    expect(routeOf('/characters/chr_1/edit')).toEqual({ page: 'edit', id: 'chr_1' });
    expect(routeOf('/admin')).toEqual({ page: 'admin', id: 'overview' });
    expect(routeOf('/admin/people/')).toEqual({ page: 'admin', id: 'people' });
    expect(routeOf('/admin/cases')).toEqual({ page: 'admin', id: 'cases' });
    expect(routeOf('/people')).toEqual({ page: 'people', id: 'friends' });
    expect(routeOf('/people/requests/')).toEqual({ page: 'people', id: 'requests' });
    expect(routeOf('/people/aya.k')).toEqual({ page: 'person', id: 'aya.k' });
    expect(routeOf('/groups/new')).toEqual({ page: 'group' });
    expect(routeOf('/moments/')).toEqual({ page: 'moments' });
    expect(routeOf('/moments/mom_1')).toEqual({ page: 'moment', id: 'mom_1' });
    for (const nowhere of ['/groups', '/moments/mom_1/comments', '/people/aya/friends', '/admin/what', '/admin/people/x', '/characters/chr_1/memories/mem_2/x', '/chat/ses_1/msg_2/x', '/characters/chr_1/edit/x', '/what']) expect(routeOf(nowhere).page, nowhere).toBe('unknown');
  });
});
