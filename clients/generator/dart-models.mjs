// The schemas of the contract in Dart: ids, closed sets with a fallback, objects for json_serializable, sealed unions.

import { pascal } from './contract.mjs';
import { FALLBACK, HEAD, comment, list, member, type } from './dart-names.mjs';

/** Schemas of which an object is made by hand, or that are written elsewhere. */
const ELSEWHERE = new Set(['SessionEvent']);

export function models({ schemas, tags }) {
  const files = {};
  const mine = [...schemas.values()].filter((s) => !s.inlined && !ELSEWHERE.has(s.name));
  const ids = mine.filter((s) => s.kind === 'id');
  const enums = mine.filter((s) => s.kind === 'enum');
  files['ids.dart'] = [HEAD, ...ids.map((s) => `${comment(s.doc || `Names one thing; begins with its kind.`)}typedef ${s.name} = String;\n`)].join('\n');
  files['enums.dart'] = [HEAD, "import 'package:json_annotation/json_annotation.dart';\n", ...enums.map(enumeration)].join('\n');
  const written = [];
  for (const tag of tags.map((t) => t.name)) {
    const here = mine.filter((s) => s.place === tag && (s.kind === 'object' || s.kind === 'union'));
    if (here.length === 0) continue;
    written.push(tag);
    files[`models/${tag}.dart`] = file(here, tag, schemas);
  }
  for (const s of mine) if (!s.place && s.kind === 'object') throw new Error(`${s.name} belongs to no operation`);
  files['models.dart'] = [HEAD, [...written.map((tag) => `models/${tag}.dart`), 'enums.dart', 'ids.dart'].map((name) => `export '${name}';\n`).sort().join('')].join('\n');
  return files;
}

function file(here, part, schemas) {
  const body = here.map((s) => (s.kind === 'union' ? union(s, schemas) : object(s, schemas))).join('\n');
  const imports = ["import 'package:json_annotation/json_annotation.dart';\n", '\n'];
  for (const name of ['converters.dart', 'frames.dart', 'models.dart']) {
    if (name === 'converters.dart' && !body.includes('UtcTime()')) continue;
    if (name === 'frames.dart' && !/\bSessionEvent\b/.test(body)) continue;
    imports.push(`import '../${name}';\n`);
  }
  return [HEAD, imports.join(''), `part '${part}.g.dart';\n`, body].join('\n');
}

function enumeration(s) {
  const values = s.values.map((value) => `  ${member(value)}('${value}'),\n`);
  const doc = s.doc || `${s.values.map((value) => `\`${value}\``).join(', ')}.`;
  return `${comment(doc)}@JsonEnum(valueField: 'wire')
enum ${s.name} {
${values.join('')}
  /// What a later server knows and this client does not.
  ${FALLBACK}('');

  const ${s.name}(this.wire);

  /// The word that stands for it on the wire.
  final String wire;

  /// What a word of the wire stands for.
  static ${s.name} of(String wire) =>
      values.firstWhere((v) => v.wire == wire, orElse: () => ${FALLBACK});

  /// The word that stands for it on the wire.
  String toJson() => wire;
}
`;
}

const isEnum = (t, schemas) => (t.items ? isEnum(t.items, schemas) : t.kind === 'ref' && schemas.get(t.name)?.kind === 'enum' ? t.name : null);
const hasTime = (t) => (t.items ? hasTime(t.items) : t.kind === 'time');

/** Whether `null` and nothing are two things that can be said of a field. */
const mayBeEither = (f) => !f.required && f.nullable;

/** The fields of a class, with what json_serializable must know of each. */
export function fieldsOf(fields, schemas) {
  return fields.map((f) => {
    const set = isEnum(f.type, schemas);
    const key = [];
    if (member(f.name) !== f.name) key.push(`name: '${f.name}'`);
    if (set) key.push(`unknownEnumValue: ${set}.${FALLBACK}`);
    const optional = !f.required || f.nullable;
    const annotation = key.length > 0 ? `  ${list('  ', '@JsonKey(', key, ')', '  ')}\n` : '';
    return {
      parameter: `${f.required ? 'required ' : ''}this.${member(f.name)}`,
      text: `${comment(f.doc, '  ')}${annotation}  final ${type(f.type)}${optional ? '?' : ''} ${member(f.name)};\n`,
    };
  });
}

/** The annotation of a class. */
export function serializable({ fields, sent, received }) {
  const options = ['explicitToJson: true'];
  if (!received) options.push('createFactory: false');
  if (sent) options.push('includeIfNull: false');
  if (fields.some((f) => hasTime(f.type))) options.push('converters: [UtcTime()]');
  return list('', '@JsonSerializable(', options, ')', '');
}

const NULLS = `  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;
`;

/** What `toJson` of a class gives. */
export function toJson(name, fields, { sent, tag } = {}) {
  const plain = `_$${name}ToJson(this)`;
  const nulls = sent && fields.some(mayBeEither);
  if (!nulls && !tag) return `  Map<String, dynamic> toJson() => ${plain};\n`;
  const parts = [tag ? `'${tag.name}': '${tag.value}'` : '', `...${plain}`, nulls ? 'for (final name in nulls) name: null' : ''];
  const head = '  Map<String, dynamic> toJson() => ';
  return `${head}${list(head, '{', parts.filter(Boolean), '}', '  ')};\n`;
}

/** A class for json_serializable. `base` has a constructor without arguments. */
export function classOf({ name, doc, fields, schemas, sent, received, base, tag, modifier = '' }) {
  const parts = fieldsOf(fields, schemas);
  const nulls = sent && fields.some(mayBeEither);
  // What is left out comes last.
  const parameters = [...parts].sort((a, b) => b.parameter.startsWith('required') - a.parameter.startsWith('required')).map((p) => p.parameter);
  if (nulls) parameters.push('this.nulls = const {}');
  const constructor = parameters.length === 0 ? `  const ${name}();\n` : `  const ${name}${list(`  const ${name}`, '({', parameters, '})', '  ')};\n`;
  const lines = [constructor];
  if (received) lines.push(`  factory ${name}.fromJson(Map<String, dynamic> json) =>\n      _$${name}FromJson(json);\n`);
  lines.push(...parts.map((p) => p.text));
  if (nulls) lines.push(NULLS);
  lines.push((base ? '  @override\n' : '') + toJson(name, fields, { sent, tag }));
  const head = `${modifier}class ${name}${base ? ` extends ${base}` : ''} {\n`;
  return `${comment(doc)}${serializable({ fields, sent, received })}\n${head}${lines.join('\n')}}\n`;
}

function object(s, schemas) {
  return classOf({ ...s, schemas });
}

function union(s, schemas) {
  const name = (v) => s.name + pascal(v.value);
  const cases = s.variants.map((v) => `        '${v.value}' => ${name(v)}.fromJson(json),\n`);
  const members = s.variants.map((v) => classOf({ ...v, name: name(v), schemas, sent: s.sent, received: true, base: s.name, tag: { name: s.tag, value: v.value }, modifier: 'final ' }));
  return `${comment(s.doc)}sealed class ${s.name} {
  const ${s.name}();

  factory ${s.name}.fromJson(Map<String, dynamic> json) =>
      switch (json['${s.tag}']) {
${cases.join('')}        _ => Unrecognized${s.name}(json),
      };

  Map<String, dynamic> toJson();
}

${members.join('\n')}
/// What a later server knows and this client does not.
final class Unrecognized${s.name} extends ${s.name} {
  const Unrecognized${s.name}(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  Map<String, dynamic> toJson() => json;
}
`;
}
