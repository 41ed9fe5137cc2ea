import 'package:talker_client/talker_client.dart';
import 'package:test/test.dart';

import 'fakes.dart';

void main() {
  List<String> ids(ChatTree tree) => [for (final m in tree.path()) m.id];

  test('is the way from the leaf up', () {
    final tree = ChatTree()..reset(page(chain(3), 3));
    expect(ids(tree), ['m0', 'm1', 'm2']);
    expect(tree.hasBefore, isFalse);
  });

  test('takes older messages where they fit on top', () {
    final all = chain(5);
    final tree = ChatTree()..reset(page(all.sublist(3), 9, hasBefore: true));
    expect(tree.top, 'm3');
    tree.prepend('m9', page(all.sublist(0, 3), 9));
    expect(ids(tree), ['m3', 'm4']);
    tree.prepend('m3', page(all.sublist(0, 3), 9));
    expect(ids(tree), ['m0', 'm1', 'm2', 'm3', 'm4']);
  });

  test('knows what is being written, until it is over', () {
    final tree = ChatTree()..reset(page(chain(2), 2));
    final reply = message(
      'r',
      parentId: 'm1',
      depth: 2,
      status: MessageStatus.streaming,
      content: 'She ',
    );
    tree
      ..apply(ReplyQueuedEvent(sessionId: 'ses_1', seq: 3, reply: reply))
      ..text('r', 'She looks');
    expect(tree.running(), {'r': 'She looks'});
    final whole = message(
      'r',
      parentId: 'm1',
      depth: 2,
      content: 'She looks up.',
    );
    tree.apply(
      ReplyCompletedEvent(sessionId: 'ses_1', seq: 4, message: whole),
    );
    expect(tree.running(), isEmpty);
    expect(tree.textOf(tree.get('r')!), 'She looks up.');
  });

  test('removes a message with all below it, also from its siblings', () {
    final tree = ChatTree()
      ..reset(page(chain(3), 3))
      ..put(message('s', parentId: 'm0', depth: 1, siblings: ['m1', 's']));
    expect(tree.get('m1')!.siblings, ['m1', 's']);
    final whole = tree.apply(
      const MessageDeletedEvent(
        sessionId: 'ses_1',
        seq: 4,
        messageId: 'm1',
        leafId: 's',
      ),
    );
    expect(whole, isTrue);
    expect(ids(tree), ['m0', 's']);
    expect(tree.get('m2'), isNull);
    expect(tree.get('s')!.siblings, ['s']);
  });

  test('says when the leaf is where nothing is loaded', () {
    final tree = ChatTree()..reset(page(chain(2), 2));
    expect(tree.select('elsewhere'), isFalse);
    expect(tree.select(null), isTrue);
  });
}
