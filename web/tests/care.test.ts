import { describe, expect, it } from 'vitest';
import { careParts, linked } from '../src/lib/care';

describe('a word of care', () => {
  it('has its paragraphs, and who helps one by one', () => {
    const parts = careParts('I am a program.\n\n• 112\n• call 988\n\nI am still here.');
    expect(parts.map((p) => [p.lines, p.texts.length])).toEqual([[false, 1], [true, 2], [false, 1]]);
  });

  it('makes numbers callable and pages reachable, and nothing else', () => {
    const links = (line: string) => linked(line).flatMap((s) => (s.href ? [s.href] : []));
    expect(links('In immediate danger: 112 in Europe, 911 in the US')).toEqual(['tel:112', 'tel:911']);
    expect(links('UK and Ireland: call 116 123, Samaritans')).toEqual(['tel:116123']);
    expect(links('Australia: call 13 11 14, Lifeline')).toEqual(['tel:131114']);
    expect(links('Everywhere else: findahelpline.com names the line')).toEqual(['https://findahelpline.com']);
    expect(links('よりそいホットライン：0120-279-338（24時間）')).toEqual(['tel:0120279338']);
    expect(links('日本以外：findahelpline.com でその国の窓口')).toEqual(['https://findahelpline.com']);
    expect(links('有生命危险时（中国大陆 120 或 110，香港 999）')).toEqual(['tel:120', 'tel:110', 'tel:999']);
    expect(links('+44 20 7946 0958')).toEqual(['tel:+442079460958']);
    for (const line of ['• 112 x', '拨打 12356，全国', 'nothing here']) expect(linked(line).map((s) => s.text).join('')).toBe(line);
  });
});
