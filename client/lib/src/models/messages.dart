// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'messages.g.dart';

/// A message that was taken.
@JsonSerializable(explicitToJson: true)
class AcceptedOut {
  const AcceptedOut({
    required this.message,
    required this.repeated,
    required this.reply,
    required this.seq,
  });

  factory AcceptedOut.fromJson(Map<String, dynamic> json) =>
      _$AcceptedOutFromJson(json);

  final MessageOut message;

  /// Whether it had been taken before.
  final bool repeated;

  /// The first reply queued for it; null where nobody answers.
  final MessageOut? reply;

  /// The place of the event.
  final int seq;

  Map<String, dynamic> toJson() => _$AcceptedOutToJson(this);
}

/// A stretch of the way from the root to the leaf.
@JsonSerializable(explicitToJson: true)
class HistoryOut {
  const HistoryOut({
    required this.hasAfter,
    required this.hasBefore,
    required this.items,
    required this.seq,
  });

  factory HistoryOut.fromJson(Map<String, dynamic> json) =>
      _$HistoryOutFromJson(json);

  /// Whether there are newer ones.
  @JsonKey(name: 'has_after')
  final bool hasAfter;

  /// Whether there are older ones.
  @JsonKey(name: 'has_before')
  final bool hasBefore;

  /// Oldest first.
  final List<MessageOut> items;

  /// The session's newest event when this was read: resume from here.
  final int seq;

  Map<String, dynamic> toJson() => _$HistoryOutToJson(this);
}

/// What became of an entry, and why.
@JsonSerializable(explicitToJson: true)
class LoreVerdict {
  const LoreVerdict({
    required this.fires,
    required this.key,
    required this.lorebookId,
    required this.name,
    required this.reason,
    required this.round,
    required this.tokens,
    required this.uid,
  });

  factory LoreVerdict.fromJson(Map<String, dynamic> json) =>
      _$LoreVerdictFromJson(json);

  /// Whether it fires.
  final bool fires;

  /// The key that was found.
  final String? key;

  @JsonKey(name: 'lorebook_id')
  final LorebookId lorebookId;

  /// Its name, or what else it is known by.
  final String name;

  @JsonKey(unknownEnumValue: LoreReason.unrecognized)
  final LoreReason reason;

  /// In which round: 1 searches what was said, later ones what other entries
  /// say, or further back.
  final int round;

  /// How many tokens it takes, where it fires or would.
  final int tokens;

  /// Its number in the book.
  final int uid;

  Map<String, dynamic> toJson() => _$LoreVerdictToJson(this);
}

/// How a memory ended.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class MemoryEnd {
  const MemoryEnd({required this.at, required this.by, required this.reason});

  factory MemoryEnd.fromJson(Map<String, dynamic> json) =>
      _$MemoryEndFromJson(json);

  final DateTime at;

  /// What took its place.
  final MemoryId by;

  @JsonKey(unknownEnumValue: EndReason.unrecognized)
  final EndReason reason;

  Map<String, dynamic> toJson() => _$MemoryEndToJson(this);
}

/// Something a character remembers.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class MemoryOut {
  const MemoryOut({
    required this.characterId,
    required this.createdAt,
    required this.ended,
    required this.happenedAt,
    required this.id,
    required this.importance,
    required this.kind,
    required this.model,
    required this.pinned,
    required this.scale,
    required this.sessionId,
    required this.speaker,
    required this.subject,
    required this.text,
  });

  factory MemoryOut.fromJson(Map<String, dynamic> json) =>
      _$MemoryOutFromJson(json);

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// When and why it no longer counts.
  final MemoryEnd? ended;

  /// When it was said, or has been so since.
  @JsonKey(name: 'happened_at')
  final DateTime happenedAt;

  final MemoryId id;

  /// From 1, a trifle, to 5, what must not be forgotten.
  final int importance;

  @JsonKey(unknownEnumValue: MemoryKind.unrecognized)
  final MemoryKind kind;

  /// The model that made it; null for what was said and for what the person
  /// wrote.
  final String? model;

  /// Always told to the character.
  final bool pinned;

  /// How much it covers; summaries only.
  @JsonKey(unknownEnumValue: SummaryScale.unrecognized)
  final SummaryScale? scale;

  /// The session it was made from.
  @JsonKey(name: 'session_id')
  final SessionId? sessionId;

  /// Who said it; episodes only.
  @JsonKey(unknownEnumValue: Role.unrecognized)
  final Role? speaker;

  /// What it is about; facts only.
  @JsonKey(unknownEnumValue: FactSubject.unrecognized)
  final FactSubject? subject;

  final String text;

  Map<String, dynamic> toJson() => _$MemoryOutToJson(this);
}

/// What a person says.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MessageIn {
  const MessageIn({
    required this.clientMessageId,
    required this.content,
    this.parentId,
    this.nulls = const {},
  });

  /// The client's own id of it; the same id again is the same message.
  @JsonKey(name: 'client_message_id')
  final String clientMessageId;

  final String content;

  /// What it follows; the leaf if absent, nothing (a new beginning) if null.
  @JsonKey(name: 'parent_id')
  final MessageId? parentId;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$MessageInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// Another text.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MessagePatch {
  const MessagePatch({required this.content});

  final String content;

  Map<String, dynamic> toJson() => _$MessagePatchToJson(this);
}

/// How a reply is made again.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class RegenerateIn {
  const RegenerateIn({this.mode, this.nulls = const {}});

  /// `new` if absent.
  @JsonKey(unknownEnumValue: RegenerateMode.unrecognized)
  final RegenerateMode? mode;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$RegenerateInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A text that a message had before an edit.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class RevisionOut {
  const RevisionOut({
    required this.content,
    required this.replacedAt,
    required this.revision,
  });

  factory RevisionOut.fromJson(Map<String, dynamic> json) =>
      _$RevisionOutFromJson(json);

  final String content;

  @JsonKey(name: 'replaced_at')
  final DateTime replacedAt;

  /// Its number; the first text is 0.
  final int revision;

  Map<String, dynamic> toJson() => _$RevisionOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class RevisionPage {
  const RevisionPage({required this.items, required this.nextCursor});

  factory RevisionPage.fromJson(Map<String, dynamic> json) =>
      _$RevisionPageFromJson(json);

  /// The items, in the order of the list.
  final List<RevisionOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$RevisionPageToJson(this);
}

/// What a reply was made from.
@JsonSerializable(explicitToJson: true)
class TraceOut {
  const TraceOut({
    required this.activity,
    required this.awaySeconds,
    required this.bond,
    required this.budgetTokens,
    required this.costUsd,
    required this.historyFrom,
    required this.historyMessages,
    required this.lore,
    required this.memories,
    required this.messageId,
    required this.model,
    required this.parts,
    required this.promptTokens,
    required this.recall,
    required this.times,
    required this.usage,
    required this.wroteFirst,
  });

  factory TraceOut.fromJson(Map<String, dynamic> json) =>
      _$TraceOutFromJson(json);

  /// What she did at that hour; null where her week is not known.
  @JsonKey(unknownEnumValue: Activity.unrecognized)
  final Activity? activity;

  /// For how many seconds nothing had been said before; null where that was not
  /// long.
  @JsonKey(name: 'away_seconds')
  final int? awaySeconds;

  /// How the two stood with each other, where that was told.
  final TracedBond? bond;

  /// How many tokens the prompt was allowed.
  @JsonKey(name: 'budget_tokens')
  final int budgetTokens;

  /// What the reply cost in US dollars, where the operator told the prices.
  @JsonKey(name: 'cost_usd')
  final double? costUsd;

  /// The oldest message of the history that went in.
  @JsonKey(name: 'history_from')
  final MessageId? historyFrom;

  /// How many messages of the history went in.
  @JsonKey(name: 'history_messages')
  final int historyMessages;

  /// The entries of lorebooks of the caller's own that fired, then those that
  /// nearly did. Those of others are nowhere told of.
  final List<LoreVerdict> lore;

  /// The memories that were considered, the best first.
  final List<TracedMemory> memories;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  /// The model that wrote it.
  final String? model;

  /// The parts of the prompt, in their order.
  final List<TracedPart> parts;

  /// All tokens of the prompt, as they were counted before it was sent.
  @JsonKey(name: 'prompt_tokens')
  final int promptTokens;

  /// How the memories were found.
  @JsonKey(unknownEnumValue: RecallKind.unrecognized)
  final RecallKind recall;

  final TracedTimes times;

  /// What the provider counted.
  final Usage? usage;

  /// Why she wrote first; null where she answered.
  @JsonKey(
    name: 'wrote_first',
    unknownEnumValue: InitiativeReason.unrecognized,
  )
  final InitiativeReason? wroteFirst;

  Map<String, dynamic> toJson() => _$TraceOutToJson(this);
}

/// How the two stood when a reply was made.
@JsonSerializable(explicitToJson: true)
class TracedBond {
  const TracedBond({required this.mood, required this.stage});

  factory TracedBond.fromJson(Map<String, dynamic> json) =>
      _$TracedBondFromJson(json);

  @JsonKey(unknownEnumValue: BondMood.unrecognized)
  final BondMood mood;

  /// The key of the stage.
  final String stage;

  Map<String, dynamic> toJson() => _$TracedBondToJson(this);
}

/// A memory that was considered.
@JsonSerializable(explicitToJson: true)
class TracedMemory {
  const TracedMemory({
    required this.id,
    required this.memory,
    required this.outcome,
    required this.reasons,
    required this.score,
  });

  factory TracedMemory.fromJson(Map<String, dynamic> json) =>
      _$TracedMemoryFromJson(json);

  final MemoryId id;

  /// The memory as it is now; null when it was forgotten since.
  final MemoryOut? memory;

  @JsonKey(unknownEnumValue: MemoryOutcome.unrecognized)
  final MemoryOutcome outcome;

  /// Why it was found, the strongest first.
  final List<TracedReason> reasons;

  /// How well it fits; comparable within one trace only.
  final double score;

  Map<String, dynamic> toJson() => _$TracedMemoryToJson(this);
}

/// A part of a prompt.
@JsonSerializable(explicitToJson: true)
class TracedPart {
  const TracedPart({required this.part, required this.tokens});

  factory TracedPart.fromJson(Map<String, dynamic> json) =>
      _$TracedPartFromJson(json);

  @JsonKey(unknownEnumValue: PromptPart.unrecognized)
  final PromptPart part;

  final int tokens;

  Map<String, dynamic> toJson() => _$TracedPartToJson(this);
}

/// Why a memory was found.
@JsonSerializable(explicitToJson: true)
class TracedReason {
  const TracedReason({required this.reason, required this.weight});

  factory TracedReason.fromJson(Map<String, dynamic> json) =>
      _$TracedReasonFromJson(json);

  @JsonKey(unknownEnumValue: RecallReason.unrecognized)
  final RecallReason reason;

  /// Its share of the score.
  final double weight;

  Map<String, dynamic> toJson() => _$TracedReasonToJson(this);
}

/// How long the steps before a reply took, in microseconds.
@JsonSerializable(explicitToJson: true)
class TracedTimes {
  const TracedTimes({
    required this.embedding,
    required this.firstWord,
    required this.prompt,
    required this.recall,
  });

  factory TracedTimes.fromJson(Map<String, dynamic> json) =>
      _$TracedTimesFromJson(json);

  /// The vector of the question.
  final int embedding;

  /// From the prompt to the first word.
  @JsonKey(name: 'first_word')
  final int? firstWord;

  /// The whole prompt.
  final int prompt;

  /// Finding the memories, the vector of the question included.
  final int recall;

  Map<String, dynamic> toJson() => _$TracedTimesToJson(this);
}
