// What is heard of the chats that are open: how far, which replies are being
// written, and when something is missing.

import 'dart:async';
import 'dart:math';

import 'frames.dart';
import 'line.dart';
import 'models.dart';
import 'notices.dart';
import 'timing.dart';

/// Whether a message will not change by itself any more.
bool isFinal(MessageStatus status) =>
    status == MessageStatus.complete ||
    status == MessageStatus.stopped ||
    status == MessageStatus.failed;

class _Watch {
  _Watch({
    required this.seq,
    required this.heard,
    required this.running,
    required this.over,
    required this.fruitless,
  });

  /// The place of the last event heard without a gap.
  int seq;

  /// The highest place heard of at all.
  int heard;

  /// Replies being written, as far as heard.
  final Map<String, String> running;

  /// How far a delta reached that did not fit.
  final Map<String, int> beyond = {};

  /// Replies known to be over.
  final Set<String> over;
  bool resuming = false;
  int fruitless;
  Timer? timer;
}

class Hearing {
  Hearing(this._line);

  final Line _line;
  final Map<String, _Watch> _watches = {};

  void watch(SessionId sessionId, int seq, Map<MessageId, String> running) {
    final old = _watches[sessionId];
    old?.timer?.cancel();
    final w = _Watch(
      seq: seq,
      heard: max(seq, old?.heard ?? 0),
      running: {...running},
      over: old?.over ?? {},
      fruitless: old?.fruitless ?? 0,
    );
    _watches[sessionId] = w;
    _resume(sessionId);
  }

  void unwatch(SessionId sessionId) {
    _watches[sessionId]?.timer?.cancel();
    _watches.remove(sessionId);
  }

  /// The place up to which a chat was heard without a gap.
  int? place(SessionId sessionId) => _watches[sessionId]?.seq;

  /// The line is there again.
  void resumeAll() {
    for (final id in [..._watches.keys]) {
      _resume(id);
    }
  }

  /// The line is gone.
  void drop() {
    for (final w in _watches.values) {
      w.timer?.cancel();
      w.resuming = false;
    }
  }

  void _resume(SessionId sessionId) {
    final w = _watches[sessionId];
    if (w == null || !_line.online() || w.resuming) return;
    final last = w.running.entries.lastOrNull;
    final frame = SessionResumeRequest(
      sessionId: sessionId,
      afterSeq: w.seq,
      messageId: last?.key,
      offset: last?.value.length,
    );
    if (!_line.post(frame)) return;
    w.resuming = true;
    w.timer?.cancel();
    w.timer = Timer(const Duration(milliseconds: Timing.resume), () {
      w.resuming = false;
      _again(sessionId, w);
    });
  }

  void _again(SessionId sessionId, _Watch w) {
    if (_watches[sessionId] != w) return;
    if (++w.fruitless > fruitlessResumes) {
      w.fruitless = 0;
      _line.tell(LostNotice(sessionId));
    } else {
      _resume(sessionId);
    }
  }

  bool _behind(_Watch w) {
    if (w.heard > w.seq) return true;
    for (final MapEntry(key: id, value: end) in w.beyond.entries) {
      if ((w.running[id]?.length ?? 0) < end) return true;
    }
    return false;
  }

  void resumed(SessionId sessionId, int seq) {
    final w = _watches[sessionId];
    if (w == null) return;
    w.resuming = false;
    w.heard = max(w.heard, seq);
    w.timer?.cancel();
    // Deltas of the running reply may still be on their way: look a moment
    // later.
    w.timer = Timer(const Duration(milliseconds: Timing.settle), () {
      if (_behind(w)) {
        _again(sessionId, w);
      } else {
        w.fruitless = 0;
      }
    });
  }

  void event(SessionEvent e) {
    final w = _watches[e.sessionId];
    if (w == null) {
      _line.tell(EventNotice(e));
      return;
    }
    if (e.seq <= w.seq) return;
    w.heard = max(w.heard, e.seq);
    if (e.seq > w.seq + 1) {
      _resume(e.sessionId);
      return;
    }
    w.seq = e.seq;
    w.fruitless = 0;
    _follow(w, e);
    if (e is SessionDeletedEvent) unwatch(e.sessionId);
    _line.tell(EventNotice(e));
  }

  /// Which replies are being written after this event.
  void _follow(_Watch w, SessionEvent e) {
    final m = switch (e) {
      MessageAcceptedEvent(:final reply) => reply,
      ReplyQueuedEvent(:final reply) => reply,
      ReplyStartedEvent(:final message) => message,
      ReplyCompletedEvent(:final message) => message,
      ReplyFailedEvent(:final message) => message,
      MessageEditedEvent(:final message) => message,
      _ => null,
    };
    if (e is MessageDeletedEvent) {
      // Replies below it end without a word; what still runs elsewhere is asked
      // for again at its next delta.
      w.running.clear();
      w.beyond.clear();
    } else if (m != null && m.role == Role.character) {
      if (isFinal(m.status)) {
        w.running.remove(m.id);
        w.beyond.remove(m.id);
        w.over.add(m.id);
      } else if (m.status == MessageStatus.streaming &&
          !w.over.contains(m.id)) {
        final known = w.running[m.id];
        if (known == null || !known.startsWith(m.content)) {
          w.running[m.id] = m.content;
        }
      }
    }
  }

  void delta(
    SessionId sessionId,
    MessageId messageId,
    int offset,
    String delta,
  ) {
    final w = _watches[sessionId];
    if (w == null || w.over.contains(messageId)) return;
    final text = w.running[messageId] ?? '';
    if (offset > text.length) {
      w.running[messageId] = text;
      w.beyond[messageId] = max(
        w.beyond[messageId] ?? 0,
        offset + delta.length,
      );
      _resume(sessionId);
      return;
    }
    if (offset + delta.length <= text.length) return;
    final fresh = delta.substring(text.length - offset);
    final whole = text + fresh;
    w.running[messageId] = whole;
    final beyond = w.beyond[messageId];
    if (beyond != null && beyond <= whole.length) w.beyond.remove(messageId);
    _line.tell(TextNotice(sessionId, messageId, whole));
  }
}
