@TestOn('vm')
library;

import 'dart:io';

import 'package:talker_client/io.dart';
import 'package:test/test.dart';

void main() {
  late Directory folder;

  setUp(() => folder = Directory.systemTemp.createTempSync('talker'));
  tearDown(() => folder.deleteSync(recursive: true));

  test('what was set is there for the next one', () {
    FileStore(folder)
      ..set('talker.outbox.usr_1.a', 'one')
      ..set('talker.outbox.usr_1.b/ü', 'two')
      ..set('talker.outbox.usr_1.a', 'three')
      ..remove('talker.outbox.usr_1.none');
    final next = FileStore(folder);
    expect(
      next.keys(),
      unorderedEquals(['talker.outbox.usr_1.a', 'talker.outbox.usr_1.b/ü']),
    );
    expect(next.get('talker.outbox.usr_1.a'), 'three');
    next.remove('talker.outbox.usr_1.a');
    expect(FileStore(folder).keys(), ['talker.outbox.usr_1.b/ü']);
  });

  test('what was half written when the app was killed is not there', () {
    FileStore(folder).set('a', 'whole');
    final file = folder.listSync().whereType<File>().single;
    File('${file.path}.new').writeAsStringSync('ha');
    expect(FileStore(folder).get('a'), 'whole');
    expect(folder.listSync(), hasLength(1));
  });
}
