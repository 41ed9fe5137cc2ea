// How values stand on the wire that JSON has no form for.

import 'package:json_annotation/json_annotation.dart';

/// Times are RFC 3339 in UTC, whatever the zone of the device.
class UtcTime implements JsonConverter<DateTime, String> {
  const UtcTime();

  @override
  DateTime fromJson(String json) => DateTime.parse(json).toUtc();

  @override
  String toJson(DateTime object) => object.toUtc().toIso8601String();
}
