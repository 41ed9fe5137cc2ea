// What a failed request means. Every failure has a stable code.

import 'dart:convert';

import 'package:dio/dio.dart';

import 'models.dart';

class ApiError implements Exception {
  const ApiError({
    required this.status,
    required this.code,
    required this.message,
    this.errors = const [],
    this.quota,
  });

  /// Reads what the server says of a failed request.
  factory ApiError.of(DioException e) {
    final response = e.response;
    if (response == null) {
      return ApiError(status: 0, code: 'offline', message: e.message ?? '');
    }
    final status = response.statusCode ?? 0;
    final body = _json(response.data);
    var code =
        body['code'] as String? ??
        (status >= 500 ? 'unavailable' : 'malformed');
    final error = body['error'];
    if (error is String) {
      // The token endpoint speaks as RFC 6749 has it.
      if (status == 429) {
        code = 'rate_limited';
      } else if (status < 500) {
        code = error == 'invalid_grant' ? 'invalid_credentials' : error;
      }
    }
    final detail = body['detail'] ?? body['error_description'];
    return ApiError(
      status: status,
      code: code,
      message: '${detail ?? body['title'] ?? code}',
      errors: [
        if (body['errors'] case final List<dynamic> errors)
          for (final error in errors)
            FieldProblem.fromJson(error as Map<String, dynamic>),
      ],
      quota: switch (body['quota']) {
        final Map<String, dynamic> quota => QuotaReached.fromJson(quota),
        _ => null,
      },
    );
  }

  /// 0 when the server was not reached.
  final int status;

  /// As the wire has it; `offline` when the server was not reached.
  final String code;

  final String message;

  /// What is wrong with which field.
  final List<FieldProblem> errors;

  final QuotaReached? quota;

  /// The code as one of the closed set.
  ProblemCode get problem => ProblemCode.of(code);

  /// What is wrong with a field.
  String? field(String name) =>
      errors.where((e) => e.field == name).firstOrNull?.message;

  static Map<String, dynamic> _json(Object? data) {
    try {
      // An answer as a problem is JSON by another name than Dio knows; one of
      // bytes stays bytes.
      final Object? read = switch (data) {
        final String text => jsonDecode(text),
        final List<int> bytes => jsonDecode(utf8.decode(bytes)),
        _ => data,
      };
      return read is Map<String, dynamic> ? read : const {};
    } on FormatException {
      // Not ours: a proxy's page.
      return const {};
    }
  }

  @override
  String toString() => 'ApiError($status, $code): $message';
}
