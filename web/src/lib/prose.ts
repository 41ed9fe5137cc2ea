// What a message says, cut into what is spoken and what is done. Only text nodes are made of it.

export interface Span {
  kind: 'say' | 'act' | 'strong';
  text: string;
}

/**
 * `*text*` is an action, `**text**` is stressed, also across a line but not across a blank one. A star that is not
 * closed, or stands beside a space, is a star. `open`: the text is still being written, so a star may yet be closed.
 */
export function spans(text: string, open = false): Span[] {
  const out: Span[] = [];
  const push = (kind: Span['kind'], t: string) => {
    if (!t) return;
    const last = out.at(-1);
    if (last && last.kind === kind) last.text += t;
    else out.push({ kind, text: t });
  };
  let i = 0;
  while (i < text.length) {
    const star = text.indexOf('*', i);
    if (star < 0) {
      push('say', text.slice(i));
      break;
    }
    push('say', text.slice(i, star));
    let run = 1;
    while (text[star + run] === '*') run++;
    const next = text[star + run];
    if (run > 2 || next === undefined || /\s/.test(next)) {
      push('say', text.slice(star, star + run));
      i = star + run;
      continue;
    }
    const mark = '*'.repeat(run);
    let end = -1;
    for (let j = text.indexOf(mark, star + run); j >= 0; j = text.indexOf(mark, j + run)) {
      if (run === 1 && text[j + 1] === '*') {
        // A doubled star inside an action belongs to something stressed.
        j++;
        continue;
      }
      if (!/\s/.test(text[j - 1] ?? ' ')) {
        end = j;
        break;
      }
    }
    const inner = text.slice(star + run, end < 0 ? text.length : end);
    const kind = run === 2 ? 'strong' : 'act';
    if (/\n\s*\n/.test(inner) || (end < 0 && !open)) {
      push('say', mark);
      i = star + run;
    } else {
      push(kind, inner);
      i = end < 0 ? text.length : end + run;
    }
  }
  return out;
}

/** The same without marks, for one line in a list or for reading aloud. */
export function plain(text: string): string {
  return spans(text)
    .map((s) => s.text)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}
