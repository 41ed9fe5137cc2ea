// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'bonds.g.dart';

/// How the caller stands with a character.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Bond {
  const Bond({
    required this.characterId,
    required this.dimensions,
    required this.events,
    required this.judge,
    required this.mood,
    required this.next,
    required this.on,
    required this.since,
    required this.stage,
    required this.stages,
    required this.usual,
  });

  factory Bond.fromJson(Map<String, dynamic> json) =>
      _$BondFromJson(json);

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  final List<BondDimension> dimensions;

  /// How many events it is told from.
  final int events;

  /// Who judges: the model that speaks, or rules on words.
  @JsonKey(unknownEnumValue: BondJudge.unrecognized)
  final BondJudge judge;

  final BondMoodNow mood;

  /// The stage that comes next; null at the last one.
  final BondNext? next;

  /// Whether what the caller says is judged. Off, it stays as it is, and
  /// colours nothing.
  final bool on;

  /// What was said until then is not judged: the bond was switched on or begun
  /// anew then. Null: from the beginning.
  final DateTime? since;

  /// The key of the stage that is reached.
  final String stage;

  /// In order.
  final List<BondStage> stages;

  /// Whether the labels are the server's own, which clients know in every
  /// language by their keys.
  final bool usual;

  Map<String, dynamic> toJson() => _$BondToJson(this);
}

/// Something that can move between the two.
@JsonSerializable(explicitToJson: true)
class BondDimension {
  const BondDimension({
    required this.about,
    required this.key,
    required this.label,
    required this.max,
    required this.min,
    required this.romantic,
    required this.start,
    required this.value,
  });

  factory BondDimension.fromJson(Map<String, dynamic> json) =>
      _$BondDimensionFromJson(json);

  /// What it means.
  final String about;

  final String key;

  final String label;

  final int max;

  final int min;

  /// Whether it is of romance; there for adults alone.
  final bool romantic;

  /// Where it begins.
  final int start;

  final int value;

  Map<String, dynamic> toJson() => _$BondDimensionToJson(this);
}

/// Something that moved a bond.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class BondEvent {
  const BondEvent({
    required this.at,
    required this.cause,
    required this.id,
    required this.model,
    required this.mood,
    required this.moved,
    required this.reason,
    required this.turnedTo,
    required this.why,
  });

  factory BondEvent.fromJson(Map<String, dynamic> json) =>
      _$BondEventFromJson(json);

  /// When it was said.
  final DateTime at;

  final BondEventCause cause;

  final BondEventId id;

  /// The model that judged; null where rules on words did.
  final String? model;

  /// How it changed her mood.
  final int mood;

  /// By how much each dimension moved, by its key, after all limits; empty when
  /// a limit of the day was reached.
  final Map<String, int> moved;

  @JsonKey(unknownEnumValue: BondReason.unrecognized)
  final BondReason reason;

  /// The stage that the bond had after it, where it is another than before.
  @JsonKey(name: 'turned_to')
  final String? turnedTo;

  /// Why, in the words of the model that judged; may be empty.
  final String why;

  Map<String, dynamic> toJson() => _$BondEventToJson(this);
}

/// What an event follows from, and is undone with.
@JsonSerializable(explicitToJson: true)
class BondEventCause {
  const BondEventCause({
    required this.kind,
    required this.messageId,
    required this.sessionId,
  });

  factory BondEventCause.fromJson(Map<String, dynamic> json) =>
      _$BondEventCauseFromJson(json);

  @JsonKey(unknownEnumValue: BondCause.unrecognized)
  final BondCause kind;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  Map<String, dynamic> toJson() => _$BondEventCauseToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class BondEventPage {
  const BondEventPage({required this.items, required this.nextCursor});

  factory BondEventPage.fromJson(Map<String, dynamic> json) =>
      _$BondEventPageFromJson(json);

  /// The items, in the order of the list.
  final List<BondEvent> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$BondEventPageToJson(this);
}

/// Her mood with the caller, faded until now.
@JsonSerializable(explicitToJson: true)
class BondMoodNow {
  const BondMoodNow({required this.level, required this.name});

  factory BondMoodNow.fromJson(Map<String, dynamic> json) =>
      _$BondMoodNowFromJson(json);

  final double level;

  @JsonKey(unknownEnumValue: BondMood.unrecognized)
  final BondMood name;

  Map<String, dynamic> toJson() => _$BondMoodNowToJson(this);
}

/// The stage that comes next.
@JsonSerializable(explicitToJson: true)
class BondNext {
  const BondNext({required this.progress, required this.stage});

  factory BondNext.fromJson(Map<String, dynamic> json) =>
      _$BondNextFromJson(json);

  /// How much of what it needs is there.
  final double progress;

  /// The key of the stage.
  final String stage;

  Map<String, dynamic> toJson() => _$BondNextToJson(this);
}

/// How the caller wants the bond.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class BondPatch {
  const BondPatch({required this.on});

  /// Whether what they say is judged.
  final bool on;

  Map<String, dynamic> toJson() => _$BondPatchToJson(this);
}

/// A stage of the bond.
@JsonSerializable(explicitToJson: true)
class BondStage {
  const BondStage({
    required this.key,
    required this.label,
    required this.needs,
    required this.reached,
    required this.romantic,
  });

  factory BondStage.fromJson(Map<String, dynamic> json) =>
      _$BondStageFromJson(json);

  final String key;

  final String label;

  /// What must be reached for it, beside the stages before it.
  final List<BondNeed> needs;

  /// Whether it is reached.
  final bool reached;

  /// Whether it is of romance; there for adults alone.
  final bool romantic;

  Map<String, dynamic> toJson() => _$BondStageToJson(this);
}
