// What was read of the chats, kept for the next start: an app shows it at
// once, also without a network, and goes on from its place. It holds the newest
// part of the latest chats and never more than that.

import 'dart:convert';

import 'chat_tree.dart';
import 'frames.dart';
import 'models.dart';

/// A port that may take its time: a database, a folder.
abstract interface class CacheStore {
  Future<String?> get(String key);

  Future<void> set(String key, String value);

  Future<void> remove(String key);
}

/// How much is kept.
class CacheLimits {
  const CacheLimits({
    this.chats = 30,
    this.messages = 100,
    this.sessions = 100,
  });

  final int chats;
  final int messages;
  final int sessions;
}

class ChatCache {
  ChatCache(this._store, String userId, [this._limits = const CacheLimits()])
    : _prefix = 'talker.cache.$userId.';

  final CacheStore _store;
  final CacheLimits _limits;
  final String _prefix;
  Future<void> _queue = Future.value();

  /// The person's list of chats, as it was last kept.
  Future<List<SessionOut>> sessions() => _inTurn(() async {
    final kept = await _read<List<dynamic>>('sessions') ?? const [];
    return [
      for (final s in kept) SessionOut.fromJson(s as Map<String, dynamic>),
    ];
  });

  Future<void> keepSessions(List<SessionOut> list) => _inTurn(
    () => _write('sessions', [
      for (final s in list.take(_limits.sessions)) s.toJson(),
    ]),
  );

  /// The newest part of a chat, with the place from which it is watched.
  Future<HistoryOut?> chat(SessionId sessionId) =>
      _inTurn(() => _page(sessionId));

  /// Keeps the newest page of a chat; the chats kept longest ago go when there
  /// are too many.
  Future<void> keepChat(SessionId sessionId, HistoryOut page) =>
      _inTurn(() async {
        await _put(sessionId, page);
        final kept = await _read<List<dynamic>>('chats') ?? const [];
        final order = [
          sessionId,
          for (final id in kept.cast<String>())
            if (id != sessionId) id,
        ];
        for (final id in order.skip(_limits.chats)) {
          await _store.remove(_prefix + id);
        }
        await _write('chats', order.take(_limits.chats).toList());
      });

  /// Follows what happens. A chat of which something was missed is forgotten:
  /// it is read anew.
  Future<void> apply(SessionEvent event) => _inTurn(() async {
    final page = await _page(event.sessionId);
    if (page == null || event.seq <= page.seq) return;
    final tree = ChatTree()..reset(page);
    if (event is SessionDeletedEvent ||
        event.seq > page.seq + 1 ||
        !tree.apply(event)) {
      await _store.remove(_prefix + event.sessionId);
      return;
    }
    await _put(
      event.sessionId,
      HistoryOut(
        items: tree.path(),
        hasBefore: tree.hasBefore,
        hasAfter: false,
        seq: event.seq,
      ),
    );
  });

  /// The person is gone from here.
  Future<void> clear() => _inTurn(() async {
    final kept = await _read<List<dynamic>>('chats') ?? const [];
    for (final name in [...kept.cast<String>(), 'chats', 'sessions']) {
      await _store.remove(_prefix + name);
    }
  });

  Future<HistoryOut?> _page(SessionId sessionId) async {
    final kept = await _read<Map<String, dynamic>>(sessionId);
    return kept == null ? null : HistoryOut.fromJson(kept);
  }

  Future<void> _put(SessionId sessionId, HistoryOut page) {
    final from = page.items.length - _limits.messages;
    final items = from > 0 ? page.items.sublist(from) : page.items;
    final kept = HistoryOut(
      items: items,
      hasBefore: page.hasBefore || from > 0,
      hasAfter: page.hasAfter,
      seq: page.seq,
    );
    return _write(sessionId, kept.toJson());
  }

  Future<T?> _read<T>(String name) async {
    try {
      final kept = jsonDecode(await _store.get(_prefix + name) ?? 'null');
      return kept is T ? kept : null;
    } on FormatException {
      return null;
    }
  }

  Future<void> _write(String name, Object value) =>
      _store.set(_prefix + name, jsonEncode(value));

  /// One thing after the other, in the order of the calls.
  Future<T> _inTurn<T>(Future<T> Function() task) {
    final done = _queue.then((_) => task());
    _queue = done.then((_) {}, onError: (_) {});
    return done;
  }
}
