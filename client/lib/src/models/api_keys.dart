// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'api_keys.g.dart';

/// What a key is wanted for.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
  converters: [UtcTime()],
)
class ApiKeyIn {
  const ApiKeyIn({
    required this.name,
    this.characters,
    this.expiresAt,
    this.scopes,
    this.nulls = const {},
  });

  /// With whom it talks, at most 32; everybody if absent or null.
  final List<CharacterId>? characters;

  /// When it ends by itself; never if absent or null.
  @JsonKey(name: 'expires_at')
  final DateTime? expiresAt;

  /// What it is for, in a line.
  final String name;

  /// What it is good for; `chat` and `recall` if absent.
  @JsonKey(unknownEnumValue: ApiKeyScope.unrecognized)
  final List<ApiKeyScope>? scopes;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$ApiKeyInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A key, without its secret.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class ApiKeyOut {
  const ApiKeyOut({
    required this.characters,
    required this.createdAt,
    required this.expiresAt,
    required this.hint,
    required this.id,
    required this.lastUsedAt,
    required this.name,
    required this.scopes,
  });

  factory ApiKeyOut.fromJson(Map<String, dynamic> json) =>
      _$ApiKeyOutFromJson(json);

  /// With whom it talks; null is everybody whom the person may talk to.
  final List<CharacterId>? characters;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// When it ends by itself.
  @JsonKey(name: 'expires_at')
  final DateTime? expiresAt;

  /// How the key begins.
  final String hint;

  final ApiKeyId id;

  /// When it was last shown, to the hour.
  @JsonKey(name: 'last_used_at')
  final DateTime? lastUsedAt;

  /// What it is for.
  final String name;

  /// What it is good for.
  @JsonKey(unknownEnumValue: ApiKeyScope.unrecognized)
  final List<ApiKeyScope> scopes;

  Map<String, dynamic> toJson() => _$ApiKeyOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class ApiKeyPage {
  const ApiKeyPage({required this.items, required this.nextCursor});

  factory ApiKeyPage.fromJson(Map<String, dynamic> json) =>
      _$ApiKeyPageFromJson(json);

  /// The items, in the order of the list.
  final List<ApiKeyOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$ApiKeyPageToJson(this);
}

/// What is changed about a key; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
  converters: [UtcTime()],
)
class ApiKeyPatch {
  const ApiKeyPatch({
    this.characters,
    this.expiresAt,
    this.name,
    this.scopes,
    this.nulls = const {},
  });

  /// With whom it talks; null is everybody.
  final List<CharacterId>? characters;

  /// When it ends by itself; null is never.
  @JsonKey(name: 'expires_at')
  final DateTime? expiresAt;

  /// What it is for, in a line.
  final String? name;

  /// What it is good for.
  @JsonKey(unknownEnumValue: ApiKeyScope.unrecognized)
  final List<ApiKeyScope>? scopes;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$ApiKeyPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A key that was just made.
@JsonSerializable(explicitToJson: true)
class MadeApiKeyOut {
  const MadeApiKeyOut({required this.key, required this.secret});

  factory MadeApiKeyOut.fromJson(Map<String, dynamic> json) =>
      _$MadeApiKeyOutFromJson(json);

  /// What lists show of it.
  final ApiKeyOut key;

  /// The key itself. It is told this once: what is kept is a hash of it.
  final String secret;

  Map<String, dynamic> toJson() => _$MadeApiKeyOutToJson(this);
}
