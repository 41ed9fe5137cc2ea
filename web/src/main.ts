import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { t } from './messages';
import { app } from './stores/app.svelte';

document.documentElement.lang = t.lang;
void app.begin();
mount(App, { target: document.getElementById('app')! });

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => {}));
}
