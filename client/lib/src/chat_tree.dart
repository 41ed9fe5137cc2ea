// A chat as this client knows it: some messages of the tree, and the way from
// the leaf up as far as it is loaded.

import 'frames.dart';
import 'hearing.dart';
import 'models.dart';

class ChatTree {
  final Map<MessageId, MessageOut> _byId = {};

  /// Texts of replies being written, ahead of what the messages say.
  final Map<MessageId, String> _live = {};

  /// The topmost message of the loaded way, when there is more above it.
  MessageId? _topId;

  MessageId? leafId;
  bool hasBefore = false;

  MessageOut? get(MessageId id) => _byId[id];

  /// The newest page: the chat is what it says, from here on.
  void reset(HistoryOut page) {
    _byId.clear();
    _live.clear();
    for (final m in page.items) {
      _byId[m.id] = m;
    }
    leafId = page.items.lastOrNull?.id;
    hasBefore = page.hasBefore;
    _topId = page.hasBefore ? page.items.firstOrNull?.id : null;
  }

  /// A page of older messages. Ignored if it no longer fits on top.
  void prepend(MessageId before, HistoryOut page) {
    if (before != _topId) return;
    for (final m in page.items) {
      _byId.putIfAbsent(m.id, () => m);
    }
    hasBefore = page.hasBefore;
    _topId = page.hasBefore ? page.items.firstOrNull?.id : null;
  }

  void text(MessageId id, String text) => _live[id] = text;

  /// What a message says now.
  String textOf(MessageOut m) =>
      isFinal(m.status) ? m.content : (_live[m.id] ?? m.content);

  void put(MessageOut m) {
    _byId[m.id] = m;
    if (isFinal(m.status)) _live.remove(m.id);
    for (final id in m.siblings) {
      final s = _byId[id];
      if (s != null &&
          s.id != m.id &&
          s.siblings.length < m.siblings.length) {
        _byId[id] = _withSiblings(s, m.siblings);
      }
    }
  }

  static MessageOut _withSiblings(MessageOut m, List<MessageId> siblings) =>
      MessageOut.fromJson({...m.toJson(), 'siblings': siblings});

  void _remove(MessageId id) {
    final gone = {id};
    // Children come after their parents in depth.
    final all = [..._byId.values]..sort((a, b) => a.depth.compareTo(b.depth));
    for (final m in all) {
      if (gone.contains(m.parentId)) gone.add(m.id);
    }
    final top = _byId[id];
    for (final g in gone) {
      _byId.remove(g);
      _live.remove(g);
    }
    for (final s in top?.siblings ?? const <MessageId>[]) {
      final m = _byId[s];
      if (m != null) {
        _byId[s] = _withSiblings(m, [
          for (final x in m.siblings)
            if (x != id) x,
        ]);
      }
    }
    if (gone.contains(_topId)) _topId = null;
  }

  /// Takes an event. `false` when the leaf is now where nothing is loaded:
  /// read the newest page.
  bool apply(SessionEvent e) {
    switch (e) {
      case MessageAcceptedEvent(:final message, :final reply):
        put(message);
        if (reply != null) put(reply);
        leafId = (reply ?? message).id;
      case ReplyQueuedEvent(:final reply):
        put(reply);
        leafId = reply.id;
      case ReplyStartedEvent(:final message):
      case ReplyCompletedEvent(:final message):
      case ReplyFailedEvent(:final message):
      case MessageEditedEvent(:final message):
        put(message);
      case MessageDeletedEvent():
        _remove(e.messageId);
        leafId = e.leafId;
      case SessionUpdatedEvent():
        leafId = e.session.leafId;
      case SessionDeletedEvent():
      case UnrecognizedEvent():
        break;
    }
    return _whole();
  }

  /// Brings another leaf into view. `false` as in [apply].
  bool select(MessageId? leaf) {
    leafId = leaf;
    return _whole();
  }

  /// Whether the way up from the leaf reaches the root, or the top of what is
  /// loaded.
  bool _whole() {
    if (leafId == null) return true;
    final top = path().firstOrNull;
    if (top == null) return false;
    if (top.parentId == null) {
      hasBefore = false;
      _topId = null;
      return true;
    }
    return top.id == _topId;
  }

  /// From the top of what is loaded down to the leaf.
  List<MessageOut> path() {
    final up = <MessageOut>[];
    final seen = <MessageId>{};
    for (var id = leafId; id != null && seen.add(id);) {
      final m = _byId[id];
      if (m == null) break;
      up.add(m);
      if (id == _topId) break;
      id = m.parentId;
    }
    return up.reversed.toList();
  }

  MessageId? get top => _topId;

  /// The replies that are being written, with what is known of them.
  Map<MessageId, String> running() => {
    for (final m in path())
      if (m.status == MessageStatus.streaming) m.id: textOf(m),
  };
}
