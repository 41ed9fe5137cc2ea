// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'consents.g.dart';

/// Something that the caller did.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Consent {
  const Consent({
    required this.act,
    required this.at,
    required this.digest,
    required this.kind,
    required this.subject,
    required this.version,
  });

  factory Consent.fromJson(Map<String, dynamic> json) =>
      _$ConsentFromJson(json);

  @JsonKey(unknownEnumValue: ConsentAct.unrecognized)
  final ConsentAct act;

  final DateTime at;

  /// Of a text, its SHA-256; else null.
  final String? digest;

  @JsonKey(unknownEnumValue: ConsentKind.unrecognized)
  final ConsentKind kind;

  /// With which character, or for which device, by its id; null where it is for
  /// all.
  final String? subject;

  /// Of a text, which version; else null.
  final String? version;

  Map<String, dynamic> toJson() => _$ConsentToJson(this);
}

/// What the caller agreed to.
@JsonSerializable(explicitToJson: true)
class Consents {
  const Consents({
    required this.items,
    required this.nextCursor,
    required this.pending,
    required this.required,
  });

  factory Consents.fromJson(Map<String, dynamic> json) =>
      _$ConsentsFromJson(json);

  /// All that the caller did, the newest first.
  final List<Consent> items;

  /// Leads to the rest; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  /// The texts that the caller has not agreed to as they are now.
  @JsonKey(unknownEnumValue: ConsentKind.unrecognized)
  final List<ConsentKind> pending;

  /// Whether nothing is written or changed without having agreed to all texts.
  final bool required;

  Map<String, dynamic> toJson() => _$ConsentsToJson(this);
}

/// What people agree to here.
@JsonSerializable(explicitToJson: true)
class Legal {
  const Legal({required this.documents, required this.required});

  factory Legal.fromJson(Map<String, dynamic> json) =>
      _$LegalFromJson(json);

  /// Empty where the operator has none.
  final List<LegalDocument> documents;

  /// Whether nobody signs up, writes or changes anything without having agreed
  /// to all of them.
  final bool required;

  Map<String, dynamic> toJson() => _$LegalToJson(this);
}

/// A text of the operator.
@JsonSerializable(explicitToJson: true)
class LegalDocument {
  const LegalDocument({
    required this.digest,
    required this.kind,
    required this.language,
    required this.text,
    required this.version,
  });

  factory LegalDocument.fromJson(Map<String, dynamic> json) =>
      _$LegalDocumentFromJson(json);

  /// The SHA-256 of the text in all its languages, in hex digits; written down
  /// when somebody agrees.
  final String digest;

  @JsonKey(unknownEnumValue: ConsentKind.unrecognized)
  final ConsentKind kind;

  /// The language in which it is told: the one that was asked for, or the first
  /// that there is.
  @JsonKey(unknownEnumValue: Tongue.unrecognized)
  final Tongue language;

  final String text;

  /// Named when it is agreed to.
  final String version;

  Map<String, dynamic> toJson() => _$LegalDocumentToJson(this);
}
