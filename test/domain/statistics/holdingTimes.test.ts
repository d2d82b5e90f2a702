// The sketch of holding times: its buckets against the published mapping, and the median within 1 % of the true one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, formatDecimal } from "../../../src/domain/decimal.ts";
import {
  type HoldingTimes,
  holdingTime,
  medianMs,
  mergeHoldingTimes,
  NO_HOLDING_TIMES,
} from "../../../src/domain/statistics/holdingTimes.ts";

const YEAR_MS = 366 * 86_400_000;
const held = (...times: number[]): HoldingTimes =>
  times.map((ms) => holdingTime(0, ms)).reduce(mergeHoldingTimes, NO_HOLDING_TIMES);
const median = (...times: number[]): string | null => {
  const told = medianMs(held(...times));
  return told && formatDecimal(told);
};

/** The mean of the two middle times, or the middle one. */
function trueMedian(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = (rank: number): number => sorted[rank - 1] ?? Number.NaN;
  return (middle(Math.ceil(times.length / 2)) + middle(Math.floor(times.length / 2) + 1)) / 2;
}

describe("the median holding time", () => {
  it("is null of nothing", () => {
    expect(median()).toBeNull();
  });

  it("is exact for one or two trades, and where all were held for the same time", () => {
    expect(median(3_600_000)).toBe("3600000");
    expect(median(3_600_000, 60_000)).toBe("1830000");
    expect(median(0)).toBe("0");
    expect(median(7777, 7777, 7777, 7777, 7777)).toBe("7777");
  });

  it("of three trades is what the bucket of the middle one tells", () => {
    // γ = 101/99; γ^345 = 991.9… < 1000 ≤ γ^346 = 1012.0…, of which 99 % are told.
    const end = (101 / 99) ** 346;
    expect((101 / 99) ** 345).toBeLessThan(1000);
    expect(end).toBeGreaterThanOrEqual(1000);
    expect(Number(median(1, 1000, 1_000_000))).toBeCloseTo(end * 0.99, 8);
  });

  it("lies within 1 % of the true one", () => {
    const time = fc.oneof(fc.nat(20), fc.nat(100_000), fc.nat(YEAR_MS), fc.nat(100 * YEAR_MS));
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 60 }), (times) => {
        const expected = new Decimal(trueMedian(times));
        const off = medianMs(held(...times))
          ?.minus(expected)
          .abs();
        expect(off?.lte(expected.times("0.01"))).toBe(true);
      }),
    );
  });

  it("is for a trade that was closed before its entry, by a clock that was set back, 0", () => {
    expect(formatDecimal(holdingTime(1000, 400).sumMs)).toBe("0");
    expect(holdingTime(1000, 400)).toEqual(holdingTime(5, 5));
  });
});

describe("the buckets", () => {
  // DataDog/sketches-py, ddsketch/mapping.py, LogarithmicMapping: key = ⌈log_γ(value)⌉, value = γ^key × 2 / (1 + γ).
  const published = (ms: number): number => Math.ceil(Math.log(ms) / Math.log1p(0.02 / 0.99));

  it("are those of the published mapping", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 2, max: 100_000 }), fc.integer({ min: 2, max: 200 * YEAR_MS })), (ms) => {
        // At the very end of a bucket the logarithm of binary floating point can fall on either side.
        fc.pre(published(ms * (1 - 1e-12)) === published(ms * (1 + 1e-12)));
        expect([...held(ms).counts]).toEqual([[published(ms), 1]]);
      }),
    );
    expect([...held(1).counts]).toEqual([[0, 1]]);
  });

  it("take every time between two times of the desk", () => {
    const longest = Date.UTC(9999, 11, 31, 23, 59, 59, 999) - Date.UTC(1900, 0, 1);
    expect([...held(longest).counts]).toEqual([[published(longest), 1]]);
  });

  it("count each trade once", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(YEAR_MS), { maxLength: 50 }), (times) => {
        const counted = [...held(...times).counts.values()].reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(times.length);
      }),
    );
  });
});
