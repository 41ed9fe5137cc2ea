export type Theme = 'auto' | 'dark' | 'light';

const KEY = 'talker.theme';
const read = (): Theme => {
  const v = localStorage.getItem(KEY);
  return v === 'dark' || v === 'light' ? v : 'auto';
};

let theme = $state<Theme>(read());
let petals = $state(localStorage.getItem('talker.petals') !== 'off');
const day = matchMedia('(prefers-color-scheme: light)');

function show(): void {
  const dark = theme === 'dark' || (theme === 'auto' && !day.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', dark ? '#150d1f' : '#fff5f5');
}
day.addEventListener('change', show);
show();

export const look = {
  get theme(): Theme {
    return theme;
  },
  set theme(v: Theme) {
    theme = v;
    if (v === 'auto') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, v);
    show();
  },
  get petals(): boolean {
    return petals;
  },
  set petals(v: boolean) {
    petals = v;
    if (v) localStorage.removeItem('talker.petals');
    else localStorage.setItem('talker.petals', 'off');
  },
};
