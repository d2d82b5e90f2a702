// Curves to draw: few points, with every peak and trough that the whole curve shows.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURVE_COUNT_MAX, CURVE_COUNT_MIN, downsample } from "../../../src/domain/curve/downsample.ts";
import { curve, curveArbitrary, earliest, equities, isDeeper, isHigher, isLower, numbers } from "./points.ts";

/** One point each second. */
const everySecond = (...texts: string[]) => curve(texts.map((text, second) => [second * 1000, text]));

describe("a curve to draw", () => {
  it("is the very same where there are few enough points", () => {
    const points = everySecond("1", "2", "3", "4", "5");
    expect(downsample(points, 5)).toBe(points);
    expect(downsample([], 5)).toEqual([]);
  });

  it("keeps of each part of the time its first, lowest, highest and last point", () => {
    // 9 points ask for two parts: seconds 0 to 4 and 5 to 10.
    const points = everySecond("100", "101", "99", "104", "102", "103", "103", "90", "95", "110", "105");
    expect(equities(downsample(points, 9))).toEqual(["100", "99", "104", "102", "103", "90", "110", "105"]);
    expect(numbers(downsample(points, 9))).toEqual([0, 2, 3, 4, 5, 7, 9, 10]);
  });

  it("keeps the deepest drawdown where it is neither the lowest nor at an end", () => {
    // From 100 to 90 are 10 %; from 400 to 200 are 50 %, well above 90.
    const points = everySecond("100", "90", "120", "400", "200", "300", "390");
    expect(equities(downsample(points, 5))).toEqual(["100", "90", "400", "200", "390"]);
  });

  it("keeps the first of the deepest drawdowns, and has room for it besides four points of each part", () => {
    // 50 % from 400 at second 3, where 90 is lower, and again at second 7.
    const points = everySecond("100", "90", "400", "200", "300", "390", "350", "200", "395", "380", "370");
    expect(numbers(downsample(points, 9))).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 10]);
    expect(numbers(downsample(points, 8))).toEqual([0, 1, 2, 3, 10]);
  });

  it("keeps the earliest of equals", () => {
    const points = everySecond("100", "90", "90", "110", "110", "105", "110", "100");
    expect(numbers(downsample(points, 5))).toEqual([0, 1, 3, 7]);
  });

  it("has no points where nothing was marked", () => {
    // Two parts of a day in which the account was marked in the first and in the last hour only.
    const points = curve([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((hour) => [hour < 5 ? hour : 86_400 + hour, `${hour}`]));
    expect(numbers(downsample(points, 9))).toEqual([0, 4, 5, 9]);
  });

  it("is parted also where all points have the same time", () => {
    const points = curve(["3", "1", "2", "5", "4", "2"].map((text) => [7, text]));
    expect(equities(downsample(points, 5))).toEqual(["3", "1", "5", "2"]);
  });

  it.each([CURVE_COUNT_MIN - 1, CURVE_COUNT_MAX + 1, 10.5, Number.NaN, -5])("cannot be asked for in %s points", (n) => {
    expect(() => downsample(everySecond("1"), n)).toThrow(
      new RangeError(`a curve can be shown in 5 to 5000 points, not in ${n}`),
    );
  });

  it("is refused where its points are not in order", () => {
    const points = curve([0, 1, 2, 3, 5, 4].map((timeMs) => [timeMs, "1"]));
    expect(() => downsample(points, 5)).toThrow(new RangeError("the points of a curve are not in order: 4 after 5"));
  });
});

describe("any curve to draw", () => {
  const asked = fc.tuple(curveArbitrary(1, 150), fc.integer({ min: CURVE_COUNT_MIN, max: 120 }));

  it("has at most the points that were asked for, in order, each one of the curve's", () => {
    fc.assert(
      fc.property(asked, ([points, count]) => {
        const shown = downsample(points, count);
        expect(shown.length).toBeLessThanOrEqual(count);
        expect(numbers(shown)).toEqual([...new Set(numbers(shown))].sort((a, b) => a - b));
        for (const point of shown) expect(points[point.number]).toBe(point);
      }),
    );
  });

  it("has the first and the last point, the lowest and highest equity, and the deepest drawdown", () => {
    fc.assert(
      fc.property(asked, ([points, count]) => {
        const shown = downsample(points, count);
        expect(shown[0]).toBe(points[0]);
        expect(shown.at(-1)).toBe(points.at(-1));
        for (const beats of [isLower, isHigher, isDeeper]) expect(shown).toContain(earliest(points, beats));
      }),
    );
  });

  it("spans, in every part of its time, from the lowest to the highest that was there", () => {
    fc.assert(
      fc.property(asked, ([points, count]) => {
        const shown = downsample(points, count);
        const [first, last] = [points[0]?.timeMs ?? 0, points.at(-1)?.timeMs ?? 0];
        const parts = Math.floor((count - 1) / 4);
        for (let part = 0; part < parts; part += 1) {
          const isIn = ({ timeMs }: { timeMs: number }): boolean =>
            (timeMs - first) * parts >= part * (last - first) &&
            ((timeMs - first) * parts < (part + 1) * (last - first) || part === parts - 1);
          const [before, after] = [points.filter(isIn), shown.filter(isIn)];
          const extremes = (of: typeof before) =>
            [of[0], earliest(of, isLower), earliest(of, isHigher), of.at(-1)].map((point) => point?.number);
          if (first !== last) expect(extremes([...after])).toEqual(extremes(before));
        }
      }),
    );
  });
});
