// Puts a good token on every request that needs one, and sends a request once
// more when its token was not taken. Nobody sees that it was refreshed.

import 'package:dio/dio.dart';

import 'api_error.dart';
import 'api_service.dart';
import 'auth.dart';

const _repeated = 'talker.repeated';
const _used = 'talker.token';

class AuthInterceptor extends Interceptor {
  AuthInterceptor(this._auth, this._dio);

  final Auth _auth;

  /// Sends the second time; it has this interceptor, too.
  final Dio _dio;

  @override
  Future<void> onRequest(
    RequestOptions options,
    RequestInterceptorHandler handler,
  ) async {
    // The operator's key stands there already.
    if (options.headers.containsKey('Authorization') || isOpen(options)) {
      return handler.next(options);
    }
    final String? token;
    try {
      token = await _auth.token(options.extra[_used] as String?);
    } on Object catch (e) {
      // The server was not reached: this request fails as that one did.
      return handler.reject(
        e is DioException
            ? e.copyWith(requestOptions: options)
            : DioException(requestOptions: options, error: e),
      );
    }
    if (token == null) {
      return handler.reject(
        DioException.badResponse(
          statusCode: 401,
          requestOptions: options,
          response: Response(
            requestOptions: options,
            statusCode: 401,
            data: {'code': 'unauthenticated'},
          ),
        ),
      );
    }
    options.headers['Authorization'] = 'Bearer $token';
    options.extra[_used] = token;
    handler.next(options);
  }

  @override
  Future<void> onError(
    DioException err,
    ErrorInterceptorHandler handler,
  ) async {
    final options = err.requestOptions;
    // Once more with a fresh token, unless the 401 is about something else (a
    // wrong password), or there was no token of ours.
    if (err.response?.statusCode != 401 ||
        options.extra[_used] == null ||
        options.extra[_repeated] == true ||
        ApiError.of(err).code != 'unauthenticated') {
      return handler.next(err);
    }
    options.extra[_repeated] = true;
    options.headers.remove('Authorization');
    // What was read once is not read twice.
    final data = options.data;
    if (data is FormData) options.data = data.clone();
    try {
      handler.resolve(await _dio.fetch<dynamic>(options));
    } on DioException catch (e) {
      handler.next(e);
    }
  }
}

/// Whether a request is of an operation that needs no token.
bool isOpen(RequestOptions options) {
  final asked = Uri.parse(options.path).path.split('/');
  return openOperations.any((operation) {
    final [method, path] = operation.split(' ');
    final parts = path.split('/');
    if (method != options.method || parts.length != asked.length) return false;
    for (var i = 0; i < parts.length; i++) {
      if (!parts[i].startsWith('{') && parts[i] != asked[i]) return false;
    }
    return true;
  });
}
