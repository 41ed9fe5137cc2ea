import 'package:flutter/material.dart';
import 'package:talker_client/talker_client.dart' hide Visibility;

import 'chat_model.dart';

class ChatScreen extends StatefulWidget {
  const ChatScreen({required this.model, super.key});

  final ChatModel model;

  @override
  State<ChatScreen> createState() => _ChatScreenState();
}

class _ChatScreenState extends State<ChatScreen> {
  final _words = TextEditingController();

  @override
  void dispose() {
    _words.dispose();
    super.dispose();
  }

  void _send() {
    final text = _words.text.trim();
    if (text.isEmpty) return;
    widget.model.send(text);
    _words.clear();
  }

  @override
  Widget build(BuildContext context) => ListenableBuilder(
    listenable: widget.model,
    builder: (context, _) {
      final model = widget.model;
      return Scaffold(
        appBar: AppBar(
          title: Text(model.session.character?.name ?? model.session.title),
          bottom: model.link == Link.online
              ? null
              : const PreferredSize(
                  preferredSize: Size.fromHeight(4),
                  child: LinearProgressIndicator(),
                ),
        ),
        body: SafeArea(
          child: Column(
            children: [
              Expanded(child: _history(model)),
              _composer(),
            ],
          ),
        ),
      );
    },
  );

  Widget _history(ChatModel model) {
    if (model.error case final error? when !model.loaded) {
      return Center(
        child: TextButton(onPressed: model.load, child: Text(error)),
      );
    }
    if (!model.loaded) return const Center(child: CircularProgressIndicator());
    final lines = [
      for (final message in model.messages)
        _Bubble(
          text: model.textOf(message),
          mine: message.role == Role.user,
          writing: !isFinal(message.status),
        ),
      for (final message in model.pending)
        _Bubble(
          text: message.content,
          mine: true,
          writing: message.failed == null,
          failed: message.failed,
          onTap: () => model.retry(message),
        ),
    ];
    return ListView.builder(
      reverse: true,
      padding: const EdgeInsets.all(16),
      itemCount: lines.length,
      itemBuilder: (context, i) => lines[lines.length - 1 - i],
    );
  }

  Widget _composer() => Padding(
    padding: const EdgeInsets.fromLTRB(16, 8, 8, 8),
    child: Row(
      children: [
        Expanded(
          child: TextField(
            controller: _words,
            minLines: 1,
            maxLines: 5,
            onSubmitted: (_) => _send(),
            decoration: const InputDecoration(hintText: 'Say something'),
          ),
        ),
        IconButton(
          onPressed: _send,
          tooltip: 'Send',
          icon: const Icon(Icons.send),
        ),
      ],
    ),
  );
}

class _Bubble extends StatelessWidget {
  const _Bubble({
    required this.text,
    required this.mine,
    required this.writing,
    this.failed,
    this.onTap,
  });

  final String text;
  final bool mine;
  final bool writing;
  final String? failed;
  final VoidCallback? onTap;

  @override
  Widget build(BuildContext context) {
    final colours = Theme.of(context).colorScheme;
    return Align(
      alignment: mine ? Alignment.centerRight : Alignment.centerLeft,
      child: GestureDetector(
        onTap: failed == null ? null : onTap,
        child: Container(
          margin: const EdgeInsets.symmetric(vertical: 4),
          padding: const EdgeInsets.symmetric(horizontal: 14, vertical: 10),
          constraints: const BoxConstraints(maxWidth: 420),
          decoration: BoxDecoration(
            color: failed != null
                ? colours.errorContainer
                : mine
                ? colours.primaryContainer
                : colours.surfaceContainerHighest,
            borderRadius: BorderRadius.circular(18),
          ),
          child: Opacity(
            opacity: mine && writing ? 0.6 : 1,
            child: Text(text.isEmpty && writing ? '…' : text),
          ),
        ),
      ),
    );
  }
}
