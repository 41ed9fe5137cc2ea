// That somebody has talked for long: the words of the server, until they say that they have understood.
import { api } from '../lib/api';
import type { Reminder } from '../lib/wire';
import { toastError } from './toasts.svelte';

class Reminders {
  open = $state.raw<Reminder | null>(null);
  private understood = new Set<string>();

  came(reminder: Reminder): void {
    if (!this.understood.has(reminder.id)) this.open = reminder;
  }

  async understand(): Promise<void> {
    const reminder = this.open;
    if (!reminder) return;
    this.understood.add(reminder.id);
    this.open = null;
    try {
      await api.understood(reminder.id);
    } catch (e) {
      // It is said again after a reload, which is better than a wall in front of the chat.
      toastError(e);
    }
  }

  clear(): void {
    this.open = null;
    this.understood.clear();
  }
}

export const reminders = new Reminders();
