import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contractOf } from '../contract.mjs';
import { dart } from '../dart.mjs';
import { typescript } from '../typescript.mjs';

const root = new URL('../../../', import.meta.url);
let api;
let frames;
beforeEach(() => {
  api = JSON.parse(readFileSync(new URL('openapi.json', root), 'utf8'));
  frames = parse(readFileSync(new URL('asyncapi.yaml', root), 'utf8'));
});
const contract = () => contractOf(api, frames);

describe('the contract', () => {
  it('is refused where something has no name', () => {
    api.components.schemas.UserOut.properties.mood = { type: 'string', enum: ['glad', 'sad'] };
    expect(contract).toThrow('UserOut.mood: a closed set without a name');
  });

  it('is refused where two operations have one name', () => {
    api.paths['/readyz'].get.operationId = 'get_health';
    expect(contract).toThrow('get_health is there twice');
  });

  it('is refused where its two documents differ about an event', () => {
    delete frames.components.messages['message.deleted'].payload.properties.leaf_id;
    expect(contract).toThrow('message.deleted has');
  });

  it('is refused where an operation has two kinds of good answers', () => {
    const { responses } = api.paths['/readyz'].get;
    responses['201'] = responses['200'];
    expect(contract).not.toThrow();
    responses['201'] = { description: 'Nothing.' };
    expect(contract).toThrow('get_readiness: 2 kinds of good answers');
  });
});

describe('the clients', () => {
  beforeEach(() => {
    api.components.schemas.Mood = { type: 'string', enum: ['new', 'as_ever'], description: 'How she feels.' };
    api.components.schemas.MoodIn = {
      type: 'object',
      required: ['mood', 'default'],
      properties: {
        mood: { $ref: '#/components/schemas/Mood' },
        default: { type: 'boolean' },
        felt_at: { type: ['string', 'null'], format: 'date-time' },
      },
    };
    api.paths['/api/v1/moods/{character_id}'] = {
      put: {
        tags: ['characters'],
        summary: 'Sets a mood.',
        operationId: 'set_mood',
        parameters: [
          { name: 'character_id', in: 'path', required: true, schema: { $ref: '#/components/schemas/CharacterId' } },
          { name: 'quiet', in: 'query', schema: { type: 'boolean' } },
        ],
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/MoodIn' } } } },
        responses: { 204: { description: 'Done' } },
        security: [{ oauth2: ['talker'] }],
      },
    };
  });

  it('have it in TypeScript', () => {
    const files = typescript(contract());
    expect(files['types.ts']).toContain(`/** How she feels. */\nexport type Mood = 'new' | 'as_ever';\n`);
    expect(files['types.ts']).toContain(`export interface MoodIn {\n  mood: Mood;\n  default: boolean;\n  felt_at?: string | null;\n}\n`);
    expect(files['operations.ts']).toContain(
      "  /** Sets a mood. */\n  setMood(characterId: CharacterId, body: MoodIn, query: { quiet?: boolean | null } = {}, options?: CallOptions): Promise<void> {\n" +
        "    return this.http.nothing({ method: 'PUT', path: `/api/v1/moods/${encodeURIComponent(characterId)}`, body, query }, options);\n  }\n",
    );
  });

  it('have it in Dart, with names that Dart takes, a fallback and null by name', () => {
    const files = dart(contract());
    expect(files['enums.dart']).toMatch(/enum Mood \{\n {2}newValue\('new'\),\n {2}asEver\('as_ever'\),\n\n[^]*? {2}unrecognized\(''\);/);
    const { 'models/characters.dart': models } = files;
    expect(models).toContain("  @JsonKey(name: 'default')\n  final bool defaultValue;\n");
    expect(models).toContain('  @JsonKey(unknownEnumValue: Mood.unrecognized)\n  final Mood mood;\n');
    expect(models).toContain("  @JsonKey(name: 'felt_at')\n  final DateTime? feltAt;\n");
    expect(models).toContain('    ..._$MoodInToJson(this),\n    for (final name in nulls) name: null,\n');
    expect(files['api_service.dart']).toContain(
      "  /// Sets a mood.\n  @PUT('/api/v1/moods/{character_id}')\n  Future<void> setMood(\n    @Path('character_id') CharacterId characterId,\n    @Body() MoodIn body, {\n    @Query('quiet') bool? quiet,\n  });\n",
    );
    expect(files['api_service.dart']).not.toContain("'PUT /api/v1/moods/{character_id}',\n");
  });
});
