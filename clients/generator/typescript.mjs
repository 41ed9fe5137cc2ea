// The contract in TypeScript: types, frames, and one method for each operation.

import { camel, frameName, pascal } from './contract.mjs';

const HEAD = '// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.\n';

/** Files by name. */
export function typescript(contract) {
  return { 'types.ts': types(contract), 'frames.ts': frames(contract), 'operations.ts': operations(contract) };
}

function type(t) {
  switch (t.kind) {
    case 'ref':
      return t.name;
    case 'const':
      return JSON.stringify(t.value).replaceAll('"', "'");
    case 'array':
      return /[|&]/.test(type(t.items)) ? `(${type(t.items)})[]` : `${type(t.items)}[]`;
    case 'map':
      return `Record<string, ${type(t.items)}>`;
    case 'int':
    case 'double':
      return 'number';
    case 'bool':
      return 'boolean';
    case 'any':
      return 'unknown';
    case 'bytes':
      return 'Blob';
    case 'string':
    case 'time':
      return 'string';
  }
  throw new Error(t.kind);
}

function comment(doc, indent = '') {
  const lines = doc.split('\n').map((line) => line.trimEnd());
  if (doc === '') return '';
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line && ' '}${line}\n`).join('')}${indent} */\n`;
}

/** A default of the server counts as there in what it answers, and need not be said to it. */
function field(f, received, indent = '  ') {
  const optional = f.required ? '' : '?';
  return `${comment(f.doc, indent)}${indent}${f.name}${optional}: ${type(f.type)}${f.nullable ? ' | null' : ''};\n`;
}

function object(name, doc, fields, tag) {
  const first = tag ? `  ${tag.name}: '${tag.value}';\n` : '';
  return `${comment(doc)}export interface ${name} {\n${first}${fields.map((f) => field(f)).join('')}}\n`;
}

const union = (name, doc, members) => `${comment(doc)}export type ${name} =${members.map((member) => `\n  | ${member}`).join('')};\n`;

function schema(s) {
  switch (s.kind) {
    case 'id':
      return `${comment(s.doc)}export type ${s.name} = string;\n`;
    case 'bytes':
      return `${comment(s.doc)}export type ${s.name} = Blob;\n`;
    case 'enum':
      return `${comment(s.doc)}export type ${s.name} = ${s.values.map((value) => `'${value}'`).join(' | ')};\n`;
    case 'object':
      return object(s.name, s.doc, s.fields);
    case 'union': {
      const variant = (v) => (s.name === 'SessionEvent' ? frameName.event(v.value) : s.name + pascal(v.value));
      const members = s.variants.map((v) => object(variant(v), v.doc, v.fields, { name: s.tag, value: v.value }));
      return [...members, union(s.name, s.doc, s.variants.map(variant))].join('\n');
    }
  }
  throw new Error(s.kind);
}

function types({ schemas }) {
  const written = [...schemas.values()].filter((s) => !s.inlined).map(schema);
  return [HEAD, ...written].join('\n');
}

function frames({ frames, schemas }) {
  const used = new Set();
  const note = (t) => {
    if (t.items) note(t.items);
    if (t.kind === 'ref') used.add(t.name);
  };
  const write = (list, name) =>
    list.map((frame) => {
      frame.fields.forEach((f) => note(f.type));
      return object(name(frame.value), frame.doc, frame.fields, { name: 'type', value: frame.value });
    });
  const sent = write(frames.sent, frameName.sent);
  const received = write(frames.received, frameName.received);
  used.add('SessionEvent');
  const imports = [...schemas.keys()].filter((name) => used.has(name)).map((name) => `  ${name},\n`);
  return [
    HEAD,
    `import type {\n${imports.join('')}} from './types.js';\n`,
    ...sent,
    union('ClientFrame', 'What a client may send.', frames.sent.map((frame) => frameName.sent(frame.value))),
    ...received,
    union('ServerFrame', 'What the server sends.', ['SessionEvent', ...frames.received.map((frame) => frameName.received(frame.value))]),
  ].join('\n');
}

/** A path as a template, with its parameters put in safely. */
const template = (path) => (path.includes('{') ? `\`${path.replaceAll(/\{(\w+)\}/g, (_, name) => `\${encodeURIComponent(${camel(name)})}`)}\`` : `'${path}'`);

function operation(o) {
  const inPath = o.parameters.filter((p) => p.in === 'path');
  const inQuery = o.parameters.filter((p) => p.in === 'query');
  const taken = inPath.map((p) => `${camel(p.name)}: ${type(p.type)}`);
  const parts = [`method: '${o.method}'`, `path: ${template(o.path)}`];
  if (o.open) parts.push('open: true');
  if (o.body) {
    taken.push(`body${o.body.required ? '' : '?'}: ${o.body.kind === 'image' ? 'Blob' : type(o.body.type)}`);
    parts.push(o.body.kind === 'json' ? 'body' : `${o.body.kind === 'form' ? 'form' : 'raw'}: body`);
  }
  if (inQuery.length > 0) {
    const must = inQuery.some((p) => p.required);
    const of = inQuery.map((p) => `${p.name}${p.required ? '' : '?'}: ${type(p.type)}${p.required ? '' : ' | null'}`);
    taken.push(`query: { ${of.join('; ')} }${must ? '' : ' = {}'}`);
    parts.push('query');
  }
  taken.push('options?: CallOptions');
  const [answer, call] = !o.answer ? ['void', 'nothing'] : o.answer.kind === 'bytes' ? ['Blob', 'blob'] : [type(o.answer), 'json'];
  return `${comment(o.doc, '  ')}  ${camel(o.id)}(${taken.join(', ')}): Promise<${answer}> {\n    return this.http.${call}({ ${parts.join(', ')} }, options);\n  }\n`;
}

function operations({ operations, schemas }) {
  const text = operations.map(operation).join('\n');
  const imports = [...schemas.keys()].filter((name) => new RegExp(`\\b${name}\\b`).test(text.replaceAll(/\/\*\*[^]*?\*\//g, '')));
  return [
    HEAD,
    `import type { CallOptions, Http } from '../http.js';\nimport type {\n${imports.map((name) => `  ${name},\n`).join('')}} from './types.js';\n`,
    `/** Every operation of the server. A failure is an \`ApiError\` with a stable code. */\nexport class Operations {\n  constructor(protected readonly http: Http) {}\n\n${text}}\n`,
  ].join('\n');
}
