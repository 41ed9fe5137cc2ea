// What the operator asks people to agree to, and whether the person did.

import { api } from '../lib/api';
import type { Consents, LegalDocument } from '../lib/wire';
import { toastError } from './toasts.svelte';

export const readLegal = () => api.legal();

class ConsentState {
  standing = $state.raw<Consents | null>(null);
  /** What must be agreed to before anything else is done. */
  asked = $state.raw<LegalDocument[]>([]);

  clear(): void {
    this.standing = null;
    this.asked = [];
  }

  async load(): Promise<void> {
    try {
      const standing = await api.consents();
      this.standing = standing;
      if (!standing.required || standing.pending.length === 0) {
        this.asked = [];
        return;
      }
      const legal = await readLegal();
      this.asked = legal.documents.filter((d) => standing.pending.includes(d.kind));
    } catch {
      // Whoever must agree is told so by what they do next.
    }
  }

  async agree(documents: LegalDocument[]): Promise<boolean> {
    try {
      for (const { kind, version } of documents) await api.giveConsent(kind, version);
      await this.load();
      return true;
    } catch (e) {
      toastError(e);
      return false;
    }
  }

  async withdraw(kind: LegalDocument['kind']): Promise<boolean> {
    try {
      await api.withdrawConsent(kind);
      await this.load();
      return true;
    } catch (e) {
      toastError(e);
      return false;
    }
  }
}

export const consents = new ConsentState();
