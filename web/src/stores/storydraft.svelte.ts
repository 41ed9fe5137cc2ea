// A story while its maker writes it: what is written, what the server says about it, and what is kept.

import { api, ApiError } from '../lib/api';
import { faultText } from '../lib/story';
import type { Bond, Route, RouteCheck, RouteFault, ShownPicture } from '../lib/wire';
import { t } from '../messages';
import { toast, toastError } from './toasts.svelte';

/** So long after the last change it is looked at. */
export const timing = { check: 700 };

export class StoryDraft {
  state = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  route = $state<Route>({ chapters: [] });
  images = $state.raw<ShownPicture[]>([]);
  bond = $state.raw<Bond | null>(null);
  check = $state.raw<RouteCheck | null>(null);
  checking = $state(false);
  busy = $state(false);
  /** Whether the server has one. */
  kept = $state(false);
  name = $state('');

  private turn = 0;
  private gone = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: string) {
    void this.load();
  }

  close(): void {
    this.gone = true;
    clearTimeout(this.timer);
  }

  async load(): Promise<void> {
    this.state = 'loading';
    try {
      const none = (e: unknown) => {
        if (e instanceof ApiError && e.status === 404) return null;
        throw e;
      };
      const [character, bond, found] = await Promise.all([api.character(this.id), api.bond(this.id), api.route(this.id).catch(none)]);
      if (this.gone) return;
      if (!character.mine) {
        this.state = 'missing';
        return;
      }
      this.name = character.name;
      this.bond = bond;
      this.kept = found !== null;
      this.route = found?.route ?? { chapters: [] };
      this.images = found?.images ?? [];
      this.state = 'ready';
    } catch (e) {
      if (!this.gone) this.state = e instanceof ApiError && e.status === 404 ? 'missing' : 'failed';
    }
  }

  use(story: Route): void {
    this.route = story;
  }

  changed(): void {
    clearTimeout(this.timer);
    if (this.state === 'ready' && this.route.chapters.length > 0) this.timer = setTimeout(() => void this.look(), timing.check);
  }

  private async look(): Promise<void> {
    const turn = ++this.turn;
    this.checking = true;
    try {
      const check = await api.checkRoute(this.id, $state.snapshot(this.route) as Route);
      if (!this.gone && turn === this.turn) this.check = check;
    } catch (e) {
      // What is no story yet is said in the same place.
      if (!this.gone && turn === this.turn && e instanceof ApiError && e.errors.length > 0) {
        const faults = e.errors.map((f): RouteFault => ({ code: 'malformed', path: f.field, least: null, most: null, message: f.message }));
        this.check = { fine: false, faults, findings: [], scenes: 0, reachable: 0, endings: [], complete: false };
      }
    } finally {
      if (turn === this.turn) this.checking = false;
    }
  }

  faultAt = (path: string): string | undefined => {
    const fault = this.check?.faults.find((f) => f.path === path);
    return fault && faultText(fault);
  };

  /** What is wrong within a part, by what stands behind `prefix`. */
  faultsIn = (prefix: string): ReadonlyMap<string, string> => new Map((this.check?.faults ?? []).filter((f) => f.path.startsWith(prefix)).map((f) => [f.path.slice(prefix.length), faultText(f)]));

  private async act(what: () => Promise<void>, done: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await what();
      toast(done);
    } catch (e) {
      toastError(e);
    } finally {
      this.busy = false;
    }
  }

  save = (): Promise<void> =>
    this.act(async () => {
      const kept = await api.setRoute(this.id, $state.snapshot(this.route) as Route);
      this.images = kept.images;
      this.kept = true;
    }, t.story.edit.saved);

  setImage = (key: string, file: Blob): Promise<void> =>
    this.act(async () => {
      const image = await api.putRouteImage(this.id, key, file);
      this.images = [...this.images.filter((p) => p.key !== key), image];
      void this.look();
    }, t.story.edit.imageSet);

  erase = (): Promise<void> =>
    this.act(async () => {
      await api.removeRoute(this.id);
      this.kept = false;
      this.route = { chapters: [] };
      this.check = null;
    }, t.story.edit.erased);
}
