import 'dart:async';

import 'package:flutter/foundation.dart';
import 'package:talker_client/talker_client.dart';

/// One open chat: what is loaded of it, and what is being written.
class ChatModel extends ChangeNotifier {
  ChatModel(this._api, this._connection, this.session) {
    _heard = _connection.notices.listen(_hear);
    unawaited(load());
  }

  final ApiService _api;
  final ChatConnection _connection;
  final SessionOut session;
  final ChatTree _tree = ChatTree();
  late final StreamSubscription<Notice> _heard;

  bool loaded = false;
  String? error;

  List<MessageOut> get messages => _tree.path();

  /// What was typed and is not taken yet.
  List<Outgoing> get pending => _connection.outbox(session.id);

  Link get link => _connection.link;

  String textOf(MessageOut message) => _tree.textOf(message);

  Future<void> load() async {
    try {
      final page = await _api.getHistory(session.id);
      _tree.reset(page);
      _connection.watch(session.id, page.seq, _tree.running());
      loaded = true;
      error = null;
    } on Exception catch (e) {
      error = '$e';
    }
    notifyListeners();
  }

  void send(String text) => _connection.send(session.id, text);

  void retry(Outgoing message) => _connection.retry(message.clientMessageId);

  void _hear(Notice notice) {
    switch (notice) {
      case EventNotice(:final event) when event.sessionId == session.id:
        if (!_tree.apply(event)) unawaited(load());
      case TextNotice() when notice.sessionId == session.id:
        _tree.text(notice.messageId, notice.text);
      case LostNotice(:final sessionId) when sessionId == session.id:
        unawaited(load());
      case LinkNotice() || OutboxNotice():
        break;
      default:
        return;
    }
    notifyListeners();
  }

  @override
  void dispose() {
    unawaited(_heard.cancel());
    _connection.unwatch(session.id);
    super.dispose();
  }
}
