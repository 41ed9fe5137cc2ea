// A socket as the connection wants one, and the real one behind it.

import 'dart:async';

import 'package:web_socket_channel/web_socket_channel.dart';

/// One socket; used once.
abstract interface class ChatSocket {
  /// Whether frames can be sent.
  bool get isOpen;

  /// Hears every text frame; null hears nothing more.
  void Function(String data)? onMessage;

  /// Hears the close code, once; 1006 where there was none.
  void Function(int code)? onClose;

  void send(String data);

  void close(int code);
}

/// Opens a socket to an address, with subprotocols.
typedef OpenSocket = ChatSocket Function(Uri url, List<String> protocols);

/// A socket of `web_socket_channel`, on every platform.
class ChannelSocket implements ChatSocket {
  ChannelSocket(Uri url, List<String> protocols)
    : _channel = WebSocketChannel.connect(url, protocols: protocols) {
    unawaited(
      _channel.ready.then<void>(
        (_) => _open = !_closed,
        onError: (Object _) => _end(1006),
      ),
    );
    _channel.stream.listen(
      (data) {
        if (data is String) onMessage?.call(data);
      },
      onError: (Object _) => _end(1006),
      onDone: () => _end(_channel.closeCode ?? 1006),
    );
  }

  final WebSocketChannel _channel;
  bool _open = false;
  bool _closed = false;

  @override
  bool get isOpen => _open && !_closed;

  @override
  void Function(String data)? onMessage;

  @override
  void Function(int code)? onClose;

  void _end(int code) {
    if (_closed) return;
    _closed = true;
    onClose?.call(code);
  }

  @override
  void send(String data) {
    if (isOpen) _channel.sink.add(data);
  }

  @override
  void close(int code) {
    _closed = true;
    unawaited(_channel.sink.close(code).catchError((_) => null));
  }
}
