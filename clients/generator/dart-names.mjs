// How things of the contract are called and written in Dart.

import { camel } from './contract.mjs';

export const HEAD = '// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.\n';

const RESERVED = new Set(
  'assert break case catch class const continue default do else enum extends false final finally for if in is new null rethrow return super switch this throw true try var void while with'.split(' '),
);
/** Names that the members of an enum or of an object may not have. */
const TAKEN = new Set(['index', 'values', 'wire', 'of', 'hashCode', 'runtimeType', 'toJson', 'toString', 'nulls', 'unrecognized']);

/** The name of a field, a parameter or a value. */
export function member(name) {
  const plain = camel(name);
  return RESERVED.has(plain) || TAKEN.has(plain) ? `${plain}Value` : plain;
}

/** What a value of a later server becomes. */
export const FALLBACK = 'unrecognized';

export function type(t) {
  switch (t.kind) {
    case 'ref':
      return t.name;
    case 'array':
      return `List<${type(t.items)}>`;
    case 'map':
      return `Map<String, ${type(t.items)}>`;
    case 'int':
    case 'double':
    case 'bool':
      return t.kind;
    case 'time':
      return 'DateTime';
    case 'string':
      return 'String';
    case 'const':
      return typeof t.value === 'number' ? 'int' : typeof t.value === 'boolean' ? 'bool' : 'String';
    case 'any':
      return 'dynamic';
    case 'bytes':
      return 'List<int>';
  }
  throw new Error(t.kind);
}

/** Lines of a doc comment, none longer than the language likes. */
export function comment(doc, indent = '') {
  if (doc === '') return '';
  const lines = [];
  for (const paragraph of doc.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent.length + line.length + word.length + 5 > 80) {
        lines.push(line);
        line = '';
      }
      line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => `${indent}///${line && ' '}${safe(line)}\n`).join('');
}

/** Brackets of a doc comment are links in Dart, which the contract's are not. */
const safe = (line) => line.replaceAll('[', '`[').replaceAll(']', ']`').replaceAll('``', '`');

/** Items on one line where they fit behind `before`, else one on each line. */
export function list(before, open, items, close, indent) {
  const flat = `${open}${items.join(', ')}${close}`;
  if (items.length === 0) return `${open}${close}`;
  if (before.length + flat.length < 80) return flat;
  return `${open}\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}${close}`;
}

/** Which schemas of the contract a type names. */
export function named(t) {
  if (t.items) return named(t.items);
  return t.kind === 'ref' ? [t.name] : [];
}
