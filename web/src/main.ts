import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { go } from './lib/router.svelte';
import { t } from './messages';
import { app } from './stores/app.svelte';

document.documentElement.lang = t.lang;
void app.begin();
mount(App, { target: document.getElementById('app')! });

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  navigator.serviceWorker.addEventListener('message', (e: MessageEvent<{ open?: unknown }>) => {
    if (typeof e.data?.open === 'string' && e.data.open.startsWith('/')) go(e.data.open);
  });
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => {}));
}
