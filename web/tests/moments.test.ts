import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { amends, columns, newer, threads, withPage } from '../src/lib/moments';
import type { CommentOut, MomentIn, MomentLikeOut, MomentOut, Page } from '../src/lib/wire';
import { FakeStorage, moment } from './fakes';

class Failed extends Error {
  constructor(
    readonly status: number,
    readonly code = 'offline',
  ) {
    super(code);
  }
}
const wire = vi.hoisted(() => ({
  shared: [] as unknown[],
  patched: [] as unknown[],
  share: (_: MomentIn): Promise<MomentOut> => Promise.reject(new Error()),
  like: (_: boolean): Promise<MomentLikeOut> => Promise.reject(new Error()),
  upload: (_: Blob): Promise<{ id: string; url: string }> => Promise.reject(new Error()),
  feed: [] as Page<MomentOut>[],
}));
vi.mock('../src/lib/api', () => ({
  ApiError: Failed,
  moments: {
    share: (body: MomentIn, character: string | null) => {
      wire.shared.push([body.client_moment_id, body.text, character]);
      return wire.share(body);
    },
    patch: async (id: string, body: object) => {
      wire.patched.push(body);
      return moment({ id, ...body });
    },
    like: (_: string, on: boolean) => wire.like(on),
    upload: (file: Blob) => wire.upload(file),
    feed: async () => wire.feed.shift()!,
  },
}));

const { MomentDraft } = await import('../src/stores/draft.svelte');
const { moments, MomentList } = await import('../src/stores/moments.svelte');

const list = (...ids: string[]) => ids.map((id) => moment({ id }));
const page = (next: string | null, ...ids: string[]): Page<MomentOut> => ({ items: list(...ids), next_cursor: next });
const ids = (items: MomentOut[]) => items.map((m) => m.id).join('');
const later = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
  flushSync();
};

describe('a list and its newest page', () => {
  it('knows what is new', () => {
    expect(ids(newer(list('c', 'b', 'a'), page('x', 'e', 'd', 'c')))).toBe('ed');
    expect(newer(list('c', 'b'), page('x', 'c', 'b'))).toEqual([]);
    expect(ids(newer(list('b', 'a'), page('x', 'z', 'y')))).toBe('zy');
  });
  it('joins where they meet, and keeps the cursor of what was read', () => {
    const joined = withPage(list('d', 'c', 'b', 'a'), 'deep', page('top', 'f', 'e', 'd', 'b'));
    // What was deleted meanwhile is gone.
    expect([ids(joined.items), joined.next]).toEqual(['fedba', 'deep']);
  });
  it('begins anew where something may lie between them', () => {
    const joined = withPage(list('b', 'a'), 'deep', page('top', 'z', 'y'));
    expect([ids(joined.items), joined.next]).toEqual(['zy', 'top']);
  });
  it('a page that is all there is, is all there is', () => {
    const joined = withPage(list('c', 'b', 'a'), null, page(null, 'd', 'b'));
    expect([ids(joined.items), joined.next]).toEqual(['db', null]);
  });
});

describe('comments', () => {
  const c = (id: string, at: number, reply_to: string | null = null): CommentOut => ({
    id,
    author: moment().author,
    text: id,
    reply_to,
    created_at: new Date(at * 1000).toISOString(),
    is_mine: false,
  });
  it('stand in threads of one level, whichever order they came in', () => {
    const found = threads([c('d', 4, 'b'), c('c', 3), c('b', 2, 'a'), c('a', 1), c('e', 5, 'gone')]);
    expect(found.map((x) => [x.comment.id, ...x.replies.map((r) => r.id)])).toEqual([['a', 'b', 'd'], ['c'], ['e']]);
  });
  it('does not go round in circles', () => {
    expect(threads([c('a', 1, 'b'), c('b', 2, 'a')]).map((x) => x.comment.id)).toEqual(['a', 'b']);
  });
});

it('pictures stand in columns', () => {
  expect([1, 2, 3, 4, 5, 9].map(columns)).toEqual([1, 2, 3, 2, 3, 3]);
});

describe('a like', () => {
  beforeEach(() => moments.clear());
  it('is seen at once, and is what the server says then', async () => {
    const m = moment({ likes: 4 });
    let answer!: (x: MomentLikeOut) => void;
    wire.like = () => new Promise((done) => (answer = done));
    const liking = moments.like(m);
    expect(moments.of(m)).toMatchObject({ liked: true, likes: 5 });
    // A second touch waits for the first.
    void moments.like(m);
    answer({ liked: true, likes: 9 });
    await liking;
    expect(moments.of(m)).toMatchObject({ liked: true, likes: 9 });
  });
  it('is taken back when it failed', async () => {
    const m = moment({ likes: 4, liked: true });
    wire.like = () => Promise.reject(new Failed(503));
    await moments.like(m);
    expect(moments.of(m)).toMatchObject({ liked: true, likes: 4 });
    wire.like = () => Promise.reject(new Failed(404));
    await moments.like(m);
    expect(moments.of(m), 'it is not there any more').toBeNull();
  });
});

describe('the feed', () => {
  it('keeps still until the person wants to see what is new', async () => {
    wire.feed = [page('c1', 'c', 'b'), page('c2', 'e', 'd', 'c', 'b')];
    const { moments: api } = await import('../src/lib/api');
    const feed = new MomentList((cursor) => api.feed(cursor));
    await feed.load();
    await feed.check();
    expect(ids(feed.items)).toBe('cb');
    expect(ids(feed.waiting)).toBe('ed');
    feed.show();
    expect([ids(feed.items), feed.next, feed.waiting.length]).toEqual(['edcb', 'c1', 0]);
    feed.add(moment({ id: 'f', is_mine: true }));
    feed.add(moment({ id: 'f', is_mine: true }));
    expect(ids(feed.items)).toBe('fedcb');
  });
});

describe('a moment that is being written', () => {
  let storage: FakeStorage;
  const open = (character: string | null = null) => new MomentDraft('draft', character, { storage, show: () => 'blob:1', forget: () => undefined });
  beforeEach(() => {
    storage = new FakeStorage();
    wire.shared = [];
    wire.patched = [];
  });

  it('keeps its words and its name when sharing failed, also over a reload', async () => {
    const draft = open();
    draft.text = 'First frost.';
    wire.share = () => Promise.reject(new Failed(0));
    await expect(draft.share()).rejects.toThrow();
    const again = open();
    expect(again.text).toBe('First frost.');
    wire.share = async (body) => moment({ text: body.text });
    await again.share();
    const names = wire.shared.map((x) => (x as string[])[0]);
    expect(names[0]).toBe(names[1]);
    expect([again.text, storage.getItem('draft')]).toEqual(['', null]);
    // The next is another, and so is what was deleted meanwhile.
    again.text = 'Snow.';
    await again.share();
    expect((wire.shared[2] as string[])[0]).not.toBe(names[0]);
    expect(wire.patched).toEqual([]);
  });

  it('mends what an earlier try had shared with other words', async () => {
    const draft = open('chr_1');
    draft.text = 'Snow!';
    wire.share = async () => moment({ id: 'mom_x', text: 'Snow' });
    expect((await draft.share()).text).toBe('Snow!');
    expect(wire.patched).toEqual([{ text: 'Snow!' }]);
    expect((wire.shared[0] as string[])[2]).toBe('chr_1');
    const meant = { client_moment_id: 'x', text: 'a ', image_ids: [], visibility: 'friends', characters_may_comment: false } as const;
    expect(amends(moment({ text: 'a' }), { ...meant, image_ids: [] })).toEqual({ visibility: 'friends', characters_may_comment: false });
  });

  it('sends its pictures one by one, at most nine, and waits for all of them', async () => {
    const draft = open();
    let fails = true;
    wire.upload = async () => {
      if (fails) throw new Failed(503);
      return { id: 'med_1', url: '/api/v1/media/med_1' };
    };
    expect(draft.add([new Blob(['x'])])).toBe(true);
    expect(draft.ready).toBe(false);
    await later();
    expect(draft.images[0]?.state).toBe('failed');
    fails = false;
    draft.retry(draft.images[0]!.key);
    await later();
    expect([draft.images[0]?.state, draft.ready]).toEqual(['ready', true]);
    expect(open().images.map((i) => i.id), 'what has arrived outlives a reload').toEqual(['med_1']);
    // What the server has no more is sent once more, if it is at hand.
    const restored = open();
    wire.share = () => Promise.reject(new Failed(409, 'image_unavailable'));
    await expect(draft.share()).rejects.toThrow();
    await expect(restored.share()).rejects.toThrow();
    await later();
    expect([draft, restored].map((d) => [d.images[0]?.state, d.ready])).toEqual([['ready', true], ['failed', false]]);
    expect(draft.add(Array.from({ length: 9 }, () => new Blob(['x'])))).toBe(false);
    expect(draft.images).toHaveLength(9);
    await later();
    draft.drop(draft.images[0]!.key);
    expect(draft.images).toHaveLength(8);
  });
});
