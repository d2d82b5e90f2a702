// Which points of a curve are stored for how long: dense for the last days, sparser before, extremes for ever.
import { bucketsOf, inOrder } from "./buckets.ts";
import type { CurvePoint } from "./point.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** From an age on, points are stored by buckets of one length, which begin at its multiples since 1970. */
export interface CurveLevel {
  readonly fromAgeMs: number;
  readonly bucketMs: number;
}

/**
 * Finest first; each bucket is a multiple of the one before. Just after thinning, a curve without any gap has at most
 * 54,592 points after 365 days and 4 more for each further day (ten years: 67,744, thirty: 96,964), besides those of the
 * minute that is not over.
 */
export const CURVE_LEVELS: readonly CurveLevel[] = [
  { fromAgeMs: 0, bucketMs: MINUTE_MS },
  { fromAgeMs: 2 * DAY_MS, bucketMs: 15 * MINUTE_MS },
  { fromAgeMs: 30 * DAY_MS, bucketMs: HOUR_MS },
  { fromAgeMs: 365 * DAY_MS, bucketMs: DAY_MS },
];

/** Whole buckets of one length: from `fromMs` on, before `toMs`. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
}

/**
 * The points to keep of each bucket: lowest and highest equity, largest drawdown, and the last one; of equals the earliest.
 * Buckets are `bucketMs` long. What was kept by shorter buckets can be kept by longer ones (multiples of them) with the same
 * result as at once. Throws a RangeError if the points are not in order.
 */
export function keepOf<Point extends CurvePoint>(points: readonly Point[], bucketMs: number): Point[] {
  const buckets = bucketsOf(points, (timeMs) => Math.floor(timeMs / bucketMs));
  return inOrder(buckets.flatMap(({ lowest, highest, deepest, last }) => [lowest, highest, deepest, last]));
}

/**
 * The stretches, none of which overlap, that are due when the newest point is of `newestMs` and the last thinning was made
 * when it was of `thinnedAtMs` (before the first thinning: the time of the first point, or any before): at most one for each
 * level, the oldest first. Each may be cut where its buckets meet. Between two thinnings points are only added, none older
 * than the newest one: then thinning as time goes on leaves exactly what one thinning at the end leaves.
 */
export function stretchesToThin(newestMs: number, thinnedAtMs: number): Stretch[] {
  const stretches = CURVE_LEVELS.map((level, index): Stretch => {
    const coarser = CURVE_LEVELS[index + 1];
    const doneMs = endOf(level, thinnedAtMs);
    const fromMs = coarser === undefined ? doneMs : Math.max(doneMs, endOf(coarser, newestMs));
    return { fromMs, toMs: endOf(level, newestMs), bucketMs: level.bucketMs };
  });
  return stretches.filter(({ fromMs, toMs }) => fromMs < toMs).reverse();
}

/** Where the last bucket ends that is wholly of the level's age. */
function endOf({ fromAgeMs, bucketMs }: CurveLevel, newestMs: number): number {
  return Math.floor((newestMs - fromAgeMs) / bucketMs) * bucketMs;
}

/**
 * What is left of a whole curve when its newest point is of `newestMs`. It stays the same if it is thinned again. Throws a
 * RangeError if the points are not in order.
 */
export function thin<Point extends CurvePoint>(points: readonly Point[], newestMs: number): Point[] {
  const [first] = points;
  if (first === undefined) return [];
  const stretches = stretchesToThin(newestMs, first.timeMs);
  const doneMs = stretches.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY;
  const thinned = stretches.flatMap(({ fromMs, toMs, bucketMs }) => {
    return keepOf(
      points.filter(({ timeMs }) => fromMs <= timeMs && timeMs < toMs),
      bucketMs,
    );
  });
  return [...thinned, ...points.filter(({ timeMs }) => timeMs >= doneMs)];
}
