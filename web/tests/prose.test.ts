import { describe, expect, it } from 'vitest';
import { plain, spans } from '../src/lib/prose';

const s = (t: string, open = false) =>
  spans(t, open)
    .map((x) => ({ say: x.text, act: `<${x.text}>`, strong: `[${x.text}]` })[x.kind])
    .join('|');

describe('prose', () => {
  it('tells what is done from what is said', () => {
    expect(s('*smiles* Hello *waves* there')).toBe('<smiles>| Hello |<waves>| there');
    expect(s('a **very** nice')).toBe('a |[very]| nice');
  });
  it('leaves lonely stars alone', () => {
    expect(s('2 * 3 * 4')).toBe('2 * 3 * 4');
    expect(s('five stars: *****')).toBe('five stars: *****');
    expect(s('*not closed')).toBe('*not closed');
    expect(s('*over\n\na gap* x')).toBe('*over\n\na gap* x');
  });
  it('shows an action while it is being written', () => {
    expect(s('Hm. *looks aw', true)).toBe('Hm. |<looks aw>');
  });
  it('loses no text but the marks, and is never markup', () => {
    expect(s('<img src=x onerror=alert(1)> *<b>*')).toBe('<img src=x onerror=alert(1)> |<<b>>');
    for (let i = 0; i < 500; i++) {
      const t = Array.from({ length: 24 }, () => 'a* \n*b🌸'[Math.floor(Math.random() * 7)]).join('');
      expect(spans(t).map((x) => x.text).join('').replaceAll('*', '')).toBe(t.replaceAll('*', ''));
    }
  });
  it('makes one plain line', () => {
    expect(plain('*smiles*\n\nHello')).toBe('smiles Hello');
  });
});
