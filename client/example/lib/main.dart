import 'dart:async';
import 'dart:io';

import 'package:dio/dio.dart';
import 'package:flutter/material.dart';
import 'package:path_provider/path_provider.dart';
import 'package:talker_client/io.dart';
import 'package:talker_client/talker_client.dart' hide Visibility;

import 'chat_model.dart';
import 'chat_screen.dart';

const _url = String.fromEnvironment(
  'TALKER_URL',
  defaultValue: 'http://127.0.0.1:8080',
);

Future<void> main() async {
  WidgetsFlutterBinding.ensureInitialized();
  final support = await getApplicationSupportDirectory();
  final storage = FileStore(Directory('${support.path}/talker'));
  runApp(ExampleApp(client: TalkerClient(baseUrl: _url, storage: storage)));
}

class ExampleApp extends StatelessWidget {
  const ExampleApp({required this.client, super.key});

  final TalkerClient client;

  @override
  Widget build(BuildContext context) => MaterialApp(
    title: 'Talker',
    theme: ThemeData(colorSchemeSeed: Colors.pink),
    home: Home(client: client),
  );
}

/// Signs in where nobody is, and opens a chat with the first character.
class Home extends StatefulWidget {
  const Home({required this.client, super.key});

  final TalkerClient client;

  @override
  State<Home> createState() => _HomeState();
}

class _HomeState extends State<Home> with WidgetsBindingObserver {
  final _username = TextEditingController();
  final _password = TextEditingController();
  ChatConnection? _connection;
  ChatModel? _chat;
  String? _error;

  @override
  void initState() {
    super.initState();
    WidgetsBinding.instance.addObserver(this);
    widget.client.auth.onSignedOut = _left;
    if (widget.client.auth.signedIn) unawaited(_enter());
  }

  @override
  void didChangeAppLifecycleState(AppLifecycleState state) {
    if (state == AppLifecycleState.resumed) _connection?.wake();
  }

  void _left() => setState(() {
    _chat?.dispose();
    _connection?.stop();
    _chat = null;
    _connection = null;
  });

  Future<void> _signIn() async {
    try {
      await widget.client.signIn(
        _username.text,
        _password.text,
        device: Platform.operatingSystem,
      );
      await _enter();
    } on DioException catch (e) {
      setState(() => _error = ApiError.of(e).message);
    }
  }

  Future<void> _enter() async {
    try {
      final api = widget.client.api;
      final me = await api.getMe();
      final known = await api.pageSessions(limit: 1);
      final session =
          known.items.firstOrNull ??
          await api.createSession(
            SessionIn(
              characterId: (await api.pageCharacters(limit: 1)).items.first.id,
            ),
          );
      final connection = widget.client.connection(me.id)..start();
      setState(() {
        _connection = connection;
        _chat = ChatModel(api, connection, session);
      });
    } on DioException catch (e) {
      setState(() => _error = ApiError.of(e).message);
    }
  }

  @override
  void dispose() {
    WidgetsBinding.instance.removeObserver(this);
    _chat?.dispose();
    unawaited(_connection?.dispose());
    _username.dispose();
    _password.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) {
    final chat = _chat;
    if (chat != null) return ChatScreen(model: chat);
    return Scaffold(
      appBar: AppBar(title: const Text('Talker')),
      body: Padding(
        padding: const EdgeInsets.all(24),
        child: Column(
          children: [
            TextField(
              controller: _username,
              decoration: const InputDecoration(labelText: 'User name'),
            ),
            TextField(
              controller: _password,
              obscureText: true,
              decoration: const InputDecoration(labelText: 'Password'),
            ),
            const SizedBox(height: 16),
            FilledButton(onPressed: _signIn, child: const Text('Sign in')),
            if (_error case final error?) Text(error),
          ],
        ),
      ),
    );
  }
}
