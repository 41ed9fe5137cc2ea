// The one socket of a client. It keeps itself alive and shows good tokens;
// `hearing.dart` knows how far it has heard each open chat, `outbox.dart` sees
// to it that what the person typed arrives exactly once.
//
// It is `clients/typescript/src/connection.ts`, method for method: what is
// changed in one is changed in the other, and clients/scenarios says it to
// both.

import 'dart:async';
import 'dart:convert';
import 'dart:math';

import 'chat_socket.dart';
import 'frames.dart';
import 'hearing.dart';
import 'line.dart';
import 'models.dart';
import 'notices.dart';
import 'outbox.dart';
import 'random_id.dart';
import 'storage.dart';
import 'timing.dart';

/// A good token; another than [refused]. Null: signed out. Throws when the
/// server cannot be reached.
typedef TokenSource = Future<String?> Function([String? refused]);

/// We left, because the other side was silent.
const _silent = 4000;

/// The longest wait a timer takes everywhere.
const _longest = 0x7fffffff;

class ChatConnection {
  ChatConnection({
    required this.url,
    required String userId,
    required KeyValueStore storage,
    required TokenSource token,
    required void Function() signedOut,
    OpenSocket open = ChannelSocket.new,
    double Function()? random,
    int Function()? now,
    String Function()? newId,
  }) : _token = token,
       _signedOut = signedOut,
       _openSocket = open,
       _random = random ?? Random().nextDouble,
       _now = now ?? _clock {
    final line = Line(
      online: () => _link == Link.online,
      post: _post,
      tell: _tell,
      giveUp: () => _closed(_silent),
      reauth: () => unawaited(_reauth()),
    );
    _hearing = Hearing(line);
    _out = Outbox(
      userId: userId,
      storage: storage,
      line: line,
      now: _now,
      newId: newId ?? randomId,
    );
  }

  final Uri url;
  final TokenSource _token;
  final void Function() _signedOut;
  final OpenSocket _openSocket;
  final double Function() _random;
  final int Function() _now;
  late final Hearing _hearing;
  late final Outbox _out;

  Link _link = Link.idle;
  final _notices = StreamController<Notice>.broadcast(sync: true);
  ChatSocket? _socket;
  String _usedToken = '';
  bool _badToken = false;
  int _generation = 0;
  int _attempts = 0;
  bool _hadReady = false;
  Timer? _retryTimer;
  Timer? _readyTimer;
  Timer? _stableTimer;
  Timer? _beatTimer;
  Timer? _pongTimer;
  Timer? _authTimer;
  int _beatEvery = Timing.heartbeatMost;
  final Map<String, int> _lastTyping = {};

  static int _clock() => DateTime.now().millisecondsSinceEpoch;

  /// How the line is.
  Link get link => _link;

  /// Everything the connection tells, as it happens.
  Stream<Notice> get notices => _notices.stream;

  void _tell(Notice notice) {
    if (!_notices.isClosed) _notices.add(notice);
  }

  void _setLink(Link link) {
    if (_link == link) return;
    _link = link;
    _tell(LinkNotice(link));
  }

  // ---- The line ----

  void start() {
    if (_link == Link.idle || _link == Link.ended) unawaited(_connect());
  }

  void stop() {
    _drop();
    _retryTimer?.cancel();
    _setLink(Link.ended);
  }

  /// Stops for good: nobody listens any more.
  Future<void> dispose() {
    stop();
    return _notices.close();
  }

  /// The device is back: the network is up, or the app is seen again.
  void wake() {
    if (_link == Link.waiting) {
      _attempts = 0;
      _retryTimer?.cancel();
      unawaited(_connect());
    } else if (_link == Link.online) {
      probe();
    }
  }

  /// Is anybody there? Asks at once and does not wait long.
  void probe() {
    if (_link != Link.online) return;
    _post(const PingRequest());
    _expectPong(Timing.probe);
  }

  Future<void> _connect() async {
    _drop();
    final generation = _generation;
    _setLink(Link.connecting);
    String? token;
    try {
      token = await _token(_usedToken != '' && _badToken ? _usedToken : null);
    } on Object {
      if (generation == _generation) _later();
      return;
    }
    if (generation != _generation) return;
    if (token == null) {
      _setLink(Link.ended);
      return;
    }
    _badToken = false;
    _usedToken = token;
    final ChatSocket socket;
    try {
      socket = _openSocket(url, ['talker.v1', 'bearer.$token']);
    } on Object {
      _later();
      return;
    }
    _socket = socket;
    bool current() => _socket == socket;
    socket
      ..onMessage = (data) {
        if (current()) _receive(data);
      }
      ..onClose = (code) {
        if (current()) _closed(code);
      };
    _readyTimer = _after(Timing.ready, () {
      if (current()) _closed(_silent);
    });
  }

  Timer _after(int ms, void Function() task) =>
      Timer(Duration(milliseconds: ms), task);

  /// Lets go of the socket without further ado.
  void _drop() {
    _generation++;
    final s = _socket;
    _socket = null;
    for (final t in [
      _readyTimer,
      _stableTimer,
      _beatTimer,
      _pongTimer,
      _authTimer,
    ]) {
      t?.cancel();
    }
    _pongTimer = null;
    _out.drop();
    _hearing.drop();
    if (s != null) {
      s
        ..onMessage = null
        ..onClose = null
        ..close(1000);
    }
  }

  void _closed(int code) {
    final wasOnline = _link == Link.online;
    _drop();
    switch (code) {
      case 4403:
        _setLink(Link.ended);
        _signedOut();
        return;
      case 4401:
        _badToken = true;
      case 4409:
        _later(Timing.crowded);
        return;
      case 1001:
        if (wasOnline && _attempts == 0) {
          _later((100 + _random() * 400).round());
          return;
        }
      case 1006:
        // Refused before it opened: it may be the token.
        if (!wasOnline && _attempts == 2) _badToken = true;
    }
    _later();
  }

  void _later([int? ms]) {
    final most = min(
      Timing.backoffMost,
      Timing.backoffFirst * (1 << min(_attempts, 10)),
    );
    _attempts++;
    _retryTimer?.cancel();
    _retryTimer = _after(
      ms ?? (most / 2 + (_random() * most) / 2).round(),
      () => unawaited(_connect()),
    );
    _setLink(Link.waiting);
  }

  bool _post(ClientFrame frame) {
    final s = _socket;
    if (s == null || !s.isOpen) return false;
    s.send(jsonEncode(frame.toJson()));
    return true;
  }

  void _beat() {
    _beatTimer?.cancel();
    _beatTimer = _after(_beatEvery, () {
      _post(const PingRequest());
      _expectPong(Timing.pong);
      _beat();
    });
  }

  void _expectPong(int ms) {
    _pongTimer?.cancel();
    _pongTimer = _after(ms, () {
      _pongTimer = null;
      _closed(_silent);
    });
  }

  void _receive(String data) {
    // Any word is a sign of life.
    _pongTimer?.cancel();
    _pongTimer = null;
    final ServerFrame f;
    try {
      f = ServerFrame.fromJson(jsonDecode(data) as Map<String, dynamic>);
    } on Object {
      return;
    }
    switch (f) {
      case ReadyFrame():
        _ready(f);
      case ReplyDeltaFrame():
        _hearing.delta(f.sessionId, f.messageId, f.offset, f.delta);
      case SessionResumedFrame():
        _hearing.resumed(f.sessionId, f.seq);
      case TypingFrame():
        _tell(TypingNotice(f.sessionId, f.userId));
      case ReadFrame():
        _tell(ReadNotice(f.sessionId, f.userId, f.readSeq));
      case InvitedFrame():
        _tell(InvitedNotice(f.sessionId));
      case FriendsChangedFrame():
        _tell(const FriendsNotice());
      case PresenceFrame():
        _tell(PresenceNotice(f.userId, f.online));
      case RememberingFrame():
        _tell(RememberingNotice(f.sessionId, f.characterId, f.done, f.total));
      case MemoryChangedFrame():
        _tell(MemoriesNotice(f.characterId));
      case BondChangedFrame():
        _tell(BondNotice(f.characterId, f.reached));
      case RouteUnlockedFrame():
        _tell(RouteNotice(f.characterId, f.sceneId, f.title));
      case NotificationFrame():
        _tell(NotificationNotice(f.notification, f.unread));
      case NotificationsReadFrame():
        _tell(InboxNotice(f.upTo, f.unread));
      case ReminderFrame():
        _tell(ReminderNotice(f.reminder));
      case PongFrame():
        break;
      case ErrorFrame():
        _refused(f.code, f.message, f.ref, f.quota);
      case SessionEvent():
        _event(f);
      // Kinds of a later protocol are not for us.
      case UnrecognizedFrame():
        break;
    }
  }

  void _ready(ReadyFrame f) {
    _authTimer?.cancel();
    final left =
        f.expiresAt.millisecondsSinceEpoch - _now() - Timing.reauthEarly;
    _authTimer = _after(min(max(left, 1000), _longest), _reauth);
    if (_link == Link.online) return;
    _readyTimer?.cancel();
    _beatEvery = min(Timing.heartbeatMost, max(1, f.heartbeatSeconds) * 1000);
    _beat();
    _stableTimer = _after(Timing.stable, () => _attempts = 0);
    final first = !_hadReady;
    _hadReady = true;
    _setLink(Link.online);
    _hearing.resumeAll();
    _tell(ReadyNotice(first: first, unread: f.unread));
    _out.flushAll();
  }

  Future<void> _reauth() async {
    final generation = _generation;
    try {
      final token = await _token(_usedToken);
      if (generation != _generation) return;
      if (token == null) {
        _drop();
        _setLink(Link.ended);
        return;
      }
      _usedToken = token;
      _post(AuthRequest(token: token));
    } on Object {
      if (generation == _generation) {
        _authTimer = _after(Timing.reauthAgain, _reauth);
      }
    }
  }

  void _event(SessionEvent e) {
    if (e is MessageAcceptedEvent) _out.accepted(e.clientMessageId);
    _hearing.event(e);
  }

  void _refused(String code, String message, String? ref, QuotaReached? quota) {
    if (ref != null && _out.refused(ref, code, quota)) return;
    if (code == 'unauthenticated') {
      _closed(4401);
    } else if (ref == null) {
      _tell(RefusedNotice(code, message));
    }
  }

  // ---- What is heard ----

  /// Follows a chat from where it was read: [seq] of the page, and the replies
  /// that were being written with what was there of them.
  void watch(
    SessionId sessionId,
    int seq, [
    Map<MessageId, String> running = const {},
  ]) => _hearing.watch(sessionId, seq, running);

  void unwatch(SessionId sessionId) => _hearing.unwatch(sessionId);

  /// The place up to which a watched chat was heard without a gap.
  int? place(SessionId sessionId) => _hearing.place(sessionId);

  // ---- What is said ----

  /// What is not yet taken, in the order it was typed.
  List<Outgoing> outbox([SessionId? sessionId]) => _out.entries(sessionId);

  /// Says something, once, below the leaf of the chat.
  Outgoing send(SessionId sessionId, String content) =>
      _out.send(sessionId, content);

  /// Says something, once, below [parentId]; null begins anew.
  Outgoing sendBelow(
    SessionId sessionId,
    String content,
    MessageId? parentId,
  ) => _out.send(sessionId, content, branches: true, parentId: parentId);

  void retry(String id) {
    if (_link == Link.waiting) wake();
    _out.retry(id);
  }

  void discard(String id) => _out.discard(id);

  /// The person types: at most one word of it in three seconds.
  void typing(SessionId sessionId) {
    final now = _now();
    if (_link != Link.online ||
        now - (_lastTyping[sessionId] ?? 0) < Timing.typing) {
      return;
    }
    _lastTyping[sessionId] = now;
    _post(TypingRequest(sessionId: sessionId));
  }

  /// The person has read up to a place. It may be lost: the route of the same
  /// name tells it surely.
  void read(SessionId sessionId, int seq) {
    if (_link != Link.online) return;
    _post(ReadRequest(sessionId: sessionId, seq: seq));
  }
}
