// What those who hear and those who speak need of the connection between them
// and the server.

import 'frames.dart';
import 'notices.dart';

class Line {
  const Line({
    required this.online,
    required this.post,
    required this.tell,
    required this.giveUp,
    required this.reauth,
  });

  final bool Function() online;

  /// Sends a frame; `false` when there is nothing to send it on.
  final bool Function(ClientFrame frame) post;

  final void Function(Notice notice) tell;

  /// Nothing is ever taken: another socket may help.
  final void Function() giveUp;

  /// The token was not taken.
  final void Function() reauth;
}
