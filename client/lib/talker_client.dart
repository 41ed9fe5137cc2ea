/// The client of a Talker server: every operation, typed events, and a
/// connection that loses nothing.
///
/// Begin with [TalkerClient]. `package:talker_client/io.dart` has a storage in
/// files, for every platform but the web.
library;

export 'src/api_error.dart';
export 'src/api_service.dart';
export 'src/auth.dart' show Auth, AuthRefused, Tokens;
export 'src/auth_interceptor.dart' show AuthInterceptor;
export 'src/cache.dart';
export 'src/chat_connection.dart';
export 'src/chat_socket.dart';
export 'src/chat_tree.dart';
export 'src/client.dart';
export 'src/converters.dart';
export 'src/frames.dart';
export 'src/hearing.dart' show isFinal;
export 'src/models.dart';
export 'src/notices.dart';
export 'src/storage.dart';
export 'src/timing.dart' show Timing;
