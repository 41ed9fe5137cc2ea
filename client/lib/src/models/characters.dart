// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../models.dart';

part 'characters.g.dart';

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
    this.creatorNotes,
    this.examples,
    this.greeting,
    this.model,
    this.persona,
    this.rating,
    this.sampling,
    this.scenario,
    this.systemPrompt,
    this.tagline,
    this.tags,
    this.visibility,
    this.nulls = const {},
  });

  @JsonKey(name: 'alternate_greetings')
  final List<String>? alternateGreetings;

  @JsonKey(name: 'creator_notes')
  final String? creatorNotes;

  final String? examples;

  final String? greeting;

  final String? model;

  final String name;

  final String? persona;

  /// `general` if absent; `mature` is for adults to say.
  @JsonKey(unknownEnumValue: ContentRating.unrecognized)
  final ContentRating? rating;

  final Sampling? sampling;

  final String? scenario;

  @JsonKey(name: 'system_prompt')
  final String? systemPrompt;

  final String? tagline;

  final List<String>? tags;

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
    this.creatorNotes,
    this.examples,
    this.greeting,
    this.model,
    this.name,
    this.persona,
    this.rating,
    this.sampling,
    this.scenario,
    this.systemPrompt,
    this.tagline,
    this.tags,
    this.visibility,
    this.nulls = const {},
  });

  @JsonKey(name: 'alternate_greetings')
  final List<String>? alternateGreetings;

  @JsonKey(name: 'creator_notes')
  final String? creatorNotes;

  final String? examples;

  final String? greeting;

  /// Null is the server's default.
  final String? model;

  final String? name;

  final String? persona;

  @JsonKey(unknownEnumValue: ContentRating.unrecognized)
  final ContentRating? rating;

  final Sampling? sampling;

  final String? scenario;

  @JsonKey(name: 'system_prompt')
  final String? systemPrompt;

  final String? tagline;

  final List<String>? tags;

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
