// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'recommendations.g.dart';

/// A character that is a reason.
@JsonSerializable(explicitToJson: true)
class BecauseOut {
  const BecauseOut({required this.id, required this.name});

  factory BecauseOut.fromJson(Map<String, dynamic> json) =>
      _$BecauseOutFromJson(json);

  final CharacterId id;

  final String name;

  Map<String, dynamic> toJson() => _$BecauseOutToJson(this);
}

/// Something the caller did with a character.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
  converters: [UtcTime()],
)
class EventIn {
  const EventIn({
    required this.characterId,
    required this.eventId,
    required this.kind,
    this.at,
    this.surface,
    this.nulls = const {},
  });

  /// When; now if absent. Believed within the last week.
  final DateTime? at;

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  /// The client's own name for it, 1 to 64 of `A-Z a-z 0-9 - _`: told again
  /// under this name, it counts once.
  @JsonKey(name: 'event_id')
  final String eventId;

  @JsonKey(unknownEnumValue: RecommendationEventType.unrecognized)
  final RecommendationEventType kind;

  /// Where the character was shown.
  @JsonKey(unknownEnumValue: Surface.unrecognized)
  final Surface? surface;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$EventInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A batch of events.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class EventsIn {
  const EventsIn({required this.events});

  /// 1 to 100 of them.
  final List<EventIn> events;

  Map<String, dynamic> toJson() => _$EventsInToJson(this);
}

/// What became of a batch.
@JsonSerializable(explicitToJson: true)
class EventsOut {
  const EventsOut({
    required this.kept,
    required this.refused,
    required this.repeated,
  });

  factory EventsOut.fromJson(Map<String, dynamic> json) =>
      _$EventsOutFromJson(json);

  /// How many are kept.
  final int kept;

  /// Those that are not kept: to tell them again is of no use.
  final List<RefusedEventOut> refused;

  /// How many were kept before, or say nothing new.
  final int repeated;

  Map<String, dynamic> toJson() => _$EventsOutToJson(this);
}

/// A recommended character.
@JsonSerializable(explicitToJson: true)
class RecommendationOut {
  const RecommendationOut({required this.character, required this.reason});

  factory RecommendationOut.fromJson(Map<String, dynamic> json) =>
      _$RecommendationOutFromJson(json);

  final CharacterOut character;

  final RecommendationReasonOut reason;

  Map<String, dynamic> toJson() => _$RecommendationOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class RecommendationPage {
  const RecommendationPage({required this.items, required this.nextCursor});

  factory RecommendationPage.fromJson(Map<String, dynamic> json) =>
      _$RecommendationPageFromJson(json);

  /// The items, in the order of the list.
  final List<RecommendationOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$RecommendationPageToJson(this);
}

/// Why a character is recommended.
@JsonSerializable(explicitToJson: true)
class RecommendationReasonOut {
  const RecommendationReasonOut({
    required this.character,
    required this.kind,
    required this.tag,
  });

  factory RecommendationReasonOut.fromJson(Map<String, dynamic> json) =>
      _$RecommendationReasonOutFromJson(json);

  /// The character of the caller's that it comes from.
  final BecauseOut? character;

  @JsonKey(unknownEnumValue: ReasonKind.unrecognized)
  final ReasonKind kind;

  /// The tag of the caller's that it has.
  final String? tag;

  Map<String, dynamic> toJson() => _$RecommendationReasonOutToJson(this);
}

/// An event that is not kept.
@JsonSerializable(explicitToJson: true)
class RefusedEventOut {
  const RefusedEventOut({required this.eventId, required this.reason});

  factory RefusedEventOut.fromJson(Map<String, dynamic> json) =>
      _$RefusedEventOutFromJson(json);

  @JsonKey(name: 'event_id')
  final String eventId;

  @JsonKey(unknownEnumValue: RefusalReason.unrecognized)
  final RefusalReason reason;

  Map<String, dynamic> toJson() => _$RefusedEventOutToJson(this);
}

/// Tags the caller names as theirs.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Tastes {
  const Tastes({required this.tags});

  factory Tastes.fromJson(Map<String, dynamic> json) =>
      _$TastesFromJson(json);

  /// At most 24.
  final List<String> tags;

  Map<String, dynamic> toJson() => _$TastesToJson(this);
}
