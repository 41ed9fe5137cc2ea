// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'characters.g.dart';

/// What importing a file would make.
@JsonSerializable(explicitToJson: true)
class CardPreviewOut {
  const CardPreviewOut({
    required this.alternateGreetings,
    required this.assets,
    required this.bookEntries,
    required this.container,
    required this.creatorNotes,
    required this.depthPrompt,
    required this.examples,
    required this.greeting,
    required this.groupGreetings,
    required this.hasPortrait,
    required this.knownCharacterId,
    required this.name,
    required this.persona,
    required this.postHistoryInstructions,
    required this.scenario,
    required this.systemPrompt,
    required this.tagline,
    required this.tags,
    required this.version,
    required this.warnings,
  });

  factory CardPreviewOut.fromJson(Map<String, dynamic> json) =>
      _$CardPreviewOutFromJson(json);

  /// Other first messages; they are offered as swipes of the first.
  @JsonKey(name: 'alternate_greetings')
  final List<String> alternateGreetings;

  /// Files beside the card.
  final int assets;

  /// Entries of the card's lorebook.
  @JsonKey(name: 'book_entries')
  final int bookEntries;

  @JsonKey(unknownEnumValue: CardContainer.unrecognized)
  final CardContainer container;

  @JsonKey(name: 'creator_notes')
  final String creatorNotes;

  /// A note in the history.
  @JsonKey(name: 'depth_prompt')
  final DepthPrompt depthPrompt;

  final String examples;

  final String greeting;

  /// First messages in groups alone.
  @JsonKey(name: 'group_greetings')
  final List<String> groupGreetings;

  /// Whether a picture comes along.
  @JsonKey(name: 'has_portrait')
  final bool hasPortrait;

  /// The caller's first character from the same file.
  @JsonKey(name: 'known_character_id')
  final CharacterId? knownCharacterId;

  final String name;

  final String persona;

  /// Instructions behind the history.
  @JsonKey(name: 'post_history_instructions')
  final String postHistoryInstructions;

  final String scenario;

  @JsonKey(name: 'system_prompt')
  final String systemPrompt;

  final String tagline;

  final List<String> tags;

  @JsonKey(unknownEnumValue: CardVersion.unrecognized)
  final CardVersion version;

  final List<CardWarningOut> warnings;

  Map<String, dynamic> toJson() => _$CardPreviewOutToJson(this);
}

/// Something to know about a card.
@JsonSerializable(explicitToJson: true)
class CardWarningOut {
  const CardWarningOut({required this.field, required this.notice});

  factory CardWarningOut.fromJson(Map<String, dynamic> json) =>
      _$CardWarningOutFromJson(json);

  /// Where in the card; empty for all of it.
  final String field;

  @JsonKey(unknownEnumValue: CardNotice.unrecognized)
  final CardNotice notice;

  Map<String, dynamic> toJson() => _$CardWarningOutToJson(this);
}

/// How the caller stands to a character.
@JsonSerializable(explicitToJson: true)
class CharacterFollow {
  const CharacterFollow({required this.followers, required this.following});

  factory CharacterFollow.fromJson(Map<String, dynamic> json) =>
      _$CharacterFollowFromJson(json);

  /// How many people do.
  final int followers;

  /// Whether they follow her.
  final bool following;

  Map<String, dynamic> toJson() => _$CharacterFollowToJson(this);
}

/// A character to make.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class CharacterIn {
  const CharacterIn({
    required this.name,
    this.alternateGreetings,
    this.bond,
    this.creatorNotes,
    this.depthPrompt,
    this.examples,
    this.greeting,
    this.groupGreetings,
    this.model,
    this.persona,
    this.postHistoryInstructions,
    this.rating,
    this.routine,
    this.sampling,
    this.scenario,
    this.systemPrompt,
    this.tagline,
    this.tags,
    this.translations,
    this.visibility,
    this.nulls = const {},
  });

  @JsonKey(name: 'alternate_greetings')
  final List<String>? alternateGreetings;

  /// How bonds with her grow; the usual way if absent.
  final BondRules? bond;

  @JsonKey(name: 'creator_notes')
  final String? creatorNotes;

  @JsonKey(name: 'depth_prompt')
  final DepthPrompt? depthPrompt;

  final String? examples;

  final String? greeting;

  @JsonKey(name: 'group_greetings')
  final List<String>? groupGreetings;

  final String? model;

  final String name;

  final String? persona;

  @JsonKey(name: 'post_history_instructions')
  final String? postHistoryInstructions;

  /// `general` if absent; `mature` is for adults to say.
  @JsonKey(unknownEnumValue: ContentRating.unrecognized)
  final ContentRating? rating;

  final Routine? routine;

  final Sampling? sampling;

  final String? scenario;

  @JsonKey(name: 'system_prompt')
  final String? systemPrompt;

  final String? tagline;

  final List<String>? tags;

  final List<Translation>? translations;

  /// `private` if absent.
  @JsonKey(unknownEnumValue: Visibility.unrecognized)
  final Visibility? visibility;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$CharacterInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What her maker changes; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class CharacterPatch {
  const CharacterPatch({
    this.alternateGreetings,
    this.bond,
    this.creatorNotes,
    this.depthPrompt,
    this.examples,
    this.greeting,
    this.groupGreetings,
    this.model,
    this.name,
    this.persona,
    this.postHistoryInstructions,
    this.rating,
    this.routine,
    this.sampling,
    this.scenario,
    this.systemPrompt,
    this.tagline,
    this.tags,
    this.translations,
    this.visibility,
    this.nulls = const {},
  });

  @JsonKey(name: 'alternate_greetings')
  final List<String>? alternateGreetings;

  /// Null is the usual way.
  final BondRules? bond;

  @JsonKey(name: 'creator_notes')
  final String? creatorNotes;

  @JsonKey(name: 'depth_prompt')
  final DepthPrompt? depthPrompt;

  final String? examples;

  final String? greeting;

  @JsonKey(name: 'group_greetings')
  final List<String>? groupGreetings;

  /// Null is the server's default.
  final String? model;

  final String? name;

  final String? persona;

  @JsonKey(name: 'post_history_instructions')
  final String? postHistoryInstructions;

  @JsonKey(unknownEnumValue: ContentRating.unrecognized)
  final ContentRating? rating;

  /// Null: nothing is known of her week.
  final Routine? routine;

  final Sampling? sampling;

  final String? scenario;

  @JsonKey(name: 'system_prompt')
  final String? systemPrompt;

  final String? tagline;

  final List<String>? tags;

  final List<Translation>? translations;

  @JsonKey(unknownEnumValue: Visibility.unrecognized)
  final Visibility? visibility;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$CharacterPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A character that was imported.
@JsonSerializable(explicitToJson: true)
class ImportedCharacterOut {
  const ImportedCharacterOut({required this.character, required this.warnings});

  factory ImportedCharacterOut.fromJson(Map<String, dynamic> json) =>
      _$ImportedCharacterOutFromJson(json);

  final CharacterOut character;

  final List<CardWarningOut> warnings;

  Map<String, dynamic> toJson() => _$ImportedCharacterOutToJson(this);
}

/// What the caller allows a character; what is absent is as at first.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class InitiativeIn {
  const InitiativeIn({
    required this.enabled,
    this.perDay,
    this.perWeek,
    this.reasons,
    this.nulls = const {},
  });

  /// Whether she writes first.
  final bool enabled;

  /// How often in 24 hours, at most; 1 if absent.
  @JsonKey(name: 'per_day')
  final int? perDay;

  /// How often in seven days, at most; 3 if absent.
  @JsonKey(name: 'per_week')
  final int? perWeek;

  /// For which reasons; all if absent.
  @JsonKey(unknownEnumValue: InitiativeReason.unrecognized)
  final List<InitiativeReason>? reasons;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$InitiativeInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What the caller allows a character.
@JsonSerializable(explicitToJson: true)
class InitiativeOut {
  const InitiativeOut({
    required this.available,
    required this.enabled,
    required this.perDay,
    required this.perWeek,
    required this.reasons,
  });

  factory InitiativeOut.fromJson(Map<String, dynamic> json) =>
      _$InitiativeOutFromJson(json);

  /// Whether it can be switched on: by adults, where the server lets characters
  /// write first.
  final bool available;

  /// Whether she writes first.
  final bool enabled;

  /// How often in 24 hours, at most.
  @JsonKey(name: 'per_day')
  final int perDay;

  /// How often in seven days, at most.
  @JsonKey(name: 'per_week')
  final int perWeek;

  /// For which reasons.
  @JsonKey(unknownEnumValue: InitiativeReason.unrecognized)
  final List<InitiativeReason> reasons;

  Map<String, dynamic> toJson() => _$InitiativeOutToJson(this);
}

/// What a character does now. All is null where her week is not known.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Presence {
  const Presence({
    required this.activity,
    required this.localTime,
    required this.note,
    required this.until,
  });

  factory Presence.fromJson(Map<String, dynamic> json) =>
      _$PresenceFromJson(json);

  @JsonKey(unknownEnumValue: Activity.unrecognized)
  final Activity? activity;

  /// What time it is where she lives, with the offset of her clocks.
  @JsonKey(name: 'local_time')
  final DateTime? localTime;

  /// In the words of her maker; may be empty.
  final String? note;

  /// Until when; null also when it is so all week.
  final DateTime? until;

  Map<String, dynamic> toJson() => _$PresenceToJson(this);
}

/// What the caller says of a character.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ReactionIn {
  const ReactionIn({required this.reaction});

  @JsonKey(unknownEnumValue: Reaction.unrecognized)
  final Reaction reaction;

  Map<String, dynamic> toJson() => _$ReactionInToJson(this);
}

/// What the caller makes of a character, and how many like it.
@JsonSerializable(explicitToJson: true)
class RegardOut {
  const RegardOut({
    required this.hidden,
    required this.likes,
    required this.reaction,
  });

  factory RegardOut.fromJson(Map<String, dynamic> json) =>
      _$RegardOutFromJson(json);

  /// Whether it is in none of the caller's lists, searches and recommendations.
  final bool hidden;

  /// How many people like it.
  final int likes;

  /// What the caller says of it.
  @JsonKey(unknownEnumValue: Reaction.unrecognized)
  final Reaction? reaction;

  Map<String, dynamic> toJson() => _$RegardOutToJson(this);
}
