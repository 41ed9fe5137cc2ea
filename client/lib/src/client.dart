// The parts together: who is signed in, every operation of the server, and the
// connection.

import 'package:dio/dio.dart';

import 'api_error.dart';
import 'api_service.dart';
import 'auth.dart';
import 'auth_interceptor.dart';
import 'chat_connection.dart';
import 'chat_socket.dart';
import 'models.dart';
import 'storage.dart';

class TalkerClient {
  TalkerClient({
    required this.baseUrl,
    required KeyValueStore storage,
    Dio? dio,
    OpenSocket open = ChannelSocket.new,
  }) : _storage = storage,
       _open = open,
       _dio = dio ?? Dio() {
    _dio.options.baseUrl = baseUrl;
    auth = Auth(storage: storage, refresh: _refresh);
    _dio.interceptors.add(AuthInterceptor(auth, _dio));
    api = ApiService(_dio);
  }

  /// Where the server is, as `https://talker.example`.
  final String baseUrl;
  final KeyValueStore _storage;
  final OpenSocket _open;
  final Dio _dio;
  late final Auth auth;

  /// Every operation of the server.
  late final ApiService api;

  Future<TokenOut> _refresh(String token) async {
    try {
      return await api.issueToken(
        TokenForm(grantType: 'refresh_token', refreshToken: token),
      );
    } on DioException catch (e) {
      final error = ApiError.of(e);
      if (error.code == 'invalid_credentials' || error.status == 401) {
        throw const AuthRefused();
      }
      rethrow;
    }
  }

  /// Signs in; [device] is what this one is called in the person's list.
  Future<void> signIn(
    String username,
    String password, {
    String? device,
  }) async {
    final answer = await api.issueToken(
      TokenForm(
        grantType: 'password',
        username: username,
        password: password,
        device: device,
      ),
    );
    auth.keep(answer);
  }

  /// Signs this device out; the server need not answer.
  Future<void> signOut() async {
    try {
      await api.logout();
    } on DioException {
      // It ends by itself.
    }
    auth.forget();
  }

  /// A connection for the person who is signed in; `start` opens it.
  ChatConnection connection(UserId userId) => ChatConnection(
    url: Uri.parse(
      '${baseUrl.replaceFirst(RegExp('^http'), 'ws')}/api/v1/chat/ws',
    ),
    userId: userId,
    storage: _storage,
    token: auth.token,
    signedOut: auth.forget,
    open: _open,
  );
}
