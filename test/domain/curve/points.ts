// Points of curves for the tests: written out, or random over spans that reach every level of storage.
import fc from "fast-check";
import type { CurvePoint } from "../../../src/domain/curve/point.ts";
import { decimal, formatDecimal, HUNDRED, max, q8, ZERO } from "../../../src/domain/decimal.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A point with its number, by which equal ones are told apart. */
export interface NumberedPoint extends CurvePoint {
  readonly number: number;
}

/** The points of an account's marks: times in milliseconds, equities as text; the drawdown follows from the peak. */
export function curve(marks: readonly (readonly [timeMs: number, equity: string])[]): NumberedPoint[] {
  let peak = ZERO;
  return marks.map(([timeMs, text], number) => {
    const equity = decimal(text);
    peak = max(peak, equity);
    const drawdown = peak.gt(0) ? q8(peak.minus(equity).div(peak).times(HUNDRED)) : ZERO;
    return { number, timeMs, equity, cash: equity, drawdown };
  });
}

export const numbers = (points: readonly NumberedPoint[]): number[] => points.map(({ number }) => number);
export const equities = (points: readonly CurvePoint[]): string[] => points.map(({ equity }) => formatDecimal(equity));

const gapMs = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 * MINUTE_MS }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2 * HOUR_MS }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 * DAY_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 * DAY_MS }) },
);

/** Few different equities, so that equal ones are common; one may be below 0. */
const equity = fc.integer({ min: -3, max: 12 }).map((thousands) => String(thousands * 1000));

/** Curves of marks at any distance from each other, also at the same time, beginning before or after 1970. */
export function curveArbitrary(pointsMin: number, pointsMax: number): fc.Arbitrary<NumberedPoint[]> {
  const marks = fc.array(fc.tuple(gapMs, equity), { minLength: pointsMin, maxLength: pointsMax });
  return fc.tuple(fc.integer({ min: -DAY_MS, max: 2 * DAY_MS }), marks).map(([startMs, steps]) => {
    let timeMs = startMs;
    return curve(
      steps.map(([gap, text]) => {
        timeMs += gap;
        return [timeMs, text];
      }),
    );
  });
}

/** The earliest point that no other beats. */
export function earliest<Point>(points: readonly Point[], beats: (a: Point, b: Point) => boolean): Point | undefined {
  return points.find((point) => !points.some((other) => beats(other, point)));
}

export const isLower = (a: CurvePoint, b: CurvePoint): boolean => a.equity.lt(b.equity);
export const isHigher = (a: CurvePoint, b: CurvePoint): boolean => a.equity.gt(b.equity);
export const isDeeper = (a: CurvePoint, b: CurvePoint): boolean => a.drawdown.gt(b.drawdown);
