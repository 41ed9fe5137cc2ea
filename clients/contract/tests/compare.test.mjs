import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { contractOf } from '../../generator/contract.mjs';
import { breaks } from '../compare.mjs';

const root = new URL('../../../', import.meta.url);
const openapi = JSON.parse(readFileSync(new URL('openapi.json', root), 'utf8'));
const asyncapi = parse(readFileSync(new URL('asyncapi.yaml', root), 'utf8'));
const released = contractOf(openapi, asyncapi);

let api;
let frames;
beforeEach(() => {
  api = structuredClone(openapi);
  frames = structuredClone(asyncapi);
});
const schemas = () => api.components.schemas;
const payload = (name) => frames.components.messages[name].payload;
const found = () => breaks(released, contractOf(api, frames));
const get = (path) => api.paths[path].get;

describe('what breaks clients', () => {
  it('is nothing when nothing changed', () => {
    expect(found()).toEqual([]);
  });

  it('is an operation that is gone, or called otherwise, or not open any more', () => {
    delete api.paths['/api/v1/models'];
    get('/api/v1/users/me').operationId = 'get_myself';
    get('/healthz').security = [{ oauth2: ['talker'] }];
    expect(found()).toEqual([
      'GET /api/v1/models: is gone',
      'GET /api/v1/users/me: is called get_myself, and was get_me',
      'GET /healthz: needs a token now',
    ]);
  });

  it('is a field that is gone, in either direction', () => {
    delete schemas().MessageOut.properties.depth;
    delete schemas().MessageIn.properties.parent_id;
    expect(found()).toEqual(['MessageOut.depth: is gone', 'MessageIn.parent_id: is gone']);
  });

  it('is a field that must be said, new or old', () => {
    schemas().CharacterIn.properties.mood = { type: 'string' };
    schemas().CharacterIn.required.push('mood', 'tagline');
    expect(found()).toEqual(['CharacterIn.tagline: must be said now', 'CharacterIn.mood: must be said, and is new']);
  });

  it('is a word of a closed set that is gone', () => {
    schemas().MessageStatus.enum.splice(0, 1);
    expect(found()).toEqual(['MessageStatus: has no queued any more']);
  });

  it('is another type', () => {
    schemas().SessionOut.properties.seq = { type: 'string' };
    schemas().DeviceOut.properties.id = { $ref: '#/components/schemas/UserId' };
    schemas().MessageOut.properties.siblings = { type: 'array', items: { type: 'integer' } };
    expect(found().sort()).toEqual([
      'DeviceOut.id: is a UserId, and was a DeviceId',
      'MessageOut.siblings[]: is int, and was MessageId',
      'SessionOut.seq: is string, and was int',
    ]);
  });

  it('is an answer that may lack what was there, or have null in it', () => {
    schemas().UserOut.required = schemas().UserOut.required.filter((name) => name !== 'email');
    schemas().UserOut.properties.username.type = ['string', 'null'];
    expect(found()).toEqual(['UserOut.email: may be missing now', 'UserOut.username: may be null now']);
  });

  it('is a request with less room', () => {
    schemas().MessageIn.properties.content.maxLength = 100;
    schemas().CharacterIn.properties.tagline.type = 'string';
    get('/api/v1/characters').parameters.find((p) => p.name === 'limit').schema.maximum = 10;
    get('/api/v1/characters').parameters.push({ name: 'mood', in: 'query', required: true, schema: { type: 'string' } });
    expect(found().sort()).toEqual([
      'CharacterIn.tagline: may not be null any more',
      'GET /api/v1/characters limit: has the maximum 10, and had 100',
      'GET /api/v1/characters: wants mood in its query, which is new',
      'MessageIn.content: has the maxLength 100, and had 16000',
    ]);
  });

  it('is a body or an answer that comes or goes', () => {
    delete api.paths['/api/v1/sessions'].post.requestBody;
    delete get('/api/v1/models').responses['200'].content;
    api.paths['/api/v1/auth/logout'].post.requestBody = { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/PasswordIn' } } } };
    expect(found().sort()).toEqual([
      'GET /api/v1/models: answers nothing any more',
      'POST /api/v1/auth/logout: wants a body, which is new',
      'POST /api/v1/sessions: takes no body any more',
    ]);
  });

  it('is a frame, a field of one, or a kind of event that is gone', () => {
    const drop = (operation, name) => {
      const { messages } = frames.operations[operation];
      messages.splice(messages.findIndex((m) => m.$ref.endsWith(`/${name}`)), 1);
    };
    drop('take', 'typing');
    drop('tell', 'pong');
    delete payload('ready').properties.unread;
    drop('tell', 'message.edited');
    schemas().SessionEventBody.oneOf = schemas().SessionEventBody.oneOf.filter((part) => part.properties.type.enum[0] !== 'message.edited');
    expect(found().sort()).toEqual([
      'SessionEvent: is never message.edited any more',
      'frame pong from the server: is gone',
      'frame ready from the server.unread: is gone',
      'frame typing from the client: is gone',
    ]);
  });
});

describe('what breaks nobody', () => {
  it('is more of everything', () => {
    schemas().MessageOut.properties.mood = { type: 'string' };
    schemas().MessageOut.required.push('mood');
    schemas().MessageIn.properties.mood = { type: ['string', 'null'] };
    schemas().MessageStatus.enum.push('pondering');
    get('/api/v1/characters').parameters.push({ name: 'mood', in: 'query', schema: { type: 'string' } });
    api.paths['/api/v1/moods'] = { get: { ...get('/api/v1/models'), operationId: 'list_moods' } };
    payload('ready').properties.mood = { type: 'string' };
    expect(found()).toEqual([]);
  });

  it('is more room in a request, and less in an answer', () => {
    schemas().MessageIn.properties.content.maxLength = 20_000;
    schemas().MessageIn.required = ['content'];
    schemas().UserOut.properties.timezone.type = 'string';
    schemas().UserOut.properties.username.maxLength = 3;
    expect(found()).toEqual([]);
  });

  it('is another name of a schema that means the same', () => {
    const text = JSON.stringify(api).replaceAll('schemas/UserPatch"', 'schemas/MePatch"').replace('"UserPatch":', '"MePatch":');
    api = JSON.parse(text);
    expect(found()).toEqual([]);
  });
});
