import 'package:talker_client/talker_client.dart';
import 'package:test/test.dart';

import 'fakes.dart';

class _Kept implements CacheStore {
  final Map<String, String> map = {};

  @override
  Future<String?> get(String key) async => map[key];

  @override
  Future<void> set(String key, String value) async => map[key] = value;

  @override
  Future<void> remove(String key) async => map.remove(key);
}

void main() {
  late _Kept store;

  ChatCache make() =>
      ChatCache(store, 'usr_1', const CacheLimits(chats: 2, messages: 4));

  List<String>? ids(HistoryOut? kept) =>
      kept == null ? null : [for (final m in kept.items) m.id];

  setUp(() => store = _Kept());

  test('is there for the next start, with its place', () async {
    await make().keepChat('ses_1', page(chain(3), 7));
    final kept = await make().chat('ses_1');
    expect(ids(kept), ['m0', 'm1', 'm2']);
    expect(kept!.seq, 7);
    expect(await make().chat('ses_9'), isNull);
    expect(await ChatCache(store, 'usr_2').chat('ses_1'), isNull);
  });

  test('has bounds: the newest messages of the latest chats', () async {
    final cache = make();
    for (final id in ['ses_1', 'ses_2', 'ses_1', 'ses_3']) {
      await cache.keepChat(id, page(chain(6), 9));
    }
    expect(ids(await cache.chat('ses_1')), ['m2', 'm3', 'm4', 'm5']);
    expect((await cache.chat('ses_1'))!.hasBefore, isTrue);
    expect(await cache.chat('ses_2'), isNull);
  });

  test('follows what happens, and forgets what was missed', () async {
    final cache = make();
    await cache.keepChat('ses_1', page(chain(3), 7));
    const deleted = MessageDeletedEvent(
      sessionId: 'ses_1',
      seq: 8,
      messageId: 'm1',
      leafId: 'm0',
    );
    await cache.apply(deleted);
    await cache.apply(deleted);
    final kept = await cache.chat('ses_1');
    expect(ids(kept), ['m0']);
    expect(kept!.seq, 8);
    await cache.apply(const SessionDeletedEvent(sessionId: 'ses_1', seq: 10));
    expect(await cache.chat('ses_1'), isNull);
    await cache.clear();
    expect(store.map, isEmpty);
  });
}
