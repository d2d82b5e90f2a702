// The path of one symbol's prices in a bounded number of points: the older they are, the more prices a point stands for.
import type { Decimal } from "../domain/decimal.ts";
import { PRICE_PATH_POINTS_MAX, TIME_MS_MIN } from "../domain/limits.ts";
import type { PricePoint } from "../ports.ts";
import { PackedPrices } from "./packedPrices.ts";

/** Points that are merged with the one before them when a path is full. */
export const MERGED_AT_ONCE = 128;
/** Prices of the same second are one point. */
const SECOND_MS = 1000;

const PLACES_AT_FIRST = 8;
/** Of each point: its last, lowest and highest price. */
const PRICES = 3;
const LAST = 0;
const LOW = 1;
const HIGH = 2;

/** The pairs of neighbours of the path that is being thinned: nothing waits in between. */
const closeness = new Float64Array(PRICE_PATH_POINTS_MAX);
const sorted = new Float64Array(PRICE_PATH_POINTS_MAX);

/**
 * A path from the first price to the newest. A point stands for the prices after the point before it, up to its own time.
 * The first is never merged with what comes later. When the path is full those neighbours become one that are closest for
 * their age: so the way from any time to now can be drawn, be it ten minutes or a year. Of a price each second no two points
 * are further apart than a sixteenth of that way. (Of points of equal width the last hour would have hardly one, once the
 * path is a month long.)
 *
 * A price costs O(1), spread over all of them; a full path takes 17 to 22 kB.
 */
export class PricePath {
  private readonly pointsMax: number;
  private length = 0;
  private places: number;
  private times: Float64Array;
  private readonly prices: PackedPrices;

  /**
   * `pointsMax` is more than MERGED_AT_ONCE + 2, and at most PRICE_PATH_POINTS_MAX. Paths with different ones are neither
   * grown nor thinned at the same time.
   */
  constructor(pointsMax: number) {
    this.pointsMax = pointsMax;
    this.places = PLACES_AT_FIRST + (pointsMax % PLACES_AT_FIRST);
    this.times = new Float64Array(this.places);
    this.prices = new PackedPrices(this.places * PRICES);
  }

  /** Takes a price whose time is not before that of any other: its lowest and highest are itself, or those of its bar. */
  push(timeMs: number, price: Decimal, low: Decimal, high: Decimal): void {
    const at = this.length;
    if (at === this.places) this.grow();
    this.times[at] = timeMs;
    const place = at * PRICES;
    this.prices.set(place + LAST, price);
    if (low === price) this.prices.copy(place + LOW, place + LAST);
    else this.prices.set(place + LOW, low);
    if (high === price) this.prices.copy(place + HIGH, place + LAST);
    else this.prices.set(place + HIGH, high);
    if (at > 0 && this.isOfLast(timeMs)) this.merge(at - 1, at);
    else this.length += 1;
    if (this.length === this.pointsMax) this.thin();
  }

  points(): PricePoint[] {
    return Array.from({ length: this.length }, (_, at) => ({
      timeMs: this.times[at] as number,
      price: this.prices.text(at * PRICES + LAST),
      low: this.prices.text(at * PRICES + LOW),
      high: this.prices.text(at * PRICES + HIGH),
    }));
  }

  /** Whether a price belongs to the newest point: it is of the same second; to the first, it is of the same time. */
  private isOfLast(timeMs: number): boolean {
    const lastMs = this.times[this.length - 1] as number;
    return this.length === 1 ? lastMs === timeMs : secondOf(lastMs) === secondOf(timeMs);
  }

  private grow(): void {
    const { times } = this;
    this.places = Math.min(this.places * 2, this.pointsMax);
    this.times = new Float64Array(this.places);
    this.times.set(times);
    this.prices.grow(this.places * PRICES);
  }

  /** Merges those neighbours that are closest for their age. */
  private thin(): void {
    const { length, times } = this;
    const newestMs = times[length - 1] as number;
    for (let at = 2; at < length; at++) {
      closeness[at - 2] = closenessOf(times[at - 1] as number, times[at] as number, newestMs);
    }
    const pairs = length - 2;
    sorted.set(closeness);
    const least = sorted.subarray(0, pairs).sort()[pairs - MERGED_AT_ONCE] as number;
    let kept = 1;
    for (let at = 2; at < length; at++) {
      if ((closeness[at - 2] as number) >= least) this.merge(kept, at);
      else {
        kept += 1;
        this.move(kept, at);
      }
    }
    this.length = kept + 1;
  }

  /** Makes a point stand for the prices of a later one too. */
  private merge(into: number, at: number): void {
    const { prices } = this;
    const [to, from] = [into * PRICES, at * PRICES];
    this.times[into] = this.times[at] as number;
    prices.copy(to + LAST, from + LAST);
    if (prices.isBelow(from + LOW, to + LOW)) prices.copy(to + LOW, from + LOW);
    if (prices.isBelow(to + HIGH, from + HIGH)) prices.copy(to + HIGH, from + HIGH);
  }

  private move(to: number, from: number): void {
    this.times[to] = this.times[from] as number;
    for (let price = 0; price < PRICES; price++) this.prices.copy(to * PRICES + price, from * PRICES + price);
  }
}

function secondOf(timeMs: number): number {
  return Math.floor((timeMs - TIME_MS_MIN) / SECOND_MS);
}

/**
 * How close two neighbours are for their age: log2 of the age of the newer one by the width of the smallest span that holds
 * both, of those that begin at its multiples and are 1, 2, 4, 8… seconds wide. Spans of that kind lie in each other, so
 * that what is merged bit by bit never grows beyond one of them. The newest price is never merged.
 */
function closenessOf(olderMs: number, newerMs: number, newestMs: number): number {
  const ageSeconds = (newestMs - newerMs) / SECOND_MS;
  return Math.log2(ageSeconds) - bitsOfDifference(secondOf(olderMs), secondOf(newerMs));
}

/** The place of the highest bit in which two whole numbers below 2^53 differ, counted from 1. */
function bitsOfDifference(one: number, other: number): number {
  const high = Math.floor(one / 2 ** 32) ^ Math.floor(other / 2 ** 32);
  return high === 0 ? 32 - Math.clz32(one ^ other) : 64 - Math.clz32(high);
}
