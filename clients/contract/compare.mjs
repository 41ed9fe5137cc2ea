// What a contract takes away from those who were written for an earlier one. More may be given at any time: fields, operations,
// frames, words of a closed set (clients have a fallback for those they do not know).

/** Sentences that say what breaks; none when nothing does. Both contracts as `contractOf` reads them. */
export function breaks(released, now) {
  const faults = [];
  const say = (where, what) => faults.push(`${where}: ${what}`);
  const shapes = new Shapes(released.schemas, now.schemas, say);
  compareOperations(released.operations, now.operations, shapes, say);
  for (const way of ['sent', 'received']) compareFrames(released.frames[way], now.frames[way], way, shapes, say);
  shapes.named('SessionEvent', 'SessionEvent', 'received', 'SessionEvent');
  return faults;
}

function compareOperations(released, now, shapes, say) {
  const here = new Map(now.map((o) => [`${o.method} ${o.path}`, o]));
  for (const old of released) {
    const where = `${old.method} ${old.path}`;
    const o = here.get(where);
    if (!o) {
      say(where, 'is gone');
      continue;
    }
    if (o.id !== old.id) say(where, `is called ${o.id}, and was ${old.id}`);
    if (old.open && !o.open) say(where, 'needs a token now');
    compareParameters(where, old.parameters, o.parameters, shapes, say);
    compareBody(where, old.body, o.body, shapes, say);
    if (!old.answer !== !o.answer) say(where, old.answer ? 'answers nothing any more' : 'answers something now');
    else if (old.answer) shapes.type(`${where} answer`, old.answer, o.answer, 'received');
  }
}

function compareParameters(where, released, now, shapes, say) {
  const key = (p) => `${p.in} ${p.name}`;
  const here = new Map(now.map((p) => [key(p), p]));
  for (const old of released) {
    const p = here.get(key(old));
    here.delete(key(old));
    if (!p) say(where, `takes no ${old.name} in its ${old.in} any more`);
    else shapes.field(`${where} ${old.name}`, old, p, 'sent');
  }
  for (const p of here.values()) if (p.required) say(where, `wants ${p.name} in its ${p.in}, which is new`);
}

function compareBody(where, old, body, shapes, say) {
  if (!old && !body) return;
  if (!old) {
    if (body.required) say(where, 'wants a body, which is new');
  } else if (!body) say(where, 'takes no body any more');
  else if (old.kind !== body.kind) say(where, `takes a body of ${body.kind}, and took one of ${old.kind}`);
  else {
    if (body.required && !old.required) say(where, 'wants its body now');
    shapes.type(`${where} body`, old.type, body.type, 'sent');
  }
}

function compareFrames(released, now, way, shapes, say) {
  const here = new Map(now.map((frame) => [frame.value, frame]));
  for (const old of released) {
    const where = `frame ${old.value} ${way === 'sent' ? 'from the client' : 'from the server'}`;
    const frame = here.get(old.value);
    if (frame) shapes.fields(where, old.fields, frame.fields, way);
    else say(where, 'is gone');
  }
}

/** What one may not pass by any more: `[bound, whether the new one is narrower]`. */
const NARROWER = {
  minimum: (old, now) => now > (old ?? -Infinity),
  exclusiveMinimum: (old, now) => now > (old ?? -Infinity),
  minLength: (old, now) => now > (old ?? 0),
  minItems: (old, now) => now > (old ?? 0),
  maximum: (old, now) => now < (old ?? Infinity),
  exclusiveMaximum: (old, now) => now < (old ?? Infinity),
  maxLength: (old, now) => now < (old ?? Infinity),
  maxItems: (old, now) => now < (old ?? Infinity),
  pattern: (old, now) => now !== old,
};

/** Compares what has a shape, each named schema once for each way it goes. */
class Shapes {
  constructor(released, now, say) {
    this.released = released;
    this.now = now;
    this.say = say;
    this.done = new Set();
  }

  type(where, old, now, way) {
    if (old.kind !== now.kind) return this.say(where, `is ${written(now)}, and was ${written(old)}`);
    if (old.kind === 'const' && old.value !== now.value) return this.say(where, `is ${now.value}, and was ${old.value}`);
    if (old.items) return this.type(`${where}[]`, old.items, now.items, way);
    if (old.kind === 'ref') this.named(old.name, now.name, way, where);
  }

  /** A schema may be called otherwise, as long as it means the same. */
  named(oldName, nowName, way, where) {
    const key = `${oldName} ${nowName} ${way}`;
    if (this.done.has(key)) return;
    this.done.add(key);
    const [old, now] = [this.released.get(oldName), this.now.get(nowName)];
    if (old.kind !== now.kind) return this.say(where, `is ${nowName}, of another kind than ${oldName}`);
    if (old.kind === 'id' && oldName !== nowName) return this.say(where, `is a ${nowName}, and was a ${oldName}`);
    if (old.kind === 'enum') {
      const gone = old.values.filter((value) => !now.values.includes(value));
      if (gone.length > 0) this.say(oldName, `has no ${gone.join(', ')} any more`);
    } else if (old.kind === 'object') this.fields(oldName, old.fields, now.fields, way);
    else if (old.kind === 'union') this.variants(oldName, old, now, way);
  }

  variants(name, old, now, way) {
    if (old.tag !== now.tag) return this.say(name, `is told apart by ${now.tag}, and was by ${old.tag}`);
    const here = new Map(now.variants.map((variant) => [variant.value, variant]));
    for (const variant of old.variants) {
      const same = here.get(variant.value);
      if (same) this.fields(`${name} ${variant.value}`, variant.fields, same.fields, way);
      else this.say(name, `is never ${variant.value} any more`);
    }
  }

  fields(where, released, now, way) {
    const here = new Map(now.map((f) => [f.name, f]));
    for (const old of released) {
      const f = here.get(old.name);
      here.delete(old.name);
      if (f) this.field(`${where}.${old.name}`, old, f, way);
      else this.say(`${where}.${old.name}`, 'is gone');
    }
    if (way === 'sent') for (const f of here.values()) if (f.required) this.say(`${where}.${f.name}`, 'must be said, and is new');
  }

  field(where, old, now, way) {
    this.type(where, old.type, now.type, way);
    if (way === 'sent') {
      if (now.required && !old.required) this.say(where, 'must be said now');
      if (old.nullable && !now.nullable) this.say(where, 'may not be null any more');
      for (const [name, narrower] of Object.entries(NARROWER)) {
        const [was, is] = [old.bounds[name], now.bounds[name]];
        if (is !== undefined && narrower(was, is)) this.say(where, `has the ${name} ${is}, and had ${was ?? 'none'}`);
      }
    } else {
      if (old.required && !now.required) this.say(where, 'may be missing now');
      if (now.nullable && !old.nullable) this.say(where, 'may be null now');
    }
  }
}

const written = (type) => (type.kind === 'ref' ? type.name : type.kind === 'array' ? `array of ${written(type.items)}` : type.kind);
