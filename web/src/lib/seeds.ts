// The short texts of the characters who come with Talker, in the language of whoever reads. What people wrote stays as they wrote it,
// and the server is told the text itself, never what it is shown as.

import { said, t } from '../messages';

export const tagName = (tag: string): string => said(t.seeds.tags, tag) ?? tag;

/** A line that is told of a character: what she is in a few words, or what she does now. */
export const lineOf = (line: string): string => said(t.seeds.lines, line) ?? line;
