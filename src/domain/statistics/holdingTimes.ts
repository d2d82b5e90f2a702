// How long trades were held: exact sums, and a sketch from which the median is told without keeping the trades.
// The sketch is DDSketch: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
// relative-error guarantees", PVLDB 12 (2019). Its buckets grow by γ = (1 + α) / (1 − α): bucket i counts the times above
// γ^(i−1) and up to γ^i milliseconds, and tells 2 γ^i / (γ + 1) for each, which is within α of every one of them.
import { Decimal, type Decimal as DecimalType, max, min, ONE, ZERO } from "../decimal.ts";
import { TIME_MS_MAX, TIME_MS_MIN } from "../limits.ts";

/** α: the median is told to within 1 % of itself. */
export const MEDIAN_ACCURACY = new Decimal("0.01");
const GAMMA = ONE.plus(MEDIAN_ACCURACY).div(ONE.minus(MEDIAN_ACCURACY));
/** What a bucket tells, over γ^i: 2 / (γ + 1) = 1 − α. */
const TOLD = ONE.minus(MEDIAN_ACCURACY);
/** The bucket of trades that were closed in the millisecond of their entry. */
const ZERO_BUCKET = -1;
const BUCKET_ENDS_MS: readonly number[] = bucketEndsMs();

/** The holding times of a group of trades, in whole milliseconds. */
export interface HoldingTimes {
  readonly sumMs: DecimalType;
  readonly shortestMs: number | null;
  readonly longestMs: number | null;
  /** How many times fell into each bucket; empty ones are left out. */
  readonly counts: ReadonlyMap<number, number>;
}

export const NO_HOLDING_TIMES: HoldingTimes = { sumMs: ZERO, shortestMs: null, longestMs: null, counts: new Map() };

/** The holding time of one trade. A clock that was set back makes no negative time: such a trade was held for 0 ms. */
export function holdingTime(entryTimeMs: number, exitTimeMs: number): HoldingTimes {
  const heldMs = Math.max(0, exitTimeMs - entryTimeMs);
  return {
    sumMs: new Decimal(heldMs),
    shortestMs: heldMs,
    longestMs: heldMs,
    counts: new Map([[bucketOf(heldMs), 1]]),
  };
}

/** The holding times of two groups together. Exact, associative and commutative. */
export function mergeHoldingTimes(a: HoldingTimes, b: HoldingTimes): HoldingTimes {
  const [more, fewer] = a.counts.size >= b.counts.size ? [a.counts, b.counts] : [b.counts, a.counts];
  const counts = new Map(more);
  for (const [bucket, count] of fewer) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return {
    sumMs: a.sumMs.plus(b.sumMs),
    shortestMs: either(Math.min, a.shortestMs, b.shortestMs),
    longestMs: either(Math.max, a.longestMs, b.longestMs),
    counts,
  };
}

function either(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}

/**
 * The median in milliseconds, within 1 % of the true one, which is the mean of the two middle times where their number is
 * even; null of nothing. Exact for one or two trades, and where all were held for the same time.
 */
export function medianMs({ shortestMs, longestMs, counts }: HoldingTimes): DecimalType | null {
  if (shortestMs === null || longestMs === null) return null;
  const shortest = new Decimal(shortestMs);
  const longest = new Decimal(longestMs);
  const buckets = [...counts].sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const ofRank = (rank: number): DecimalType => {
    if (rank === 1) return shortest;
    if (rank === total) return longest;
    return min(longest, max(shortest, toldOf(bucketOfRank(buckets, rank))));
  };
  return ofRank(Math.ceil(total / 2))
    .plus(ofRank(Math.floor(total / 2) + 1))
    .div(2);
}

/** The bucket of the time with this rank, 1 being the shortest. */
function bucketOfRank(buckets: readonly (readonly [bucket: number, count: number])[], rank: number): number {
  let passed = 0;
  for (const [bucket, count] of buckets) {
    passed += count;
    if (passed >= rank) return bucket;
  }
  throw new RangeError(`rank ${rank} of ${passed} holding times`);
}

function toldOf(bucket: number): DecimalType {
  return bucket === ZERO_BUCKET ? ZERO : GAMMA.pow(bucket).times(TOLD);
}

/** The first bucket whose end is not before `heldMs`: found by halves, so that no logarithm is rounded. */
function bucketOf(heldMs: number): number {
  if (heldMs === 0) return ZERO_BUCKET;
  let low = 0;
  let high = BUCKET_ENDS_MS.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((BUCKET_ENDS_MS[middle] ?? 0) >= heldMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last whole millisecond of each bucket, up to the longest time between two times of the desk. */
function bucketEndsMs(): number[] {
  const ends: number[] = [];
  for (let power: DecimalType = ONE; ; power = power.times(GAMMA)) {
    ends.push(power.floor().toNumber());
    if (power.gte(TIME_MS_MAX - TIME_MS_MIN)) return ends;
  }
}
