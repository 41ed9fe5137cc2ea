// Cards on their way in, and the files they come as.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
vi.mock('../src/lib/api', async () => {
  const { ApiError } = await import('@talker/client');
  const never = () => Promise.reject(new Error('not asked for'));
  return { ApiError, exchange: { preview: never, importCard: never }, lore: { import: never } };
});
import { ApiError, exchange, lore } from '../src/lib/api';
import { asForm } from '../src/lib/form';
import { stemOf } from '../src/lib/files';
import { bringBook } from '../src/lib/shelves';
import type { CardPreviewOut, ImportedCharacterOut, LorebookOut } from '../src/lib/wire';
import { bringing } from '../src/stores/bringing.svelte';

const file = (name: string, text = name) => new File([text], name, { lastModified: 1 });
const preview = (over: Partial<CardPreviewOut> = {}) => ({ name: 'Iris', warnings: [], known_character_id: null, ...over }) as CardPreviewOut;
const made = { character: { id: 'chr_1', name: 'Iris' }, warnings: [] } as unknown as ImportedCharacterOut;
const refused = () => Promise.reject(new ApiError({ status: 422, code: 'file_refused', detail: 'line 1: is not JSON' }));
const states = () => bringing.list.map((c) => c.state);
const settled = (wanted: string[]) => vi.waitFor(() => expect(states()).toEqual(wanted));

describe('cards', () => {
  beforeEach(() => bringing.clear());
  afterEach(() => vi.restoreAllMocks());

  it('are looked at two at a time, and what cannot be read says so', async () => {
    let open = 0;
    let most = 0;
    vi.spyOn(exchange, 'preview').mockImplementation(async (f) => {
      most = Math.max(most, ++open);
      await new Promise((done) => setTimeout(done, 1));
      open--;
      return f.name === 'bad' ? refused() : preview();
    });
    bringing.add(['a', 'b', 'bad', 'c'].map((n) => file(n)));
    await settled(['ready', 'ready', 'refused', 'ready']);
    expect(most).toBe(2);
    expect(bringing.list[2]?.problem).toBe('This file cannot be read. line 1: is not JSON.');
  });

  it('stand in the list once, and not at all when they are too large', async () => {
    vi.spyOn(exchange, 'preview').mockResolvedValue(preview());
    const large = file('large');
    Object.defineProperty(large, 'size', { value: 33 * 1024 * 1024 });
    expect(bringing.add([file('a'), large])).toEqual([]);
    expect(bringing.add([file('a')])).toEqual(['a']);
    await settled(['ready', 'refused']);
    expect(exchange.preview).toHaveBeenCalledOnce();
  });

  it('are made one after the other; one that fails stops no other, and can be tried again', async () => {
    vi.spyOn(exchange, 'preview').mockResolvedValue(preview());
    const make = vi.spyOn(exchange, 'importCard').mockResolvedValueOnce(made).mockRejectedValueOnce(new ApiError({ status: 0, code: 'offline' })).mockResolvedValue(made);
    bringing.add([file('a'), file('b'), file('c')]);
    await settled(['ready', 'ready', 'ready']);
    await bringing.makeAll();
    expect(states()).toEqual(['made', 'failed', 'made']);
    bringing.retry(bringing.list[1]!.key);
    await settled(['made', 'ready', 'made']);
    await bringing.makeAll();
    expect(states()).toEqual(['made', 'made', 'made']);
    expect(make).toHaveBeenCalledTimes(4);
  });

  it('that were brought before are made once more only when that is wanted', async () => {
    const look = vi.spyOn(exchange, 'preview').mockResolvedValueOnce(preview()).mockResolvedValue(preview({ known_character_id: 'chr_9' }));
    const make = vi.spyOn(exchange, 'importCard').mockRejectedValueOnce(new ApiError({ status: 409, code: 'card_known' })).mockResolvedValue(made);
    bringing.add([file('a')]);
    await settled(['ready']);
    // Another device was faster.
    await bringing.makeAll();
    expect(states()).toEqual(['known']);
    expect(look).toHaveBeenCalledTimes(2);
    await bringing.make(bringing.list[0]!.key, true);
    expect(make).toHaveBeenLastCalledWith(expect.anything(), true);
    expect(states()).toEqual(['made']);
  });

  it('that were not decided about are there again', async () => {
    vi.spyOn(exchange, 'preview').mockImplementation((f) => (f.name === 'bad' ? refused() : Promise.resolve(preview())));
    bringing.add([file('a'), file('bad')]);
    await settled(['ready', 'refused']);
    bringing.leave();
    expect(states()).toEqual(['ready']);
  });
});

describe('a file', () => {
  it('goes as a form, byte by byte, under its name', async () => {
    const form = asForm(file('a "card".png', 'bytes'));
    const boundary = /boundary=(.+)$/.exec(form.type)![1]!;
    expect(await form.text()).toBe(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a _card_.png"\r\nContent-Type: application/octet-stream\r\n\r\nbytes\r\n--${boundary}--\r\n`);
  });

  it('is saved under a name that every system takes', () => {
    expect([stemOf('  Sora / 空! '), stemOf('???')]).toEqual(['Sora-空', 'talker']);
  });

  it('with a lorebook is called as the book is, or else as the file', async () => {
    const names: string[] = [];
    vi.spyOn(lore, 'import').mockImplementation(async (_, name) => (names.push(name), {} as LorebookOut));
    await bringBook(file('Town.json', '\uFEFF{"entries":{}}'));
    await bringBook(file('x.json', '{"spec":"lorebook_v3","data":{"name":"Isles"}}'));
    await bringBook(file('x.json', '{"data":{"name":"Iris","character_book":{"name":"Sea\\n"}}}'));
    await bringBook(file('x.json', '{"data":{"name":"Iris","character_book":{}}}'));
    expect(names).toEqual(['Town', 'Isles', 'Sea', 'Iris']);
    await expect(bringBook(file('x.json', '{'))).rejects.toThrow(TypeError);
    vi.restoreAllMocks();
  });
});
