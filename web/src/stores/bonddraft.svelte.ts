// The rules of bonds with a character while her maker writes them: what is written, what is wrong with it, and what is kept.

import { api, ApiError } from '../lib/api';
import { faultsOf, opened, usualRules, written, type Rules } from '../lib/bondrules';
import { fieldText } from '../lib/problems';
import { t } from '../messages';
import { toast, toastError } from './toasts.svelte';

export class BondDraft {
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  name = $state('');
  rules = $state<Rules>({ dimensions: [], stages: [], mood_hours: 1 });
  /** Whether the character has rules of her own. */
  kept = $state(false);
  busy = $state(false);
  /** The rules as they were read or saved last. */
  private base = $state('');
  /** What the server refused, and of which rules. */
  private refused = $state.raw<{ of: string; faults: [string, string][] } | null>(null);
  private json = $derived(JSON.stringify(written(this.rules)));
  private gone = false;

  readonly changed = $derived(this.json !== this.base);
  /** What is wrong, by the field in the rules. */
  readonly faults: ReadonlyMap<string, string> = $derived.by(() => {
    const refused = this.refused?.of === this.json ? this.refused.faults : [];
    return new Map([...faultsOf(written(this.rules)), ...refused].map(([path, message]) => [path, fieldText(message)]));
  });

  /** `romance`: whether that is there for the maker. */
  constructor(
    readonly id: string,
    private romance: boolean,
  ) {
    void this.load();
  }

  close(): void {
    this.gone = true;
  }

  async load(): Promise<void> {
    this.state = 'loading';
    try {
      const character = await api.character(this.id);
      if (this.gone) return;
      if (!character.mine) {
        this.state = 'missing';
        return;
      }
      this.name = character.name;
      this.kept = character.bond !== null;
      this.begin(opened(character.bond ?? usualRules(this.romance)));
      this.state = 'ready';
    } catch (e) {
      if (!this.gone) this.state = e instanceof ApiError && e.status === 404 ? 'missing' : 'failed';
    }
  }

  private begin(rules: Rules): void {
    this.rules = rules;
    this.base = this.json;
  }

  /** What is wrong within a part, by what stands behind `prefix`. */
  faultsIn = (prefix: string): ReadonlyMap<string, string> => new Map([...this.faults].filter(([path]) => path.startsWith(prefix)).map(([path, text]) => [path.slice(prefix.length), text]));

  private async act(what: () => Promise<void>, done: () => string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await what();
      toast(done());
    } catch (e) {
      toastError(e);
    } finally {
      this.busy = false;
    }
  }

  save = (): Promise<void> =>
    this.act(async () => {
      const of = this.json;
      try {
        await api.patchCharacter(this.id, { bond: written(this.rules) });
      } catch (e) {
        if (e instanceof ApiError) this.refused = { of, faults: e.errors.map(({ field, message }) => [field.replace(/^bond\./, ''), message]) };
        throw e;
      }
      // What was written on meanwhile is not saved yet.
      this.base = of;
      this.kept = true;
    }, () => t.bond.edit.saved);

  /** Back to the rules of those who declare none. */
  useUsual = (): Promise<void> =>
    this.act(async () => {
      if (this.kept) await api.patchCharacter(this.id, { bond: null });
      this.kept = false;
      this.begin(opened(usualRules(this.romance)));
    }, () => t.bond.edit.usualSet);
}
