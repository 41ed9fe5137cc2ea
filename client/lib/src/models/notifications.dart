// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'notifications.g.dart';

/// How an inbox stands.
@JsonSerializable(explicitToJson: true)
class InboxOut {
  const InboxOut({
    required this.readUpTo,
    required this.seq,
    required this.unread,
  });

  factory InboxOut.fromJson(Map<String, dynamic> json) =>
      _$InboxOutFromJson(json);

  /// Up to which place all was said to be read.
  @JsonKey(name: 'read_up_to')
  final int readUpTo;

  /// The place of the last change.
  final int seq;

  /// How many notifications are not read.
  final int unread;

  Map<String, dynamic> toJson() => _$InboxOutToJson(this);
}

/// By whom something happened.
@JsonSerializable(explicitToJson: true)
class NotificationActor {
  const NotificationActor({
    required this.avatarUrl,
    required this.id,
    required this.kind,
    required this.name,
  });

  factory NotificationActor.fromJson(Map<String, dynamic> json) =>
      _$NotificationActorFromJson(json);

  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  final String id;

  @JsonKey(unknownEnumValue: NotifierKind.unrecognized)
  final NotifierKind kind;

  /// The name; null when they are gone.
  final String? name;

  Map<String, dynamic> toJson() => _$NotificationActorToJson(this);
}

/// How a kind of notifications is told.
@JsonSerializable(explicitToJson: true)
class NotificationKindSettings {
  const NotificationKindSettings({
    required this.category,
    required this.inApp,
    required this.kind,
    required this.optional,
    required this.push,
  });

  factory NotificationKindSettings.fromJson(Map<String, dynamic> json) =>
      _$NotificationKindSettingsFromJson(json);

  @JsonKey(unknownEnumValue: NotificationCategory.unrecognized)
  final NotificationCategory category;

  /// Whether it is told at all.
  @JsonKey(name: 'in_app')
  final bool inApp;

  @JsonKey(unknownEnumValue: NotificationKind.unrecognized)
  final NotificationKind kind;

  /// Whether it can be switched off at all.
  final bool optional;

  /// Whether devices are woken for it.
  final bool push;

  Map<String, dynamic> toJson() => _$NotificationKindSettingsToJson(this);
}

/// How a kind of notifications is told.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class NotificationKindSettingsIn {
  const NotificationKindSettingsIn({required this.kind, this.inApp, this.push});

  /// Whether it is told at all.
  @JsonKey(name: 'in_app')
  final bool? inApp;

  @JsonKey(unknownEnumValue: NotificationKind.unrecognized)
  final NotificationKind kind;

  /// Whether devices are woken for it.
  final bool? push;

  Map<String, dynamic> toJson() => _$NotificationKindSettingsInToJson(this);
}

/// A notification. What happened is said by its kind; whoever shows it finds
/// the words.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class NotificationOut {
  const NotificationOut({
    required this.actors,
    required this.category,
    required this.count,
    required this.createdAt,
    required this.id,
    required this.kind,
    required this.path,
    required this.readAt,
    required this.seq,
    required this.subject,
    required this.updatedAt,
  });

  factory NotificationOut.fromJson(Map<String, dynamic> json) =>
      _$NotificationOutFromJson(json);

  /// By whom, the latest first; of many only the latest three.
  final List<NotificationActor> actors;

  @JsonKey(unknownEnumValue: NotificationCategory.unrecognized)
  final NotificationCategory category;

  /// How often it happened.
  final int count;

  /// When it happened first.
  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  final NotificationId id;

  @JsonKey(unknownEnumValue: NotificationKind.unrecognized)
  final NotificationKind kind;

  /// Where it is shown, as a path of the client.
  final String path;

  /// When it was read.
  @JsonKey(name: 'read_at')
  final DateTime? readAt;

  /// Its place in the inbox: a greater one with every time it happens.
  final int seq;

  /// About what.
  final NotificationSubject subject;

  /// When it happened last.
  @JsonKey(name: 'updated_at')
  final DateTime updatedAt;

  Map<String, dynamic> toJson() => _$NotificationOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class NotificationPage {
  const NotificationPage({required this.items, required this.nextCursor});

  factory NotificationPage.fromJson(Map<String, dynamic> json) =>
      _$NotificationPageFromJson(json);

  /// The items, in the order of the list.
  final List<NotificationOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$NotificationPageToJson(this);
}

/// What a person wants to be told.
@JsonSerializable(explicitToJson: true)
class NotificationSettings {
  const NotificationSettings({
    required this.hideNames,
    required this.kinds,
    required this.quietHours,
  });

  factory NotificationSettings.fromJson(Map<String, dynamic> json) =>
      _$NotificationSettingsFromJson(json);

  /// Whether a device that is woken is not told by whom.
  @JsonKey(name: 'hide_names')
  final bool hideNames;

  /// Every kind.
  final List<NotificationKindSettings> kinds;

  /// When no device is woken; null is never. What happens meanwhile is pushed
  /// afterwards.
  @JsonKey(name: 'quiet_hours')
  final QuietHours? quietHours;

  Map<String, dynamic> toJson() => _$NotificationSettingsToJson(this);
}

/// What a person wants to be told, all of it: what is not said is as at first.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class NotificationSettingsIn {
  const NotificationSettingsIn({
    this.hideNames,
    this.kinds,
    this.quietHours,
    this.nulls = const {},
  });

  /// Whether a device that is woken is not told by whom.
  @JsonKey(name: 'hide_names')
  final bool? hideNames;

  /// Kinds that differ from the usual, which is both on.
  final List<NotificationKindSettingsIn>? kinds;

  /// When no device is woken.
  @JsonKey(name: 'quiet_hours')
  final QuietHoursIn? quietHours;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$NotificationSettingsInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What a notification is about.
@JsonSerializable(explicitToJson: true)
class NotificationSubject {
  const NotificationSubject({required this.id, required this.kind});

  factory NotificationSubject.fromJson(Map<String, dynamic> json) =>
      _$NotificationSubjectFromJson(json);

  /// Its id; of an account, what happened to it: `new_sign_in` or
  /// `password_changed`.
  final String id;

  @JsonKey(unknownEnumValue: SubjectKind.unrecognized)
  final SubjectKind kind;

  Map<String, dynamic> toJson() => _$NotificationSubjectToJson(this);
}

/// The key by which browsers know this server.
@JsonSerializable(explicitToJson: true)
class PushKeyOut {
  const PushKeyOut({required this.key});

  factory PushKeyOut.fromJson(Map<String, dynamic> json) =>
      _$PushKeyOutFromJson(json);

  /// The `applicationServerKey` of a subscription; null where nothing is
  /// pushed.
  final String? key;

  Map<String, dynamic> toJson() => _$PushKeyOutToJson(this);
}

/// What became of a trial.
@JsonSerializable(explicitToJson: true)
class PushTrialOut {
  const PushTrialOut({required this.outcome});

  factory PushTrialOut.fromJson(Map<String, dynamic> json) =>
      _$PushTrialOutFromJson(json);

  @JsonKey(unknownEnumValue: PushOutcome.unrecognized)
  final PushOutcome outcome;

  Map<String, dynamic> toJson() => _$PushTrialOutToJson(this);
}

/// A stretch of every day, by the clocks of the person's time zone; it may
/// reach over midnight.
@JsonSerializable(explicitToJson: true)
class QuietHours {
  const QuietHours({required this.from, required this.to});

  factory QuietHours.fromJson(Map<String, dynamic> json) =>
      _$QuietHoursFromJson(json);

  /// `HH:MM`
  final String from;

  /// `HH:MM`
  final String to;

  Map<String, dynamic> toJson() => _$QuietHoursToJson(this);
}

/// A stretch of every day.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class QuietHoursIn {
  const QuietHoursIn({required this.from, required this.to});

  /// `HH:MM`
  final String from;

  /// `HH:MM`
  final String to;

  Map<String, dynamic> toJson() => _$QuietHoursInToJson(this);
}

/// What was read: all up to a place, or some.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ReadIn {
  const ReadIn({this.ids, this.upTo, this.nulls = const {}});

  /// These; 1 to 100. Those that are not there are passed over.
  final List<NotificationId>? ids;

  /// All whose `seq` is at most this.
  @JsonKey(name: 'up_to')
  final int? upTo;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$ReadInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A subscription, as a browser's `PushSubscription` writes itself down.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class SubscriptionIn {
  const SubscriptionIn({required this.endpoint, required this.keys});

  /// Where its push service takes messages.
  final String endpoint;

  /// What messages are encrypted with.
  final SubscriptionKeys keys;

  Map<String, dynamic> toJson() => _$SubscriptionInToJson(this);
}

/// What messages to a browser are encrypted with.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class SubscriptionKeys {
  const SubscriptionKeys({required this.auth, required this.p256dh});

  /// The browser's secret, in base64url.
  final String auth;

  /// The browser's public key, in base64url.
  final String p256dh;

  Map<String, dynamic> toJson() => _$SubscriptionKeysToJson(this);
}

/// A subscription that is kept.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class SubscriptionOut {
  const SubscriptionOut({required this.createdAt, required this.id});

  factory SubscriptionOut.fromJson(Map<String, dynamic> json) =>
      _$SubscriptionOutFromJson(json);

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  final SubscriptionId id;

  Map<String, dynamic> toJson() => _$SubscriptionOutToJson(this);
}
