// What the person said and the server has not yet taken. It is kept until it
// is taken, sent again under the same name whenever in doubt, and so arrives
// exactly once, also when this client is killed in between.

import 'dart:async';
import 'dart:convert';
import 'dart:math';

import 'frames.dart';
import 'line.dart';
import 'models.dart';
import 'notices.dart';
import 'storage.dart';
import 'timing.dart';

/// Refusals that may pass.
const _passing = {'rate_limited', 'unavailable', 'internal', 'unauthenticated'};

class _Flight {
  _Flight(this.id);

  final String id;
  int tries = 0;
  int refusals = 0;
  Timer? timer;
}

class Outbox {
  Outbox({
    required String userId,
    required KeyValueStore storage,
    required Line line,
    required int Function() now,
    required String Function() newId,
  }) : _prefix = 'talker.outbox.$userId.',
       _storage = storage,
       _line = line,
       _now = now,
       _newId = newId;

  final String _prefix;
  final KeyValueStore _storage;
  final Line _line;
  final int Function() _now;
  final String Function() _newId;
  final Map<String, _Flight> _flights = {};
  int _lastStamp = 0;

  /// What is not yet taken, in the order it was typed.
  List<Outgoing> entries([SessionId? sessionId]) {
    final all = <Outgoing>[];
    for (final key in _storage.keys()) {
      if (!key.startsWith(_prefix)) continue;
      final o = _entry(key.substring(_prefix.length));
      if (o != null && (sessionId == null || o.sessionId == sessionId)) {
        all.add(o);
      }
    }
    return all..sort((a, b) => a.createdAt.compareTo(b.createdAt));
  }

  Outgoing? _entry(String id) {
    try {
      final kept = jsonDecode(_storage.get(_prefix + id) ?? 'null');
      return kept is Map<String, dynamic> ? Outgoing.fromJson(kept) : null;
    } on FormatException {
      return null;
    }
  }

  void _keep(Outgoing o) {
    try {
      _storage.set(_prefix + o.clientMessageId, jsonEncode(o.toJson()));
    } on Exception {
      // The storage is full: the socket still carries it.
    }
  }

  /// Whether a key of the storage is one of ours.
  bool owns(String key) => key.startsWith(_prefix);

  Outgoing send(
    SessionId sessionId,
    String content, {
    bool branches = false,
    MessageId? parentId,
  }) {
    final o = Outgoing(
      clientMessageId: _newId(),
      sessionId: sessionId,
      content: content,
      createdAt: _stamp(),
      branches: branches,
      parentId: parentId,
    );
    _keep(o);
    _line.tell(const OutboxNotice());
    _flush(sessionId);
    return o;
  }

  /// Now, but later than every stamp before, so that the order is the order of
  /// typing.
  String _stamp() {
    _lastStamp = max(_now(), _lastStamp + 1);
    return DateTime.fromMillisecondsSinceEpoch(
      _lastStamp,
      isUtc: true,
    ).toIso8601String();
  }

  void retry(String id) {
    final o = _entry(id);
    if (o == null) return;
    _keep(o.marked());
    _line.tell(const OutboxNotice());
    _flush(o.sessionId);
  }

  void discard(String id) {
    final o = _entry(id);
    _storage.remove(_prefix + id);
    if (o != null) _landed(o.sessionId, id);
    _line.tell(const OutboxNotice());
  }

  /// The line is there again.
  void flushAll() {
    for (final id in {for (final o in entries()) o.sessionId}) {
      _flush(id);
    }
  }

  /// The line is gone, and with it what was on its way.
  void drop() {
    for (final f in _flights.values) {
      f.timer?.cancel();
    }
    _flights.clear();
  }

  /// One message of a chat is on its way at a time: so they are taken in the
  /// order they were typed.
  void _flush(SessionId sessionId) {
    if (!_line.online() || _flights.containsKey(sessionId)) return;
    final o = entries(sessionId).where((x) => x.failed == null).firstOrNull;
    if (o == null) return;
    final flight = _Flight(o.clientMessageId);
    _flights[sessionId] = flight;
    _launch(sessionId, flight);
  }

  void _launch(SessionId sessionId, _Flight flight) {
    final o = _entry(flight.id);
    if (o == null) {
      _landed(sessionId, flight.id);
      return;
    }
    final frame = MessageSendRequest(
      id: o.clientMessageId,
      sessionId: o.sessionId,
      clientMessageId: o.clientMessageId,
      content: o.content,
      parentId: o.parentId,
      nulls: o.branches && o.parentId == null ? const {'parent_id'} : const {},
    );
    _line.post(frame);
    flight.tries++;
    flight.timer?.cancel();
    flight.timer = Timer(const Duration(milliseconds: Timing.accept), () {
      if (flight.tries >= sendTries) {
        _line.giveUp();
      } else {
        _launch(sessionId, flight);
      }
    });
  }

  void _landed(SessionId sessionId, String id) {
    final flight = _flights[sessionId];
    if (flight?.id != id) return;
    flight?.timer?.cancel();
    _flights.remove(sessionId);
    _flush(sessionId);
  }

  void accepted(String? id) {
    final o = id == null ? null : _entry(id);
    if (o == null) return;
    _storage.remove(_prefix + o.clientMessageId);
    // The chat shows the message itself before the pending one goes.
    scheduleMicrotask(() => _line.tell(const OutboxNotice()));
    _landed(o.sessionId, o.clientMessageId);
  }

  /// Takes a refusal; `false` when it is of nothing that is here.
  bool refused(String id, String code, QuotaReached? quota) {
    final o = _entry(id);
    if (o == null) return false;
    final flight = _flights[o.sessionId];
    if (flight != null &&
        flight.id == id &&
        _passing.contains(code) &&
        flight.refusals < refusedTries) {
      flight.refusals++;
      flight.tries = 0;
      flight.timer?.cancel();
      if (code == 'unauthenticated') _line.reauth();
      flight.timer = Timer(
        Duration(milliseconds: 1000 * (1 << flight.refusals)),
        () => _launch(o.sessionId, flight),
      );
      return true;
    }
    _keep(o.marked(failed: code, quota: quota));
    _landed(o.sessionId, id);
    _line.tell(const OutboxNotice());
    return true;
  }
}
