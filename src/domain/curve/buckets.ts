// Parts a curve into buckets of time and finds the telling points of each: its ends and its extremes.
import type { CurvePoint } from "./point.ts";

/** A point and its place in the curve. */
export interface Placed<Point> {
  readonly index: number;
  readonly point: Point;
}

/** The telling points of a bucket; where several are equal, the earliest. They may be the same point. */
export interface Bucket<Point> {
  readonly first: Placed<Point>;
  readonly lowest: Placed<Point>;
  readonly highest: Placed<Point>;
  /** The one with the largest drawdown, which is not the lowest where the peak has risen in between. */
  readonly deepest: Placed<Point>;
  readonly last: Placed<Point>;
}

/**
 * The buckets that hold points, in order; `bucketAt` answers the number of the bucket of a time, and never a lower one for
 * a later time. Throws a RangeError if the points are not in the order of their times.
 */
export function bucketsOf<Point extends CurvePoint>(
  points: readonly Point[],
  bucketAt: (timeMs: number) => number,
): Bucket<Point>[] {
  const buckets: Bucket<Point>[] = [];
  let open: Bucket<Point> | undefined;
  let openNumber = Number.NaN;
  for (const [index, point] of points.entries()) {
    if (open !== undefined && point.timeMs < open.last.point.timeMs) {
      throw new RangeError(`the points of a curve are not in order: ${point.timeMs} after ${open.last.point.timeMs}`);
    }
    const placed = { index, point };
    const number = bucketAt(point.timeMs);
    if (open !== undefined && number === openNumber) {
      open = extended(open, placed);
    } else {
      if (open !== undefined) buckets.push(open);
      open = { first: placed, lowest: placed, highest: placed, deepest: placed, last: placed };
      openNumber = number;
    }
  }
  if (open !== undefined) buckets.push(open);
  return buckets;
}

function extended<Point extends CurvePoint>(bucket: Bucket<Point>, placed: Placed<Point>): Bucket<Point> {
  const { equity, drawdown } = placed.point;
  return {
    first: bucket.first,
    lowest: equity.lt(bucket.lowest.point.equity) ? placed : bucket.lowest,
    highest: equity.gt(bucket.highest.point.equity) ? placed : bucket.highest,
    deepest: drawdown.gt(bucket.deepest.point.drawdown) ? placed : bucket.deepest,
    last: placed,
  };
}

/** The chosen points in the curve's order, each once. */
export function inOrder<Point>(chosen: readonly Placed<Point>[]): Point[] {
  return [...new Set(chosen)].sort((a, b) => a.index - b.index).map(({ point }) => point);
}
