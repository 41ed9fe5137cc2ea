// The contract, read: schemas, operations and frames in a form from which each language is written. What the generator does
// not understand is an error, never a guess.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What is served for other clients: those of OpenAI, which bring types of their own. */
const elsewhere = (name) => name.startsWith('/v1/') || name.startsWith('OpenAi');

const ID = /^\^([a-z]{3})_\[0-9a-f\]\{32\}\$$/;

/** Reads both documents of a folder. */
export function readContract(folder) {
  const openapi = JSON.parse(readFileSync(`${folder}/openapi.json`, 'utf8'));
  const asyncapi = parse(readFileSync(`${folder}/asyncapi.yaml`, 'utf8'));
  return contractOf(openapi, asyncapi);
}

/** Both documents as one contract. */
export function contractOf(openapi, asyncapi) {
  const schemas = new Map();
  const reader = new Reader(openapi, asyncapi);
  for (const [name, schema] of Object.entries(openapi.components.schemas)) {
    if (!elsewhere(name)) schemas.set(name, reader.named(name, schema));
  }
  const operations = reader.operations();
  const frames = reader.frames(schemas);
  const tags = openapi.tags.filter((tag) => tag.name !== 'openai');
  const contract = { version: openapi.info.version, tags, schemas, operations, frames };
  mark(contract);
  return contract;
}

class Reader {
  constructor(openapi, asyncapi) {
    this.openapi = openapi;
    this.asyncapi = asyncapi;
    this.ids = new Map();
    for (const [name, schema] of Object.entries(openapi.components.schemas)) {
      const prefix = ID.exec(schema.pattern ?? '')?.[1];
      if (prefix) this.ids.set(prefix, name);
    }
  }

  /** A schema that has a name. */
  named(name, schema) {
    const doc = schema.description ?? '';
    if (ID.test(schema.pattern ?? '')) return { kind: 'id', name, doc };
    if (schema.enum) return { kind: 'enum', name, doc, values: schema.enum };
    if (schema.format === 'binary') return { kind: 'bytes', name, doc };
    if (schema.oneOf) return this.union(name, doc, schema.oneOf);
    if (schema.allOf) return this.joined(name, doc, schema.allOf);
    if (schema.type === 'object') return { kind: 'object', name, doc, fields: this.fields(name, schema) };
    throw new Error(`${name}: what is this? ${JSON.stringify(schema)}`);
  }

  /** One of several objects, told apart by a field whose value each has for itself. */
  union(name, doc, parts, shared = []) {
    const tag = Object.entries(parts[0].properties).find(([, p]) => p.enum?.length === 1 || p.const !== undefined)?.[0];
    if (!tag) throw new Error(`${name}: nothing tells its kinds apart`);
    const variants = parts.map((part) => {
      const value = part.properties[tag].const ?? part.properties[tag].enum[0];
      const fields = this.fields(name, part).filter((field) => field.name !== tag);
      return { value, doc: part.description ?? '', fields: [...shared, ...fields] };
    });
    return { kind: 'union', name, doc, tag, variants };
  }

  /** All fields of several objects; of a union and an object, the union with more fields. */
  joined(name, doc, parts) {
    const whole = parts.map((part) => (part.$ref ? this.openapi.components.schemas[last(part.$ref)] : part));
    const union = whole.find((part) => part.oneOf);
    const objects = whole.filter((part) => part !== union);
    const fields = objects.flatMap((part) => this.fields(name, part));
    if (union) return this.union(name, doc || (union.description ?? ''), union.oneOf, fields);
    return { kind: 'object', name, doc, fields };
  }

  fields(owner, schema) {
    const required = new Set(schema.required ?? []);
    return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
      name,
      doc: property.description ?? property.oneOf?.find((part) => part.description)?.description ?? '',
      required: required.has(name),
      ...this.type(`${owner}.${name}`, property),
      bounds: boundsOf(property),
    }));
  }

  /** `{type, nullable}` of a value. */
  type(where, schema) {
    const parts = schema.oneOf ?? schema.allOf;
    if (parts) {
      const real = parts.filter((part) => part.type !== 'null');
      if (real.length !== 1) throw new Error(`${where}: one of several without a name`);
      return { type: this.type(where, real[0]).type, nullable: real.length < parts.length };
    }
    const types = [schema.type].flat().filter((type) => type !== 'null');
    const nullable = [schema.type].flat().includes('null');
    return { type: this.plain(where, schema, types[0]), nullable };
  }

  plain(where, schema, type) {
    if (schema.$ref) return this.reference(schema.$ref);
    const id = ID.exec(schema.pattern ?? '')?.[1];
    if (id) {
      if (!this.ids.has(id)) throw new Error(`${where}: no schema of ids ${id}_`);
      return { kind: 'ref', name: this.ids.get(id) };
    }
    if (schema.const !== undefined) return { kind: 'const', value: schema.const };
    if (schema.enum?.length === 1) return { kind: 'const', value: schema.enum[0] };
    if (schema.enum) throw new Error(`${where}: a closed set without a name`);
    switch (type) {
      case 'string':
        if (schema.format === 'date-time') return { kind: 'time' };
        return { kind: schema.format === 'binary' ? 'bytes' : 'string' };
      case 'integer':
        return { kind: 'int' };
      case 'number':
        return { kind: 'double' };
      case 'boolean':
        return { kind: 'bool' };
      case 'array':
        return { kind: 'array', items: this.type(where, schema.items).type };
      case 'object':
        // A file of another program: whatever it holds.
        if (!schema.properties && schema.additionalProperties === undefined) return { kind: 'map', items: { kind: 'any' } };
        if (schema.additionalProperties) return { kind: 'map', items: this.type(where, schema.additionalProperties).type };
    }
    throw new Error(`${where}: what is this? ${JSON.stringify(schema)}`);
  }

  reference(path) {
    const name = last(path);
    if (path.startsWith('#/components/schemas/') && !(name in this.openapi.components.schemas)) {
      return this.type(name, this.asyncapi.components.schemas[name]).type;
    }
    return { kind: 'ref', name };
  }

  operations() {
    const all = [];
    const names = new Set();
    for (const [path, item] of Object.entries(this.openapi.paths)) {
      if (elsewhere(path)) continue;
      for (const [method, text] of Object.entries(item)) {
        if (names.has(text.operationId)) throw new Error(`${text.operationId} is there twice`);
        names.add(text.operationId);
        all.push(this.operation(path, method, text));
      }
    }
    return all;
  }

  operation(path, method, text) {
    const parameters = (text.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      doc: parameter.description ?? '',
      required: parameter.required === true,
      ...this.type(`${text.operationId}.${parameter.name}`, parameter.schema),
      bounds: boundsOf(parameter.schema),
    }));
    for (const parameter of parameters) {
      if (!['path', 'query'].includes(parameter.in)) throw new Error(`${text.operationId}: a parameter in ${parameter.in}`);
    }
    return {
      id: text.operationId,
      path,
      method: method.toUpperCase(),
      tag: text.tags[0],
      doc: [text.summary, text.description].filter(Boolean).join('\n\n'),
      open: (text.security ?? []).length === 0,
      parameters,
      body: this.body(text),
      answer: this.answer(text),
    };
  }

  /** What is sent: `json` or `form` of a schema, or an image. */
  body(text) {
    if (!text.requestBody) return null;
    const content = text.requestBody.content;
    const kind = content['application/json'] ? 'json' : content['application/x-www-form-urlencoded'] ? 'form' : content['multipart/form-data'] ? 'image' : null;
    if (!kind) throw new Error(`${text.operationId}: a body of ${Object.keys(content)}`);
    const media = content['application/json'] ?? content['application/x-www-form-urlencoded'] ?? content['multipart/form-data'];
    const { type, nullable } = this.type(text.operationId, media.schema);
    return { kind, type, required: text.requestBody.required === true && !nullable };
  }

  /** What comes back when all is well: a type, `bytes`, or null for nothing. Where it was so before and where it is new now, it is the same. */
  answer(text) {
    const good = Object.entries(text.responses).filter(([status]) => /^2/.test(status));
    const kinds = new Set(good.map(([, answer]) => JSON.stringify(answer.content ?? null)));
    if (kinds.size !== 1) throw new Error(`${text.operationId}: ${kinds.size} kinds of good answers`);
    const content = good[0][1].content;
    if (!content) return null;
    if (content['application/json']) return this.type(text.operationId, content['application/json'].schema).type;
    return { kind: 'bytes' };
  }

  /** Frames by direction; those that are events of a session are told by the union of the same name. */
  frames(schemas) {
    const events = schemas.get('SessionEvent');
    const known = new Map(events.variants.map((variant) => [variant.value, variant]));
    const read = (operation) =>
      this.asyncapi.operations[operation].messages.map(({ $ref }) => {
        const { summary, payload } = this.asyncapi.components.messages[last($ref)];
        const value = payload.properties.type.const;
        const fields = this.fields(value, payload).filter((field) => field.name !== 'type');
        return { value, doc: summary, fields };
      });
    const received = read('tell');
    for (const frame of received.filter((frame) => known.has(frame.value))) {
      const names = (fields) => fields.map((field) => field.name).sort().join(', ');
      const [here, there] = [names(frame.fields), names(known.get(frame.value).fields)];
      if (here !== there) throw new Error(`${frame.value} has ${here} in asyncapi.yaml and ${there} in openapi.json`);
      known.delete(frame.value);
    }
    if (known.size > 0) throw new Error(`asyncapi.yaml has no ${[...known.keys()]}`);
    const isEvent = new Set(events.variants.map((variant) => variant.value));
    return { sent: read('take'), received: received.filter((frame) => !isEvent.has(frame.value)), events };
  }
}

/** How far values may go: numbers, lengths, forms. */
function boundsOf(schema) {
  const names = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'];
  return Object.fromEntries(names.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]));
}

const last = (path) => path.split('/').at(-1);

/** Says of each schema which way it goes, and beside the operations of which tag it belongs. */
function mark({ schemas, operations, frames, tags }) {
  const order = new Map(tags.map((tag, i) => [tag.name, i]));
  const visit = (type, way, tag, seen) => {
    if (type.items) visit(type.items, way, tag, seen);
    if (type.kind !== 'ref' || seen.has(type.name)) return;
    seen.add(type.name);
    const schema = schemas.get(type.name);
    if (!schema) throw new Error(`${type.name} is nowhere`);
    schema[way] = true;
    if (tag !== undefined && (schema.place === undefined || order.get(tag) < order.get(schema.place))) schema.place = tag;
    for (const field of [...(schema.fields ?? []), ...(schema.variants ?? []).flatMap((variant) => variant.fields)]) visit(field.type, way, tag, seen);
  };
  for (const operation of operations) {
    for (const parameter of operation.parameters) visit(parameter.type, 'sent', operation.tag, new Set());
    if (operation.body) visit(operation.body.type, 'sent', operation.tag, new Set());
    if (operation.answer) visit(operation.answer, 'received', operation.tag, new Set());
  }
  for (const frame of frames.received) for (const field of frame.fields) visit(field.type, 'received', undefined, new Set());
  visit({ kind: 'ref', name: 'Problem' }, 'received', 'health', new Set());
  visit({ kind: 'ref', name: 'TokenError' }, 'received', 'auth', new Set());
  for (const schema of schemas.values()) {
    // What was written into another by `allOf` has no use of its own.
    if (!schema.sent && !schema.received) schema.inlined = true;
  }
}

/** `snake_case` and `dotted.names` as `PascalCase` and `camelCase`. */
export const pascal = (name) => name.split(/[_.]/).map((word) => word[0].toUpperCase() + word.slice(1)).join('');
export const camel = (name) => pascal(name)[0].toLowerCase() + pascal(name).slice(1);

/** Names of frames: what is sent is a request, what has a place is an event. */
export const frameName = { sent: (value) => `${pascal(value)}Request`, received: (value) => `${pascal(value)}Frame`, event: (value) => `${pascal(value)}Event` };
