// The contract in Dart: the service for Retrofit, models for json_serializable, and frames as sealed classes.

import { frameName } from './contract.mjs';
import { classOf, models } from './dart-models.mjs';
import { HEAD, comment, list, member, type } from './dart-names.mjs';

/** Files by name, below `client/lib/src`. */
export function dart(contract) {
  return { 'api_service.dart': service(contract), 'frames.dart': frames(contract), ...models(contract) };
}

function service({ operations }) {
  const open = operations.filter((o) => o.open).map((o) => `  '${o.method} ${o.path}',\n`);
  return `${HEAD}
import 'package:dio/dio.dart';
import 'package:retrofit/retrofit.dart';

import 'models.dart';

part 'api_service.g.dart';

/// Operations that need no token, as method and path.
const openOperations = {
${open.join('')}};

/// Every operation of the server. A failure is a [DioException]; \`ApiError.of\`
/// reads what the server says of it.
@RestApi()
abstract class ApiService {
  factory ApiService(Dio dio, {String? baseUrl}) = _ApiService;

${operations.map(operation).join('\n')}}
`;
}

function operation(o) {
  const lines = [`  @${o.method}('${o.path}')\n`];
  const positional = [];
  const byName = [];
  if (o.tag === 'operator') positional.push("@Header('Authorization') String authorization");
  for (const p of o.parameters) {
    const is = `@${p.in === 'path' ? 'Path' : 'Query'}('${p.name}')`;
    if (p.in === 'path') positional.push(`${is} ${type(p.type)} ${member(p.name)}`);
    else byName.push(`${is} ${p.required ? 'required ' : ''}${type(p.type)}${p.required ? '' : '?'} ${member(p.name)}`);
  }
  if (o.body?.kind === 'form') lines.push('  @FormUrlEncoded()\n');
  if (o.body?.kind === 'image') {
    lines.push('  @MultiPart()\n');
    positional.push("@Part(name: 'file') MultipartFile file");
  } else if (o.body?.required) {
    positional.push(`@Body() ${type(o.body.type)} body`);
  } else if (o.body) {
    byName.push(`@Body() ${type(o.body.type)}? body`);
  }
  if (o.answer?.kind === 'bytes') lines.push('  @DioResponseType(ResponseType.bytes)\n');
  const answer = o.answer ? type(o.answer) : 'void';
  const head = `  Future<${answer}> ${member(o.id)}`;
  return `${comment(o.doc, '  ')}${lines.join('')}${head}${parameters(head, positional, byName)};\n`;
}

/** Parameters of a method: those that must be said in their places, the others by their names. */
function parameters(head, positional, byName) {
  if (byName.length === 0) return list(head, '(', positional, ')', '  ');
  if (positional.length === 0) return `({\n${byName.map((p) => `    ${p},\n`).join('')}  })`;
  const first = positional.map((p) => `    ${p},\n`).join('');
  return `(\n${first.slice(0, -1)} {\n${byName.map((p) => `    ${p},\n`).join('')}  })`;
}

const PLACE = `  /// The session it belongs to.
  SessionId get sessionId;

  /// Its place in the session; each is one more than the one before.
  int get seq;
`;

function frames({ frames, schemas }) {
  const events = frames.events.variants;
  const member = (frame, name, base, more) =>
    classOf({ ...frame, name, schemas, base, tag: { name: 'type', value: frame.value }, modifier: 'final ', ...more });
  const overriding = (text) => text.replaceAll(/^  final (SessionId sessionId|int seq);$/gm, '  @override\n  final $1;');
  const received = [
    ...events.map((v) => [v.value, frameName.event(v.value)]),
    ...frames.received.map((f) => [f.value, frameName.received(f.value)]),
  ];
  const eventClasses = events.map((v) => overriding(member(v, frameName.event(v.value), 'SessionEvent', { received: true })));
  return `${HEAD}
import 'package:json_annotation/json_annotation.dart';

import 'converters.dart';
import 'models.dart';

part 'frames.g.dart';

/// What a client may send.
sealed class ClientFrame {
  const ClientFrame();

  Map<String, dynamic> toJson();
}

${frames.sent.map((f) => member(f, frameName.sent(f.value), 'ClientFrame', { sent: true })).join('\n')}
/// What the server sends.
sealed class ServerFrame {
  const ServerFrame();

  factory ServerFrame.fromJson(Map<String, dynamic> json) =>
      switch (json['type']) {
${received.map(([value, name]) => `        '${value}' => ${name}.fromJson(json),\n`).join('')}        // What has a place is an event, also when it is of a later protocol.
        _ when json['seq'] is int && json['session_id'] is String =>
          UnrecognizedEvent(json),
        _ => UnrecognizedFrame(json),
      };

  Map<String, dynamic> toJson();
}

/// What a later protocol has and this client does not know.
final class UnrecognizedFrame extends ServerFrame {
  const UnrecognizedFrame(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  Map<String, dynamic> toJson() => json;
}

${frames.received.map((f) => member(f, frameName.received(f.value), 'ServerFrame', { received: true })).join('\n')}
${comment(frames.events.doc)}sealed class SessionEvent extends ServerFrame {
  const SessionEvent();

  factory SessionEvent.fromJson(Map<String, dynamic> json) =>
      switch (json['type']) {
${events.map((v) => `        '${v.value}' => ${frameName.event(v.value)}.fromJson(json),\n`).join('')}        _ => UnrecognizedEvent(json),
      };

${PLACE}}

/// An event that a later protocol has and this client does not know.
final class UnrecognizedEvent extends SessionEvent {
  const UnrecognizedEvent(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  SessionId get sessionId => json['session_id'] as String;

  @override
  int get seq => json['seq'] as int;

  @override
  Map<String, dynamic> toJson() => json;
}

${eventClasses.join('\n')}`;
}
