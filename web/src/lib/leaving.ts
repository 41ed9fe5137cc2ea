// What a browser keeps of a person, and how it forgets it: a chat is a diary of the heart, and nothing of it is left to who comes next.

/** What belongs to the device, whoever uses it. */
const DEVICE = new Set(['talker.theme', 'talker.petals', 'talker.language', 'talker.known']);
/** What was written and the server has not taken. */
const WORDS = ['talker.outbox.', 'talker.draft.', 'talker.moment.', 'talker.lore.', 'talker.character.'];

/** `words`: also what was written and not sent. It stays where it was not the person who ended it, and goes out when they are back. */
export function forgetPerson(words: boolean, stores: Storage[] = [localStorage, sessionStorage]): void {
  for (const store of stores) {
    const keys = Array.from({ length: store.length }, (_, i) => store.key(i)).filter((key) => key !== null);
    for (const key of keys) if (key.startsWith('talker.') && !DEVICE.has(key) && (words || !WORDS.some((begin) => key.startsWith(begin)))) store.removeItem(key);
  }
}
