// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import 'converters.dart';
import 'models.dart';

part 'frames.g.dart';

/// What a client may send.
sealed class ClientFrame {
  const ClientFrame();

  Map<String, dynamic> toJson();
}

/// Shows a token, at first or a fresh one before the old one ends. Answered by
/// `ready`.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class AuthRequest extends ClientFrame {
  const AuthRequest({required this.token, this.id});

  final String? id;

  final String token;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'auth',
    ..._$AuthRequestToJson(this),
  };
}

/// Says something. The same `client_message_id` again is the same message, and
/// is answered with the first outcome.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class MessageSendRequest extends ClientFrame {
  const MessageSendRequest({
    required this.sessionId,
    required this.clientMessageId,
    required this.content,
    this.id,
    this.parentId,
    this.nulls = const {},
  });

  final String? id;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'client_message_id')
  final String clientMessageId;

  final String content;

  /// What it follows; absent is the session's leaf, null a new beginning.
  @JsonKey(name: 'parent_id')
  final MessageId? parentId;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'message.send',
    ..._$MessageSendRequestToJson(this),
    for (final name in nulls) name: null,
  };
}

/// Stops a reply that waits or is being written; what is written stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class ReplyStopRequest extends ClientFrame {
  const ReplyStopRequest({
    required this.sessionId,
    required this.messageId,
    this.id,
  });

  final String? id;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.stop',
    ..._$ReplyStopRequestToJson(this),
  };
}

/// Makes another reply beside this one, or below a message of the person.
/// Answered by `reply.queued`.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class ReplyRegenerateRequest extends ClientFrame {
  const ReplyRegenerateRequest({
    required this.sessionId,
    required this.messageId,
    this.id,
    this.mode,
    this.nulls = const {},
  });

  final String? id;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  @JsonKey(unknownEnumValue: RegenerateMode.unrecognized)
  final RegenerateMode? mode;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.regenerate',
    ..._$ReplyRegenerateRequestToJson(this),
    for (final name in nulls) name: null,
  };
}

/// Asks for every event after `after_seq`, then `session.resumed`; the reply
/// `message_id` goes on at `offset`.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class SessionResumeRequest extends ClientFrame {
  const SessionResumeRequest({
    required this.sessionId,
    required this.afterSeq,
    this.id,
    this.messageId,
    this.offset,
    this.nulls = const {},
  });

  final String? id;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'after_seq')
  final int afterSeq;

  @JsonKey(name: 'message_id')
  final MessageId? messageId;

  final int? offset;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'session.resume',
    ..._$SessionResumeRequestToJson(this),
    for (final name in nulls) name: null,
  };
}

/// The person types; shown on their other devices, and to whoever shares the
/// session.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class TypingRequest extends ClientFrame {
  const TypingRequest({required this.sessionId, this.id});

  final String? id;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'typing',
    ..._$TypingRequestToJson(this),
  };
}

/// The person has read up to a place. It never goes back.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class ReadRequest extends ClientFrame {
  const ReadRequest({required this.sessionId, required this.seq, this.id});

  final String? id;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  final int seq;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'read',
    ..._$ReadRequestToJson(this),
  };
}

/// Asks for a `pong`.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
final class PingRequest extends ClientFrame {
  const PingRequest({this.id});

  final String? id;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'ping',
    ..._$PingRequestToJson(this),
  };
}

/// What the server sends.
sealed class ServerFrame {
  const ServerFrame();

  factory ServerFrame.fromJson(Map<String, dynamic> json) =>
      switch (json['type']) {
        'message.accepted' => MessageAcceptedEvent.fromJson(json),
        'reply.queued' => ReplyQueuedEvent.fromJson(json),
        'reply.started' => ReplyStartedEvent.fromJson(json),
        'reply.completed' => ReplyCompletedEvent.fromJson(json),
        'reply.failed' => ReplyFailedEvent.fromJson(json),
        'message.edited' => MessageEditedEvent.fromJson(json),
        'message.deleted' => MessageDeletedEvent.fromJson(json),
        'session.updated' => SessionUpdatedEvent.fromJson(json),
        'session.deleted' => SessionDeletedEvent.fromJson(json),
        'ready' => ReadyFrame.fromJson(json),
        'reply.delta' => ReplyDeltaFrame.fromJson(json),
        'session.resumed' => SessionResumedFrame.fromJson(json),
        'typing' => TypingFrame.fromJson(json),
        'read' => ReadFrame.fromJson(json),
        'invited' => InvitedFrame.fromJson(json),
        'friends.changed' => FriendsChangedFrame.fromJson(json),
        'presence' => PresenceFrame.fromJson(json),
        'remembering' => RememberingFrame.fromJson(json),
        'memory.changed' => MemoryChangedFrame.fromJson(json),
        'bond.changed' => BondChangedFrame.fromJson(json),
        'route.unlocked' => RouteUnlockedFrame.fromJson(json),
        'notification' => NotificationFrame.fromJson(json),
        'notifications.read' => NotificationsReadFrame.fromJson(json),
        'reminder' => ReminderFrame.fromJson(json),
        'pong' => PongFrame.fromJson(json),
        'error' => ErrorFrame.fromJson(json),
        // What has a place is an event, also when it is of a later protocol.
        _ when json['seq'] is int && json['session_id'] is String =>
          UnrecognizedEvent(json),
        _ => UnrecognizedFrame(json),
      };

  Map<String, dynamic> toJson();
}

/// What a later protocol has and this client does not know.
final class UnrecognizedFrame extends ServerFrame {
  const UnrecognizedFrame(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  Map<String, dynamic> toJson() => json;
}

/// The token is good; events come from now on.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
final class ReadyFrame extends ServerFrame {
  const ReadyFrame({
    required this.userId,
    required this.deviceId,
    required this.expiresAt,
    required this.heartbeatSeconds,
    required this.protocol,
    required this.unread,
  });

  factory ReadyFrame.fromJson(Map<String, dynamic> json) =>
      _$ReadyFrameFromJson(json);

  @JsonKey(name: 'user_id')
  final UserId userId;

  @JsonKey(name: 'device_id')
  final DeviceId deviceId;

  @JsonKey(name: 'expires_at')
  final DateTime expiresAt;

  @JsonKey(name: 'heartbeat_seconds')
  final int heartbeatSeconds;

  final int protocol;

  /// How many notifications are not read.
  final int unread;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'ready',
    ..._$ReadyFrameToJson(this),
  };
}

/// The reply goes on at `offset`. Deltas of a reply follow each other without
/// gap or repeat.
@JsonSerializable(explicitToJson: true)
final class ReplyDeltaFrame extends ServerFrame {
  const ReplyDeltaFrame({
    required this.sessionId,
    required this.messageId,
    required this.offset,
    required this.delta,
  });

  factory ReplyDeltaFrame.fromJson(Map<String, dynamic> json) =>
      _$ReplyDeltaFrameFromJson(json);

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  final int offset;

  final String delta;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.delta',
    ..._$ReplyDeltaFrameToJson(this),
  };
}

/// All that was missed has been told, up to `seq`.
@JsonSerializable(explicitToJson: true)
final class SessionResumedFrame extends ServerFrame {
  const SessionResumedFrame({required this.sessionId, required this.seq});

  factory SessionResumedFrame.fromJson(Map<String, dynamic> json) =>
      _$SessionResumedFrameFromJson(json);

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  final int seq;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'session.resumed',
    ..._$SessionResumedFrameToJson(this),
  };
}

/// The person types on another device; or, with `user_id`, somebody who shares
/// the session types.
@JsonSerializable(explicitToJson: true)
final class TypingFrame extends ServerFrame {
  const TypingFrame({required this.sessionId, this.userId});

  factory TypingFrame.fromJson(Map<String, dynamic> json) =>
      _$TypingFrameFromJson(json);

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'user_id')
  final UserId? userId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'typing',
    ..._$TypingFrameToJson(this),
  };
}

/// Somebody who shares the session, or the person on another device, has read
/// up to a place. It may be lost; the session tells it, too.
@JsonSerializable(explicitToJson: true)
final class ReadFrame extends ServerFrame {
  const ReadFrame({
    required this.sessionId,
    required this.userId,
    required this.readSeq,
  });

  factory ReadFrame.fromJson(Map<String, dynamic> json) =>
      _$ReadFrameFromJson(json);

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'user_id')
  final UserId userId;

  @JsonKey(name: 'read_seq')
  final int readSeq;

  @override
  Map<String, dynamic> toJson() => {'type': 'read', ..._$ReadFrameToJson(this)};
}

/// Somebody asks the person to come to a group. It may be lost; `GET
/// /invitations` tells it, too.
@JsonSerializable(explicitToJson: true)
final class InvitedFrame extends ServerFrame {
  const InvitedFrame({required this.sessionId});

  factory InvitedFrame.fromJson(Map<String, dynamic> json) =>
      _$InvitedFrameFromJson(json);

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'invited',
    ..._$InvitedFrameToJson(this),
  };
}

/// One's friends, or the requests that wait, are others than before; whoever
/// shows them reads them again. It names nobody: what one may see of it the
/// lists tell. It may be lost, and is not told again.
@JsonSerializable(explicitToJson: true)
final class FriendsChangedFrame extends ServerFrame {
  const FriendsChangedFrame();

  factory FriendsChangedFrame.fromJson(Map<String, dynamic> json) =>
      _$FriendsChangedFrameFromJson(json);

  @override
  Map<String, dynamic> toJson() => {
    'type': 'friends.changed',
    ..._$FriendsChangedFrameToJson(this),
  };
}

/// A friend who shows it came, or went some seconds ago; `online` is null when
/// it is not to be known any more. Of other people, and of friends whom one has
/// muted, nothing is told. It may be lost, and is not told again: the lists of
/// people tell it, too.
@JsonSerializable(explicitToJson: true)
final class PresenceFrame extends ServerFrame {
  const PresenceFrame({required this.userId, required this.online});

  factory PresenceFrame.fromJson(Map<String, dynamic> json) =>
      _$PresenceFrameFromJson(json);

  @JsonKey(name: 'user_id')
  final UserId userId;

  final bool? online;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'presence',
    ..._$PresenceFrameToJson(this),
  };
}

/// A character has read so far in a chat that is long, such as one that came
/// in: `done` of its `total` messages in view. It may be lost, and is not told
/// again; `GET /sessions/{session_id}/remembering` tells it, too.
@JsonSerializable(explicitToJson: true)
final class RememberingFrame extends ServerFrame {
  const RememberingFrame({
    required this.sessionId,
    required this.characterId,
    required this.done,
    required this.total,
  });

  factory RememberingFrame.fromJson(Map<String, dynamic> json) =>
      _$RememberingFrameFromJson(json);

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  final int done;

  final int total;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'remembering',
    ..._$RememberingFrameToJson(this),
  };
}

/// A character remembers otherwise than before; whoever shows her book reads it
/// again. It may be lost, and is not told again.
@JsonSerializable(explicitToJson: true)
final class MemoryChangedFrame extends ServerFrame {
  const MemoryChangedFrame({required this.characterId});

  factory MemoryChangedFrame.fromJson(Map<String, dynamic> json) =>
      _$MemoryChangedFrameFromJson(json);

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'memory.changed',
    ..._$MemoryChangedFrameToJson(this),
  };
}

/// How the person stands with a character is another than before; whoever shows
/// it reads it again. It may be lost, and is not told again.
@JsonSerializable(explicitToJson: true)
final class BondChangedFrame extends ServerFrame {
  const BondChangedFrame({required this.characterId, this.reached});

  factory BondChangedFrame.fromJson(Map<String, dynamic> json) =>
      _$BondChangedFrameFromJson(json);

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  /// The key of the stage that was reached by it; absent when none was.
  final String? reached;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'bond.changed',
    ..._$BondChangedFrameToJson(this),
  };
}

/// A scene of a character's route is unlocked; whoever shows the route reads it
/// again. It is told once, may be lost, and is not told again.
@JsonSerializable(explicitToJson: true)
final class RouteUnlockedFrame extends ServerFrame {
  const RouteUnlockedFrame({
    required this.characterId,
    required this.sceneId,
    required this.title,
  });

  factory RouteUnlockedFrame.fromJson(Map<String, dynamic> json) =>
      _$RouteUnlockedFrameFromJson(json);

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  @JsonKey(name: 'scene_id')
  final String sceneId;

  /// What the scene is called.
  final String title;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'route.unlocked',
    ..._$RouteUnlockedFrameToJson(this),
  };
}

/// Something happened, or happened once more: what has this id takes the place
/// of what had it before. Who was told less than `unread` says reads the list.
@JsonSerializable(explicitToJson: true)
final class NotificationFrame extends ServerFrame {
  const NotificationFrame({required this.notification, required this.unread});

  factory NotificationFrame.fromJson(Map<String, dynamic> json) =>
      _$NotificationFrameFromJson(json);

  final NotificationOut notification;

  /// How many are not read.
  final int unread;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'notification',
    ..._$NotificationFrameToJson(this),
  };
}

/// Notifications were read or removed, here or on another device: all whose
/// `seq` is at most `up_to` are read. Whose count is not `unread` then reads
/// the list.
@JsonSerializable(explicitToJson: true)
final class NotificationsReadFrame extends ServerFrame {
  const NotificationsReadFrame({required this.upTo, required this.unread});

  factory NotificationsReadFrame.fromJson(Map<String, dynamic> json) =>
      _$NotificationsReadFrameFromJson(json);

  @JsonKey(name: 'up_to')
  final int upTo;

  /// How many are not read.
  final int unread;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'notifications.read',
    ..._$NotificationsReadFrameToJson(this),
  };
}

/// The person has talked for long: the device shows them these words, which are
/// of the server and of no character, until they say that they have understood;
/// then it calls `POST /users/me/reminders/{reminder_id}/acknowledge`. It comes
/// once on each socket, also after `ready`, until this device has done so, and
/// no more after a pause.
@JsonSerializable(explicitToJson: true)
final class ReminderFrame extends ServerFrame {
  const ReminderFrame({required this.reminder});

  factory ReminderFrame.fromJson(Map<String, dynamic> json) =>
      _$ReminderFrameFromJson(json);

  final Reminder reminder;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reminder',
    ..._$ReminderFrameToJson(this),
  };
}

/// Answers a `ping`.
@JsonSerializable(explicitToJson: true)
final class PongFrame extends ServerFrame {
  const PongFrame();

  factory PongFrame.fromJson(Map<String, dynamic> json) =>
      _$PongFrameFromJson(json);

  @override
  Map<String, dynamic> toJson() => {'type': 'pong', ..._$PongFrameToJson(this)};
}

/// A frame could not be answered; the socket stays open.
@JsonSerializable(explicitToJson: true)
final class ErrorFrame extends ServerFrame {
  const ErrorFrame({
    required this.code,
    required this.message,
    this.ref,
    this.errors,
    this.quota,
  });

  factory ErrorFrame.fromJson(Map<String, dynamic> json) =>
      _$ErrorFrameFromJson(json);

  /// A code as in problems, or `unknown_frame`.
  final String code;

  final String message;

  final String? ref;

  final List<FieldProblem>? errors;

  /// The limit that is reached; only for `quota_reached`.
  final QuotaReached? quota;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'error',
    ..._$ErrorFrameToJson(this),
  };
}

/// An event of a session, with its place.
sealed class SessionEvent extends ServerFrame {
  const SessionEvent();

  factory SessionEvent.fromJson(Map<String, dynamic> json) =>
      switch (json['type']) {
        'message.accepted' => MessageAcceptedEvent.fromJson(json),
        'reply.queued' => ReplyQueuedEvent.fromJson(json),
        'reply.started' => ReplyStartedEvent.fromJson(json),
        'reply.completed' => ReplyCompletedEvent.fromJson(json),
        'reply.failed' => ReplyFailedEvent.fromJson(json),
        'message.edited' => MessageEditedEvent.fromJson(json),
        'message.deleted' => MessageDeletedEvent.fromJson(json),
        'session.updated' => SessionUpdatedEvent.fromJson(json),
        'session.deleted' => SessionDeletedEvent.fromJson(json),
        _ => UnrecognizedEvent(json),
      };

  /// The session it belongs to.
  SessionId get sessionId;

  /// Its place in the session; each is one more than the one before.
  int get seq;
}

/// An event that a later protocol has and this client does not know.
final class UnrecognizedEvent extends SessionEvent {
  const UnrecognizedEvent(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  SessionId get sessionId => json['session_id'] as String;

  @override
  int get seq => json['seq'] as int;

  @override
  Map<String, dynamic> toJson() => json;
}

/// A person's message was taken, and a reply queued for it.
@JsonSerializable(explicitToJson: true)
final class MessageAcceptedEvent extends SessionEvent {
  const MessageAcceptedEvent({
    required this.seq,
    required this.sessionId,
    required this.clientMessageId,
    required this.message,
    required this.reply,
    this.repeated,
  });

  factory MessageAcceptedEvent.fromJson(Map<String, dynamic> json) =>
      _$MessageAcceptedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  @JsonKey(name: 'client_message_id')
  final String? clientMessageId;

  final MessageOut message;

  /// Only when it had been taken before, and only to the one who asks.
  final bool? repeated;

  /// The first reply; null where nobody answers. Those of further characters
  /// follow as `reply.queued`.
  final MessageOut? reply;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'message.accepted',
    ..._$MessageAcceptedEventToJson(this),
  };
}

/// A reply was queued.
@JsonSerializable(explicitToJson: true)
final class ReplyQueuedEvent extends SessionEvent {
  const ReplyQueuedEvent({
    required this.seq,
    required this.sessionId,
    required this.reply,
  });

  factory ReplyQueuedEvent.fromJson(Map<String, dynamic> json) =>
      _$ReplyQueuedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  final MessageOut reply;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.queued',
    ..._$ReplyQueuedEventToJson(this),
  };
}

/// A reply begins; its content is what it begins with.
@JsonSerializable(explicitToJson: true)
final class ReplyStartedEvent extends SessionEvent {
  const ReplyStartedEvent({
    required this.seq,
    required this.sessionId,
    required this.message,
  });

  factory ReplyStartedEvent.fromJson(Map<String, dynamic> json) =>
      _$ReplyStartedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  final MessageOut message;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.started',
    ..._$ReplyStartedEventToJson(this),
  };
}

/// A reply is there, whole or stopped.
@JsonSerializable(explicitToJson: true)
final class ReplyCompletedEvent extends SessionEvent {
  const ReplyCompletedEvent({
    required this.seq,
    required this.sessionId,
    required this.message,
  });

  factory ReplyCompletedEvent.fromJson(Map<String, dynamic> json) =>
      _$ReplyCompletedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  final MessageOut message;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.completed',
    ..._$ReplyCompletedEventToJson(this),
  };
}

/// A reply could not be finished.
@JsonSerializable(explicitToJson: true)
final class ReplyFailedEvent extends SessionEvent {
  const ReplyFailedEvent({
    required this.seq,
    required this.sessionId,
    required this.code,
    required this.message,
    required this.retryable,
  });

  factory ReplyFailedEvent.fromJson(Map<String, dynamic> json) =>
      _$ReplyFailedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  @JsonKey(unknownEnumValue: FailureCode.unrecognized)
  final FailureCode code;

  final MessageOut message;

  final bool retryable;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'reply.failed',
    ..._$ReplyFailedEventToJson(this),
  };
}

/// A text was changed.
@JsonSerializable(explicitToJson: true)
final class MessageEditedEvent extends SessionEvent {
  const MessageEditedEvent({
    required this.seq,
    required this.sessionId,
    required this.message,
  });

  factory MessageEditedEvent.fromJson(Map<String, dynamic> json) =>
      _$MessageEditedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  final MessageOut message;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'message.edited',
    ..._$MessageEditedEventToJson(this),
  };
}

/// A message and all below it are gone.
@JsonSerializable(explicitToJson: true)
final class MessageDeletedEvent extends SessionEvent {
  const MessageDeletedEvent({
    required this.seq,
    required this.sessionId,
    required this.leafId,
    required this.messageId,
  });

  factory MessageDeletedEvent.fromJson(Map<String, dynamic> json) =>
      _$MessageDeletedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  /// The leaf now in view.
  @JsonKey(name: 'leaf_id')
  final MessageId? leafId;

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'message.deleted',
    ..._$MessageDeletedEventToJson(this),
  };
}

/// Title, leaf or settings changed.
@JsonSerializable(explicitToJson: true)
final class SessionUpdatedEvent extends SessionEvent {
  const SessionUpdatedEvent({
    required this.seq,
    required this.sessionId,
    required this.session,
  });

  factory SessionUpdatedEvent.fromJson(Map<String, dynamic> json) =>
      _$SessionUpdatedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  final SessionOut session;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'session.updated',
    ..._$SessionUpdatedEventToJson(this),
  };
}

/// The session is gone.
@JsonSerializable(explicitToJson: true)
final class SessionDeletedEvent extends SessionEvent {
  const SessionDeletedEvent({required this.seq, required this.sessionId});

  factory SessionDeletedEvent.fromJson(Map<String, dynamic> json) =>
      _$SessionDeletedEventFromJson(json);

  /// Its place; grows by one with each.
  @override
  final int seq;

  @JsonKey(name: 'session_id')
  @override
  final SessionId sessionId;

  @override
  Map<String, dynamic> toJson() => {
    'type': 'session.deleted',
    ..._$SessionDeletedEventToJson(this),
  };
}
