// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'routes.g.dart';

/// A route as its maker sees it.
@JsonSerializable(explicitToJson: true)
class AuthoredRoute {
  const AuthoredRoute({required this.images, required this.route});

  factory AuthoredRoute.fromJson(Map<String, dynamic> json) =>
      _$AuthoredRouteFromJson(json);

  /// The images that it has; the titles stand in the route.
  final List<ShownPicture> images;

  final Route route;

  Map<String, dynamic> toJson() => _$AuthoredRouteToJson(this);
}

/// A scene to begin.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class BeginScene {
  const BeginScene({required this.clientMessageId, required this.scene});

  /// The client's own id of it: the same id again is the same beginning.
  @JsonKey(name: 'client_message_id')
  final String clientMessageId;

  /// The id of the scene.
  final String scene;

  Map<String, dynamic> toJson() => _$BeginSceneToJson(this);
}

/// A chapter.
@JsonSerializable(explicitToJson: true)
class ChapterProgress {
  const ChapterProgress({
    required this.id,
    required this.scenes,
    required this.title,
  });

  factory ChapterProgress.fromJson(Map<String, dynamic> json) =>
      _$ChapterProgressFromJson(json);

  final String id;

  final List<SceneProgress> scenes;

  /// Null while all of it is locked.
  final String? title;

  Map<String, dynamic> toJson() => _$ChapterProgressToJson(this);
}

/// Something that can be chosen.
@JsonSerializable(explicitToJson: true)
class PlayedChoice {
  const PlayedChoice({
    required this.id,
    required this.label,
    required this.taken,
  });

  factory PlayedChoice.fromJson(Map<String, dynamic> json) =>
      _$PlayedChoiceFromJson(json);

  final String id;

  final String label;

  /// Whether the caller took it before.
  final bool taken;

  Map<String, dynamic> toJson() => _$PlayedChoiceToJson(this);
}

/// A scene that is played.
@JsonSerializable(explicitToJson: true)
class PlayedScene {
  const PlayedScene({
    required this.background,
    required this.choices,
    required this.chose,
    required this.ending,
    required this.id,
    required this.images,
    required this.openingId,
    required this.title,
  });

  factory PlayedScene.fromJson(Map<String, dynamic> json) =>
      _$PlayedSceneFromJson(json);

  final ShownPicture? background;

  /// What can be chosen now; none once something was.
  final List<PlayedChoice> choices;

  /// The choice that was taken: the scene is over.
  final String? chose;

  /// The ending that it is.
  final RouteEnding? ending;

  final String id;

  /// The pictures that it shows.
  final List<ShownPicture> images;

  /// What she said first.
  @JsonKey(name: 'opening_id')
  final MessageId openingId;

  final String title;

  Map<String, dynamic> toJson() => _$PlayedSceneToJson(this);
}

/// An ending that was reached.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class ReachedEnding {
  const ReachedEnding({required this.at, required this.ending});

  factory ReachedEnding.fromJson(Map<String, dynamic> json) =>
      _$ReachedEndingFromJson(json);

  final DateTime at;

  final RouteEnding ending;

  Map<String, dynamic> toJson() => _$ReachedEndingToJson(this);
}

/// The story that a character carries.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Route {
  const Route({required this.chapters});

  factory Route.fromJson(Map<String, dynamic> json) =>
      _$RouteFromJson(json);

  /// In order; 200 scenes in all of them at most.
  final List<RouteChapter> chapters;

  Map<String, dynamic> toJson() => _$RouteToJson(this);
}

/// A part of a route.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteChapter {
  const RouteChapter({
    required this.id,
    required this.scenes,
    required this.title,
  });

  factory RouteChapter.fromJson(Map<String, dynamic> json) =>
      _$RouteChapterFromJson(json);

  final String id;

  /// In the order in which they are shown.
  final List<RouteScene> scenes;

  final String title;

  Map<String, dynamic> toJson() => _$RouteChapterToJson(this);
}

/// What was found out about a route.
@JsonSerializable(explicitToJson: true)
class RouteCheck {
  const RouteCheck({
    required this.complete,
    required this.endings,
    required this.faults,
    required this.findings,
    required this.fine,
    required this.reachable,
    required this.scenes,
  });

  factory RouteCheck.fromJson(Map<String, dynamic> json) =>
      _$RouteCheckFromJson(json);

  /// Whether everything was searched; otherwise what was not found may still be
  /// there.
  final bool complete;

  /// The endings that can be reached, each with a way there.
  final List<RouteEndingWay> endings;

  /// What is out of its bounds: it would not be kept, and was not searched.
  final List<RouteFault> faults;

  /// What the search found.
  final List<RouteFinding> findings;

  /// Whether nothing is wrong.
  final bool fine;

  /// How many of them can be reached.
  final int reachable;

  /// How many scenes there are.
  final int scenes;

  Map<String, dynamic> toJson() => _$RouteCheckToJson(this);
}

/// Something that can be chosen in a scene.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteChoice {
  const RouteChoice({
    required this.id,
    required this.label,
    this.moves,
    this.then,
    this.when,
    this.nulls = const {},
  });

  factory RouteChoice.fromJson(Map<String, dynamic> json) =>
      _$RouteChoiceFromJson(json);

  /// Unique in its scene.
  final String id;

  /// What people read, and say by taking it.
  final String label;

  /// How it moves the bond when it is the first that is taken in its scene, by
  /// the key of the dimension.
  final Map<String, int>? moves;

  /// The id of the scene it leads to; null: the scene ends and the talk goes
  /// on.
  final String? then;

  /// When it is there; null: always.
  final RouteCondition? when;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$RouteChoiceToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What must hold: 48 parts at most, at most 6 deep in one another.
sealed class RouteCondition {
  const RouteCondition();

  factory RouteCondition.fromJson(Map<String, dynamic> json) =>
      switch (json['kind']) {
        'always' => RouteConditionAlways.fromJson(json),
        'all' => RouteConditionAll.fromJson(json),
        'any' => RouteConditionAny.fromJson(json),
        'not' => RouteConditionNot.fromJson(json),
        'stage' => RouteConditionStage.fromJson(json),
        'dimension' => RouteConditionDimension.fromJson(json),
        'days_known' => RouteConditionDaysKnown.fromJson(json),
        'date' => RouteConditionDate.fromJson(json),
        'said' => RouteConditionSaid.fromJson(json),
        'chose' => RouteConditionChose.fromJson(json),
        'seen' => RouteConditionSeen.fromJson(json),
        'ended' => RouteConditionEnded.fromJson(json),
        _ => UnrecognizedRouteCondition(json),
      };

  Map<String, dynamic> toJson();
}

/// Nothing: it holds from the beginning.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionAlways extends RouteCondition {
  const RouteConditionAlways();

  factory RouteConditionAlways.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionAlwaysFromJson(json);

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'always',
    ..._$RouteConditionAlwaysToJson(this),
  };
}

/// All of these.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionAll extends RouteCondition {
  const RouteConditionAll({required this.ofValue});

  factory RouteConditionAll.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionAllFromJson(json);

  @JsonKey(name: 'of')
  final List<RouteCondition> ofValue;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'all',
    ..._$RouteConditionAllToJson(this),
  };
}

/// One of these.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionAny extends RouteCondition {
  const RouteConditionAny({required this.ofValue});

  factory RouteConditionAny.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionAnyFromJson(json);

  @JsonKey(name: 'of')
  final List<RouteCondition> ofValue;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'any',
    ..._$RouteConditionAnyToJson(this),
  };
}

/// This not.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionNot extends RouteCondition {
  const RouteConditionNot({required this.ofValue});

  factory RouteConditionNot.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionNotFromJson(json);

  @JsonKey(name: 'of')
  final RouteCondition ofValue;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'not',
    ..._$RouteConditionNotToJson(this),
  };
}

/// The bond has reached a stage, or one behind it.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionStage extends RouteCondition {
  const RouteConditionStage({required this.stage});

  factory RouteConditionStage.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionStageFromJson(json);

  final String stage;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'stage',
    ..._$RouteConditionStageToJson(this),
  };
}

/// A dimension of the bond has reached a value.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionDimension extends RouteCondition {
  const RouteConditionDimension({
    required this.atLeast,
    required this.dimension,
  });

  factory RouteConditionDimension.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionDimensionFromJson(json);

  @JsonKey(name: 'at_least')
  final int atLeast;

  final String dimension;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'dimension',
    ..._$RouteConditionDimensionToJson(this),
  };
}

/// The two have known each other for so many days.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionDaysKnown extends RouteCondition {
  const RouteConditionDaysKnown({required this.days});

  factory RouteConditionDaysKnown.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionDaysKnownFromJson(json);

  final int days;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'days_known',
    ..._$RouteConditionDaysKnownToJson(this),
  };
}

/// It is one of the days of the year between these two, both counted, for the
/// person.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionDate extends RouteCondition {
  const RouteConditionDate({required this.from, required this.to});

  factory RouteConditionDate.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionDateFromJson(json);

  /// Such as `12-24`.
  final String from;

  final String to;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'date',
    ..._$RouteConditionDateToJson(this),
  };
}

/// The person said one of these phrases.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionSaid extends RouteCondition {
  const RouteConditionSaid({required this.phrases});

  factory RouteConditionSaid.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionSaidFromJson(json);

  final List<String> phrases;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'said',
    ..._$RouteConditionSaidToJson(this),
  };
}

/// A choice was taken.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionChose extends RouteCondition {
  const RouteConditionChose({required this.choice, required this.scene});

  factory RouteConditionChose.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionChoseFromJson(json);

  final String choice;

  final String scene;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'chose',
    ..._$RouteConditionChoseToJson(this),
  };
}

/// A scene was seen.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionSeen extends RouteCondition {
  const RouteConditionSeen({required this.scene});

  factory RouteConditionSeen.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionSeenFromJson(json);

  final String scene;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'seen',
    ..._$RouteConditionSeenToJson(this),
  };
}

/// An ending was reached.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
final class RouteConditionEnded extends RouteCondition {
  const RouteConditionEnded({required this.ending});

  factory RouteConditionEnded.fromJson(Map<String, dynamic> json) =>
      _$RouteConditionEndedFromJson(json);

  final String ending;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'ended',
    ..._$RouteConditionEndedToJson(this),
  };
}

/// What a later server knows and this client does not.
final class UnrecognizedRouteCondition extends RouteCondition {
  const UnrecognizedRouteCondition(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  Map<String, dynamic> toJson() => json;
}

/// How many there are for the caller, and how many of them they have reached.
@JsonSerializable(explicitToJson: true)
class RouteCount {
  const RouteCount({required this.all, required this.reached});

  factory RouteCount.fromJson(Map<String, dynamic> json) =>
      _$RouteCountFromJson(json);

  final int all;

  final int reached;

  Map<String, dynamic> toJson() => _$RouteCountToJson(this);
}

/// The end of a story.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteEnding {
  const RouteEnding({required this.id, required this.title, this.kind});

  factory RouteEnding.fromJson(Map<String, dynamic> json) =>
      _$RouteEndingFromJson(json);

  /// Unique in the route.
  final String id;

  @JsonKey(unknownEnumValue: EndingKind.unrecognized)
  final EndingKind? kind;

  final String title;

  Map<String, dynamic> toJson() => _$RouteEndingToJson(this);
}

/// A way to an ending.
@JsonSerializable(explicitToJson: true)
class RouteEndingWay {
  const RouteEndingWay({required this.ending, required this.steps});

  factory RouteEndingWay.fromJson(Map<String, dynamic> json) =>
      _$RouteEndingWayFromJson(json);

  /// The id of the ending.
  final String ending;

  /// What is to be done, in its order.
  final List<RouteStep> steps;

  Map<String, dynamic> toJson() => _$RouteEndingWayToJson(this);
}

/// Something that is out of its bounds.
@JsonSerializable(explicitToJson: true)
class RouteFault {
  const RouteFault({
    required this.code,
    required this.least,
    required this.message,
    required this.most,
    required this.path,
  });

  factory RouteFault.fromJson(Map<String, dynamic> json) =>
      _$RouteFaultFromJson(json);

  /// What, for clients to say in words of their own.
  @JsonKey(unknownEnumValue: RouteFaultCode.unrecognized)
  final RouteFaultCode code;

  /// The least that it may be, where that is what is wrong.
  final int? least;

  /// The same in English.
  final String message;

  /// The most that it may be, where that is what is wrong.
  final int? most;

  /// Where, such as `chapters`[1]`.scenes`[0]`.title`.
  final String path;

  Map<String, dynamic> toJson() => _$RouteFaultToJson(this);
}

/// Something that is wrong with a route whose every part is in its bounds.
@JsonSerializable(explicitToJson: true)
class RouteFinding {
  const RouteFinding({
    required this.about,
    required this.kind,
    required this.path,
  });

  factory RouteFinding.fromJson(Map<String, dynamic> json) =>
      _$RouteFindingFromJson(json);

  /// The id of the scene, the choice or the ending, or the key of the picture.
  final String about;

  /// What.
  @JsonKey(unknownEnumValue: FindingKind.unrecognized)
  final FindingKind kind;

  /// Where, such as `chapters`[1]`.scenes`[0]`.
  final String path;

  Map<String, dynamic> toJson() => _$RouteFindingToJson(this);
}

/// A first message.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteGreeting {
  const RouteGreeting({
    required this.id,
    required this.text,
    required this.title,
  });

  factory RouteGreeting.fromJson(Map<String, dynamic> json) =>
      _$RouteGreetingFromJson(json);

  final String id;

  final String text;

  final String title;

  Map<String, dynamic> toJson() => _$RouteGreetingToJson(this);
}

/// Something that comes to light.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteLore {
  const RouteLore({
    required this.id,
    required this.text,
    required this.title,
    this.keys,
  });

  factory RouteLore.fromJson(Map<String, dynamic> json) =>
      _$RouteLoreFromJson(json);

  final String id;

  /// The words at which the model is told of it; none: always.
  final List<String>? keys;

  final String text;

  final String title;

  Map<String, dynamic> toJson() => _$RouteLoreToJson(this);
}

/// A picture, whose image is given under its key.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RoutePicture {
  const RoutePicture({required this.key, required this.title});

  factory RoutePicture.fromJson(Map<String, dynamic> json) =>
      _$RoutePictureFromJson(json);

  final String key;

  final String title;

  Map<String, dynamic> toJson() => _$RoutePictureToJson(this);
}

/// How far the caller has come with a character.
@JsonSerializable(explicitToJson: true)
class RouteProgress {
  const RouteProgress({
    required this.chapters,
    required this.characterId,
    required this.endings,
    required this.scenes,
    required this.unlocked,
  });

  factory RouteProgress.fromJson(Map<String, dynamic> json) =>
      _$RouteProgressFromJson(json);

  /// None where she has no route.
  final List<ChapterProgress> chapters;

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  final RouteCount endings;

  final RouteCount scenes;

  final RouteUnlocked unlocked;

  Map<String, dynamic> toJson() => _$RouteProgressToJson(this);
}

/// Something that can be played.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteScene {
  const RouteScene({
    required this.id,
    required this.opening,
    required this.title,
    this.aside,
    this.background,
    this.choices,
    this.ending,
    this.hint,
    this.romantic,
    this.setting,
    this.unlocks,
    this.when,
    this.nulls = const {},
  });

  factory RouteScene.fromJson(Map<String, dynamic> json) =>
      _$RouteSceneFromJson(json);

  /// Whether it stands beside the story: nothing needs to follow from it.
  final bool? aside;

  /// The key of the picture that it plays before.
  final String? background;

  final List<RouteChoice>? choices;

  /// That a story ends here; then it has no choices.
  final RouteEnding? ending;

  /// What people read while it is locked.
  final String? hint;

  /// Unique in the route.
  final String id;

  /// What she says first.
  final String opening;

  /// Whether it is of romance: it is not there for those who are not known to
  /// be adults.
  final bool? romantic;

  /// Where it plays and what is to happen, for the model.
  final String? setting;

  final String title;

  /// What is the person's once they have seen it.
  final RouteUnlocks? unlocks;

  /// What unlocks it; null: only a choice that leads here.
  final RouteCondition? when;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$RouteSceneToJson(this),
    for (final name in nulls) name: null,
  };
}

/// One step of a way.
sealed class RouteStep {
  const RouteStep();

  factory RouteStep.fromJson(Map<String, dynamic> json) =>
      switch (json['kind']) {
        'bond' => RouteStepBond.fromJson(json),
        'days' => RouteStepDays.fromJson(json),
        'date' => RouteStepDate.fromJson(json),
        'say' => RouteStepSay.fromJson(json),
        'begin' => RouteStepBegin.fromJson(json),
        'choose' => RouteStepChoose.fromJson(json),
        _ => UnrecognizedRouteStep(json),
      };

  Map<String, dynamic> toJson();
}

/// The bond comes to stand so, by the keys of its dimensions.
@JsonSerializable(explicitToJson: true)
final class RouteStepBond extends RouteStep {
  const RouteStepBond({required this.valuesValue});

  factory RouteStepBond.fromJson(Map<String, dynamic> json) =>
      _$RouteStepBondFromJson(json);

  @JsonKey(name: 'values')
  final Map<String, int> valuesValue;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'bond',
    ..._$RouteStepBondToJson(this),
  };
}

/// So many days have passed since the two met.
@JsonSerializable(explicitToJson: true)
final class RouteStepDays extends RouteStep {
  const RouteStepDays({required this.days});

  factory RouteStepDays.fromJson(Map<String, dynamic> json) =>
      _$RouteStepDaysFromJson(json);

  final int days;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'days',
    ..._$RouteStepDaysToJson(this),
  };
}

/// It is this day of the year.
@JsonSerializable(explicitToJson: true)
final class RouteStepDate extends RouteStep {
  const RouteStepDate({required this.date});

  factory RouteStepDate.fromJson(Map<String, dynamic> json) =>
      _$RouteStepDateFromJson(json);

  final String date;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'date',
    ..._$RouteStepDateToJson(this),
  };
}

/// The person says a phrase.
@JsonSerializable(explicitToJson: true)
final class RouteStepSay extends RouteStep {
  const RouteStepSay({required this.phrase});

  factory RouteStepSay.fromJson(Map<String, dynamic> json) =>
      _$RouteStepSayFromJson(json);

  final String phrase;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'say',
    ..._$RouteStepSayToJson(this),
  };
}

/// A scene is begun.
@JsonSerializable(explicitToJson: true)
final class RouteStepBegin extends RouteStep {
  const RouteStepBegin({required this.scene});

  factory RouteStepBegin.fromJson(Map<String, dynamic> json) =>
      _$RouteStepBeginFromJson(json);

  final String scene;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'begin',
    ..._$RouteStepBeginToJson(this),
  };
}

/// A choice is taken.
@JsonSerializable(explicitToJson: true)
final class RouteStepChoose extends RouteStep {
  const RouteStepChoose({required this.choice, required this.scene});

  factory RouteStepChoose.fromJson(Map<String, dynamic> json) =>
      _$RouteStepChooseFromJson(json);

  final String choice;

  final String scene;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'choose',
    ..._$RouteStepChooseToJson(this),
  };
}

/// What a later server knows and this client does not.
final class UnrecognizedRouteStep extends RouteStep {
  const UnrecognizedRouteStep(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  Map<String, dynamic> toJson() => json;
}

/// What is the caller's by now.
@JsonSerializable(explicitToJson: true)
class RouteUnlocked {
  const RouteUnlocked({
    required this.backgrounds,
    required this.endings,
    required this.greetings,
    required this.images,
    required this.imagesInAll,
    required this.lore,
  });

  factory RouteUnlocked.fromJson(Map<String, dynamic> json) =>
      _$RouteUnlockedFromJson(json);

  final List<ShownPicture> backgrounds;

  final List<ReachedEnding> endings;

  /// First messages with which their new chats can begin.
  final List<UnlockedGreeting> greetings;

  final List<ShownPicture> images;

  /// How many images there are to unlock.
  @JsonKey(name: 'images_in_all')
  final int imagesInAll;

  final List<RouteLore> lore;

  Map<String, dynamic> toJson() => _$RouteUnlockedToJson(this);
}

/// What a scene unlocks.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class RouteUnlocks {
  const RouteUnlocks({
    this.backgrounds,
    this.greetings,
    this.images,
    this.lore,
  });

  factory RouteUnlocks.fromJson(Map<String, dynamic> json) =>
      _$RouteUnlocksFromJson(json);

  final List<RoutePicture>? backgrounds;

  /// First messages with which new chats can begin.
  final List<RouteGreeting>? greetings;

  /// Pictures of the story.
  final List<RoutePicture>? images;

  /// What comes to light, for the person and for the model.
  final List<RouteLore>? lore;

  Map<String, dynamic> toJson() => _$RouteUnlocksToJson(this);
}

/// What is played in a session.
@JsonSerializable(explicitToJson: true)
class SceneNow {
  const SceneNow({required this.scene});

  factory SceneNow.fromJson(Map<String, dynamic> json) =>
      _$SceneNowFromJson(json);

  /// Null: no scene is played.
  final PlayedScene? scene;

  Map<String, dynamic> toJson() => _$SceneNowToJson(this);
}

/// A scene.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class SceneProgress {
  const SceneProgress({
    required this.background,
    required this.choices,
    required this.chosen,
    required this.ending,
    required this.hint,
    required this.id,
    required this.playing,
    required this.plays,
    required this.seenAt,
    required this.title,
    required this.unlockedAt,
  });

  factory SceneProgress.fromJson(Map<String, dynamic> json) =>
      _$SceneProgressFromJson(json);

  /// Null while it is locked, or where it has none.
  final ShownPicture? background;

  /// How many choices it has; null until they have seen it.
  final int? choices;

  /// The choices they took, as they are called.
  final List<String> chosen;

  /// The ending that it is, once they have reached it.
  final RouteEnding? ending;

  /// What is told of it while it is locked; may be empty.
  final String hint;

  final String id;

  /// The sessions in which it is played now.
  final List<SessionId> playing;

  /// How often the caller began it.
  final int plays;

  @JsonKey(name: 'seen_at')
  final DateTime? seenAt;

  /// Null while it is locked.
  final String? title;

  @JsonKey(name: 'unlocked_at')
  final DateTime? unlockedAt;

  Map<String, dynamic> toJson() => _$SceneProgressToJson(this);
}

/// A picture of a route.
@JsonSerializable(explicitToJson: true)
class ShownPicture {
  const ShownPicture({
    required this.key,
    required this.title,
    required this.url,
  });

  factory ShownPicture.fromJson(Map<String, dynamic> json) =>
      _$ShownPictureFromJson(json);

  final String key;

  /// May be empty.
  final String title;

  /// Where its image is for the caller, for some hours; null where it has none.
  final String? url;

  Map<String, dynamic> toJson() => _$ShownPictureToJson(this);
}

/// A choice to take.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class TakeChoice {
  const TakeChoice({required this.choice, required this.clientMessageId});

  /// The id of the choice.
  final String choice;

  /// The client's own id of the message by which it is said: the same id again
  /// is the same choice.
  @JsonKey(name: 'client_message_id')
  final String clientMessageId;

  Map<String, dynamic> toJson() => _$TakeChoiceToJson(this);
}

/// A first message.
@JsonSerializable(explicitToJson: true)
class UnlockedGreeting {
  const UnlockedGreeting({required this.id, required this.title});

  factory UnlockedGreeting.fromJson(Map<String, dynamic> json) =>
      _$UnlockedGreetingFromJson(json);

  final String id;

  final String title;

  Map<String, dynamic> toJson() => _$UnlockedGreetingToJson(this);
}
