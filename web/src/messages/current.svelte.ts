// The texts in the language of the person. Only one language is loaded at a time; who changes it sees every text change.

import { keepLanguage } from '../lib/shell';
import type { Messages } from './en';
import { isLanguage, LANGUAGES, languageOf, type Language } from './languages';

const KEY = 'talker.language';

const load: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./en'),
  'zh-Hans': () => import('./zh-Hans'),
  ja: () => import('./ja'),
};

let texts = $state.raw<Messages | null>(null);
let turn = 0;

/** What the person chose on this device; `null`: as the browser. */
let chosen = $state<Language | null>(kept());

function kept(): Language | null {
  const v = typeof localStorage === 'undefined' ? null : localStorage.getItem(KEY);
  return isLanguage(v) ? v : null;
}

/** Every text; reading one follows the language, as reading any state does. */
export const t = new Proxy({} as Messages, {
  get(_, name: string) {
    if (!texts) throw new Error('no language is loaded yet');
    return texts[name as keyof Messages];
  },
});

/** Loads a language and speaks it from then on. */
export async function speak(language: Language): Promise<void> {
  const mine = ++turn;
  const { default: found } = await load[language]();
  // Another was chosen meanwhile.
  if (mine !== turn) return;
  texts = found;
  if (typeof document !== 'undefined') {
    document.documentElement.lang = found.lang;
    void keepLanguage(found.lang);
  }
}

export const language = {
  get chosen(): Language | null {
    return chosen;
  },
  /** The one that is spoken where nothing is chosen. */
  get ofBrowser(): Language {
    return languageOf(navigator.languages);
  },
  /** Speaks what was chosen; another language, where that cannot be loaded, is better than none. */
  async begin(): Promise<void> {
    const wanted = chosen ?? language.ofBrowser;
    try {
      await speak(wanted);
    } catch (e) {
      if (texts) return;
      for (const other of LANGUAGES) if (other !== wanted && (await speak(other).then(() => true, () => false))) return;
      throw e;
    }
  },
  /** Chooses for this device. Nothing changes when it cannot be loaded. */
  async choose(next: Language | null): Promise<void> {
    await speak(next ?? language.ofBrowser);
    chosen = next;
    if (next === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  },
  /** Call on `storage` events of other tabs. */
  changedElsewhere(key: string | null): void {
    if (key !== KEY && key !== null) return;
    chosen = kept();
    void language.begin();
  },
};
