// Written by scripts/clients from openapi.json and asyncapi.yaml. Do not edit.

import 'package:json_annotation/json_annotation.dart';

import '../models.dart';

part 'models.g.dart';

/// The models of this server.
@JsonSerializable(explicitToJson: true)
class ModelsOut {
  const ModelsOut({required this.defaultValue, required this.items});

  factory ModelsOut.fromJson(Map<String, dynamic> json) =>
      _$ModelsOutFromJson(json);

  /// The name of the one that speaks where nothing was chosen.
  @JsonKey(name: 'default')
  final String defaultValue;

  /// Those worth showing; a provider may serve others by name.
  final List<ModelOut> items;

  Map<String, dynamic> toJson() => _$ModelsOutToJson(this);
}
