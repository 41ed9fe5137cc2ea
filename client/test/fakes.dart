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
