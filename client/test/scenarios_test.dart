// The scenarios that every client runs: clients/scenarios/README.md says how
// they are written.

import 'dart:convert';
import 'dart:io';

import 'package:fake_async/fake_async.dart';
import 'package:talker_client/talker_client.dart';
import 'package:test/test.dart';

import 'fakes.dart';

typedef Json = Map<String, dynamic>;

const _folder = '../clients/scenarios';
final _defaults = _read('$_folder/defaults.json');

Json _read(String path) =>
    jsonDecode(File(path).readAsStringSync()) as Json;

/// A frame with its messages and sessions whole.
Object? _whole(Object? value) => switch (value) {
  {r'$message': final Json over} => {..._defaults['message'] as Json, ...over},
  {r'$session': final Json over} => {..._defaults['session'] as Json, ...over},
  final Json object => {
    for (final MapEntry(:key, :value) in object.entries) key: _whole(value),
  },
  final List<dynamic> list => [for (final item in list) _whole(item)],
  _ => value,
};

/// What a notice is called in the scenarios.
String _kind(Notice notice) => switch (notice) {
  LinkNotice() => 'link',
  ReadyNotice() => 'ready',
  EventNotice() => 'event',
  TextNotice() => 'text',
  TypingNotice() => 'typing',
  ReadNotice() => 'read',
  InvitedNotice() => 'invited',
  FriendsNotice() => 'friends',
  PresenceNotice() => 'presence',
  RememberingNotice() => 'remembering',
  MemoriesNotice() => 'memories',
  BondNotice() => 'bond',
  RouteNotice() => 'route',
  NotificationNotice() => 'notification',
  InboxNotice() => 'inbox',
  ReminderNotice() => 'reminder',
  OutboxNotice() => 'outbox',
  LostNotice() => 'lost',
  RefusedNotice() => 'refused',
};

class _Stage {
  _Stage(Json scenario, this._async) {
    final tokens = scenario['tokens'] as List<dynamic>?;
    _tokens = tokens?.cast<String>().toList() ?? ['t1', 't2', 't3'];
    for (final o in scenario['stored'] as List<dynamic>? ?? const []) {
      final id = (o as Json)['client_message_id'];
      _storage.set('talker.outbox.usr_1.$id', jsonEncode(o));
    }
    _connection = _make();
  }

  static final _begin = DateTime.utc(2026).millisecondsSinceEpoch;

  final FakeAsync _async;
  final MemoryStore _storage = MemoryStore();
  final List<FakeSocket> _sockets = [];
  late final List<String> _tokens;
  int _named = 0;
  int _signedOut = 0;
  int _sentBefore = 0;
  List<Notice> _notices = [];
  late ChatConnection _connection;

  int _now() => _begin + _async.elapsed.inMilliseconds;

  ChatConnection _make() {
    final c = ChatConnection(
      url: Uri.parse('wss://talker.test/api/v1/chat/ws'),
      userId: 'usr_1',
      storage: _storage,
      token: ([refused]) async {
        if (refused != null && _tokens.firstOrNull == refused) {
          _tokens.removeAt(0);
        }
        return _tokens.firstOrNull;
      },
      signedOut: () => _signedOut++,
      open: (url, protocols) {
        final socket = FakeSocket(url, protocols);
        _sockets.add(socket);
        _sentBefore = 0;
        return socket;
      },
      random: () => 1,
      now: _now,
      newId: () => 'cm_${++_named}',
    );
    c.notices.listen((notice) => _notices.add(notice));
    return c;
  }

  void run(Json step) {
    switch (step) {
      case {'call': final String name}:
        _call(name, step['with'] as Json? ?? const {});
      case {'kill': true}:
        // Nothing of it runs any more, and it could not say so.
        _connection.stop();
        _notices = [];
        _connection = _make();
      case {'ready': final Json over}:
        _ready(over);
      case {'say': final Object frame}:
        final index = step['socket'] as int? ?? _sockets.length - 1;
        final word = frame is String ? frame : jsonEncode(_whole(frame));
        _sockets[index].word(word);
      case {'close': final int code}:
        _sockets.last.breakOff(code);
      case {'wait': final int ms}:
        _async.elapse(Duration(milliseconds: ms));
      case {'expect': final Json wanted}:
        _expect(wanted);
      default:
        fail('What is this step? $step');
    }
    _async.flushMicrotasks();
  }

  void end() => _connection.stop();

  void _call(String name, Json w) {
    final c = _connection;
    String text(String key) => w[key] as String;
    switch (name) {
      case 'start':
        c.start();
      case 'stop':
        c.stop();
      case 'wake':
        c.wake();
      case 'probe':
        c.probe();
      case 'watch':
        final running = w['running'] as Json? ?? const {};
        c.watch(text('session_id'), w['seq'] as int, running.cast());
      case 'unwatch':
        c.unwatch(text('session_id'));
      case 'send' when w.containsKey('parent_id'):
        c.sendBelow(
          text('session_id'),
          text('content'),
          w['parent_id'] as String?,
        );
      case 'send':
        c.send(text('session_id'), text('content'));
      case 'retry':
        c.retry(text('id'));
      case 'discard':
        c.discard(text('id'));
      case 'typing':
        c.typing(text('session_id'));
      case 'read':
        c.read(text('session_id'), w['seq'] as int);
      default:
        fail('No client can $name');
    }
  }

  void _ready(Json over) {
    final ms = over['expires_in'] as int? ?? 900000;
    final expires = DateTime.fromMillisecondsSinceEpoch(
      _now() + ms,
      isUtc: true,
    );
    final frame = {
      ..._defaults['ready'] as Json,
      'expires_at': expires.toIso8601String(),
      ...over,
    }..remove('expires_in');
    _sockets.last.isOpen = true;
    _sockets.last.word(jsonEncode(frame));
  }

  void _expect(Json wanted) {
    final found = {
      for (final MapEntry(:key, :value) in wanted.entries)
        key: key == 'outbox'
            ? _outbox(value as List<dynamic>)
            : _is(key, value),
    };
    expect(found, equals(wanted));
  }

  /// Of each entry the fields that are named; of one more than wanted all.
  List<Json> _outbox(List<dynamic> wanted) {
    final all = [for (final o in _connection.outbox()) o.toJson()];
    return [
      for (final (i, o) in all.indexed)
        {
          for (final name
              in i < wanted.length ? (wanted[i] as Json).keys : o.keys)
            name: o[name],
        },
    ];
  }

  Object? _is(String key, Object? wanted) {
    switch (key) {
      case 'link':
        return _connection.link.name;
      case 'sockets':
        return _sockets.length;
      case 'protocols':
        return _sockets.last.protocols;
      case 'sent':
        final sent = _sockets.last.sent.sublist(_sentBefore);
        _sentBefore = _sockets.last.sent.length;
        return sent;
      case 'signed_out':
        return _signedOut;
      case 'places':
        return {
          for (final id in (wanted! as Json).keys) id: _connection.place(id),
        };
      case 'events':
        return [
          for (final EventNotice(:event) in _told<EventNotice>())
            '${event.seq} ${event.toJson()['type']}',
        ];
      case 'texts':
        return {for (final n in _told<TextNotice>()) n.messageId: n.text};
      case 'lost':
        return [for (final n in _told<LostNotice>()) n.sessionId];
      case 'refused':
        return [for (final n in _told<RefusedNotice>()) n.code];
      case 'notices':
        const apart = {'event', 'text', 'lost', 'refused', 'outbox'};
        final other = _notices.where((n) => !apart.contains(_kind(n))).toList();
        _notices.removeWhere(other.contains);
        return [for (final n in other) _kind(n)];
    }
    fail('Nothing is called $key');
  }

  /// The notices of a kind since they were last asked for.
  List<T> _told<T extends Notice>() {
    final told = _notices.whereType<T>().toList();
    _notices.removeWhere((n) => n is T);
    return told;
  }
}

void main() {
  final files = Directory(_folder)
      .listSync()
      .whereType<File>()
      .where((file) => file.path.endsWith('.json'))
      .where((file) => !file.path.endsWith('defaults.json'));
  for (final file in files) {
    final scenario = _read(file.path);
    test(scenario['name'], () {
      fakeAsync((async) {
        final stage = _Stage(scenario, async);
        for (final (i, step) in (scenario['steps'] as List<dynamic>).indexed) {
          try {
            stage.run(step as Json);
          } on TestFailure catch (e) {
            fail('step ${i + 1}, ${jsonEncode(step)}: ${e.message}');
          }
        }
        stage.end();
      });
    });
  }
}
