// Whether this browser is woken: its permission, its subscription, and whether the server has it.

import { api } from './api';

export type PushState = 'unsupported' | 'server_off' | 'denied' | 'off' | 'on';

const KEPT = 'talker.push';

/** For whom this browser was subscribed: the server forgets that when the device signs out. */
export const pushWas = {
  of: (user: string): boolean => localStorage.getItem(KEPT) === user,
  keep: (user: string): void => localStorage.setItem(KEPT, user),
  forget: (): void => localStorage.removeItem(KEPT),
};

export function supported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

/** A key as the browser wants it. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function sameKey(kept: ArrayBuffer | null, key: Uint8Array): boolean {
  if (!kept || kept.byteLength !== key.length) return false;
  const bytes = new Uint8Array(kept);
  return key.every((b, i) => b === bytes[i]);
}

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker.getRegistration('/');
}

export async function pushState(user: string): Promise<PushState> {
  if (!supported() || !(await registration())) return 'unsupported';
  const { key } = await api.pushKey();
  if (key === null) return 'server_off';
  if (Notification.permission === 'denied') return 'denied';
  const kept = await (await registration())?.pushManager.getSubscription();
  const ours = kept && Notification.permission === 'granted' && pushWas.of(user) && sameKey(kept.options.applicationServerKey, keyBytes(key));
  return ours ? 'on' : 'off';
}

/** Asks the person, then the browser, then the server. */
export async function turnOn(user: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return Notification.permission === 'denied' ? 'denied' : 'off';
  const { key } = await api.pushKey();
  if (key === null) return 'server_off';
  const { pushManager } = await navigator.serviceWorker.ready;
  const bytes = keyBytes(key);
  let kept = await pushManager.getSubscription();
  if (kept && !sameKey(kept.options.applicationServerKey, bytes)) {
    await kept.unsubscribe();
    kept = null;
  }
  kept ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes });
  await api.subscribePush(kept.toJSON());
  pushWas.keep(user);
  return 'on';
}

export async function turnOff(): Promise<PushState> {
  await api.unsubscribePush();
  pushWas.forget();
  await (await (await registration())?.pushManager.getSubscription())?.unsubscribe();
  return 'off';
}
