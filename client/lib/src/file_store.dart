// A folder with a file for each key. A value is whole or not there, whenever
// the app is killed.

import 'dart:convert';
import 'dart:io';

import 'storage.dart';

/// Keeps values in files of a folder, as that of
/// `getApplicationSupportDirectory()`. One process alone uses a folder.
class FileStore implements KeyValueStore {
  FileStore(this._folder) {
    _folder.createSync(recursive: true);
    for (final file in _folder.listSync().whereType<File>()) {
      final name = file.uri.pathSegments.last;
      // What was being written when the app was killed was never said to be
      // kept.
      if (name.endsWith(_unfinished)) {
        file.deleteSync();
      } else {
        _values[_keyOf(name)] = file.readAsStringSync();
      }
    }
  }

  static const _unfinished = '.new';

  final Directory _folder;
  final Map<String, String> _values = {};

  // Any key is a name that every file system takes.
  static String _nameOf(String key) =>
      base64Url.encode(utf8.encode(key)).replaceAll('=', '');

  static String _keyOf(String name) =>
      utf8.decode(base64Url.decode(base64Url.normalize(name)));

  File _file(String key) => File('${_folder.path}/${_nameOf(key)}');

  @override
  List<String> keys() => [..._values.keys];

  @override
  String? get(String key) => _values[key];

  @override
  void set(String key, String value) {
    _values[key] = value;
    final file = _file(key);
    File('${file.path}$_unfinished')
      ..writeAsStringSync(value, flush: true)
      ..renameSync(file.path);
  }

  @override
  void remove(String key) {
    if (_values.remove(key) != null) _file(key).deleteSync();
  }
}
