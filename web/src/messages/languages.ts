// The languages there are, and which of them somebody reads.

export const LANGUAGES = ['en', 'zh-Hans', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each calls itself. */
export const NAMES: Record<Language, string> = { en: 'English', 'zh-Hans': '简体中文', ja: '日本語' };

/** Where the service worker finds what was chosen: it sees no other storage of a page. */
export const LANGUAGE_PATH = '/language';

export function isLanguage(x: unknown): x is Language {
  return LANGUAGES.includes(x as Language);
}

/** The first language we have of those that are read, as browsers list them. */
export function languageOf(read: readonly string[]): Language {
  for (const tag of read) {
    const primary = tag.toLowerCase().split('-')[0];
    const found = LANGUAGES.find((l) => l.split('-')[0] === primary);
    if (found) return found;
  }
  return 'en';
}
