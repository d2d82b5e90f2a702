// How long events took until they came, put together over many rounds.

/** How many events took so many ms. */
export type Took = readonly (readonly [ms: number, count: number])[];

export class Times {
  private readonly counts = new Map<number, number>();

  add(took: Took): void {
    for (const [ms, count] of took) this.counts.set(ms, (this.counts.get(ms) ?? 0) + count);
  }

  took(): Took {
    return [...this.counts];
  }

  count(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What a part of all took at most, in ms. */
  percentile(part: number): number {
    let left = this.count() * part;
    for (const [ms, count] of [...this.counts].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return ms;
    }
    throw new Error("nothing has come");
  }
}
