// Fewer points of a curve to draw, such that its line looks the same: peaks and troughs stay.
import { type Bucket, bucketsOf, inOrder } from "./buckets.ts";
import type { CurvePoint } from "./point.ts";

/** Fewest points that one may ask for: first, last, lowest, highest and deepest drawdown. */
export const CURVE_COUNT_MIN = 5;
/** Most points that one may ask for: more than a screen has columns, four for each of which draw it without an error. */
export const CURVE_COUNT_MAX = 5_000;

const POINTS_OF_BUCKET = 4;

/**
 * At most `count` of the points, in order. The whole time is parted evenly; each part keeps its first, lowest, highest and
 * last point (M4: Jugel, Jerzak, Hackenbroich, Markl, "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB
 * 2014). So the first and the last point of all, the lowest and the highest equity are always there; the deepest drawdown
 * is kept besides. Where several are equal it is the earliest. Answers `points` itself where there are no more than `count`.
 * Throws a RangeError if `count` is not a whole number from CURVE_COUNT_MIN to CURVE_COUNT_MAX, or the points are not in
 * order.
 */
export function downsample<Point extends CurvePoint>(points: readonly Point[], count: number): readonly Point[] {
  if (!Number.isInteger(count) || count < CURVE_COUNT_MIN || count > CURVE_COUNT_MAX) {
    throw new RangeError(`a curve can be shown in ${CURVE_COUNT_MIN} to ${CURVE_COUNT_MAX} points, not in ${count}`);
  }
  if (points.length <= count) return points;
  const buckets = bucketsOf(points, evenParts(points, Math.floor((count - 1) / POINTS_OF_BUCKET)));
  const kept = buckets.flatMap(({ first, lowest, highest, last }) => [first, lowest, highest, last]);
  return inOrder([...kept, deepestOf(buckets)]);
}

/** The number of the part that holds a time, from 0 to `parts - 1`. */
function evenParts(points: readonly CurvePoint[], parts: number): (timeMs: number) => number {
  const fromMs = points[0]?.timeMs ?? 0;
  const spanMs = Math.max((points.at(-1)?.timeMs ?? 0) - fromMs, 1);
  return (timeMs) => Math.min(Math.floor(((timeMs - fromMs) * parts) / spanMs), parts - 1);
}

function deepestOf<Point extends CurvePoint>(buckets: readonly Bucket<Point>[]): Bucket<Point>["deepest"] {
  const candidates = buckets.map(({ deepest }) => deepest);
  return candidates.reduce((a, b) => (b.point.drawdown.gt(a.point.drawdown) ? b : a));
}
