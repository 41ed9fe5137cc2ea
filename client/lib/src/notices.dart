// What a connection tells those who listen to it.

import 'frames.dart';
import 'models.dart';

/// How the line is. [ended]: nobody is signed in any more.
enum Link { idle, connecting, online, waiting, ended }

/// A message that was typed and is not yet known to be taken.
class Outgoing {
  const Outgoing({
    required this.clientMessageId,
    required this.sessionId,
    required this.content,
    required this.createdAt,
    this.branches = false,
    this.parentId,
    this.failed,
    this.quota,
  });

  factory Outgoing.fromJson(Map<String, dynamic> json) => Outgoing(
    clientMessageId: json['client_message_id'] as String,
    sessionId: json['session_id'] as String,
    content: json['content'] as String,
    createdAt: json['created_at'] as String,
    branches: json.containsKey('parent_id'),
    parentId: json['parent_id'] as String?,
    failed: json['failed'] as String?,
    quota: switch (json['quota']) {
      final Map<String, dynamic> quota => QuotaReached.fromJson(quota),
      _ => null,
    },
  );

  final String clientMessageId;
  final SessionId sessionId;
  final String content;
  final String createdAt;

  /// Whether it hangs where [parentId] says, and not below the leaf.
  final bool branches;

  /// Where it hangs; null begins anew.
  final MessageId? parentId;

  /// Why the server would not take it.
  final String? failed;

  /// The limit of the day that was reached, when that is why.
  final QuotaReached? quota;

  Map<String, dynamic> toJson() => {
    'client_message_id': clientMessageId,
    'session_id': sessionId,
    'content': content,
    if (branches) 'parent_id': parentId,
    'created_at': createdAt,
    if (failed != null) 'failed': failed,
    if (quota != null) 'quota': quota!.toJson(),
  };

  /// The same message with another fate.
  Outgoing marked({String? failed, QuotaReached? quota}) => Outgoing(
    clientMessageId: clientMessageId,
    sessionId: sessionId,
    content: content,
    createdAt: createdAt,
    branches: branches,
    parentId: parentId,
    failed: failed,
    quota: quota,
  );
}

/// Something a connection tells.
sealed class Notice {
  const Notice();
}

final class LinkNotice extends Notice {
  const LinkNotice(this.link);

  final Link link;
}

/// The line is there, for the first time or again.
final class ReadyNotice extends Notice {
  const ReadyNotice({required this.first, required this.unread});

  final bool first;

  /// How many notifications are not read.
  final int unread;
}

final class EventNotice extends Notice {
  const EventNotice(this.event);

  final SessionEvent event;
}

/// A reply that is being written, as it reads now.
final class TextNotice extends Notice {
  const TextNotice(this.sessionId, this.messageId, this.text);

  final SessionId sessionId;
  final MessageId messageId;
  final String text;
}

/// Somebody who shares the session types; without [userId] it is the person,
/// on another device.
final class TypingNotice extends Notice {
  const TypingNotice(this.sessionId, this.userId);

  final SessionId sessionId;
  final UserId? userId;
}

/// Somebody who shares the session has read so far.
final class ReadNotice extends Notice {
  const ReadNotice(this.sessionId, this.userId, this.readSeq);

  final SessionId sessionId;
  final UserId userId;
  final int readSeq;
}

/// Somebody asks the person to come to a group.
final class InvitedNotice extends Notice {
  const InvitedNotice(this.sessionId);

  final SessionId sessionId;
}

/// One's friends, or the requests that wait, are others than before: read them
/// anew.
final class FriendsNotice extends Notice {
  const FriendsNotice();
}

/// A friend came, or went; [online] is null when it is not to be known any more.
final class PresenceNotice extends Notice {
  const PresenceNotice(this.userId, this.online);

  final UserId userId;
  final bool? online;
}

/// A character has read so far in a long chat, such as one that came in.
final class RememberingNotice extends Notice {
  const RememberingNotice(
    this.sessionId,
    this.characterId,
    this.done,
    this.total,
  );

  final SessionId sessionId;
  final CharacterId characterId;
  final int done;
  final int total;
}

/// What a character remembers changed: read it anew.
final class MemoriesNotice extends Notice {
  const MemoriesNotice(this.characterId);

  final CharacterId characterId;
}

/// How one stands with a character changed: read it anew; [reached] is the stage that
/// was reached by it.
final class BondNotice extends Notice {
  const BondNotice(this.characterId, this.reached);

  final CharacterId characterId;
  final String? reached;
}

/// A scene of a character's route was unlocked.
final class RouteNotice extends Notice {
  const RouteNotice(this.characterId, this.sceneId, this.title);

  final CharacterId characterId;
  final String sceneId;
  final String title;
}

/// Something came into the inbox; [unread] is how much of it is not read now.
final class NotificationNotice extends Notice {
  const NotificationNotice(this.notification, this.unread);

  final NotificationOut notification;
  final int unread;
}

/// All up to a place was read, or something was removed.
final class InboxNotice extends Notice {
  const InboxNotice(this.upTo, this.unread);

  final int upTo;
  final int unread;
}

/// The person has talked for long: show them the words of the server, and tell
/// it that they have understood.
final class ReminderNotice extends Notice {
  const ReminderNotice(this.reminder);

  final Reminder reminder;
}

/// The outbox changed.
final class OutboxNotice extends Notice {
  const OutboxNotice();
}

/// What is known of this chat can no longer be mended by resuming: read it
/// anew and watch it again.
final class LostNotice extends Notice {
  const LostNotice(this.sessionId);

  final SessionId sessionId;
}

final class RefusedNotice extends Notice {
  const RefusedNotice(this.code, this.message);

  final String code;
  final String message;
}
