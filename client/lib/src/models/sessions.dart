// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../frames.dart';
import '../models.dart';

part 'sessions.g.dart';

/// Who said a message.
sealed class Author {
  const Author();

  factory Author.fromJson(Map<String, dynamic> json) =>
      switch (json['kind']) {
        'person' => AuthorPerson.fromJson(json),
        'character' => AuthorCharacter.fromJson(json),
        _ => UnrecognizedAuthor(json),
      };

  Map<String, dynamic> toJson();
}

/// A person.
@JsonSerializable(explicitToJson: true)
final class AuthorPerson extends Author {
  const AuthorPerson({required this.id});

  factory AuthorPerson.fromJson(Map<String, dynamic> json) =>
      _$AuthorPersonFromJson(json);

  final UserId id;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'person',
    ..._$AuthorPersonToJson(this),
  };
}

/// A character.
@JsonSerializable(explicitToJson: true)
final class AuthorCharacter extends Author {
  const AuthorCharacter({required this.id});

  factory AuthorCharacter.fromJson(Map<String, dynamic> json) =>
      _$AuthorCharacterFromJson(json);

  final CharacterId id;

  @override
  Map<String, dynamic> toJson() => {
    'kind': 'character',
    ..._$AuthorCharacterToJson(this),
  };
}

/// What a later server knows and this client does not.
final class UnrecognizedAuthor extends Author {
  const UnrecognizedAuthor(this.json);

  /// As it came.
  final Map<String, dynamic> json;

  @override
  Map<String, dynamic> toJson() => json;
}

/// What is shown of a character beside a session.
@JsonSerializable(explicitToJson: true)
class CharacterBrief {
  const CharacterBrief({
    required this.avatarUrl,
    required this.deleted,
    required this.id,
    required this.name,
    required this.tagline,
  });

  factory CharacterBrief.fromJson(Map<String, dynamic> json) =>
      _$CharacterBriefFromJson(json);

  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  /// Whether she answers no more.
  final bool deleted;

  final CharacterId id;

  final String name;

  final String tagline;

  Map<String, dynamic> toJson() => _$CharacterBriefToJson(this);
}

/// Why a reply could not be finished.
@JsonSerializable(explicitToJson: true)
class Failure {
  const Failure({required this.code, required this.retryable});

  factory Failure.fromJson(Map<String, dynamic> json) =>
      _$FailureFromJson(json);

  @JsonKey(unknownEnumValue: FailureCode.unrecognized)
  final FailureCode code;

  /// Whether the same request may succeed later.
  final bool retryable;

  Map<String, dynamic> toJson() => _$FailureToJson(this);
}

/// Who shares a session, and its rules.
@JsonSerializable(explicitToJson: true)
class Group {
  const Group({
    required this.characters,
    required this.muted,
    required this.newcomersSee,
    required this.people,
    required this.replyMode,
    required this.role,
    required this.speakers,
    required this.unread,
  });

  factory Group.fromJson(Map<String, dynamic> json) =>
      _$GroupFromJson(json);

  final List<GroupCharacter> characters;

  /// Whether the caller wants no notifications.
  final bool muted;

  /// What whoever joins may read.
  @JsonKey(name: 'newcomers_see', unknownEnumValue: NewcomersSee.unrecognized)
  final NewcomersSee newcomersSee;

  /// All people, in the order in which they came; those who left are named by
  /// what they said.
  final List<Member> people;

  /// Which characters answer.
  @JsonKey(name: 'reply_mode', unknownEnumValue: ReplyMode.unrecognized)
  final ReplyMode replyMode;

  /// What the caller is.
  @JsonKey(unknownEnumValue: MemberRole.unrecognized)
  final MemberRole role;

  /// How many characters answer one message where nobody is addressed.
  final int speakers;

  /// How much was said that the caller has not read; a few hundred are not told
  /// from more.
  final int unread;

  Map<String, dynamic> toJson() => _$GroupToJson(this);
}

/// A character in a group.
@JsonSerializable(explicitToJson: true)
class GroupCharacter {
  const GroupCharacter({
    required this.avatarUrl,
    required this.deleted,
    required this.id,
    required this.name,
    required this.tagline,
    required this.addedBy,
    required this.talkativeness,
  });

  factory GroupCharacter.fromJson(Map<String, dynamic> json) =>
      _$GroupCharacterFromJson(json);

  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  /// Whether she answers no more.
  final bool deleted;

  final CharacterId id;

  final String name;

  final String tagline;

  /// Who brought her.
  @JsonKey(name: 'added_by')
  final UserId? addedBy;

  /// How readily she speaks, 0 to 100.
  final int talkativeness;

  Map<String, dynamic> toJson() => _$GroupCharacterToJson(this);
}

/// Chats that were imported.
@JsonSerializable(explicitToJson: true)
class ImportedSessionsOut {
  const ImportedSessionsOut({
    required this.hidden,
    required this.messages,
    required this.sessions,
    required this.source,
  });

  factory ImportedSessionsOut.fromJson(Map<String, dynamic> json) =>
      _$ImportedSessionsOutFromJson(json);

  /// Those of them that were hidden, and are kept from the model.
  final int hidden;

  /// The messages in them, swipes included.
  final int messages;

  final List<SessionOut> sessions;

  @JsonKey(unknownEnumValue: ChatSource.unrecognized)
  final ChatSource source;

  Map<String, dynamic> toJson() => _$ImportedSessionsOutToJson(this);
}

/// The message to bring into view.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class LeafIn {
  const LeafIn({required this.messageId});

  @JsonKey(name: 'message_id')
  final MessageId messageId;

  Map<String, dynamic> toJson() => _$LeafInToJson(this);
}

/// A person in a shared session.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class Member {
  const Member({
    required this.avatarUrl,
    required this.id,
    required this.invitedBy,
    required this.joinedAt,
    required this.name,
    required this.readSeq,
    required this.role,
    required this.state,
    required this.username,
  });

  factory Member.fromJson(Map<String, dynamic> json) =>
      _$MemberFromJson(json);

  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  final UserId id;

  @JsonKey(name: 'invited_by')
  final UserId? invitedBy;

  @JsonKey(name: 'joined_at')
  final DateTime? joinedAt;

  /// The name shown to others.
  final String name;

  /// Up to which place they have read.
  @JsonKey(name: 'read_seq')
  final int readSeq;

  @JsonKey(unknownEnumValue: MemberRole.unrecognized)
  final MemberRole role;

  @JsonKey(unknownEnumValue: MemberState.unrecognized)
  final MemberState state;

  final String username;

  Map<String, dynamic> toJson() => _$MemberToJson(this);
}

/// A message: a node in the tree of a session.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class MessageOut {
  const MessageOut({
    required this.author,
    required this.clientMessageId,
    required this.content,
    required this.createdAt,
    required this.depth,
    required this.editedAt,
    required this.failure,
    required this.finishReason,
    required this.hidden,
    required this.id,
    required this.model,
    required this.parentId,
    required this.reason,
    required this.revision,
    required this.role,
    required this.sessionId,
    required this.siblings,
    required this.status,
    required this.usage,
  });

  factory MessageOut.fromJson(Map<String, dynamic> json) =>
      _$MessageOutFromJson(json);

  /// Who said it, in a session that several share; their names stand with the
  /// session.
  final Author? author;

  /// The id the client gave it.
  @JsonKey(name: 'client_message_id')
  final String? clientMessageId;

  /// What it says, as far as it is written.
  final String content;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// How many messages stand above it.
  final int depth;

  @JsonKey(name: 'edited_at')
  final DateTime? editedAt;

  /// Why it failed.
  final Failure? failure;

  /// Why the model ended.
  @JsonKey(name: 'finish_reason', unknownEnumValue: FinishReason.unrecognized)
  final FinishReason? finishReason;

  /// Whether it is kept from the model: it is shown, and stands in no prompt
  /// and no memory.
  final bool hidden;

  final MessageId id;

  /// The model that wrote it.
  final String? model;

  /// What it follows; null at the root.
  @JsonKey(name: 'parent_id')
  final MessageId? parentId;

  /// Why this character speaks, in a group.
  @JsonKey(unknownEnumValue: SpeakingReason.unrecognized)
  final SpeakingReason? reason;

  /// How often it was edited.
  final int revision;

  @JsonKey(unknownEnumValue: Role.unrecognized)
  final Role role;

  @JsonKey(name: 'session_id')
  final SessionId sessionId;

  /// It and its siblings, oldest first.
  final List<MessageId> siblings;

  @JsonKey(unknownEnumValue: MessageStatus.unrecognized)
  final MessageStatus status;

  final Usage? usage;

  Map<String, dynamic> toJson() => _$MessageOutToJson(this);
}

/// A model.
@JsonSerializable(explicitToJson: true)
class ModelOut {
  const ModelOut({
    required this.contextTokens,
    required this.label,
    required this.name,
    required this.provider,
    required this.tiny,
  });

  factory ModelOut.fromJson(Map<String, dynamic> json) =>
      _$ModelOutFromJson(json);

  /// How many tokens of prompt and reply fit.
  @JsonKey(name: 'context_tokens')
  final int contextTokens;

  /// The name shown to people.
  final String label;

  /// The name by which it is chosen.
  final String name;

  /// Who runs it.
  @JsonKey(unknownEnumValue: ModelProvider.unrecognized)
  final ModelProvider provider;

  /// True for the built-in model that proves the path and no more.
  final bool tiny;

  Map<String, dynamic> toJson() => _$ModelOutToJson(this);
}

/// How far a session is remembered.
@JsonSerializable(explicitToJson: true)
class RememberingOut {
  const RememberingOut({required this.done, required this.total});

  factory RememberingOut.fromJson(Map<String, dynamic> json) =>
      _$RememberingOutFromJson(json);

  /// So many of its messages in view.
  final int done;

  /// Of so many.
  final int total;

  Map<String, dynamic> toJson() => _$RememberingOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class SessionEventPage {
  const SessionEventPage({required this.items, required this.nextCursor});

  factory SessionEventPage.fromJson(Map<String, dynamic> json) =>
      _$SessionEventPageFromJson(json);

  /// The items, in the order of the list.
  final List<SessionEvent> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$SessionEventPageToJson(this);
}

/// A session to begin.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class SessionIn {
  const SessionIn({
    required this.characterId,
    this.language,
    this.title,
    this.nulls = const {},
  });

  @JsonKey(name: 'character_id')
  final CharacterId characterId;

  /// What the person reads: she greets them in it where she can, and as her
  /// maker wrote it otherwise.
  @JsonKey(unknownEnumValue: Tongue.unrecognized)
  final Tongue? language;

  final String? title;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$SessionInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A session.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class SessionOut {
  const SessionOut({
    required this.archived,
    required this.character,
    required this.createdAt,
    required this.group,
    required this.id,
    required this.kind,
    required this.lastMessageAt,
    required this.leafId,
    required this.model,
    required this.pinned,
    required this.sampling,
    required this.seq,
    required this.speaks,
    required this.title,
    this.lastMessage,
  });

  factory SessionOut.fromJson(Map<String, dynamic> json) =>
      _$SessionOutFromJson(json);

  /// Out of the list.
  final bool archived;

  /// Who answers; null where that is nobody, or several.
  final CharacterBrief? character;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// Who shares it; null in a session of one person.
  final Group? group;

  final SessionId id;

  /// Who talks here: one person with a character, two people, or a group.
  @JsonKey(unknownEnumValue: SessionKind.unrecognized)
  final SessionKind kind;

  /// The message in view at its end; in lists, and when it was just begun.
  @JsonKey(name: 'last_message')
  final MessageOut? lastMessage;

  @JsonKey(name: 'last_message_at')
  final DateTime lastMessageAt;

  /// The last message in view.
  @JsonKey(name: 'leaf_id')
  final MessageId? leafId;

  /// The model chosen here; null is the character's, else the server's.
  final String? model;

  /// Kept at the top of the list.
  final bool pinned;

  final Sampling sampling;

  /// The place of the newest event.
  final int seq;

  /// The model that answers now.
  final ModelOut? speaks;

  /// Empty until somebody names it.
  final String title;

  Map<String, dynamic> toJson() => _$SessionOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class SessionPage {
  const SessionPage({required this.items, required this.nextCursor});

  factory SessionPage.fromJson(Map<String, dynamic> json) =>
      _$SessionPageFromJson(json);

  /// The items, in the order of the list.
  final List<SessionOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$SessionPageToJson(this);
}

/// What changes about a session; what is absent stays.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class SessionPatch {
  const SessionPatch({
    this.archived,
    this.model,
    this.pinned,
    this.sampling,
    this.title,
    this.nulls = const {},
  });

  final bool? archived;

  /// Null is the character's own, else the server's.
  final String? model;

  final bool? pinned;

  final Sampling? sampling;

  final String? title;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$SessionPatchToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What a reply cost in tokens.
@JsonSerializable(explicitToJson: true)
class Usage {
  const Usage({
    required this.cachedTokens,
    required this.completionTokens,
    required this.promptTokens,
  });

  factory Usage.fromJson(Map<String, dynamic> json) =>
      _$UsageFromJson(json);

  /// Those of the prompt that a cache spared.
  @JsonKey(name: 'cached_tokens')
  final int cachedTokens;

  @JsonKey(name: 'completion_tokens')
  final int completionTokens;

  @JsonKey(name: 'prompt_tokens')
  final int promptTokens;

  Map<String, dynamic> toJson() => _$UsageToJson(this);
}
