// The names of the two in texts of a card.
import { describe, expect, it } from 'vitest';
import { called, named } from '../src/lib/names';

describe('names in a text', () => {
  it('stand in place of what stands for them, however it is written', () => {
    expect(named('{{char}} waves at {{User}}. {{ CHAR }}, <BOT>, <char> and <USER>.', 'Sora', 'Aya')).toBe('Sora waves at Aya. Sora, Sora, Sora and Aya.');
    expect(named('{{random::a::b}} {{charm}} {user} <users>', 'Sora', 'Aya')).toBe('{{random::a::b}} {{charm}} {user} <users>');
  });

  it('are not read again', () => {
    expect(named('{{user}} and {{char}}', '{{user}}', '$& {{char}}')).toBe('$& {{char}} and {{user}}');
  });

  it('are those that people chose, or else sign in with', () => {
    expect([called({ display_name: 'Aya', username: 'aya_1' }), called({ display_name: '', username: 'aya_1' }), called(null)]).toEqual(['Aya', 'aya_1', '']);
  });
});
