// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'admin.g.dart';

/// Who did something.
@JsonSerializable(explicitToJson: true)
class Actor {
  const Actor({required this.id, required this.kind});

  factory Actor.fromJson(Map<String, dynamic> json) =>
      _$ActorFromJson(json);

  /// The person, when it is one.
  final UserId? id;

  @JsonKey(unknownEnumValue: ActorKind.unrecognized)
  final ActorKind kind;

  Map<String, dynamic> toJson() => _$ActorToJson(this);
}

/// An entry of the audit log.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class AuditEntryOut {
  const AuditEntryOut({
    required this.action,
    required this.actor,
    required this.address,
    required this.at,
    required this.detail,
    required this.id,
    required this.requestId,
    required this.target,
  });

  factory AuditEntryOut.fromJson(Map<String, dynamic> json) =>
      _$AuditEntryOutFromJson(json);

  /// What.
  @JsonKey(unknownEnumValue: AuditAction.unrecognized)
  final AuditAction action;

  /// Who.
  final Actor actor;

  /// From where.
  final String? address;

  final DateTime at;

  /// What more there is to say, in names and plain values.
  final Map<String, String> detail;

  final AuditId id;

  /// The `X-Request-Id` of the request by which it was done.
  @JsonKey(name: 'request_id')
  final String? requestId;

  /// To what.
  final AuditTarget target;

  Map<String, dynamic> toJson() => _$AuditEntryOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class AuditEntryPage {
  const AuditEntryPage({required this.items, required this.nextCursor});

  factory AuditEntryPage.fromJson(Map<String, dynamic> json) =>
      _$AuditEntryPageFromJson(json);

  /// The items, in the order of the list.
  final List<AuditEntryOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$AuditEntryPageToJson(this);
}

/// What something was done to.
@JsonSerializable(explicitToJson: true)
class AuditTarget {
  const AuditTarget({required this.id, required this.kind});

  factory AuditTarget.fromJson(Map<String, dynamic> json) =>
      _$AuditTargetFromJson(json);

  /// Its id or name; empty where there is but one, or where it is not known.
  final String id;

  @JsonKey(unknownEnumValue: TargetKind.unrecognized)
  final TargetKind kind;

  Map<String, dynamic> toJson() => _$AuditTargetToJson(this);
}

/// How often something was counted in a month.
@JsonSerializable(explicitToJson: true)
class CareCount {
  const CareCount({
    required this.counted,
    required this.month,
    required this.times,
  });

  factory CareCount.fromJson(Map<String, dynamic> json) =>
      _$CareCountFromJson(json);

  @JsonKey(unknownEnumValue: Counted.unrecognized)
  final Counted counted;

  /// The month, like `2026-05`, in UTC.
  final String month;

  /// How often.
  final int times;

  Map<String, dynamic> toJson() => _$CareCountToJson(this);
}

/// What was counted.
@JsonSerializable(explicitToJson: true)
class CareCountsOut {
  const CareCountsOut({required this.items});

  factory CareCountsOut.fromJson(Map<String, dynamic> json) =>
      _$CareCountsOutFromJson(json);

  /// By month; what did not happen is not told.
  final List<CareCount> items;

  Map<String, dynamic> toJson() => _$CareCountsOutToJson(this);
}

/// The character that a case is about.
@JsonSerializable(explicitToJson: true)
class CaseCharacterOut {
  const CaseCharacterOut({required this.id, required this.name});

  factory CaseCharacterOut.fromJson(Map<String, dynamic> json) =>
      _$CaseCharacterOutFromJson(json);

  final CharacterId id;

  /// Null when she is gone.
  final String? name;

  Map<String, dynamic> toJson() => _$CaseCharacterOutToJson(this);
}

/// All reports of one thing, until it is decided.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class CaseOut {
  const CaseOut({
    required this.actions,
    required this.character,
    required this.claim,
    required this.id,
    required this.openedAt,
    required this.outcome,
    required this.person,
    required this.reason,
    required this.reportedAt,
    required this.reports,
    required this.state,
    required this.target,
  });

  factory CaseOut.fromJson(Map<String, dynamic> json) =>
      _$CaseOutFromJson(json);

  /// What can be done about it.
  @JsonKey(unknownEnumValue: CaseAction.unrecognized)
  final List<CaseAction> actions;

  /// The character it is about.
  final CaseCharacterOut? character;

  /// Who looks at it, or has decided it.
  final Claim? claim;

  final CaseId id;

  @JsonKey(name: 'opened_at')
  final DateTime openedAt;

  /// What was decided.
  final Outcome? outcome;

  /// The person it is about.
  final CasePersonOut? person;

  /// Why the newest of them did.
  @JsonKey(unknownEnumValue: ReportReason.unrecognized)
  final ReportReason reason;

  @JsonKey(name: 'reported_at')
  final DateTime reportedAt;

  /// How many people reported it.
  final int reports;

  @JsonKey(unknownEnumValue: CaseState.unrecognized)
  final CaseState state;

  final Reported target;

  Map<String, dynamic> toJson() => _$CaseOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class CasePage {
  const CasePage({required this.items, required this.nextCursor});

  factory CasePage.fromJson(Map<String, dynamic> json) =>
      _$CasePageFromJson(json);

  /// The items, in the order of the list.
  final List<CaseOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$CasePageToJson(this);
}

/// The person that a case is about.
@JsonSerializable(explicitToJson: true)
class CasePersonOut {
  const CasePersonOut({required this.id, required this.username});

  factory CasePersonOut.fromJson(Map<String, dynamic> json) =>
      _$CasePersonOutFromJson(json);

  final UserId id;

  /// Null when they are gone.
  final String? username;

  Map<String, dynamic> toJson() => _$CasePersonOutToJson(this);
}

/// Who looks at a case.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Claim {
  const Claim({required this.at, required this.by});

  factory Claim.fromJson(Map<String, dynamic> json) =>
      _$ClaimFromJson(json);

  final DateTime at;

  final UserId by;

  Map<String, dynamic> toJson() => _$ClaimToJson(this);
}

/// A decision.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class DecisionIn {
  const DecisionIn({required this.action});

  @JsonKey(unknownEnumValue: CaseAction.unrecognized)
  final CaseAction action;

  Map<String, dynamic> toJson() => _$DecisionInToJson(this);
}

/// The model that is to speak.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class DefaultModelIn {
  const DefaultModelIn({required this.name});

  /// Its name, of those that are listed or that a provider serves.
  final String name;

  Map<String, dynamic> toJson() => _$DefaultModelInToJson(this);
}

/// Why somebody is kept out.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class DisableIn {
  const DisableIn({this.reason});

  /// For other admins: a line of at most 200 characters.
  final String? reason;

  Map<String, dynamic> toJson() => _$DisableInToJson(this);
}

/// That somebody cannot sign in.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Disabled {
  const Disabled({required this.at, required this.reason});

  factory Disabled.fromJson(Map<String, dynamic> json) =>
      _$DisabledFromJson(json);

  /// Since when.
  final DateTime at;

  /// Why, in an admin's words.
  final String reason;

  Map<String, dynamic> toJson() => _$DisabledToJson(this);
}

/// A report, as moderators see it.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class FiledReportOut {
  const FiledReportOut({
    required this.at,
    required this.id,
    required this.note,
    required this.reason,
    required this.reporterId,
  });

  factory FiledReportOut.fromJson(Map<String, dynamic> json) =>
      _$FiledReportOutFromJson(json);

  final DateTime at;

  final ReportId id;

  /// In their words; may be empty.
  final String note;

  @JsonKey(unknownEnumValue: ReportReason.unrecognized)
  final ReportReason reason;

  /// Who reported; null when they are gone.
  @JsonKey(name: 'reporter_id')
  final UserId? reporterId;

  Map<String, dynamic> toJson() => _$FiledReportOutToJson(this);
}

/// A job. For whom it is done is not told.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class JobOut {
  const JobOut({
    required this.attempts,
    required this.createdAt,
    required this.dueAt,
    required this.fault,
    required this.id,
    required this.kind,
    required this.state,
  });

  factory JobOut.fromJson(Map<String, dynamic> json) =>
      _$JobOutFromJson(json);

  /// How often it was tried.
  final int attempts;

  /// When it was first wanted.
  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// When it runs next; of a running one, when its lease ends; of a parked one,
  /// when it was parked.
  @JsonKey(name: 'due_at')
  final DateTime dueAt;

  /// Why it failed last.
  final String? fault;

  final JobId id;

  @JsonKey(unknownEnumValue: JobKind.unrecognized)
  final JobKind kind;

  @JsonKey(unknownEnumValue: JobState.unrecognized)
  final JobState state;

  Map<String, dynamic> toJson() => _$JobOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class JobPage {
  const JobPage({required this.items, required this.nextCursor});

  factory JobPage.fromJson(Map<String, dynamic> json) =>
      _$JobPageFromJson(json);

  /// The items, in the order of the list.
  final List<JobOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$JobPageToJson(this);
}

/// One limit.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class Limit {
  const Limit({required this.rule, this.atMost, this.nulls = const {}});

  factory Limit.fromJson(Map<String, dynamic> json) =>
      _$LimitFromJson(json);

  /// The number, for `at_most`.
  @JsonKey(name: 'at_most')
  final int? atMost;

  /// Where it comes from.
  @JsonKey(unknownEnumValue: LimitRule.unrecognized)
  final LimitRule rule;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$LimitToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What was decided.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Outcome {
  const Outcome({required this.action, required this.at});

  factory Outcome.fromJson(Map<String, dynamic> json) =>
      _$OutcomeFromJson(json);

  @JsonKey(unknownEnumValue: CaseAction.unrecognized)
  final CaseAction action;

  final DateTime at;

  Map<String, dynamic> toJson() => _$OutcomeToJson(this);
}

/// The installation in numbers.
@JsonSerializable(explicitToJson: true)
class OverviewOut {
  const OverviewOut({
    required this.activeToday,
    required this.admins,
    required this.dailyQuota,
    required this.date,
    required this.disabled,
    required this.people,
    required this.queue,
    required this.sessionsToday,
    required this.usageToday,
  });

  factory OverviewOut.fromJson(Map<String, dynamic> json) =>
      _$OverviewOutFromJson(json);

  /// People who took something today.
  @JsonKey(name: 'active_today')
  final int activeToday;

  /// Admins who can sign in.
  final int admins;

  /// What everybody may take in a day.
  @JsonKey(name: 'daily_quota')
  final Quota dailyQuota;

  /// The day that is told of, in UTC.
  final String date;

  /// Disabled accounts.
  final int disabled;

  /// Accounts.
  final int people;

  /// The queue, by kind and state; what there is none of is not told.
  final List<QueueCount> queue;

  /// Chats begun today.
  @JsonKey(name: 'sessions_today')
  final int sessionsToday;

  /// What all people together took today.
  @JsonKey(name: 'usage_today')
  final DayUsage usageToday;

  Map<String, dynamic> toJson() => _$OverviewOutToJson(this);
}

/// A person, as those see them who look after the server.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class PersonOut {
  const PersonOut({
    required this.createdAt,
    required this.devices,
    required this.disabled,
    required this.id,
    required this.lastSeenAt,
    required this.quota,
    required this.role,
    required this.sessions,
    required this.usageToday,
    required this.username,
  });

  factory PersonOut.fromJson(Map<String, dynamic> json) =>
      _$PersonOutFromJson(json);

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// Devices that are signed in.
  final int devices;

  /// Whether they cannot sign in.
  final Disabled? disabled;

  final UserId id;

  /// When one of the devices that are signed in last got tokens.
  @JsonKey(name: 'last_seen_at')
  final DateTime? lastSeenAt;

  /// Their limits.
  final QuotaOverride quota;

  @JsonKey(unknownEnumValue: UserRole.unrecognized)
  final UserRole role;

  /// Their chats.
  final int sessions;

  /// What they took today.
  @JsonKey(name: 'usage_today')
  final DayUsage usageToday;

  /// The name they sign in with.
  final String username;

  Map<String, dynamic> toJson() => _$PersonOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class PersonPage {
  const PersonPage({required this.items, required this.nextCursor});

  factory PersonPage.fromJson(Map<String, dynamic> json) =>
      _$PersonPageFromJson(json);

  /// The items, in the order of the list.
  final List<PersonOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$PersonPageToJson(this);
}

/// How many jobs of a kind stand so.
@JsonSerializable(explicitToJson: true)
class QueueCount {
  const QueueCount({
    required this.jobs,
    required this.kind,
    required this.state,
  });

  factory QueueCount.fromJson(Map<String, dynamic> json) =>
      _$QueueCountFromJson(json);

  /// How many.
  final int jobs;

  @JsonKey(unknownEnumValue: JobKind.unrecognized)
  final JobKind kind;

  @JsonKey(unknownEnumValue: JobState.unrecognized)
  final JobState state;

  Map<String, dynamic> toJson() => _$QueueCountToJson(this);
}

/// The limits of a person where they differ from everybody's.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class QuotaOverride {
  const QuotaOverride({this.cost, this.replies, this.tokens});

  factory QuotaOverride.fromJson(Map<String, dynamic> json) =>
      _$QuotaOverrideFromJson(json);

  /// Cost in a day, in millionths of a US dollar.
  final Limit? cost;

  /// Replies in a day.
  final Limit? replies;

  /// Tokens in a day.
  final Limit? tokens;

  Map<String, dynamic> toJson() => _$QuotaOverrideToJson(this);
}

/// A message that was reported.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class ReportedMessageOut {
  const ReportedMessageOut({
    required this.content,
    required this.createdAt,
    required this.id,
    required this.role,
  });

  factory ReportedMessageOut.fromJson(Map<String, dynamic> json) =>
      _$ReportedMessageOutFromJson(json);

  final String content;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  final MessageId id;

  /// Who says it.
  @JsonKey(unknownEnumValue: Role.unrecognized)
  final Role role;

  Map<String, dynamic> toJson() => _$ReportedMessageOutToJson(this);
}

/// A moment or a comment that was reported.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class ReportedMomentOut {
  const ReportedMomentOut({
    required this.author,
    required this.createdAt,
    required this.images,
    required this.momentId,
    required this.text,
  });

  factory ReportedMomentOut.fromJson(Map<String, dynamic> json) =>
      _$ReportedMomentOutFromJson(json);

  final MomentAuthor author;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// Those of a moment; a comment has none.
  final List<ImageOut> images;

  /// The moment, or the one that the comment is on.
  @JsonKey(name: 'moment_id')
  final MomentId momentId;

  final String text;

  Map<String, dynamic> toJson() => _$ReportedMomentOutToJson(this);
}

/// Another role.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class RoleIn {
  const RoleIn({required this.role});

  /// What they may do from now on.
  @JsonKey(unknownEnumValue: UserRole.unrecognized)
  final UserRole role;

  Map<String, dynamic> toJson() => _$RoleInToJson(this);
}

/// A case with its newest reports.
@JsonSerializable(explicitToJson: true)
class WholeCaseOut {
  const WholeCaseOut({required this.caseValue, required this.reports});

  factory WholeCaseOut.fromJson(Map<String, dynamic> json) =>
      _$WholeCaseOutFromJson(json);

  @JsonKey(name: 'case')
  final CaseOut caseValue;

  /// The newest first, at most 50.
  final List<FiledReportOut> reports;

  Map<String, dynamic> toJson() => _$WholeCaseOutToJson(this);
}
