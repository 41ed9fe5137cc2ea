// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'memories.g.dart';

/// Who makes the vectors.
@JsonSerializable(explicitToJson: true)
class Embedder {
  const Embedder({required this.dimensions, required this.name});

  factory Embedder.fromJson(Map<String, dynamic> json) =>
      _$EmbedderFromJson(json);

  /// How long its vectors are; 0 until it has made one.
  final int dimensions;

  final String name;

  Map<String, dynamic> toJson() => _$EmbedderToJson(this);
}

/// A memory in an export.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class ExportedMemory {
  const ExportedMemory({
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
    required this.sources,
  });

  factory ExportedMemory.fromJson(Map<String, dynamic> json) =>
      _$ExportedMemoryFromJson(json);

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

  /// The messages it comes from, in their order.
  final List<MessageId> sources;

  Map<String, dynamic> toJson() => _$ExportedMemoryToJson(this);
}

/// How many memories are gone.
@JsonSerializable(explicitToJson: true)
class Forgotten {
  const Forgotten({required this.forgotten});

  factory Forgotten.fromJson(Map<String, dynamic> json) =>
      _$ForgottenFromJson(json);

  final int forgotten;

  Map<String, dynamic> toJson() => _$ForgottenToJson(this);
}

/// Memories that a search found.
@JsonSerializable(explicitToJson: true)
class FoundMemories {
  const FoundMemories({required this.items, required this.recall});

  factory FoundMemories.fromJson(Map<String, dynamic> json) =>
      _$FoundMemoriesFromJson(json);

  /// The best first.
  final List<FoundMemory> items;

  /// By meaning and by words, or by words alone.
  @JsonKey(unknownEnumValue: RecallKind.unrecognized)
  final RecallKind recall;

  Map<String, dynamic> toJson() => _$FoundMemoriesToJson(this);
}

/// A memory that was found.
@JsonSerializable(explicitToJson: true)
class FoundMemory {
  const FoundMemory({
    required this.memory,
    required this.reasons,
    required this.score,
  });

  factory FoundMemory.fromJson(Map<String, dynamic> json) =>
      _$FoundMemoryFromJson(json);

  final MemoryOut memory;

  /// Why, the strongest first.
  final List<TracedReason> reasons;

  /// How well it fits; comparable within one answer only.
  final double score;

  Map<String, dynamic> toJson() => _$FoundMemoryToJson(this);
}

/// A memory with where it comes from and what it replaced.
@JsonSerializable(explicitToJson: true)
class MemoryDetail {
  const MemoryDetail({
    required this.memory,
    required this.replaced,
    required this.sources,
  });

  factory MemoryDetail.fromJson(Map<String, dynamic> json) =>
      _$MemoryDetailFromJson(json);

  final MemoryOut memory;

  /// What it took the place of, the newest first.
  final List<MemoryOut> replaced;

  /// The messages it comes from, in their order; at most 50, the newest.
  final List<MemorySource> sources;

  Map<String, dynamic> toJson() => _$MemoryDetailToJson(this);
}

/// The whole book.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class MemoryExport {
  const MemoryExport({
    required this.character,
    required this.characterId,
    required this.exportedAt,
    required this.memories,
  });

  factory MemoryExport.fromJson(Map<String, dynamic> json) =>
      _$MemoryExportFromJson(json);

  /// Her name.
  final String character;

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  @JsonKey(name: 'exported_at')
  final DateTime exportedAt;

  /// All memories, also those that no longer count, the newest first.
  final List<ExportedMemory> memories;

  Map<String, dynamic> toJson() => _$MemoryExportToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class MemoryPage {
  const MemoryPage({required this.items, required this.nextCursor});

  factory MemoryPage.fromJson(Map<String, dynamic> json) =>
      _$MemoryPageFromJson(json);

  /// The items, in the order of the list.
  final List<MemoryOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$MemoryPageToJson(this);
}

/// What changes about a memory; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MemoryPatch {
  const MemoryPatch({
    this.importance,
    this.pinned,
    this.text,
    this.nulls = const {},
  });

  final int? importance;

  final bool? pinned;

  /// How it really is: a new memory takes the old one's place. Not for
  /// episodes: they are what was said.
  final String? text;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$MemoryPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A message that a memory comes from.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class MemorySource {
  const MemorySource({
    required this.content,
    required this.createdAt,
    required this.messageId,
    required this.role,
    required this.sessionId,
  });

  factory MemorySource.fromJson(Map<String, dynamic> json) =>
      _$MemorySourceFromJson(json);

  /// What it says now.
  final String content;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  @JsonKey(unknownEnumValue: Role.unrecognized)
  final Role role;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  Map<String, dynamic> toJson() => _$MemorySourceToJson(this);
}

/// How the book stands.
@JsonSerializable(explicitToJson: true)
class MemoryState {
  const MemoryState({
    required this.embedded,
    required this.embedder,
    required this.episodes,
    required this.facts,
    required this.learning,
    required this.notes,
    required this.summaries,
  });

  factory MemoryState.fromJson(Map<String, dynamic> json) =>
      _$MemoryStateFromJson(json);

  /// Memories that can be found by their meaning already.
  final int embedded;

  /// Null: memories are found by their words alone.
  final Embedder? embedder;

  final int episodes;

  /// Those that count.
  final int facts;

  /// Whether facts are learned, or why not.
  @JsonKey(unknownEnumValue: Learning.unrecognized)
  final Learning learning;

  /// Those that count.
  final int notes;

  /// Those that count.
  final int summaries;

  Map<String, dynamic> toJson() => _$MemoryStateToJson(this);
}

/// What the person writes into the book.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
  converters: [UtcTime()],
)
class NoteIn {
  const NoteIn({
    required this.text,
    this.happenedAt,
    this.importance,
    this.pinned,
    this.nulls = const {},
  });

  /// Since when it is so; now if absent.
  @JsonKey(name: 'happened_at')
  final DateTime? happenedAt;

  /// 3 if absent.
  final int? importance;

  /// Whether she is always told it.
  final bool? pinned;

  final String text;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$NoteInToJson(this),
    for (final name in nulls) name: null,
  };
}
