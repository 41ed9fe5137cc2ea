// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'people.g.dart';

/// What a person says of themselves, and how many they have to do with.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class AboutOut {
  const AboutOut({
    required this.bio,
    required this.characters,
    required this.followers,
    required this.following,
    required this.friends,
    required this.joinedAt,
  });

  factory AboutOut.fromJson(Map<String, dynamic> json) =>
      _$AboutOutFromJson(json);

  final String bio;

  /// Characters they follow.
  final int characters;

  final int followers;

  /// People they follow.
  final int following;

  final int friends;

  @JsonKey(name: 'joined_at')
  final DateTime joinedAt;

  Map<String, dynamic> toJson() => _$AboutOutToJson(this);
}

/// Something that can move between the two.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class BondDimensionRule {
  const BondDimensionRule({
    required this.key,
    required this.label,
    required this.max,
    required this.min,
    required this.perDay,
    required this.perEvent,
    required this.start,
    this.about,
    this.romantic,
  });

  factory BondDimensionRule.fromJson(Map<String, dynamic> json) =>
      _$BondDimensionRuleFromJson(json);

  /// What it means, for whoever judges.
  final String? about;

  final String key;

  final String label;

  final int max;

  final int min;

  /// How far it rises within a day, at most, and how far it falls.
  @JsonKey(name: 'per_day')
  final int perDay;

  /// How far one event moves it, at most.
  @JsonKey(name: 'per_event')
  final int perEvent;

  /// Whether it is of romance: it is not there for those who are not known to
  /// be adults.
  final bool? romantic;

  /// Where it begins.
  final int start;

  Map<String, dynamic> toJson() => _$BondDimensionRuleToJson(this);
}

/// What a stage needs of a dimension.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class BondNeed {
  const BondNeed({required this.atLeast, required this.dimension});

  factory BondNeed.fromJson(Map<String, dynamic> json) =>
      _$BondNeedFromJson(json);

  @JsonKey(name: 'at_least')
  final int atLeast;

  /// The key of the dimension.
  final String dimension;

  Map<String, dynamic> toJson() => _$BondNeedToJson(this);
}

/// What can grow between a person and her, and what that leads to.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class BondRules {
  const BondRules({
    required this.dimensions,
    required this.moodHours,
    required this.stages,
  });

  factory BondRules.fromJson(Map<String, dynamic> json) =>
      _$BondRulesFromJson(json);

  final List<BondDimensionRule> dimensions;

  /// In how many hours a mood fades by half.
  @JsonKey(name: 'mood_hours')
  final int moodHours;

  /// In order; the first needs nothing.
  final List<BondStageRule> stages;

  Map<String, dynamic> toJson() => _$BondRulesToJson(this);
}

/// A stage of a bond.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class BondStageRule {
  const BondStageRule({
    required this.key,
    required this.label,
    this.about,
    this.needs,
    this.romantic,
  });

  factory BondStageRule.fromJson(Map<String, dynamic> json) =>
      _$BondStageRuleFromJson(json);

  /// How she is then, for the model that speaks.
  final String? about;

  final String key;

  final String label;

  /// What must be reached for it, beside the stages before it.
  final List<BondNeed>? needs;

  /// Whether it is of romance: it is not there for those who are not known to
  /// be adults.
  final bool? romantic;

  Map<String, dynamic> toJson() => _$BondStageRuleToJson(this);
}

/// A character.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class CharacterOut {
  const CharacterOut({
    required this.alternateGreetings,
    required this.avatarUrl,
    required this.bond,
    required this.createdAt,
    required this.creatorNotes,
    required this.deleted,
    required this.depthPrompt,
    required this.examples,
    required this.greeting,
    required this.groupGreetings,
    required this.hidden,
    required this.id,
    required this.likes,
    required this.mine,
    required this.model,
    required this.name,
    required this.ownerId,
    required this.persona,
    required this.postHistoryInstructions,
    required this.rating,
    required this.reaction,
    required this.routine,
    required this.sampling,
    required this.scenario,
    required this.systemPrompt,
    required this.tagline,
    required this.tags,
    required this.translations,
    required this.updatedAt,
    required this.visibility,
  });

  factory CharacterOut.fromJson(Map<String, dynamic> json) =>
      _$CharacterOutFromJson(json);

  /// Other first messages.
  @JsonKey(name: 'alternate_greetings')
  final List<String> alternateGreetings;

  /// Where her picture is.
  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  /// How bonds with her grow; null is the usual way.
  final BondRules? bond;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// Words for her players; never in a prompt.
  @JsonKey(name: 'creator_notes')
  final String creatorNotes;

  /// Whether her maker deleted her: she answers no more.
  final bool deleted;

  /// A note in the history.
  @JsonKey(name: 'depth_prompt')
  final DepthPrompt depthPrompt;

  /// How she talks: dialogues, each begun by a line `<START>`.
  final String examples;

  /// Her first message.
  final String greeting;

  /// First messages in groups alone.
  @JsonKey(name: 'group_greetings')
  final List<String> groupGreetings;

  /// Whether the caller has hidden her: she is in none of their lists, searches
  /// and recommendations.
  final bool hidden;

  final CharacterId id;

  /// How many people like her.
  final int likes;

  /// Whether the caller made her.
  final bool mine;

  /// The model she speaks with; null is the server's default.
  final String? model;

  final String name;

  /// Who made her; null when she came with Talker.
  @JsonKey(name: 'owner_id')
  final UserId? ownerId;

  /// Who she is, for the model.
  final String persona;

  /// Instructions behind the history; `{{original}}` puts the server's own in.
  @JsonKey(name: 'post_history_instructions')
  final String postHistoryInstructions;

  /// For whom she is: what is mature is there for nobody but her maker and
  /// adults who want it.
  @JsonKey(unknownEnumValue: ContentRating.unrecognized)
  final ContentRating rating;

  /// What the caller says of her.
  @JsonKey(unknownEnumValue: Reaction.unrecognized)
  final Reaction? reaction;

  /// Her week; null: nothing is known of it.
  final Routine? routine;

  final Sampling sampling;

  /// Where and when the two meet, for the model.
  final String scenario;

  /// Instructions in place of the server's own; `{{original}}` puts those in.
  @JsonKey(name: 'system_prompt')
  final String systemPrompt;

  /// One line about her.
  final String tagline;

  final List<String> tags;

  /// What people read of her in other languages.
  final List<Translation> translations;

  @JsonKey(name: 'updated_at')
  final DateTime updatedAt;

  @JsonKey(unknownEnumValue: Visibility.unrecognized)
  final Visibility visibility;

  Map<String, dynamic> toJson() => _$CharacterOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class CharacterPage {
  const CharacterPage({required this.items, required this.nextCursor});

  factory CharacterPage.fromJson(Map<String, dynamic> json) =>
      _$CharacterPageFromJson(json);

  /// The items, in the order of the list.
  final List<CharacterOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$CharacterPageToJson(this);
}

/// A note of a character's maker that stands in the history.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class DepthPrompt {
  const DepthPrompt({required this.text, this.depth, this.role});

  factory DepthPrompt.fromJson(Map<String, dynamic> json) =>
      _$DepthPromptFromJson(json);

  /// How many messages stand behind it; 4 if absent.
  final int? depth;

  /// Who says it; `system` if absent.
  @JsonKey(unknownEnumValue: PromptRole.unrecognized)
  final PromptRole? role;

  /// What it says; there is none where it is blank.
  final String text;

  Map<String, dynamic> toJson() => _$DepthPromptToJson(this);
}

/// The form of an upload.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ImageForm {
  const ImageForm({required this.file});

  /// The image, at most 8 MiB.
  final List<int> file;

  Map<String, dynamic> toJson() => _$ImageFormToJson(this);
}

/// A person in a list.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class ListedPersonOut {
  const ListedPersonOut({required this.person, required this.since});

  factory ListedPersonOut.fromJson(Map<String, dynamic> json) =>
      _$ListedPersonOutFromJson(json);

  final PersonCardOut person;

  /// Since when they stand in it.
  final DateTime since;

  Map<String, dynamic> toJson() => _$ListedPersonOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class ListedPersonPage {
  const ListedPersonPage({required this.items, required this.nextCursor});

  factory ListedPersonPage.fromJson(Map<String, dynamic> json) =>
      _$ListedPersonPageFromJson(json);

  /// The items, in the order of the list.
  final List<ListedPersonOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$ListedPersonPageToJson(this);
}

/// One's own profile.
@JsonSerializable(explicitToJson: true)
class OwnProfileOut {
  const OwnProfileOut({
    required this.about,
    required this.person,
    required this.privacy,
  });

  factory OwnProfileOut.fromJson(Map<String, dynamic> json) =>
      _$OwnProfileOutFromJson(json);

  final AboutOut about;

  final PersonCardOut person;

  /// What holds now, chosen or usual.
  final Privacy privacy;

  Map<String, dynamic> toJson() => _$OwnProfileOutToJson(this);
}

/// A person in a few words.
@JsonSerializable(explicitToJson: true)
class PersonCardOut {
  const PersonCardOut({
    required this.avatarUrl,
    required this.displayName,
    required this.handle,
    required this.id,
    required this.online,
    required this.relation,
  });

  factory PersonCardOut.fromJson(Map<String, dynamic> json) =>
      _$PersonCardOutFromJson(json);

  /// Where their picture is.
  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  @JsonKey(name: 'display_name')
  final String displayName;

  /// The name by which they are found.
  final String handle;

  final UserId id;

  /// Whether they are here; null where that is not told.
  final bool? online;

  /// How the caller stands to them.
  final RelationOut relation;

  Map<String, dynamic> toJson() => _$PersonCardOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class PersonCardPage {
  const PersonCardPage({required this.items, required this.nextCursor});

  factory PersonCardPage.fromJson(Map<String, dynamic> json) =>
      _$PersonCardPageFromJson(json);

  /// The items, in the order of the list.
  final List<PersonCardOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$PersonCardPageToJson(this);
}

/// What a person lets others see and do.
@JsonSerializable(explicitToJson: true)
class Privacy {
  const Privacy({
    required this.friends,
    required this.messages,
    required this.presence,
    required this.profile,
    required this.requests,
  });

  factory Privacy.fromJson(Map<String, dynamic> json) =>
      _$PrivacyFromJson(json);

  /// Who sees who their friends are.
  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience friends;

  /// Who may write to them.
  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience messages;

  /// Who sees whether they are here.
  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience presence;

  /// Who reads what they say of themselves, follows them, and finds them.
  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience profile;

  /// Who may ask for their friendship.
  @JsonKey(unknownEnumValue: AskAudience.unrecognized)
  final AskAudience requests;

  Map<String, dynamic> toJson() => _$PrivacyToJson(this);
}

/// What a person shows from now on; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class PrivacyPatch {
  const PrivacyPatch({
    this.friends,
    this.messages,
    this.presence,
    this.profile,
    this.requests,
    this.nulls = const {},
  });

  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience? friends;

  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience? messages;

  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience? presence;

  @JsonKey(unknownEnumValue: Audience.unrecognized)
  final Audience? profile;

  @JsonKey(unknownEnumValue: AskAudience.unrecognized)
  final AskAudience? requests;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$PrivacyPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A person's profile, as the caller may see it.
@JsonSerializable(explicitToJson: true)
class ProfileOut {
  const ProfileOut({required this.about, required this.person});

  factory ProfileOut.fromJson(Map<String, dynamic> json) =>
      _$ProfileOutFromJson(json);

  /// What they say of themselves; null where that is not for the caller.
  final AboutOut? about;

  final PersonCardOut person;

  Map<String, dynamic> toJson() => _$ProfileOutToJson(this);
}

/// What a person changes about their profile; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ProfilePatch {
  const ProfilePatch({
    this.bio,
    this.handle,
    this.privacy,
    this.nulls = const {},
  });

  /// Up to 1,000 characters.
  final String? bio;

  /// 3 to 32 of a-z, 0-9, dot, dash and underscore.
  final String? handle;

  final PrivacyPatch? privacy;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$ProfilePatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// How the caller stands to a person, and what they may do.
@JsonSerializable(explicitToJson: true)
class RelationOut {
  const RelationOut({
    required this.asked,
    required this.asks,
    required this.blocked,
    required this.followed,
    required this.follows,
    required this.friend,
    required this.mayAsk,
    required this.mayFollow,
    required this.mayMessage,
    required this.maySeeFollows,
    required this.maySeeFriends,
    required this.me,
    required this.muted,
  });

  factory RelationOut.fromJson(Map<String, dynamic> json) =>
      _$RelationOutFromJson(json);

  /// The caller has asked for their friendship.
  final bool asked;

  /// They ask for the caller's friendship.
  final bool asks;

  /// The caller has blocked them.
  final bool blocked;

  /// They follow the caller.
  final bool followed;

  /// The caller follows them.
  final bool follows;

  final bool friend;

  /// The caller may ask for their friendship, or give them their own.
  @JsonKey(name: 'may_ask')
  final bool mayAsk;

  /// The caller may follow them.
  @JsonKey(name: 'may_follow')
  final bool mayFollow;

  /// The caller may write to them.
  @JsonKey(name: 'may_message')
  final bool mayMessage;

  /// The caller sees who follows them, and whom they follow.
  @JsonKey(name: 'may_see_follows')
  final bool maySeeFollows;

  /// The caller sees who their friends are.
  @JsonKey(name: 'may_see_friends')
  final bool maySeeFriends;

  /// It is they themselves.
  final bool me;

  /// The caller has muted them.
  final bool muted;

  Map<String, dynamic> toJson() => _$RelationOutToJson(this);
}

/// Something that should be looked at.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ReportIn {
  const ReportIn({required this.reason, required this.target, this.note});

  /// In one's own words, up to 1,000 characters.
  final String? note;

  @JsonKey(unknownEnumValue: ReportReason.unrecognized)
  final ReportReason reason;

  final Reported target;

  Map<String, dynamic> toJson() => _$ReportInToJson(this);
}

/// A report that was taken.
@JsonSerializable(explicitToJson: true)
class ReportOut {
  const ReportOut({required this.id, required this.repeated});

  factory ReportOut.fromJson(Map<String, dynamic> json) =>
      _$ReportOutFromJson(json);

  final ReportId id;

  /// Whether the caller had reported this before, and nobody has decided since.
  final bool repeated;

  Map<String, dynamic> toJson() => _$ReportOutToJson(this);
}

/// What is reported.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Reported {
  const Reported({required this.id, required this.kind});

  factory Reported.fromJson(Map<String, dynamic> json) =>
      _$ReportedFromJson(json);

  /// Its id: of a message that one sees, a character, a person, a moment, or a
  /// comment on one.
  final String id;

  @JsonKey(unknownEnumValue: ReportedKind.unrecognized)
  final ReportedKind kind;

  Map<String, dynamic> toJson() => _$ReportedToJson(this);
}

/// The week of a character, by the clocks where she lives. What no hours cover
/// is her own.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Routine {
  const Routine({required this.hours, required this.timezone});

  factory Routine.fromJson(Map<String, dynamic> json) =>
      _$RoutineFromJson(json);

  /// Her hours, none of which overlap.
  final List<RoutineHours> hours;

  /// The IANA time zone in which she lives, such as `Asia/Tokyo`.
  final String timezone;

  Map<String, dynamic> toJson() => _$RoutineToJson(this);
}

/// A stretch of one or more days; one that ends before it begins reaches over
/// midnight.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RoutineHours {
  const RoutineHours({
    required this.activity,
    required this.days,
    required this.from,
    required this.to,
    this.note,
  });

  factory RoutineHours.fromJson(Map<String, dynamic> json) =>
      _$RoutineHoursFromJson(json);

  @JsonKey(unknownEnumValue: Activity.unrecognized)
  final Activity activity;

  /// The days on which it begins.
  @JsonKey(unknownEnumValue: Day.unrecognized)
  final List<Day> days;

  /// `HH:MM`
  final String from;

  /// In a few words: at the bakery.
  final String? note;

  /// `HH:MM`; `24:00` is the end of the day
  final String to;

  Map<String, dynamic> toJson() => _$RoutineHoursToJson(this);
}

/// How a model chooses its words; what is absent is the model's own default.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Sampling {
  const Sampling({
    this.frequencyPenalty,
    this.maxTokens,
    this.minP,
    this.presencePenalty,
    this.repeatPenalty,
    this.seed,
    this.stop,
    this.temperature,
    this.topK,
    this.topP,
    this.nulls = const {},
  });

  factory Sampling.fromJson(Map<String, dynamic> json) =>
      _$SamplingFromJson(json);

  /// Less likely by how often a word stands already.
  @JsonKey(name: 'frequency_penalty')
  final double? frequencyPenalty;

  /// The longest reply in tokens.
  @JsonKey(name: 'max_tokens')
  final int? maxTokens;

  /// Leave out tokens less likely than this share of the likeliest.
  @JsonKey(name: 'min_p')
  final double? minP;

  /// Less likely when a word stands already.
  @JsonKey(name: 'presence_penalty')
  final double? presencePenalty;

  /// Above 1, words already written become less likely.
  @JsonKey(name: 'repeat_penalty')
  final double? repeatPenalty;

  /// The same seed and prompt give the same reply where the provider keeps that
  /// promise.
  final int? seed;

  /// Up to 8 texts that end the reply and are not part of it.
  final List<String>? stop;

  /// Randomness; 0 always takes the most likely token.
  final double? temperature;

  /// Choose among this many most likely tokens.
  @JsonKey(name: 'top_k')
  final int? topK;

  /// Nucleus: the share of probability to choose from, above 0.
  @JsonKey(name: 'top_p')
  final double? topP;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$SamplingToJson(this),
    for (final name in nulls) name: null,
  };
}

/// Somebody whom the caller may know.
@JsonSerializable(explicitToJson: true)
class SuggestionOut {
  const SuggestionOut({
    required this.commonCharacters,
    required this.commonFriends,
    required this.person,
  });

  factory SuggestionOut.fromJson(Map<String, dynamic> json) =>
      _$SuggestionOutFromJson(json);

  /// Characters both follow, among the newest that the caller follows.
  @JsonKey(name: 'common_characters')
  final int commonCharacters;

  /// Friends the two have in common, among the newest of the caller's.
  @JsonKey(name: 'common_friends')
  final int commonFriends;

  final PersonCardOut person;

  Map<String, dynamic> toJson() => _$SuggestionOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class SuggestionPage {
  const SuggestionPage({required this.items, required this.nextCursor});

  factory SuggestionPage.fromJson(Map<String, dynamic> json) =>
      _$SuggestionPageFromJson(json);

  /// The items, in the order of the list.
  final List<SuggestionOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$SuggestionPageToJson(this);
}

/// What people read of a character in a language beside her own. A text that is
/// absent or blank is read as she has it; no model reads it.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Translation {
  const Translation({
    required this.language,
    this.alternateGreetings,
    this.creatorNotes,
    this.greeting,
    this.persona,
    this.scenario,
  });

  factory Translation.fromJson(Map<String, dynamic> json) =>
      _$TranslationFromJson(json);

  /// Where there are none, those she has.
  @JsonKey(name: 'alternate_greetings')
  final List<String>? alternateGreetings;

  @JsonKey(name: 'creator_notes')
  final String? creatorNotes;

  final String? greeting;

  /// Which language; each stands once.
  @JsonKey(unknownEnumValue: Tongue.unrecognized)
  final Tongue language;

  final String? persona;

  final String? scenario;

  Map<String, dynamic> toJson() => _$TranslationToJson(this);
}
