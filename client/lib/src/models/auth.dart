// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../converters.dart';
import '../models.dart';

part 'auth.g.dart';

/// A text that somebody agrees to.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class AgreementIn {
  const AgreementIn({required this.kind, required this.version});

  @JsonKey(unknownEnumValue: ConsentKind.unrecognized)
  final ConsentKind kind;

  /// The version that was read.
  final String version;

  Map<String, dynamic> toJson() => _$AgreementInToJson(this);
}

/// What a person gives to sign up.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class RegisterIn {
  const RegisterIn({
    required this.birthDate,
    required this.email,
    required this.password,
    required this.username,
    this.accepts,
    this.displayName,
    this.timezone,
    this.nulls = const {},
  });

  /// The texts of `GET /legal` that they agree to; where that is required, all
  /// of them.
  final List<AgreementIn>? accepts;

  /// When they were born; decides what their age allows.
  @JsonKey(name: 'birth_date')
  final String birthDate;

  /// What characters shall call them; the user name if absent.
  @JsonKey(name: 'display_name')
  final String? displayName;

  /// The address to sign in with.
  final String email;

  /// 8 to 256 bytes.
  final String password;

  /// Their IANA time zone.
  final String? timezone;

  /// The name to sign in with: 3 to 32 of `a-z 0-9 _ . -`.
  final String username;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$RegisterInToJson(this),
    for (final name in nulls) name: null,
  };
}

/// An error as RFC 6749 writes it.
@JsonSerializable(explicitToJson: true)
class TokenError {
  const TokenError({required this.error, required this.errorDescription});

  factory TokenError.fromJson(Map<String, dynamic> json) =>
      _$TokenErrorFromJson(json);

  /// `invalid_request`, `invalid_grant`, `unsupported_grant_type`,
  /// `invalid_scope`, `account_disabled`, `rate_limited`,
  /// `temporarily_unavailable` or `server_error`.
  final String error;

  /// What is wrong, in words.
  @JsonKey(name: 'error_description')
  final String errorDescription;

  Map<String, dynamic> toJson() => _$TokenErrorToJson(this);
}

/// The form of a token request.
@JsonSerializable(
  explicitToJson: true,
  createFactory: false,
  includeIfNull: false,
)
class TokenForm {
  const TokenForm({
    this.device,
    this.grantType,
    this.password,
    this.refreshToken,
    this.scope,
    this.username,
    this.nulls = const {},
  });

  /// What the device calls itself; the `User-Agent` if absent.
  final String? device;

  /// `password` or `refresh_token`.
  @JsonKey(name: 'grant_type')
  final String? grantType;

  /// For `password`.
  final String? password;

  /// For `refresh_token`.
  @JsonKey(name: 'refresh_token')
  final String? refreshToken;

  /// `talker`, or nothing.
  final String? scope;

  /// User name or e-mail address; for `password`.
  final String? username;

  /// Fields that are said to be null, as the wire names them; others without a
  /// value are not said at all.
  @JsonKey(includeFromJson: false, includeToJson: false)
  final Set<String> nulls;

  Map<String, dynamic> toJson() => {
    ..._$TokenFormToJson(this),
    for (final name in nulls) name: null,
  };
}

/// What a device gets to call with.
@JsonSerializable(explicitToJson: true)
class TokenOut {
  const TokenOut({
    required this.accessToken,
    required this.expiresIn,
    required this.refreshToken,
    required this.scope,
    required this.tokenType,
  });

  factory TokenOut.fromJson(Map<String, dynamic> json) =>
      _$TokenOutFromJson(json);

  /// Shown with every call, as `Authorization: Bearer …`.
  @JsonKey(name: 'access_token')
  final String accessToken;

  /// How many seconds the access token is good.
  @JsonKey(name: 'expires_in')
  final int expiresIn;

  /// Gets the next two, once.
  @JsonKey(name: 'refresh_token')
  final String refreshToken;

  /// `talker`.
  final String scope;

  /// `bearer`.
  @JsonKey(name: 'token_type')
  final String tokenType;

  Map<String, dynamic> toJson() => _$TokenOutToJson(this);
}

/// An account, as its owner sees it.
@JsonSerializable(explicitToJson: true, converters: [UtcTime()])
class UserOut {
  const UserOut({
    required this.ageClass,
    required this.createdAt,
    required this.displayName,
    required this.email,
    required this.id,
    required this.role,
    required this.seesMature,
    required this.timezone,
    required this.username,
  });

  factory UserOut.fromJson(Map<String, dynamic> json) =>
      _$UserOutFromJson(json);

  /// What their age allows.
  @JsonKey(name: 'age_class', unknownEnumValue: AgeClass.unrecognized)
  final AgeClass ageClass;

  @JsonKey(name: 'created_at')
  final DateTime createdAt;

  /// What characters call them.
  @JsonKey(name: 'display_name')
  final String displayName;

  /// The address they sign in with.
  final String email;

  final UserId id;

  /// What they may do.
  @JsonKey(unknownEnumValue: UserRole.unrecognized)
  final UserRole role;

  /// Whether they meet characters who are rated mature.
  @JsonKey(name: 'sees_mature')
  final bool seesMature;

  /// Their IANA time zone.
  final String? timezone;

  /// The name they sign in with.
  final String username;

  Map<String, dynamic> toJson() => _$UserOutToJson(this);
}
