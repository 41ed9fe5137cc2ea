import { describe, expect, it } from 'vitest';
import { CONDITIONS, free, newChapter, newCondition, newScene, pictureKeys, readStory, up } from '../src/lib/story';
import type { Route } from '../src/lib/wire';

const story: Route = { chapters: [{ id: 'chapter', title: 'One', scenes: [{ id: 'scene', title: 'A', opening: 'A.', background: 'fog', unlocks: { images: [{ key: 'fog', title: '' }, { key: 'sea', title: '' }] }, ending: { id: 'end', title: 'End' } }] }] };

describe('a story while it is written', () => {
  it('names what is new as nothing else is named', () => {
    expect(free('scene', [])).toBe('scene');
    expect(free('scene', ['scene', 'scene_2'])).toBe('scene_3');
    expect(newChapter(story).id).toBe('chapter_2');
    expect(newScene(story)).toMatchObject({ id: 'scene_2', when: null });
    expect(newScene({ chapters: [] }).when).toEqual({ kind: 'always' });
  });

  it('makes a condition of each kind', () => {
    for (const kind of CONDITIONS) expect(newCondition(kind, story).kind).toBe(kind);
    expect(newCondition('seen', story)).toEqual({ kind: 'seen', scene: 'scene' });
    expect(newCondition('ended', story)).toEqual({ kind: 'ended', ending: 'end' });
  });

  it('knows the pictures it names, each once', () => {
    expect(pictureKeys(story)).toEqual(['fog', 'sea']);
  });

  it('reads a file of its form and nothing else', () => {
    expect(readStory(JSON.stringify(story))).toEqual(story);
    for (const bad of ['', '[]', '{}', '{"chapters": [1]}', '{"chapters": [{"scenes": [null]}]}', 'null']) expect(readStory(bad)).toBeNull();
  });

  it('moves one of a list up, and the first nowhere', () => {
    const list = ['a', 'b', 'c'];
    up(list, 2);
    expect(list).toEqual(['a', 'c', 'b']);
    up(list, 0);
    expect(list).toEqual(['a', 'c', 'b']);
  });
});
