// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

export 'enums.dart';
export 'ids.dart';
export 'models/admin.dart';
export 'models/api_keys.dart';
export 'models/auth.dart';
export 'models/bonds.dart';
export 'models/characters.dart';
export 'models/consents.dart';
export 'models/diaries.dart';
export 'models/groups.dart';
export 'models/health.dart';
export 'models/lorebooks.dart';
export 'models/memories.dart';
export 'models/messages.dart';
export 'models/models.dart';
export 'models/moments.dart';
export 'models/notifications.dart';
export 'models/people.dart';
export 'models/recommendations.dart';
export 'models/routes.dart';
export 'models/sessions.dart';
export 'models/users.dart';
