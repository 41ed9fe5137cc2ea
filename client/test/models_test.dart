import 'package:talker_client/talker_client.dart';
import 'package:test/test.dart';

void main() {
  test('a word of a later server is no failure', () {
    expect(MessageStatus.of('complete'), MessageStatus.complete);
    expect(MessageStatus.of('pondering'), MessageStatus.unrecognized);
    final frame = ServerFrame.fromJson({'type': 'weather.changed', 'mood': 1});
    expect(frame, isA<UnrecognizedFrame>());
    final event = ServerFrame.fromJson({
      'type': 'weather.changed',
      'session_id': 'ses_1',
      'seq': 4,
    });
    expect(event, isA<UnrecognizedEvent>());
    expect(Author.fromJson({'kind': 'oracle'}), isA<UnrecognizedAuthor>());
  });

  test('what is not said is not sent, and null is said by name', () {
    expect(const CharacterPatch(name: 'Aya').toJson(), {'name': 'Aya'});
    expect(const CharacterPatch(nulls: {'model'}).toJson(), {'model': null});
  });

  test('times are told in UTC', () {
    final note = NoteIn(
      text: 'Tea.',
      happenedAt: DateTime.utc(2026, 3, 1, 12).toLocal(),
    );
    expect(note.toJson()['happened_at'], '2026-03-01T12:00:00.000Z');
  });

  test('an operation without a token is known by its path', () {
    expect(openOperations, contains('POST /api/v1/auth/token'));
    expect(openOperations, isNot(contains('GET /api/v1/users/me')));
  });
}
