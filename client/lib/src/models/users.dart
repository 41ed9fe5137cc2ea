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
