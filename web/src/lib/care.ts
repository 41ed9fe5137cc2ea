// What the server itself says where somebody may be in danger, taken apart so that who helps is one touch away.

/** By which model it is written. */
export const CARE = 'talker/care';

export interface CareSpan {
  text: string;
  href?: string;
}
export interface CarePart {
  /** Who helps, one after the other; else a paragraph. */
  lines: boolean;
  texts: CareSpan[][];
}

// A number that is called has three digits at least; a host has a dot and letters behind it.
const LINK = /(?<![\p{L}\d])(?:(\+?\d[\d -]*\d)|((?:[a-z\d-]+\.)+[a-z]{2,}(?:\/[\w\-./]*)?))(?![\d])/giu;

/** A line with numbers that can be called and pages that can be opened. */
export function linked(line: string): CareSpan[] {
  const out: CareSpan[] = [];
  let at = 0;
  for (const found of line.matchAll(LINK)) {
    const [text, number, host] = found;
    const digits = number?.replace(/[^\d+]/g, '') ?? '';
    if (!host && digits.length < 3) continue;
    if (found.index > at) out.push({ text: line.slice(at, found.index) });
    out.push({ text, href: host ? `https://${host}` : `tel:${digits}` });
    at = found.index + text.length;
  }
  if (at < line.length) out.push({ text: line.slice(at) });
  return out;
}

export function careParts(text: string): CarePart[] {
  const parts: CarePart[] = [];
  for (const block of text.split(/\n{2,}/)) {
    for (const line of block.split('\n')) {
      const words = line.trim();
      if (!words) continue;
      const helps = words.startsWith('• ');
      const last = parts.at(-1);
      if (helps && last?.lines) last.texts.push(linked(words.slice(2)));
      else parts.push({ lines: helps, texts: [helps ? linked(words.slice(2)) : [{ text: words }]] });
    }
  }
  return parts;
}
