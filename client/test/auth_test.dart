import 'package:talker_client/talker_client.dart';
import 'package:test/test.dart';

void main() {
  late MemoryStore storage;
  late int now;
  late List<String> used;
  late String valid;

  TokenOut answer(String access, String refresh, int seconds) => TokenOut(
    accessToken: access,
    refreshToken: refresh,
    expiresIn: seconds,
    tokenType: 'bearer',
    scope: 'talker',
  );

  Auth make() => Auth(
    storage: storage,
    now: () => now,
    refresh: (token) async {
      used.add(token);
      await Future<void>.delayed(Duration.zero);
      if (token != valid) throw const AuthRefused();
      valid = 'r${used.length + 1}';
      return answer('a${used.length + 1}', valid, 900);
    },
  );

  setUp(() {
    storage = MemoryStore();
    now = 1000000;
    used = [];
    valid = 'r1';
  });

  test('a refresh token is used once, however many calls want one', () async {
    final auth = make()..keep(answer('a1', 'r1', 900));
    expect(await auth.token(), 'a1');
    now += 890000;
    final got = await Future.wait([
      auth.token(),
      auth.token(),
      auth.token('a1'),
    ]);
    expect(got.toSet(), {'a2'});
    expect(used, ['r1']);
  });

  test('stays signed in when the server cannot be reached', () async {
    final auth = Auth(
      storage: storage,
      now: () => now,
      refresh: (_) => Future.error(Exception('offline')),
    )..keep(answer('a1', 'r1', 1));
    await expectLater(auth.token(), throwsException);
    expect(auth.signedIn, isTrue);
  });

  test('signs out when the server says no', () async {
    var out = 0;
    final auth = make()
      ..onSignedOut = (() => out++)
      ..keep(answer('a1', 'gone', 1));
    expect(await auth.token(), isNull);
    expect(out, 1);
    expect(auth.signedIn, isFalse);
  });
}
