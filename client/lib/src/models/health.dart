// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'health.g.dart';

/// A field that is wrong.
@JsonSerializable(explicitToJson: true)
class FieldProblem {
  const FieldProblem({required this.field, required this.message});

  factory FieldProblem.fromJson(Map<String, dynamic> json) =>
      _$FieldProblemFromJson(json);

  /// The field, as it stands in the request (`alternate_greetings.2`).
  final String field;

  /// What is wrong with it.
  final String message;

  Map<String, dynamic> toJson() => _$FieldProblemToJson(this);
}

/// Whether the process lives.
@JsonSerializable(explicitToJson: true)
class HealthOut {
  const HealthOut({required this.status});

  factory HealthOut.fromJson(Map<String, dynamic> json) =>
      _$HealthOutFromJson(json);

  /// `ok`.
  final String status;

  Map<String, dynamic> toJson() => _$HealthOutToJson(this);
}

/// How one part of the server is.
@JsonSerializable(explicitToJson: true)
class PartStatus {
  const PartStatus({
    required this.name,
    required this.ready,
    this.degraded,
    this.detail,
  });

  factory PartStatus.fromJson(Map<String, dynamic> json) =>
      _$PartStatusFromJson(json);

  /// Whether all goes on without it, but slower.
  final bool? degraded;

  /// More, for the operator; nothing secret, for everybody may read it.
  final String? detail;

  /// The part: `store`, `chat_log`, `bus`, `model`, `embedder`.
  final String name;

  /// Whether it can be used.
  final bool ready;

  Map<String, dynamic> toJson() => _$PartStatusToJson(this);
}

/// The body of every error answer but those of `POST /auth/token`.
@JsonSerializable(explicitToJson: true)
class Problem {
  const Problem({
    required this.code,
    required this.detail,
    required this.requestId,
    required this.status,
    required this.title,
    required this.type,
    this.characterId,
    this.errors,
    this.quota,
  });

  factory Problem.fromJson(Map<String, dynamic> json) =>
      _$ProblemFromJson(json);

  /// The character that was made from the file; only for `card_known`.
  @JsonKey(name: 'character_id')
  final CharacterId? characterId;

  /// The kind, for programs.
  @JsonKey(unknownEnumValue: ProblemCode.unrecognized)
  final ProblemCode code;

  /// What is wrong this time.
  final String detail;

  /// The fields that are wrong; only for `validation_failed` and
  /// `content_refused`.
  final List<FieldProblem>? errors;

  /// The limit that is reached; only for `quota_reached`.
  final QuotaReached? quota;

  /// The answer's `X-Request-Id`, for questions to the operator.
  @JsonKey(name: 'request_id')
  final String? requestId;

  /// The status of the answer.
  final int status;

  /// The kind in words.
  final String title;

  /// A name for the kind of problem.
  final String type;

  Map<String, dynamic> toJson() => _$ProblemToJson(this);
}

/// A limit that is reached.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class QuotaReached {
  const QuotaReached({
    required this.limit,
    required this.quota,
    required this.resetsAt,
    required this.used,
  });

  factory QuotaReached.fromJson(Map<String, dynamic> json) =>
      _$QuotaReachedFromJson(json);

  /// How much may be taken.
  final int limit;

  /// Which.
  @JsonKey(unknownEnumValue: QuotaKind.unrecognized)
  final QuotaKind quota;

  /// When it begins anew.
  @JsonKey(name: 'resets_at')
  final DateTime resetsAt;

  /// How much was taken, with what is being written.
  final int used;

  Map<String, dynamic> toJson() => _$QuotaReachedToJson(this);
}

/// Whether the server is ready.
@JsonSerializable(explicitToJson: true)
class ReadyOut {
  const ReadyOut({required this.parts, required this.ready});

  factory ReadyOut.fromJson(Map<String, dynamic> json) =>
      _$ReadyOutFromJson(json);

  /// Each part.
  final List<PartStatus> parts;

  /// Whether all parts are.
  final bool ready;

  Map<String, dynamic> toJson() => _$ReadyOutToJson(this);
}
