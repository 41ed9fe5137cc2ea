// How high the rows of a long list are, of which only those in sight exist: measured where they were seen, estimated where not. Places
// are counted from the end of the list, where a chat is read: what is still unknown lies above, and moves nothing that is seen.

export class Heights {
  private keys: readonly string[] = [];
  private index = new Map<string, number>();
  private known = new Map<string, number>();
  /** What lies below each row. Made anew when it is asked for. */
  private sums: Float64Array | null = null;

  /** The rows there are now, from the first to the last; `estimate` of those that were never seen. */
  set(keys: readonly string[], estimate: (i: number) => number): void {
    this.keys = keys;
    this.index = new Map(keys.map((key, i) => [key, i]));
    for (const [i, key] of keys.entries()) if (!this.known.has(key)) this.known.set(key, estimate(i));
    this.sums = null;
  }

  /** Takes what was measured; how much more that is than what was thought. */
  measure(key: string, height: number): number {
    const before = this.known.get(key);
    if (before === undefined || before === height) return 0;
    this.known.set(key, height);
    this.sums = null;
    return height - before;
  }

  find(key: string): number | undefined {
    return this.index.get(key);
  }

  height(i: number): number {
    return this.known.get(this.keys[i] ?? '') ?? 0;
  }

  /** How much lies below a row. */
  below(i: number): number {
    return this.all()[i] ?? 0;
  }

  get total(): number {
    const sums = this.all();
    return this.keys.length === 0 ? 0 : sums[0]! + this.height(0);
  }

  /** The rows between two places, counted from the end: from the first to before the last. */
  range(from: number, to: number): [number, number] {
    const n = this.keys.length;
    if (n === 0) return [0, 0];
    return [Math.min(this.at(to), n - 1), Math.min(n, this.at(from) + 1)];
  }

  /** The row at a place, counted from the end; the nearest where there is none. */
  at(place: number): number {
    const sums = this.all();
    let low = 0;
    let high = this.keys.length - 1;
    // The first row that ends at the place or below it.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! <= place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private all(): Float64Array {
    if (!this.sums) {
      const sums = new Float64Array(this.keys.length);
      let sum = 0;
      for (let i = this.keys.length - 1; i >= 0; i--) {
        sums[i] = sum;
        sum += this.height(i);
      }
      this.sums = sums;
    }
    return this.sums;
  }
}
