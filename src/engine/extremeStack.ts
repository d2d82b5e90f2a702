// The extremes of one symbol's prices, each with its time: what was the lowest (or the highest) price since any entry.
import type { Decimal } from "../domain/decimal.ts";

/** The extreme of all prices from its time to now. */
export interface Extreme {
  /** When the price was judged: a quote's time, a bar's start. */
  readonly timeMs: number;
  readonly price: Decimal;
  /** Positions opened at this very time that see from here on, though earlier prices of that time lie below. */
  readonly late: ReadonlySet<string>;
}

/** Whether the first price is at least as extreme as the second. */
export type Beats = (price: Decimal, other: Decimal) => boolean;

export const LOWER: Beats = (price, other) => price.lte(other);
export const HIGHER: Beats = (price, other) => price.gte(other);
export const NONE_LATE: ReadonlySet<string> = new Set();

/**
 * A view of saved extremes with changes that are not theirs until `commit`. Times ascend, and each price is the extreme of
 * all from its time on: a new price takes away those that it beats. A push costs O(1), spread over all of them.
 */
export class ExtremeStack {
  private readonly saved: Extreme[];
  private readonly beats: Beats;
  private readonly added: Extreme[] = [];
  /** How many of the saved are still valid. */
  private kept: number;

  constructor(saved: Extreme[], beats: Beats) {
    this.saved = saved;
    this.beats = beats;
    this.kept = saved.length;
  }

  get length(): number {
    return this.kept + this.added.length;
  }

  get top(): Extreme | undefined {
    return this.at(this.length - 1);
  }

  /**
   * Takes a price whose time is not before that of any other. One that is no new extreme has a place of its own only where
   * some position sees from it on: where `late` names one, or where one has a start after the top, by `newestStartMs`.
   */
  push(timeMs: number, price: Decimal, late: ReadonlySet<string>, newestStartMs: number): void {
    let { top } = this;
    const isNeeded = top === undefined || newestStartMs > top.timeMs || late.size > 0;
    if (!isNeeded && top !== undefined && !this.beats(price, top.price)) return;
    let allLate = late;
    while (top !== undefined && this.beats(price, top.price)) {
      if (top.timeMs === timeMs && top.late.size > 0) allLate = new Set([...allLate, ...top.late]);
      this.pop();
      top = this.top;
    }
    this.added.push({ timeMs, price, late: allLate });
  }

  /** The extreme of the prices from `startMs` on; undefined where there is none. */
  since(startMs: number): Decimal | undefined {
    return this.at(this.firstIndex(startMs))?.price;
  }

  /** The extreme of what a position has seen that was opened late at `timeMs`; undefined where it was not. */
  sinceLate(key: string, timeMs: number): Decimal | undefined {
    const at = this.indexOfLate(key, timeMs);
    return at === undefined ? undefined : this.at(at)?.price;
  }

  /** Forgets a late position. */
  forgetLate(key: string, timeMs: number): void {
    const at = this.indexOfLate(key, timeMs);
    const extreme = at === undefined ? undefined : this.at(at);
    if (at === undefined || extreme === undefined) return;
    const kept = { ...extreme, late: new Set([...extreme.late].filter((other) => other !== key)) };
    if (at < this.kept) this.saved[at] = kept;
    else this.added[at - this.kept] = kept;
  }

  *all(): Iterable<Extreme> {
    for (let index = 0; index < this.kept; index++) yield this.saved[index] as Extreme;
    yield* this.added;
  }

  /** Makes the changes those of the saved extremes. Call it once. */
  commit(): void {
    this.saved.length = this.kept;
    for (const extreme of this.added) this.saved.push(extreme);
  }

  private pop(): void {
    if (this.added.length > 0) this.added.pop();
    else this.kept -= 1;
  }

  private at(index: number): Extreme | undefined {
    return index < this.kept ? this.saved[index] : this.added[index - this.kept];
  }

  /** Among the extremes of one time the late positions are few, and so are the extremes. */
  private indexOfLate(key: string, timeMs: number): number | undefined {
    for (let index = this.firstIndex(timeMs + 1) - 1; index >= 0; index--) {
      const extreme = this.at(index);
      if (extreme === undefined || extreme.timeMs < timeMs) return undefined;
      if (extreme.late.has(key)) return index;
    }
    return undefined;
  }

  /** The index of the first extreme at or after a time. */
  private firstIndex(timeMs: number): number {
    let from = 0;
    let to = this.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const extreme = this.at(middle);
      if (extreme !== undefined && extreme.timeMs < timeMs) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The extremes that some position still needs: those that are the first at or after one of the starts, or have late ones. */
export function neededOf(extremes: readonly Extreme[], starts: Iterable<number>): Extreme[] {
  const sorted = Float64Array.from(starts).sort();
  let next = 0;
  return extremes.filter(({ timeMs, late }) => {
    const first = next;
    while (next < sorted.length && (sorted[next] as number) <= timeMs) next += 1;
    return next > first || late.size > 0;
  });
}
