// What is written in a form and was not saved.
import { beforeEach, describe, expect, it } from 'vitest';
import { Unsaved } from '../src/stores/unsaved';
import { FakeStorage } from './fakes';

interface Form {
  name: string;
  tags: string[];
}
const base: Form = { name: 'Sora', tags: ['sea'] };
const now: Form = { name: 'Sora', tags: ['sea', 'night'] };

describe('what was not saved', () => {
  let storage: FakeStorage;
  const open = () => new Unsaved<Form>('talker.character.usr_1.new', storage);
  beforeEach(() => (storage = new FakeStorage()));

  it('is there again, until it is discarded', () => {
    expect(open().restore(base)).toBeNull();
    open().keep(base, now);
    expect(open().restore(base)).toEqual({ now, stale: false });
    open().discard();
    expect(open().restore(base)).toBeNull();
  });

  it('is nothing once it is as the server has it', () => {
    const form = open();
    form.keep(base, now);
    form.keep(base, { ...base });
    expect(storage.length).toBe(0);
    open().keep(base, now);
    expect(open().restore(now)).toBeNull();
  });

  it('is told to be stale however often it is opened and written on', () => {
    open().keep(base, now);
    const elsewhere = { ...base, name: 'Umi' };
    const form = open();
    expect(form.restore(elsewhere)).toEqual({ now, stale: true });
    form.keep(elsewhere, { ...now, name: 'Nami' });
    expect(open().restore(elsewhere)).toEqual({ now: { ...now, name: 'Nami' }, stale: true });
  });

  it('may be of a form that had fewer fields, or cannot be read', () => {
    storage.setItem('talker.character.usr_1.new', '{"base":{"name":"Sora"},"now":{"name":"Umi"}}');
    expect(open().restore(base)).toEqual({ now: { ...base, name: 'Umi' }, stale: false });
    storage.setItem('talker.character.usr_1.new', '{');
    expect(open().restore(base)).toBeNull();
  });
});
