// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'moments.g.dart';

/// Whether a character posts moments by herself.
@JsonSerializable(explicitToJson: true, includeIfNull: false)
class CharacterPosting {
  const CharacterPosting({required this.posts});

  factory CharacterPosting.fromJson(Map<String, dynamic> json) =>
      _$CharacterPostingFromJson(json);

  /// Whether she does, a few times a week.
  final bool posts;

  Map<String, dynamic> toJson() => _$CharacterPostingToJson(this);
}

/// Something to say about a moment.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class CommentIn {
  const CommentIn({
    required this.text,
    this.clientCommentId,
    this.replyTo,
    this.nulls = const {},
  });

  /// The client's own id of it, 1 to 64 printable ASCII characters: sent again,
  /// it is said once.
  @JsonKey(name: 'client_comment_id')
  final String? clientCommentId;

  /// The comment it answers. One that answers an answer stands beside it.
  @JsonKey(name: 'reply_to')
  final CommentId? replyTo;

  /// 1 to 1,000 characters.
  final String text;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$CommentInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// A comment on a moment, as the caller sees it.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class CommentOut {
  const CommentOut({
    required this.author,
    required this.createdAt,
    required this.id,
    required this.isMine,
    required this.replyTo,
    required this.text,
  });

  factory CommentOut.fromJson(Map<String, dynamic> json) =>
      _$CommentOutFromJson(json);

  final MomentAuthor author;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  final CommentId id;

  /// Whether the caller said it, or made the character who did.
  @JsonKey(name: 'is_mine')
  final bool isMine;

  /// The comment it answers, which answers none itself. It may be by somebody
  /// whom the caller does not see.
  @JsonKey(name: 'reply_to')
  final CommentId? replyTo;

  final String text;

  Map<String, dynamic> toJson() => _$CommentOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class CommentPage {
  const CommentPage({required this.items, required this.nextCursor});

  factory CommentPage.fromJson(Map<String, dynamic> json) =>
      _$CommentPageFromJson(json);

  /// The items, in the order of the list.
  final List<CommentOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$CommentPageToJson(this);
}

/// An image of a moment.
@JsonSerializable(explicitToJson: true)
class ImageOut {
  const ImageOut({
    required this.height,
    required this.id,
    required this.url,
    required this.width,
  });

  factory ImageOut.fromJson(Map<String, dynamic> json) =>
      _$ImageOutFromJson(json);

  /// Its height in pixels.
  final int height;

  final MediaId id;

  /// Where it is, for the caller alone. The address is another one after some
  /// hours.
  final String url;

  /// Its width in pixels.
  final int width;

  Map<String, dynamic> toJson() => _$ImageOutToJson(this);
}

/// Whoever posted or said something.
@JsonSerializable(explicitToJson: true)
class MomentAuthor {
  const MomentAuthor({
    required this.avatarUrl,
    required this.handle,
    required this.id,
    required this.kind,
    required this.name,
  });

  factory MomentAuthor.fromJson(Map<String, dynamic> json) =>
      _$MomentAuthorFromJson(json);

  @JsonKey(name: 'avatar_url')
  final String? avatarUrl;

  /// The name by which a person is found; null of a character.
  final String? handle;

  final String id;

  @JsonKey(unknownEnumValue: NotifierKind.unrecognized)
  final NotifierKind kind;

  final String name;

  Map<String, dynamic> toJson() => _$MomentAuthorToJson(this);
}

/// A moment to post.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MomentIn {
  const MomentIn({
    required this.clientMomentId,
    required this.visibility,
    this.charactersMayComment,
    this.imageIds,
    this.text,
  });

  /// Whether characters may say something about it; they may if absent.
  @JsonKey(name: 'characters_may_comment')
  final bool? charactersMayComment;

  /// The client's own id of it, 1 to 64 printable ASCII characters: sent again,
  /// it is posted once.
  @JsonKey(name: 'client_moment_id')
  final String clientMomentId;

  /// Up to nine images that were uploaded with `POST /media` and stand in no
  /// moment yet.
  @JsonKey(name: 'image_ids')
  final List<MediaId>? imageIds;

  /// Up to 4,000 characters; may be empty where there are images.
  final String? text;

  @JsonKey(unknownEnumValue: MomentVisibility.unrecognized)
  final MomentVisibility visibility;

  Map<String, dynamic> toJson() => _$MomentInToJson(this);
}

/// How a moment is liked.
@JsonSerializable(explicitToJson: true)
class MomentLikes {
  const MomentLikes({required this.liked, required this.likes});

  factory MomentLikes.fromJson(Map<String, dynamic> json) =>
      _$MomentLikesFromJson(json);

  /// Whether the caller likes it.
  final bool liked;

  /// How many people do.
  final int likes;

  Map<String, dynamic> toJson() => _$MomentLikesToJson(this);
}

/// A moment, as the caller sees it.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class MomentOut {
  const MomentOut({
    required this.author,
    required this.charactersMayComment,
    required this.comments,
    required this.createdAt,
    required this.editedAt,
    required this.id,
    required this.images,
    required this.isMine,
    required this.liked,
    required this.likes,
    required this.text,
    required this.visibility,
  });

  factory MomentOut.fromJson(Map<String, dynamic> json) =>
      _$MomentOutFromJson(json);

  final MomentAuthor author;

  /// Whether characters may say something about it.
  @JsonKey(name: 'characters_may_comment')
  final bool charactersMayComment;

  /// How many comments there are; the caller may not see all of them.
  final int comments;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// When its words, or who sees it, were last changed.
  @JsonKey(name: 'edited_at')
  final DateTime? editedAt;

  final MomentId id;

  /// At most nine, in order.
  final List<ImageOut> images;

  /// Whether the caller posted it, or made the character who did.
  @JsonKey(name: 'is_mine')
  final bool isMine;

  /// Whether the caller does.
  final bool liked;

  /// How many people like it.
  final int likes;

  /// What it says; may be empty where it has images.
  final String text;

  @JsonKey(unknownEnumValue: MomentVisibility.unrecognized)
  final MomentVisibility visibility;

  Map<String, dynamic> toJson() => _$MomentOutToJson(this);
}

/// One page of a list.
@JsonSerializable(explicitToJson: true)
class MomentPage {
  const MomentPage({required this.items, required this.nextCursor});

  factory MomentPage.fromJson(Map<String, dynamic> json) =>
      _$MomentPageFromJson(json);

  /// The items, in the order of the list.
  final List<MomentOut> items;

  /// Ask with `?cursor=` for the next page; null at the end.
  @JsonKey(name: 'next_cursor')
  final String? nextCursor;

  Map<String, dynamic> toJson() => _$MomentPageToJson(this);
}

/// What to change of a moment; what is absent stays as it is.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class MomentPatchIn {
  const MomentPatchIn({
    this.charactersMayComment,
    this.text,
    this.visibility,
    this.nulls = const {},
  });

  @JsonKey(name: 'characters_may_comment')
  final bool? charactersMayComment;

  /// Up to 4,000 characters.
  final String? text;

  @JsonKey(unknownEnumValue: MomentVisibility.unrecognized)
  final MomentVisibility? visibility;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$MomentPatchInToJson(this),
    for (final name in nulls) name: null,
  };
}
