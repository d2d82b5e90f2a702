// The path of a position's price: its points joined, what range they have, and how they lie on an even scale of time.
import { units } from "./decimals.ts";
import { drawn } from "./numbers.ts";
import { secondOf } from "./times.ts";

/**
 * Prices that came one after the other: the time of the last of them, it, and the lowest and highest of them. Times are told
 * in one form: their order is that of their texts.
 */
export interface PathPoint {
  readonly time: string;
  readonly price: string;
  readonly low: string;
  readonly high: string;
}

export type PriceRange = Pick<PathPoint, "low" | "high">;

/** A point of a single price. */
export function pointAt(time: string, price: string): PathPoint {
  return { time, price, low: price, high: price };
}

/** Points that are known, and those that are served of one stretch of time: there the server knows better. */
export function joinedTo(known: readonly PathPoint[], served: readonly PathPoint[]): readonly PathPoint[] {
  const [first, last] = [served[0], served.at(-1)];
  if (first === undefined || last === undefined) return known;
  const [before, after] = [known.filter((one) => one.time < first.time), known.filter((one) => one.time > last.time)];
  return [...before, ...served, ...after];
}

/** Points with one that came after them; it has no place of its own in a second that has one. */
export function afterwards(points: readonly PathPoint[], point: PathPoint): readonly PathPoint[] {
  const newest = points.at(-1);
  if (newest === undefined) return [point];
  if (point.time < newest.time) return points;
  if (secondOf(point.time) !== secondOf(newest.time)) return [...points, point];
  return [...points.slice(0, -1), merged(newest, point)];
}

function merged(one: PathPoint, later: PathPoint): PathPoint {
  return { ...later, ...widened(one, later) };
}

function widened(one: PriceRange, other: PriceRange): PriceRange {
  return {
    low: units(other.low) < units(one.low) ? other.low : one.low,
    high: units(other.high) > units(one.high) ? other.high : one.high,
  };
}

/** The lowest and the highest price of some points; undefined where there are none. */
export function rangeOf(points: readonly PathPoint[]): PriceRange | undefined {
  return points.reduce<PriceRange | undefined>((range, point) => (range ? widened(range, point) : point), undefined);
}

/** More than the narrowest screen has room for. */
const CELLS_MAX = 400;

/** A step of time, in seconds, with what came in it: nothing in those without a price. */
export interface Cell {
  readonly second: number;
  readonly point: PathPoint | undefined;
}

/**
 * Points in the order of their times as at most CELLS_MAX even steps of whole seconds, the empty ones included: a chart
 * draws what it is given at even distances, however far apart it is.
 */
export function cellsOf(points: readonly PathPoint[]): readonly Cell[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = secondOf(first.time);
  const step = Math.ceil((secondOf(last.time) - from + 1) / CELLS_MAX);
  const cells: Cell[] = Array.from({ length: Math.floor((secondOf(last.time) - from) / step) + 1 }, (_, index) => ({
    second: from + index * step,
    point: undefined,
  }));
  for (const point of points) {
    const index = Math.floor((secondOf(point.time) - from) / step);
    const cell = cells[index];
    if (cell === undefined) continue;
    cells[index] = { ...cell, point: cell.point === undefined ? point : merged(cell.point, point) };
  }
  return cells;
}

/** The second at which a time is drawn among some cells: the beginning of the one that it lies in. */
export function cellSecond(cells: readonly Cell[], time: string): number {
  const second = secondOf(time);
  return cells.findLast((cell) => cell.second <= second)?.second ?? second;
}

/** What is drawn of a cell: the nearest floats. */
export function drawnPoint({ price, low, high }: PathPoint) {
  return { price: drawn(price), low: drawn(low), high: drawn(high) };
}
