// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'lorebooks.g.dart';

/// What is to be explained.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ExplainIn {
  const ExplainIn({
    this.characterId,
    this.lorebookIds,
    this.sessionId,
    this.text,
    this.nulls = const {},
  });

  /// Who would answer, in a group; its first character if absent.
  @JsonKey(name: 'character_id')
  final CharacterId? characterId;

  /// Books of the caller's that are searched besides; at least one where there
  /// is no session.
  @JsonKey(name: 'lorebook_ids')
  final List<LorebookId>? lorebookIds;

  /// The session whose next reply is looked at, with the books that stand open
  /// there.
  @JsonKey(name: 'session_id')
  final SessionId? sessionId;

  /// What would be said before it, up to 16,000 characters; what alone is
  /// searched where there is no session.
  final String? text;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$ExplainInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// An entry of a lorebook: what it says, and when.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class LoreEntry {
  const LoreEntry({
    required this.caseSensitive,
    required this.matchWholeWords,
    required this.priority,
    required this.scanDepth,
    required this.useGroupScoring,
    this.comment,
    this.constant,
    this.content,
    this.cooldown,
    this.delay,
    this.delayUntilRecursion,
    this.depth,
    this.enabled,
    this.excludeRecursion,
    this.filter,
    this.group,
    this.groupOverride,
    this.groupWeight,
    this.ignoreBudget,
    this.insertionOrder,
    this.keys,
    this.logic,
    this.name,
    this.outlet,
    this.position,
    this.preventRecursion,
    this.probability,
    this.role,
    this.secondaryKeys,
    this.selective,
    this.sources,
    this.sticky,
    this.triggers,
    this.uid,
    this.useProbability,
    this.useRegex,
    this.vectorized,
  });

  factory LoreEntry.fromJson(Map<String, dynamic> json) =>
      _$LoreEntryFromJson(json);

  @JsonKey(name: 'case_sensitive')
  final bool? caseSensitive;

  /// Up to 4,000 characters, for people.
  final String? comment;

  /// Whether it fires without a key.
  final bool? constant;

  /// What is told to the model, up to 32,000 characters. Macros are expanded;
  /// decorators of V3 stand in its first lines.
  final String? content;

  /// For how many messages it rests then.
  final int? cooldown;

  /// From how many messages in a chat on it may fire.
  final int? delay;

  /// From which round of recursion on it may fire; 0 is from the beginning.
  @JsonKey(name: 'delay_until_recursion')
  final int? delayUntilRecursion;

  /// How many messages from the end, at `at_depth`.
  final int? depth;

  final bool? enabled;

  /// Whether other entries cannot wake it.
  @JsonKey(name: 'exclude_recursion')
  final bool? excludeRecursion;

  final LoreFilter? filter;

  /// Of the entries of a group one fires.
  final String? group;

  @JsonKey(name: 'group_override')
  final bool? groupOverride;

  @JsonKey(name: 'group_weight')
  final int? groupWeight;

  @JsonKey(name: 'ignore_budget')
  final bool? ignoreBudget;

  /// The higher, the nearer to the end of the prompt, and the sooner within the
  /// budget.
  @JsonKey(name: 'insertion_order')
  final int? insertionOrder;

  /// One of these is to be found; `/so/` is a regular expression. Up to 200, of
  /// up to 500 characters.
  final List<String>? keys;

  @JsonKey(unknownEnumValue: SelectiveLogic.unrecognized)
  final SelectiveLogic? logic;

  @JsonKey(name: 'match_whole_words')
  final bool? matchWholeWords;

  /// Up to 200 characters, for people.
  final String? name;

  /// The name of its outlet.
  final String? outlet;

  @JsonKey(unknownEnumValue: LorePosition.unrecognized)
  final LorePosition? position;

  /// Whether it wakes no other.
  @JsonKey(name: 'prevent_recursion')
  final bool? preventRecursion;

  /// Which goes first when the budget is over: the lowest.
  final int? priority;

  /// Of a hundred times, how often it fires when it could.
  final int? probability;

  /// Who says it there.
  @JsonKey(unknownEnumValue: PromptRole.unrecognized)
  final PromptRole? role;

  /// How many messages are searched for it, up to 2,000; the book's if null.
  @JsonKey(name: 'scan_depth')
  final int? scanDepth;

  /// Further ones, which count as `logic` says when `selective`.
  @JsonKey(name: 'secondary_keys')
  final List<String>? secondaryKeys;

  final bool? selective;

  /// What else is searched for it.
  @JsonKey(unknownEnumValue: ScanSource.unrecognized)
  final List<ScanSource>? sources;

  /// For how many messages it stays once it has fired.
  final int? sticky;

  /// For which replies it may fire; empty is for all. `swipe` and `regenerate`
  /// are the same here, and nothing is `impersonate`.
  @JsonKey(unknownEnumValue: LoreTrigger.unrecognized)
  final List<LoreTrigger>? triggers;

  /// Its number in the book, chosen by the server; what is sent here is left
  /// aside.
  final int? uid;

  @JsonKey(name: 'use_group_scoring')
  final bool? useGroupScoring;

  @JsonKey(name: 'use_probability')
  final bool? useProbability;

  /// Whether V3 takes its keys for regular expressions.
  @JsonKey(name: 'use_regex')
  final bool? useRegex;

  /// Whether it fires, too, when what it says is near in meaning to what was
  /// said last; where the server has an embedder.
  final bool? vectorized;

  Map<String, dynamic> toJson() => _$LoreEntryToJson(this);
}

/// Why each entry fires, or does not.
@JsonSerializable(explicitToJson: true)
class LoreExplainedOut {
  const LoreExplainedOut({required this.budgetTokens, required this.entries});

  factory LoreExplainedOut.fromJson(Map<String, dynamic> json) =>
      _$LoreExplainedOutFromJson(json);

  /// How many tokens all entries may take together.
  @JsonKey(name: 'budget_tokens')
  final int budgetTokens;

  /// The entries of the caller's own books. Those of others are searched, too,
  /// and not told of.
  final List<LoreVerdict> entries;

  Map<String, dynamic> toJson() => _$LoreExplainedOutToJson(this);
}

/// For which characters an entry is.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class LoreFilter {
  const LoreFilter({this.isExclude, this.names, this.tags});

  factory LoreFilter.fromJson(Map<String, dynamic> json) =>
      _$LoreFilterFromJson(json);

  /// Whether it is for all but these.
  @JsonKey(name: 'is_exclude')
  final bool? isExclude;

  final List<String>? names;

  final List<String>? tags;

  Map<String, dynamic> toJson() => _$LoreFilterToJson(this);
}

/// Where a lorebook stands open.
@JsonSerializable(explicitToJson: true)
class LoreTargets {
  const LoreTargets({
    required this.characterIds,
    required this.sessionIds,
    required this.withMe,
  });

  factory LoreTargets.fromJson(Map<String, dynamic> json) =>
      _$LoreTargetsFromJson(json);

  /// With these characters of the caller's, whoever talks with them.
  @JsonKey(name: 'character_ids')
  final List<CharacterId> characterIds;

  /// In these sessions.
  @JsonKey(name: 'session_ids')
  final List<SessionId> sessionIds;

  /// Wherever the caller is alone with a character.
  @JsonKey(name: 'with_me')
  final bool withMe;

  Map<String, dynamic> toJson() => _$LoreTargetsToJson(this);
}

/// A lorebook in a list.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class LorebookBrief {
  const LorebookBrief({
    required this.createdAt,
    required this.description,
    required this.entryCount,
    required this.id,
    required this.mode,
    required this.name,
    required this.revision,
    required this.updatedAt,
  });

  factory LorebookBrief.fromJson(Map<String, dynamic> json) =>
      _$LorebookBriefFromJson(json);

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  final String description;

  /// How many entries it has.
  @JsonKey(name: 'entry_count')
  final int entryCount;

  final LorebookId id;

  /// By whose rules it is read.
  @JsonKey(unknownEnumValue: LoreMode.unrecognized)
  final LoreMode mode;

  final String name;

  /// How often it was changed.
  final int revision;

  @JsonKey(name: 'updated_at')
  final DateTime updatedAt;

  Map<String, dynamic> toJson() => _$LorebookBriefToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class LorebookBriefPage {
  const LorebookBriefPage({required this.items, required this.nextCursor});

  factory LorebookBriefPage.fromJson(Map<String, dynamic> json) =>
      _$LorebookBriefPageFromJson(json);

  /// The items, in the order of the list.
  final List<LorebookBrief> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$LorebookBriefPageToJson(this);
}

/// A lorebook to make; its entries are added to it.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class LorebookIn {
  const LorebookIn({
    required this.name,
    this.description,
    this.mode,
    this.recursiveScanning,
    this.scanDepth,
    this.tokenBudget,
    this.nulls = const {},
  });

  /// Up to 4,000 characters.
  final String? description;

  /// By whose rules it is read; `st` if absent.
  @JsonKey(unknownEnumValue: LoreMode.unrecognized)
  final LoreMode? mode;

  /// Up to 200 characters.
  final String name;

  @JsonKey(name: 'recursive_scanning')
  final bool? recursiveScanning;

  /// Up to 2,000; the server's default if absent.
  @JsonKey(name: 'scan_depth')
  final int? scanDepth;

  /// Up to 1,000,000; no limit of its own if absent.
  @JsonKey(name: 'token_budget')
  final int? tokenBudget;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$LorebookInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A lorebook of the caller's.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class LorebookOut {
  const LorebookOut({
    required this.createdAt,
    required this.description,
    required this.entryCount,
    required this.id,
    required this.mode,
    required this.name,
    required this.revision,
    required this.updatedAt,
    required this.entries,
    required this.openAt,
    required this.recursiveScanning,
    required this.scanDepth,
    required this.tokenBudget,
  });

  factory LorebookOut.fromJson(Map<String, dynamic> json) =>
      _$LorebookOutFromJson(json);

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  final String description;

  /// How many entries it has.
  @JsonKey(name: 'entry_count')
  final int entryCount;

  final LorebookId id;

  /// By whose rules it is read.
  @JsonKey(unknownEnumValue: LoreMode.unrecognized)
  final LoreMode mode;

  final String name;

  /// How often it was changed.
  final int revision;

  @JsonKey(name: 'updated_at')
  final DateTime updatedAt;

  final List<LoreEntry> entries;

  @JsonKey(name: 'open_at')
  final LoreTargets openAt;

  /// Whether what entries say is searched, too. The rules of `st` leave it
  /// aside.
  @JsonKey(name: 'recursive_scanning')
  final bool? recursiveScanning;

  /// How many messages are searched; the server's default if null. The rules of
  /// `st` leave it aside.
  @JsonKey(name: 'scan_depth')
  final int? scanDepth;

  /// How many tokens its entries may take together. The rules of `st` leave it
  /// aside.
  @JsonKey(name: 'token_budget')
  final int? tokenBudget;

  Map<String, dynamic> toJson() => _$LorebookOutToJson(this);
}

/// What to change of a lorebook; what is absent stays as it is.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class LorebookPatchIn {
  const LorebookPatchIn({
    this.description,
    this.mode,
    this.name,
    this.recursiveScanning,
    this.scanDepth,
    this.tokenBudget,
    this.nulls = const {},
  });

  /// Up to 4,000 characters.
  final String? description;

  @JsonKey(unknownEnumValue: LoreMode.unrecognized)
  final LoreMode? mode;

  /// Up to 200 characters.
  final String? name;

  /// Null is the default of the rules.
  @JsonKey(name: 'recursive_scanning')
  final bool? recursiveScanning;

  /// Up to 2,000; null is the server's default.
  @JsonKey(name: 'scan_depth')
  final int? scanDepth;

  /// Up to 1,000,000; null is no limit of its own.
  @JsonKey(name: 'token_budget')
  final int? tokenBudget;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$LorebookPatchInToJson(this),
    for (final name in nulls) name: null,
  };
}
