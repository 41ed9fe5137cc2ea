import { beforeEach, describe, expect, it } from 'vitest';
import { TalkerClient } from '../src/client.js';
import { ApiError } from '../src/http.js';
import { MemoryStore } from '../src/storage.js';

interface Asked {
  path: string;
  method: string;
  token: string | null;
  body: unknown;
}

let asked: Asked[];
let good: string;
let refreshes: number;
let answer: (asked: Asked) => Response;
let client: TalkerClient;
const problem = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });

beforeEach(async () => {
  asked = [];
  good = 'a1';
  refreshes = 0;
  answer = () => Response.json({ id: 'usr_1' });
  client = new TalkerClient({
    baseUrl: 'https://talker.test',
    storage: new MemoryStore(),
    fetch: async (url, init = {}) => {
      const path = String(url).replace('https://talker.test', '');
      const token = new Headers(init.headers).get('authorization');
      const one = { path, method: init.method!, token, body: init.body instanceof URLSearchParams ? Object.fromEntries(init.body) : init.body };
      asked.push(one);
      if (path === '/api/v1/auth/token') {
        if (one.body && (one.body as Record<string, string>)['grant_type'] === 'refresh_token') {
          refreshes++;
          good = `a${refreshes + 1}`;
        }
        return Response.json({ access_token: good, refresh_token: `r${refreshes + 1}`, expires_in: 900, token_type: 'bearer', scope: 'talker' });
      }
      if (token !== null && token !== `Bearer ${good}` && token !== 'Bearer key') return problem(401, { code: 'unauthenticated' });
      return answer(one);
    },
  });
  await client.signIn('aya', 'secret', 'Test');
});

describe('a request', () => {
  it('signs in by a form, without a token', () => {
    expect(asked[0]).toMatchObject({ method: 'POST', token: null, body: { grant_type: 'password', username: 'aya', password: 'secret', device: 'Test' } });
  });

  it('has a token, its parameters where they belong, and none that were not said', async () => {
    await client.api.pageCharacters({ search: 'a b&c', tag: '', mine: null, limit: 5 });
    expect(asked.at(-1)).toMatchObject({ path: '/api/v1/characters?search=a+b%26c&limit=5', method: 'GET', token: 'Bearer a1' });
    await client.api.getProfile('../../admin');
    expect(asked.at(-1)!.path).toBe('/api/v1/people/..%2F..%2Fadmin');
    await client.api.updateMe({ timezone: null });
    expect(asked.at(-1)!.body).toBe('{"timezone":null}');
  });

  it('is made once more with a fresh token, which is fetched once for all', async () => {
    good = 'other';
    await Promise.all([client.api.getMe(), client.api.getMe(), client.api.listModels()]);
    expect(refreshes).toBe(1);
    expect(asked.filter((a) => a.token === 'Bearer a2')).toHaveLength(3);
  });

  it('is not made again when the 401 is about something else', async () => {
    answer = () => problem(401, { code: 'invalid_credentials' });
    await expect(client.api.changePassword({ current_password: 'x', new_password: 'y' })).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(refreshes).toBe(0);
  });

  it('takes another token where one is given', async () => {
    await client.api.listOperatorModels({ token: 'key' });
    expect(asked.at(-1)!.token).toBe('Bearer key');
  });
});

describe('a failure', () => {
  const failed = async (task: Promise<unknown>) => {
    const e = await task.then(
      () => null,
      (e: unknown) => e,
    );
    expect(e).toBeInstanceOf(ApiError);
    return e as ApiError;
  };

  it('says its code, its fields and its quota', async () => {
    answer = () => problem(422, { code: 'validation_failed', detail: 'No.', errors: [{ field: 'name', message: 'too long' }] });
    const e = await failed(client.api.getMe());
    expect([e.status, e.code, e.message, e.field('name'), e.field('other')]).toEqual([422, 'validation_failed', 'No.', 'too long', undefined]);
  });

  it('is read where it is none of ours, or the server is away', async () => {
    answer = () => new Response('<html>', { status: 502 });
    expect((await failed(client.api.getMe())).code).toBe('unavailable');
    answer = () => {
      throw new TypeError('no network');
    };
    expect(await failed(client.api.getMe())).toMatchObject({ status: 0, code: 'offline' });
  });

  it('is a word of ours where the token endpoint speaks as RFC 6749', async () => {
    const refusing = new TalkerClient({
      baseUrl: '',
      storage: new MemoryStore(),
      fetch: async () => problem(400, { error: 'invalid_grant', error_description: 'No such person.' }),
    });
    expect(await failed(refusing.signIn('a', 'b'))).toMatchObject({ code: 'invalid_credentials', message: 'No such person.' });
  });
});
