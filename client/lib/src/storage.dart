// Where a client keeps what must outlive it: tokens and the outbox. Reading
// and writing are done when they return, so that nothing that was said is lost
// between two lines of code.

/// A port: a file for each key (`FileStore`), preferences, a map.
abstract interface class KeyValueStore {
  List<String> keys();

  String? get(String key);

  /// Throws when there is no room.
  void set(String key, String value);

  void remove(String key);
}

/// For tests, and for clients that need not survive.
class MemoryStore implements KeyValueStore {
  final Map<String, String> _map = {};

  @override
  List<String> keys() => [..._map.keys];

  @override
  String? get(String key) => _map[key];

  @override
  void set(String key, String value) => _map[key] = value;

  @override
  void remove(String key) => _map.remove(key);
}
