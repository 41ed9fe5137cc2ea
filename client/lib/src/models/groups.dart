// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'groups.g.dart';

/// The other of a direct session.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class DirectIn {
  const DirectIn({required this.userId});

  @JsonKey(name: 'user_id')
  final UserId userId;

  Map<String, dynamic> toJson() => _$DirectInToJson(this);
}

/// How a character is to take part.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class GroupCharacterIn {
  const GroupCharacterIn({this.talkativeness, this.nulls = const {}});

  /// How readily she speaks; 50 if absent.
  final int? talkativeness;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$GroupCharacterInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A group to begin.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class GroupIn {
  const GroupIn({
    this.characters,
    this.newcomersSee,
    this.people,
    this.replyMode,
    this.speakers,
    this.title,
    this.nulls = const {},
  });

  /// Which characters are there.
  final List<CharacterId>? characters;

  /// `joining` if absent.
  @JsonKey(name: 'newcomers_see', unknownEnumValue: NewcomersSee.unrecognized)
  final NewcomersSee? newcomersSee;

  /// Who is asked to come.
  final List<UserId>? people;

  /// `natural` if absent.
  @JsonKey(name: 'reply_mode', unknownEnumValue: ReplyMode.unrecognized)
  final ReplyMode? replyMode;

  /// Two if absent.
  final int? speakers;

  final String? title;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$GroupInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What changes about the rules of a group; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class GroupPatch {
  const GroupPatch({
    this.newcomersSee,
    this.replyMode,
    this.speakers,
    this.nulls = const {},
  });

  @JsonKey(name: 'newcomers_see', unknownEnumValue: NewcomersSee.unrecognized)
  final NewcomersSee? newcomersSee;

  @JsonKey(name: 'reply_mode', unknownEnumValue: ReplyMode.unrecognized)
  final ReplyMode? replyMode;

  final int? speakers;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$GroupPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A group that one is asked to come to.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class InvitationOut {
  const InvitationOut({
    required this.characters,
    required this.invitedAt,
    required this.invitedBy,
    required this.people,
    required this.sessionId,
  });

  factory InvitationOut.fromJson(Map<String, dynamic> json) =>
      _$InvitationOutFromJson(json);

  final List<GroupCharacter> characters;

  @JsonKey(name: 'invited_at')
  final DateTime invitedAt;

  /// Who asks.
  @JsonKey(name: 'invited_by')
  final Member? invitedBy;

  /// Who is there.
  final List<Member> people;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  Map<String, dynamic> toJson() => _$InvitationOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class InvitationPage {
  const InvitationPage({required this.items, required this.nextCursor});

  factory InvitationPage.fromJson(Map<String, dynamic> json) =>
      _$InvitationPageFromJson(json);

  /// The items, in the order of the list.
  final List<InvitationOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$InvitationPageToJson(this);
}

/// What a person is to be.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MemberRoleIn {
  const MemberRoleIn({required this.role});

  /// `owner` hands the group over.
  @JsonKey(unknownEnumValue: MemberRole.unrecognized)
  final MemberRole role;

  Map<String, dynamic> toJson() => _$MemberRoleInToJson(this);
}

/// How a shared session stands with the caller; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MembershipPatch {
  const MembershipPatch({
    this.archived,
    this.muted,
    this.pinned,
    this.nulls = const {},
  });

  final bool? archived;

  /// No notifications.
  final bool? muted;

  final bool? pinned;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$MembershipPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A reply that was queued.
@JsonSerializable(explicitToJson: true)
class QueuedOut {
  const QueuedOut({required this.reply, required this.seq});

  factory QueuedOut.fromJson(Map<String, dynamic> json) =>
      _$QueuedOutFromJson(json);

  final MessageOut reply;

  /// The place of the event.
  final int seq;

  Map<String, dynamic> toJson() => _$QueuedOutToJson(this);
}

/// How far the caller has read.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class ReadMarkIn {
  const ReadMarkIn({required this.seq});

  /// The place of the last event that was read.
  final int seq;

  Map<String, dynamic> toJson() => _$ReadMarkInToJson(this);
}

/// Who is to speak next.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class SpeakIn {
  const SpeakIn({required this.characterId});

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  Map<String, dynamic> toJson() => _$SpeakInToJson(this);
}
