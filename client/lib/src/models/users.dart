// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'users.g.dart';

/// Another password.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ChangePasswordIn {
  const ChangePasswordIn({
    required this.currentPassword,
    required this.newPassword,
  });

  /// The one until now.
  @JsonKey(name: 'current_password')
  final String currentPassword;

  /// The new one, 8 to 256 bytes.
  @JsonKey(name: 'new_password')
  final String newPassword;

  Map<String, dynamic> toJson() => _$ChangePasswordInToJson(this);
}

/// What was taken in a day.
@JsonSerializable(explicitToJson: true)
class DayUsage {
  const DayUsage({
    required this.costMicros,
    required this.replies,
    required this.tokens,
  });

  factory DayUsage.fromJson(Map<String, dynamic> json) =>
      _$DayUsageFromJson(json);

  /// What they cost, in millionths of a US dollar.
  @JsonKey(name: 'cost_micros')
  final int costMicros;

  /// Replies.
  final int replies;

  /// Tokens of prompts and replies, those of learning in the background
  /// included.
  final int tokens;

  Map<String, dynamic> toJson() => _$DayUsageToJson(this);
}

/// A device that is signed in.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class DeviceOut {
  const DeviceOut({
    required this.createdAt,
    required this.current,
    required this.id,
    required this.label,
    required this.lastSeenAt,
    required this.online,
  });

  factory DeviceOut.fromJson(Map<String, dynamic> json) =>
      _$DeviceOutFromJson(json);

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// Whether it is the one that asks.
  final bool current;

  final DeviceId id;

  /// What it calls itself.
  final String label;

  /// When it last got new tokens.
  @JsonKey(name: 'last_seen_at')
  final DateTime lastSeenAt;

  /// Whether it has a socket open now.
  final bool online;

  Map<String, dynamic> toJson() => _$DeviceOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class DevicePage {
  const DevicePage({required this.items, required this.nextCursor});

  factory DevicePage.fromJson(Map<String, dynamic> json) =>
      _$DevicePageFromJson(json);

  /// The items, in the order of the list.
  final List<DeviceOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$DevicePageToJson(this);
}

/// A file as a form.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class FileForm {
  const FileForm({required this.file});

  /// The file, at most 32 MiB.
  final List<int> file;

  Map<String, dynamic> toJson() => _$FileFormToJson(this);
}

/// What came in with an archive.
@JsonSerializable(explicitToJson: true)
class ImportedAccountOut {
  const ImportedAccountOut({
    required this.characters,
    required this.diaryEntries,
    required this.known,
    required this.lorebooks,
    required this.memories,
    required this.moments,
    required this.notTaken,
    required this.people,
    required this.sessions,
    required this.shunned,
  });

  factory ImportedAccountOut.fromJson(Map<String, dynamic> json) =>
      _$ImportedAccountOutFromJson(json);

  /// Characters that were made.
  final int characters;

  /// Entries of diaries that were made.
  @JsonKey(name: 'diary_entries')
  final int diaryEntries;

  /// Characters, lorebooks, chats and moments that were here already, and stay
  /// as they are.
  final int known;

  /// Lorebooks that were made.
  final int lorebooks;

  /// Memories that were made.
  final int memories;

  /// Moments that were made.
  final int moments;

  /// What was not taken, up to 200.
  @JsonKey(name: 'not_taken')
  final List<NotTakenOut> notTaken;

  /// People of the same handle here who were friends or followed, up to 500.
  /// None of them was asked or told.
  final List<KnownBeforeOut> people;

  /// Chats that were made, copies of those that several shared among them.
  final int sessions;

  /// People who are blocked or muted now, and were not before.
  final int shunned;

  Map<String, dynamic> toJson() => _$ImportedAccountOutToJson(this);
}

/// Somebody here whose handle stood among friends, or those who were followed:
/// to ask or to follow, if one wants to.
@JsonSerializable(explicitToJson: true)
class KnownBeforeOut {
  const KnownBeforeOut({
    required this.displayName,
    required this.handle,
    required this.userId,
    required this.was,
  });

  factory KnownBeforeOut.fromJson(Map<String, dynamic> json) =>
      _$KnownBeforeOutFromJson(json);

  @JsonKey(name: 'display_name')
  final String displayName;

  final String handle;

  @JsonKey(name: 'user_id')
  final UserId userId;

  /// What whoever had this handle there was.
  @JsonKey(unknownEnumValue: FormerTie.unrecognized)
  final FormerTie was;

  Map<String, dynamic> toJson() => _$KnownBeforeOutToJson(this);
}

/// Something of an archive that was not taken.
@JsonSerializable(explicitToJson: true)
class NotTakenOut {
  const NotTakenOut({required this.path, required this.reason});

  factory NotTakenOut.fromJson(Map<String, dynamic> json) =>
      _$NotTakenOutFromJson(json);

  /// Its path in the archive.
  final String path;

  /// Why.
  final String reason;

  Map<String, dynamic> toJson() => _$NotTakenOutToJson(this);
}

/// The reminder to show, if there is one.
@JsonSerializable(explicitToJson: true)
class OpenReminderOut {
  const OpenReminderOut({required this.reminder});

  factory OpenReminderOut.fromJson(Map<String, dynamic> json) =>
      _$OpenReminderOutFromJson(json);

  /// Null: there is none, or this device has said that it was seen.
  final Reminder? reminder;

  Map<String, dynamic> toJson() => _$OpenReminderOutToJson(this);
}

/// A password, to prove that it is really them.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class PasswordIn {
  const PasswordIn({required this.password});

  /// The current password.
  final String password;

  Map<String, dynamic> toJson() => _$PasswordInToJson(this);
}

/// What may be taken in a day; null is as much as one likes.
@JsonSerializable(explicitToJson: true)
class Quota {
  const Quota({
    required this.costMicros,
    required this.replies,
    required this.tokens,
  });

  factory Quota.fromJson(Map<String, dynamic> json) =>
      _$QuotaFromJson(json);

  /// Millionths of a US dollar.
  @JsonKey(name: 'cost_micros')
  final int? costMicros;

  /// Replies.
  final int? replies;

  /// Tokens.
  final int? tokens;

  Map<String, dynamic> toJson() => _$QuotaToJson(this);
}

/// What a device says to somebody who has talked for long: that it is a
/// machine, and that a break does good.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Reminder {
  const Reminder({
    required this.at,
    required this.id,
    required this.minutes,
    required this.words,
  });

  factory Reminder.fromJson(Map<String, dynamic> json) =>
      _$ReminderFromJson(json);

  /// When it was time for it.
  final DateTime at;

  final ReminderId id;

  /// For how many minutes they had talked.
  final int minutes;

  /// In the words of the operator.
  final ReminderWords words;

  Map<String, dynamic> toJson() => _$ReminderToJson(this);
}

/// The words of a reminder, by language.
@JsonSerializable(explicitToJson: true)
class ReminderWords {
  const ReminderWords({required this.en, required this.ja, required this.zh});

  factory ReminderWords.fromJson(Map<String, dynamic> json) =>
      _$ReminderWordsFromJson(json);

  final String en;

  final String ja;

  final String zh;

  Map<String, dynamic> toJson() => _$ReminderWordsToJson(this);
}

/// How the caller stands today.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class UsageTodayOut {
  const UsageTodayOut({
    required this.date,
    required this.limits,
    required this.resetsAt,
    required this.used,
  });

  factory UsageTodayOut.fromJson(Map<String, dynamic> json) =>
      _$UsageTodayOutFromJson(json);

  /// The day, in UTC.
  final String date;

  /// What they may take.
  final Quota limits;

  /// When the next begins.
  @JsonKey(name: 'resets_at')
  final DateTime resetsAt;

  /// What they took.
  final DayUsage used;

  Map<String, dynamic> toJson() => _$UsageTodayOutToJson(this);
}

/// What a person changes about themselves; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class UserPatch {
  const UserPatch({
    this.displayName,
    this.email,
    this.seesMature,
    this.timezone,
    this.nulls = const {},
  });

  /// What characters shall call them.
  @JsonKey(name: 'display_name')
  final String? displayName;

  /// A new address.
  final String? email;

  /// Whether to meet characters who are rated mature; only adults may.
  @JsonKey(name: 'sees_mature')
  final bool? seesMature;

  /// The IANA time zone; null forgets it.
  final String? timezone;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$UserPatchToJson(this),
    for (final name in nulls) name: null,
  };
}
