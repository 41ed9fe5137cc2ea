// What the tests pretend.

import 'dart:convert';

import 'package:talker_client/talker_client.dart';

/// A socket without a network: the test says what comes.
class FakeSocket implements ChatSocket {
  FakeSocket(this.url, this.protocols);

  final Uri url;
  final List<String> protocols;
  final List<Map<String, dynamic>> sent = [];
  int? closedWith;
  void Function(String data)? _listened;
  void Function(String data)? _onMessage;

  @override
  bool isOpen = false;

  @override
  void Function(int code)? onClose;

  @override
  void Function(String data)? get onMessage => _onMessage;

  @override
  set onMessage(void Function(String data)? listener) {
    _onMessage = listener;
    _listened ??= listener;
  }

  @override
  void send(String data) => sent.add(jsonDecode(data) as Map<String, dynamic>);

  @override
  void close(int code) {
    isOpen = false;
    closedWith = code;
  }

  /// A word as it came, though nobody may listen any more.
  void word(String data) => (_onMessage ?? _listened)?.call(data);

  /// The line breaks.
  void breakOff(int code) {
    isOpen = false;
    onClose?.call(code);
  }
}

/// A message of which only this much matters.
MessageOut message(
  String id, {
  String? parentId,
  int depth = 0,
  Role role = Role.character,
  MessageStatus status = MessageStatus.complete,
  String content = '',
  List<String>? siblings,
}) => MessageOut(
  id: id,
  sessionId: 'ses_1',
  parentId: parentId,
  depth: depth,
  role: role,
  author: null,
  reason: null,
  content: content,
  status: status,
  failure: null,
  clientMessageId: null,
  model: null,
  finishReason: null,
  usage: null,
  revision: 0,
  siblings: siblings ?? [id],
  createdAt: DateTime.utc(2026),
  editedAt: null,
);

/// [n] messages, each below the one before.
List<MessageOut> chain(int n) => [
  for (var i = 0; i < n; i++)
    message('m$i', parentId: i == 0 ? null : 'm${i - 1}', depth: i),
];

/// The newest page of a chat.
HistoryOut page(List<MessageOut> items, int seq, {bool hasBefore = false}) =>
    HistoryOut(
      items: items,
      hasBefore: hasBefore,
      hasAfter: false,
      seq: seq,
    );
