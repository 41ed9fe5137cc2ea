// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'diaries.g.dart';

/// What a character wrote of one day.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class DiaryEntry {
  const DiaryEntry({
    required this.characterId,
    required this.day,
    required this.id,
    required this.model,
    required this.text,
    required this.writtenAt,
  });

  factory DiaryEntry.fromJson(Map<String, dynamic> json) =>
      _$DiaryEntryFromJson(json);

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  /// The day, as it was where she lives.
  final String day;

  final DiaryEntryId id;

  /// The model that found the words.
  final String? model;

  final String text;

  /// When she wrote it.
  @JsonKey(name: 'written_at')
  final DateTime writtenAt;

  Map<String, dynamic> toJson() => _$DiaryEntryToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class DiaryEntryPage {
  const DiaryEntryPage({required this.items, required this.nextCursor});

  factory DiaryEntryPage.fromJson(Map<String, dynamic> json) =>
      _$DiaryEntryPageFromJson(json);

  /// The items, in the order of the list.
  final List<DiaryEntry> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$DiaryEntryPageToJson(this);
}

/// How a diary is kept.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class DiarySettings {
  const DiarySettings({
    required this.keeping,
    required this.on,
    required this.since,
  });

  factory DiarySettings.fromJson(Map<String, dynamic> json) =>
      _$DiarySettingsFromJson(json);

  /// Whether she keeps one, or why not.
  @JsonKey(unknownEnumValue: DiaryKeeping.unrecognized)
  final DiaryKeeping keeping;

  /// Whether the caller wants it.
  final bool on;

  /// What was said until then stands in no entry: it was switched on then.
  /// Null: from the beginning.
  final DateTime? since;

  Map<String, dynamic> toJson() => _$DiarySettingsToJson(this);
}

/// How the caller wants a diary.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class DiarySettingsIn {
  const DiarySettingsIn({required this.on});

  /// Whether she keeps one.
  final bool on;

  Map<String, dynamic> toJson() => _$DiarySettingsInToJson(this);
}
