import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { CONDITIONS, faultText, free, newChapter, newCondition, newScene, pictureKeys, readStory, up } from '../src/lib/story';
import type { Route, RouteFault } from '../src/lib/wire';
import { speak, t } from '../src/messages';

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

describe('what is wrong with a story', () => {
  afterEach(() => speak('en'));
  const fault = (code: string, message: string, least: number | null = null, most: number | null = null) => ({ code, path: 'chapters', least, most, message }) as RouteFault;

  it('has words for every code of the server, and for no other', () => {
    const rust = readFileSync(new URL('../../crates/domain/src/routes/faults.rs', import.meta.url), 'utf8');
    const codes = [...rust.matchAll(/^ {8}\w+ = "(\w+)",$/gm)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(0);
    // What has no form of a story is said as of any other field. Each language has what English has.
    expect([...Object.keys(t.story.edit.fault), 'malformed'].sort()).toEqual(codes.sort());
  });

  it('is said in the language that is read, with its numbers', async () => {
    const far = fault('out_of_range', 'must be between -5 and 1000', -5, 1000);
    expect(faultText(far)).toBe('This has to be from -5 to 1,000.');
    expect(faultText(fault('malformed', 'must be something else'))).toBe('must be something else');
    await speak('ja');
    expect(faultText(far)).toBe('-5から1,000までにしてください。');
    expect(faultText(fault('unknown_scene', 'must be the id of a scene'))).toBe('この名前のシーンはありません。');
    expect(faultText(fault('of_a_later_server', 'must not be empty'))).toBe(t.fields.empty);
    expect(faultText(fault('toString', 'must dance'))).toBe('もう一度ご確認ください。');
  });
});
