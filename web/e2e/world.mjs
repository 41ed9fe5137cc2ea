// A small world to look at: two friends, a character, chats, a group, a moment, a note. Made through the interface, and the same each time.
import { PASSWORD, person, URL } from './steps.mjs';

async function call(token, method, path, body) {
  const form = body instanceof URLSearchParams;
  const answer = await fetch(`${URL}/api/v1${path}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body && !form && { 'content-type': 'application/json' }) },
    body: form ? body : body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** Somebody who is signed in; `storage` is what a browser of theirs holds. */
export async function somebody(name = person()) {
  const me = await call(null, 'POST', '/auth/register', { username: name, email: `${name}@example.org`, password: PASSWORD, birth_date: '1995-04-12', timezone: 'UTC' });
  const one = { name, id: me.id, ask: null, signIn: null };
  one.signIn = () => call(null, 'POST', '/auth/token', new URLSearchParams({ grant_type: 'password', username: name, password: PASSWORD }));
  const { access_token: token } = await one.signIn();
  one.ask = (method, path, body) => call(token, method, path, body);
  return one;
}

/** Signs a page in, as a device of its own. */
export async function enter(context, who) {
  const token = await who.signIn();
  const kept = JSON.stringify({ access: token.access_token, refresh: token.refresh_token, expires: Date.now() + token.expires_in * 1000 });
  await context.addInitScript((kept) => {
    if (sessionStorage.getItem('e2e.in')) return;
    sessionStorage.setItem('e2e.in', '1');
    localStorage.setItem('talker.auth', kept);
    localStorage.setItem('talker.known', '1');
  }, kept);
}

/** Waits for what comes by itself. */
async function until(look) {
  for (let i = 0; i < 300; i++) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('it did not come');
}

/** A story of two chapters: a scene with choices, an ending it leads to, and one that waits for a phrase. */
export const story = {
  chapters: [
    {
      id: 'low', title: 'Low tide', scenes: [
        {
          id: 'rain', title: 'Rain on the glass', when: { kind: 'always' }, opening: '*wipes the glass* You came, {{user}}?', background: 'lamp',
          choices: [{ id: 'stay', label: 'I stay until it is over.', then: 'bell' }, { id: 'ask', label: 'What is that sound?' }],
          unlocks: { images: [{ key: 'lamp', title: 'The lamp room' }, { key: 'sea', title: 'The sea' }], lore: [{ id: 'old', title: 'The drowned bell', text: 'It rings before somebody leaves.' }] },
        },
        { id: 'bell', title: 'The bell', opening: '*takes your hand* Listen.', ending: { id: 'together', title: 'Two at the lamp', kind: 'happy' } },
      ],
    },
    { id: 'high', title: 'High tide', scenes: [{ id: 'light', title: 'Into the light', hint: 'Ask to see the light.', when: { kind: 'said', phrases: ['show me the light'] }, opening: 'Come.', ending: { id: 'lit', title: 'Lit', kind: 'open' } }] },
  ],
};

export async function world() {
  const [aya, ren] = [await somebody(), await somebody()];
  await aya.ask('PATCH', '/users/me', { display_name: 'Aya' });
  await ren.ask('PATCH', '/users/me', { display_name: 'Ren' });
  await ren.ask('PUT', `/people/${aya.id}/friend`);
  await aya.ask('POST', `/people/${ren.id}/friend/accept`);

  const seed = (await aya.ask('GET', '/characters?limit=1')).items[0].id;
  const own = (await aya.ask('POST', '/characters', { name: 'Sora', tagline: 'Keeps the lighthouse', persona: 'Quiet and kind.', greeting: '*waves* You are early.', tags: ['sea'] })).id;
  const chat = (await aya.ask('POST', '/sessions', { character_id: seed })).id;
  await aya.ask('POST', `/sessions/${chat}/messages`, { client_message_id: 'e2e-1', content: 'Good evening. *sits down* What is it like here in winter?' });
  await until(async () => (await aya.ask('GET', `/sessions/${chat}/messages`)).items.length === 3 && (await aya.ask('GET', `/sessions/${chat}/messages`)).items.at(-1).status === 'complete');
  await aya.ask('POST', `/characters/${seed}/memories`, { text: 'Aya is afraid of deep water.', importance: 4, pinned: true });
  await aya.ask('POST', `/characters/${seed}/memories`, { text: 'She drinks her tea without sugar.', importance: 2, pinned: false });

  const group = (await ren.ask('POST', '/groups', { title: 'Tea on the roof', people: [aya.id], characters: [seed], reply_mode: 'manual', speakers: 1, newcomers_see: 'all' })).id;
  await aya.ask('POST', `/sessions/${group}/join`);
  await ren.ask('POST', `/sessions/${group}/messages`, { client_message_id: 'e2e-1', content: 'Good evening, you two.' });
  await aya.ask('POST', `/sessions/${group}/messages`, { client_message_id: 'e2e-2', content: 'Good evening! Is there tea?' });

  const moment = (await ren.ask('POST', '/moments', { client_moment_id: 'e2e-1', text: 'The first snow, and somebody to watch it with.', image_ids: [], visibility: 'public', characters_may_comment: false })).id;
  await aya.ask('PUT', `/moments/${moment}/like`);
  await aya.ask('POST', `/moments/${moment}/comments`, { client_comment_id: 'e2e-1', text: 'How lovely!' });

  const book = (await aya.ask('POST', '/lorebooks', { name: 'Aldmoor', description: 'An island in the north, its people, and what they fear.' })).id;
  const usual = { priority: null, case_sensitive: null, match_whole_words: null, scan_depth: null, use_group_scoring: null };
  await aya.ask('POST', `/lorebooks/${book}/entries`, { ...usual, name: 'The lighthouse', keys: ['lighthouse', '/the (white )?tower/i'], content: 'It has not been lit since the winter of the drowned bell.' });
  await aya.ask('POST', `/lorebooks/${book}/entries`, { ...usual, name: 'The drowned bell', keys: ['bell'], selective: true, secondary_keys: ['night', 'sea'], content: 'It rings under water.', probability: 60, group: 'legends', sticky: 3, comment: 'Not before the third evening.' });
  await aya.ask('POST', `/lorebooks/${book}/entries`, { ...usual, name: 'The sea', constant: true, content: 'Cold all year.' });
  await aya.ask('PUT', `/lorebooks/${book}/characters/${own}`);
  await aya.ask('POST', '/api-keys', { name: 'A lamp in the hall', characters: [own] });
  const care = (await aya.ask('POST', '/sessions', { character_id: own })).id;
  await aya.ask('POST', `/sessions/${care}/messages`, { client_message_id: 'e2e-2', content: 'I want to kill myself tonight.' });
  await until(async () => (await aya.ask('GET', `/sessions/${care}/messages`)).items.at(-1).model === 'talker/care');
  await aya.ask('PUT', `/characters/${own}/route`, story);
  const scene = (await aya.ask('POST', '/sessions', { character_id: own })).id;
  await aya.ask('POST', `/sessions/${scene}/scene`, { client_message_id: 'e2e-scene', scene: 'rain' });
  return { aya, ren, seed, own, chat, group, moment, book, care, scene };
}
