// Curves as they are stored: dense for two days, sparser before, and no low, high or drawdown of any bucket lost.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURVE_LEVELS, keepOf, stretchesToThin, thin } from "../../../src/domain/curve/thin.ts";
import { decimal } from "../../../src/domain/decimal.ts";
import {
  curve,
  curveArbitrary,
  DAY_MS,
  earliest,
  HOUR_MS,
  isDeeper,
  isHigher,
  isLower,
  MINUTE_MS,
  type NumberedPoint,
  numbers,
} from "./points.ts";

const at = (text: string): number => Date.parse(text);
const show = (ms: number): string => new Date(ms).toISOString();
const floorTo = (ms: number, stepMs: number): number => Math.floor(ms / stepMs) * stepMs;
const newestOf = (points: readonly NumberedPoint[]): number => points.at(-1)?.timeMs ?? 0;

describe("the points that are kept of a bucket", () => {
  it("are its lowest, its highest, its deepest drawdown and its last", () => {
    const equities = ["100", "90", "120", "400", "200", "300", "390"];
    const points = curve(equities.map((text, second) => [second * 1000, text]));
    expect(numbers(keepOf(points, MINUTE_MS))).toEqual([1, 3, 4, 6]);
  });

  it("are one where nothing has moved", () => {
    const points = curve([0, 1, 2, 3].map((second) => [second * 1000, "100000"]));
    // The first is lowest, highest and deepest of equals; the last is the last.
    expect(numbers(keepOf(points, MINUTE_MS))).toEqual([0, 3]);
    expect(numbers(keepOf(points.slice(2, 3), MINUTE_MS))).toEqual([2]);
  });

  it("are those of the whole minutes since 1970, also before it", () => {
    const points = curve([-60_001, -60_000, -1, 0, 59_999, 60_000].map((timeMs) => [timeMs, "100"]));
    expect(numbers(keepOf(points, MINUTE_MS))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbers(keepOf(points, 2 * MINUTE_MS))).toEqual([0, 2, 3, 5]);
  });

  it("are refused where the points are not in order", () => {
    const points = curve([1, 0].map((timeMs) => [timeMs, "100"]));
    expect(() => keepOf(points, MINUTE_MS)).toThrow(
      new RangeError("the points of a curve are not in order: 0 after 1"),
    );
  });
});

describe("the stretches that are due", () => {
  const stretches = (newest: string, thinned: string) =>
    stretchesToThin(at(newest), at(thinned)).map(
      ({ fromMs, toMs, bucketMs }) => `${show(fromMs)} to ${show(toMs)} by ${bucketMs / MINUTE_MS} min`,
    );

  it("are, a minute later, the minute that is over", () => {
    expect(stretches("2026-03-10T12:01:30Z", "2026-03-10T12:00:59.999Z")).toEqual([
      "2026-03-10T12:00:00.000Z to 2026-03-10T12:01:00.000Z by 1 min",
    ]);
    expect(stretches("2026-03-10T12:01:59.999Z", "2026-03-10T12:01:00Z")).toEqual([]);
  });

  it("are, at a full day, one of each level", () => {
    expect(stretches("2026-03-10T00:00:30Z", "2026-03-09T23:59:30Z")).toEqual([
      "2025-03-09T00:00:00.000Z to 2025-03-10T00:00:00.000Z by 1440 min",
      "2026-02-07T23:00:00.000Z to 2026-02-08T00:00:00.000Z by 60 min",
      "2026-03-07T23:45:00.000Z to 2026-03-08T00:00:00.000Z by 15 min",
      "2026-03-09T23:59:00.000Z to 2026-03-10T00:00:00.000Z by 1 min",
    ]);
  });

  it("are, after a long time, the whole of it, each part at its own level only", () => {
    expect(stretches("2026-03-10T12:34:56Z", "2024-06-01T09:30:00Z")).toEqual([
      "2023-06-02T00:00:00.000Z to 2025-03-10T00:00:00.000Z by 1440 min",
      "2025-03-10T00:00:00.000Z to 2026-02-08T12:00:00.000Z by 60 min",
      "2026-02-08T12:00:00.000Z to 2026-03-08T12:30:00.000Z by 15 min",
      "2026-03-08T12:30:00.000Z to 2026-03-10T12:34:00.000Z by 1 min",
    ]);
  });

  it("are none where no time has passed, or it went back", () => {
    expect(stretches("2026-03-10T12:34:56Z", "2026-03-10T12:34:56Z")).toEqual([]);
    expect(stretches("2026-03-10T12:34:56Z", "2026-03-11T12:34:56Z")).toEqual([]);
  });

  it("are whole buckets, and no two overlap", () => {
    const instant = fc.integer({ min: -400 * DAY_MS, max: 3000 * DAY_MS });
    fc.assert(
      fc.property(instant, fc.nat({ max: 800 * DAY_MS }), (thinnedAtMs, passedMs) => {
        let endMs = Number.NEGATIVE_INFINITY;
        for (const { fromMs, toMs, bucketMs } of stretchesToThin(thinnedAtMs + passedMs, thinnedAtMs)) {
          expect(fromMs).toBeGreaterThanOrEqual(endMs);
          expect(toMs).toBeGreaterThan(fromMs);
          expect(Math.abs(fromMs % bucketMs) + Math.abs(toMs % bucketMs)).toBe(0);
          endMs = toMs;
        }
        expect(endMs).toBeLessThanOrEqual(thinnedAtMs + passedMs);
      }),
    );
  });
});

/** The levels once more, by the ages that the rule names: minutes, and the length of a bucket from then on. */
const BUCKETS_BY_AGE = [
  [365 * DAY_MS, DAY_MS],
  [30 * DAY_MS, HOUR_MS],
  [2 * DAY_MS, 15 * MINUTE_MS],
  [0, MINUTE_MS],
] as const;

/** The bucket of a point: the longest of those that are over and old enough as a whole; a point alone where none is. */
function bucketName({ timeMs, number }: NumberedPoint, newestMs: number): string {
  for (const [ageMs, bucketMs] of BUCKETS_BY_AGE) {
    const endMs = floorTo(timeMs, bucketMs) + bucketMs;
    if (newestMs - endMs >= ageMs) return `${bucketMs} to ${endMs}`;
  }
  return `point ${number}`;
}

function bucketsByName(points: readonly NumberedPoint[], newestMs: number): NumberedPoint[][] {
  const byName = new Map<string, NumberedPoint[]>();
  for (const point of points) {
    const name = bucketName(point, newestMs);
    byName.set(name, [...(byName.get(name) ?? []), point]);
  }
  return [...byName.values()];
}

/** A curve that is thinned where the flags say so, while its points come. */
function thinnedOnTheWay(points: readonly NumberedPoint[], isThinnedAfter: readonly boolean[]): NumberedPoint[] {
  let stored: NumberedPoint[] = [];
  let thinnedAtMs = points[0]?.timeMs ?? 0;
  for (const [index, point] of points.entries()) {
    stored.push(point);
    if (isThinnedAfter[index] !== true && index < points.length - 1) continue;
    for (const { fromMs, toMs, bucketMs } of stretchesToThin(point.timeMs, thinnedAtMs)) {
      const isDue = ({ timeMs }: NumberedPoint): boolean => fromMs <= timeMs && timeMs < toMs;
      const kept = new Set(keepOf(stored.filter(isDue), bucketMs));
      stored = stored.filter((one) => !isDue(one) || kept.has(one));
    }
    thinnedAtMs = point.timeMs;
  }
  return stored;
}

describe("a thinned curve", () => {
  it("keeps, of every bucket that its age asks for, the lowest, highest, deepest and last point, and no other", () => {
    fc.assert(
      fc.property(curveArbitrary(1, 80), (points) => {
        const newestMs = newestOf(points);
        const kept = bucketsByName(points, newestMs).flatMap((bucket) => {
          const telling = [isLower, isHigher, isDeeper].map((beats) => earliest(bucket, beats)?.number);
          return [...new Set([...telling, bucket.at(-1)?.number])].sort((a, b) => Number(a) - Number(b));
        });
        expect(numbers(thin(points, newestMs))).toEqual(kept);
      }),
    );
  });

  it("stays the same if it is thinned again", () => {
    fc.assert(
      fc.property(curveArbitrary(0, 80), (points) => {
        const once = thin(points, newestOf(points));
        expect(numbers(thin(once, newestOf(points)))).toEqual(numbers(once));
      }),
    );
  });

  it("is the same, thinned at any times on the way or at once at the end", () => {
    const flags = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(curveArbitrary(1, 80), flags, (points, isThinnedAfter) => {
        expect(numbers(thinnedOnTheWay(points, isThinnedAfter))).toEqual(numbers(thin(points, newestOf(points))));
      }),
    );
  });

  it("by longer buckets is the same as by shorter ones first", () => {
    const lengths = CURVE_LEVELS.map(({ bucketMs }) => bucketMs);
    fc.assert(
      fc.property(curveArbitrary(0, 80), fc.subarray(lengths, { minLength: 1 }), (points, steps) => {
        const stepwise = steps.reduce((kept, bucketMs) => keepOf(kept, bucketMs), points);
        expect(numbers(stepwise)).toEqual(numbers(keepOf(points, steps.at(-1) ?? 1)));
      }),
    );
  });

  it("has the lowest and highest equity and the deepest drawdown of the whole curve, and its last point", () => {
    fc.assert(
      fc.property(curveArbitrary(1, 80), (points) => {
        const kept = thin(points, newestOf(points));
        for (const beats of [isLower, isHigher, isDeeper]) expect(kept).toContain(earliest(points, beats));
        expect(kept.at(-1)).toBe(points.at(-1));
      }),
    );
  });
});

describe("the number of points that a curve can have", () => {
  /** Equities and drawdowns of the points of a bucket: four of them are to be kept. */
  const MOVES = [
    ["100", "0"],
    ["90", "10"],
    ["400", "0"],
    ["200", "50"],
    ["300", "25"],
    ["390", "2.5"],
  ] as const;

  /** The end of the bucket that holds a time. */
  function bucketEnd(timeMs: number, newestMs: number): number {
    const ends = BUCKETS_BY_AGE.map(([ageMs, bucketMs]) => [ageMs, floorTo(timeMs, bucketMs) + bucketMs] as const);
    return ends.find(([ageMs, endMs]) => newestMs - endMs >= ageMs)?.[1] ?? newestMs;
  }

  /** Every bucket of a curve without a gap, with six points in each. */
  function curveWithoutGap(newestMs: number, days: number): NumberedPoint[] {
    const points: NumberedPoint[] = [];
    for (let fromMs = newestMs - days * DAY_MS; fromMs < newestMs; fromMs = bucketEnd(fromMs, newestMs)) {
      for (const [index, [equity, drawdown]] of MOVES.entries()) {
        const figures = { equity: decimal(equity), cash: decimal(equity), drawdown: decimal(drawdown) };
        points.push({ number: points.length, timeMs: fromMs + index, ...figures });
      }
    }
    return points;
  }

  it.each([
    [365, 54_592],
    [3_653, 67_744],
    [10_958, 96_964],
  ])("is, after %i days without any gap, at most %i", (days, pointsMax) => {
    // In the last minute of a day the most buckets wait until they are old enough for a longer one.
    const newestMs = at("2026-03-10T23:59:00Z");
    const points = thin(curveWithoutGap(newestMs, days), newestMs);
    // A year's first day does not begin before its last hour; longer curves have as many as there can be.
    expect(points).toHaveLength(days === 365 ? pointsMax - 4 * 23 : pointsMax);
  });

  it("is four for each bucket that there is, at any time of the day", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: DAY_MS }), fc.integer({ min: 365, max: 11_000 }), (timeOfDayMs, days) => {
        const newestMs = at("2026-03-10T00:00:00Z") + timeOfDayMs;
        const firstMs = newestMs - days * DAY_MS;
        const buckets = stretchesToThin(newestMs, firstMs).map(({ fromMs, toMs, bucketMs }) => {
          return (toMs - Math.max(fromMs, floorTo(firstMs, bucketMs))) / bucketMs;
        });
        const sum = buckets.reduce((all, count) => all + count, 0);
        expect(4 * sum).toBeLessThanOrEqual(54_592 + 4 * (days - 365));
      }),
    );
  });
});
