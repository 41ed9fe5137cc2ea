// Who is signed in here. A refresh token works once, so it is used by one call
// at a time, and the others take what that one got.

import 'dart:convert';

import 'models.dart';
import 'storage.dart';

class Tokens {
  const Tokens({
    required this.access,
    required this.refresh,
    required this.expires,
  });

  final String access;
  final String refresh;

  /// When the access token ends, in ms since 1970.
  final int expires;

  Map<String, dynamic> toJson() => {
    'access': access,
    'refresh': refresh,
    'expires': expires,
  };
}

/// A refusal by the server, as opposed to not reaching it.
class AuthRefused implements Exception {
  const AuthRefused();
}

const _key = 'talker.auth';

/// Refresh this long before the end.
const _earlyMs = 60000;

class Auth {
  Auth({
    required KeyValueStore storage,
    required Future<TokenOut> Function(String refreshToken) refresh,
    int Function()? now,
  }) : _storage = storage,
       _refresh = refresh,
       _now = now ?? _clock;

  final KeyValueStore _storage;

  /// `POST /auth/token` with a refresh token; throws [AuthRefused] when the
  /// server says no.
  final Future<TokenOut> Function(String refreshToken) _refresh;
  final int Function() _now;
  Future<String?>? _flight;

  /// Told when the person is gone: signed out here, or by the server.
  void Function() onSignedOut = () {};

  static int _clock() => DateTime.now().millisecondsSinceEpoch;

  Tokens? read() {
    try {
      final t = jsonDecode(_storage.get(_key) ?? 'null');
      return switch (t) {
        {
          'access': final String access,
          'refresh': final String refresh,
          'expires': final int expires,
        } =>
          Tokens(access: access, refresh: refresh, expires: expires),
        _ => null,
      };
    } on FormatException {
      return null;
    }
  }

  bool get signedIn => read() != null;

  void keep(TokenOut answer) {
    final tokens = Tokens(
      access: answer.accessToken,
      refresh: answer.refreshToken,
      expires: _now() + answer.expiresIn * 1000,
    );
    _storage.set(_key, jsonEncode(tokens.toJson()));
  }

  void forget() {
    final had = signedIn;
    _storage.remove(_key);
    if (had) onSignedOut();
  }

  /// A token that is good now. [refused] names a token the server did not
  /// take: then another is fetched. Null when nobody is signed in; throws when
  /// the server cannot be reached.
  Future<String?> token([String? refused]) {
    final t = read();
    if (t == null) return Future.value();
    if (_good(t, refused)) return Future.value(t.access);
    return _flight ??= _renew().whenComplete(() => _flight = null);
  }

  bool _good(Tokens t, String? refused) =>
      t.access != refused && t.expires - _earlyMs > _now();

  Future<String?> _renew() async {
    final before = read();
    if (before == null) return null;
    try {
      keep(await _refresh(before.refresh));
    } on AuthRefused {
      final after = read();
      if (after != null && after.refresh != before.refresh) return after.access;
      forget();
      return null;
    }
    return read()?.access;
  }
}
