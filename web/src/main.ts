import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { go } from './lib/router.svelte';
import { keepLoaded } from './lib/shell';
import { language } from './messages';
import { app } from './stores/app.svelte';

void app.begin();
void language.begin().then(() => mount(App, { target: document.getElementById('app')! }));

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  navigator.serviceWorker.addEventListener('message', (e: MessageEvent<{ open?: unknown }>) => {
    if (typeof e.data?.open === 'string' && e.data.open.startsWith('/')) go(e.data.open);
  });
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').then(() => keepLoaded(), () => {}));
}
