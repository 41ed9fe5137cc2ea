// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

export 'enums.dart';
export 'ids.dart';
export 'models/admin.dart';
export 'models/auth.dart';
export 'models/characters.dart';
export 'models/groups.dart';
export 'models/health.dart';
export 'models/memories.dart';
export 'models/messages.dart';
export 'models/models.dart';
export 'models/moments.dart';
export 'models/notifications.dart';
export 'models/people.dart';
export 'models/recommendations.dart';
export 'models/sessions.dart';
export 'models/users.dart';
