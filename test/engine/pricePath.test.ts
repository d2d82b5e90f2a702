// The path of a symbol's prices, held against the list of all its prices.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, decimal, formatDecimal } from "../../src/domain/decimal.ts";
import { PRICE_PATH_POINTS_MAX, PRICE_PATHS_MAX } from "../../src/domain/limits.ts";
import { createBooks } from "../../src/engine/books.ts";
import { feedClock } from "../../src/engine/clock.ts";
import { PackedPrices } from "../../src/engine/packedPrices.ts";
import { createPriceBoard } from "../../src/engine/priceBoard.ts";
import { MERGED_AT_ONCE, PricePath } from "../../src/engine/pricePath.ts";
import { createPricePaths } from "../../src/engine/pricePaths.ts";
import { createPriceRanges } from "../../src/engine/priceRanges.ts";
import { PriceWalk } from "../../src/engine/priceWalk.ts";
import { createTriggerBook } from "../../src/engine/triggerBook.ts";
import type { PricePoint } from "../../src/ports.ts";
import { at, barPrice, quotePrice } from "../support/builders.ts";

interface Taken {
  readonly timeMs: number;
  readonly price: Decimal;
  readonly low: Decimal;
  readonly high: Decimal;
}

const SECOND_MS = 1000;
const UNIT = new Decimal("0.00000001");

/** Whatever a board takes: in hundred-millionths, below a million millions. */
const anyPrice = fc
  .oneof(
    fc.bigInt({ min: 1n, max: 10n ** 20n - 1n }),
    fc.bigInt({ min: 1n, max: 10n ** 9n }),
    fc.bigInt({ min: 1n, max: 999n }).map((whole) => whole * 10n ** 8n),
  )
  .map((units) => UNIT.times(units.toString()));

/** From prices of the very same time to pauses of weeks. */
const anyStep = fc.oneof(
  fc.constantFrom(0, 1, 250, SECOND_MS, 60 * SECOND_MS),
  fc.integer({ min: 0, max: 3 * SECOND_MS }),
  fc.integer({ min: 0, max: 30 * 86_400 * SECOND_MS }),
);

/** A quote, or the close of a bar with its range. */
const anyTaken = fc.tuple(anyStep, fc.array(anyPrice, { minLength: 3, maxLength: 3 }), fc.boolean());

function takenOf(steps: readonly [number, Decimal[], boolean][]): Taken[] {
  let timeMs = at(0);
  return steps.map(([step, prices, isBar]) => {
    timeMs += step;
    const [low, price, high] = [...prices].sort((one, other) => one.cmp(other)) as [Decimal, Decimal, Decimal];
    return isBar ? { timeMs, price, low, high } : { timeMs, price, low: price, high: price };
  });
}

function pathOf(taken: readonly Taken[], pointsMax: number): PricePath {
  const path = new PricePath(pointsMax);
  for (const { timeMs, price, low, high } of taken) path.push(timeMs, price, low, high);
  return path;
}

/** What points say that end at some times, made from the list of all prices. */
function pointsEnding(times: readonly number[], taken: readonly Taken[]): PricePoint[] {
  return times.map((timeMs, index) => {
    const afterMs = times[index - 1] ?? Number.NEGATIVE_INFINITY;
    const own = taken.filter((one) => one.timeMs > afterMs && one.timeMs <= timeMs);
    const last = own.at(-1);
    if (last === undefined) throw new Error(`no price lies between ${afterMs} and ${timeMs}`);
    return {
      timeMs: last.timeMs,
      price: formatDecimal(last.price),
      low: formatDecimal(Decimal.min(...own.map(({ low }) => low))),
      high: formatDecimal(Decimal.max(...own.map(({ high }) => high))),
    };
  });
}

describe("The path of a symbol's prices", () => {
  it("is true to the list of all of them, however many there are, from the first to the newest", () => {
    const sizes = fc.constantFrom(MERGED_AT_ONCE + 3, 200, PRICE_PATH_POINTS_MAX);
    const histories = fc.array(anyTaken, { minLength: 1, maxLength: 1500, size: "max" });
    fc.assert(
      fc.property(histories, sizes, (steps, pointsMax) => {
        const taken = takenOf(steps);
        const points = pathOf(taken, pointsMax).points();
        const times = points.map(({ timeMs }) => timeMs);
        expect(points.length).toBeLessThan(pointsMax);
        expect(new Set(times).size).toBe(times.length);
        expect(times).toEqual([...times].sort((one, other) => one - other));
        expect([times[0], times.at(-1)]).toEqual([taken[0]?.timeMs, taken.at(-1)?.timeMs]);
        expect(points).toEqual(pointsEnding(times, taken));
      }),
      // To make so long a history shorter takes minutes; its seed is printed.
      { numRuns: 60, endOnFailure: true },
    );
  });

  it("has a point for each second while there is room", () => {
    const seconds = Array.from({ length: 2 * PRICE_PATH_POINTS_MAX - 4 }, (_, index) => index);
    const taken = seconds.map((half) => {
      const price = decimal(String(100 + half));
      return { timeMs: at(half / 2), price, low: price, high: price };
    });
    const points = pathOf(taken, PRICE_PATH_POINTS_MAX).points();
    // The very first price stands alone, so its second has two points.
    expect(points).toHaveLength(PRICE_PATH_POINTS_MAX - 1);
    expect(points.slice(0, 3)).toEqual([
      { timeMs: at(0), price: "100", low: "100", high: "100" },
      { timeMs: at(0.5), price: "101", low: "101", high: "101" },
      { timeMs: at(1.5), price: "103", low: "102", high: "103" },
    ]);
  });

  it("shows the last ten minutes as finely as the last ten days", () => {
    const SECONDS = 10 * 86_400;
    const path = new PricePath(PRICE_PATH_POINTS_MAX);
    const price = decimal("100");
    for (let second = 0; second <= SECONDS; second++) path.push(at(second), price, price, price);
    const times = path.points().map(({ timeMs }) => (timeMs - at(0)) / SECOND_MS);
    for (const ago of [600, 3600, 6 * 3600, 86_400, SECONDS]) {
      const shown = [SECONDS - ago, ...times.filter((second) => second > SECONDS - ago)];
      const gaps = shown.slice(1).map((second, index) => second - (shown[index] ?? 0));
      expect(Math.max(...gaps), `the last ${ago} seconds`).toBeLessThan(ago / 16);
    }
  });

  it("takes a bar at its end, with its range", () => {
    const paths = createPricePaths();
    paths.push(quotePrice("100", -1));
    paths.push(barPrice(["100", "104", "98", "101"]));
    paths.push(barPrice(["101", "102", "99", "99.5"], 60));
    paths.push(quotePrice("7", 0, "BOLT"));
    expect(paths.pointsOf("AAPL")).toEqual([
      { timeMs: at(-1), price: "100", low: "100", high: "100" },
      { timeMs: at(60), price: "101", low: "98", high: "104" },
      { timeMs: at(120), price: "99.5", low: "99", high: "102" },
    ]);
    expect(paths.pointsOf("BOLT")).toHaveLength(1);
    expect(paths.pointsOf("NONE")).toEqual([]);
  });

  it("is kept of the symbols that had a price first, and of no more than fit", () => {
    const paths = createPricePaths();
    for (let symbol = 0; symbol <= PRICE_PATHS_MAX; symbol += 1) paths.push(quotePrice("7", 0, `S${symbol}`));
    paths.push(quotePrice("8", 1, "S0"));
    expect(paths.pointsOf("S0").map(({ price }) => price)).toEqual(["7", "8"]);
    expect(paths.pointsOf(`S${PRICE_PATHS_MAX - 1}`)).toHaveLength(1);
    expect(paths.pointsOf(`S${PRICE_PATHS_MAX}`)).toEqual([]);
  });

  it("has what the board has taken, once that is committed, and nothing that is stale", () => {
    const paths = createPricePaths();
    const world = {
      board: createPriceBoard(),
      books: createBooks(),
      triggers: createTriggerBook(),
      ranges: createPriceRanges(),
      paths,
      clock: feedClock(at(0)),
    };
    const walk = new PriceWalk(world);
    const steps = [quotePrice("100", 1), quotePrice("99", 0), quotePrice("101", 2), quotePrice("101", 2)];
    expect(steps.map((price) => walk.take(price))).toEqual([true, false, true, false]);
    expect(paths.pointsOf("AAPL")).toEqual([]);
    walk.takeOver();
    expect(paths.pointsOf("AAPL").map(({ price }) => price)).toEqual(["100", "101"]);
    const thrownAway = new PriceWalk(world);
    thrownAway.take(quotePrice("102", 3));
    expect(paths.pointsOf("AAPL").map(({ price }) => price)).toEqual(["100", "101"]);
  });
});

describe("Packed prices", () => {
  it("are the prices to the last digit, and in their order", () => {
    fc.assert(
      fc.property(anyPrice, anyPrice, (one, other) => {
        const packed = new PackedPrices(2);
        packed.set(0, one);
        packed.set(1, other);
        expect([packed.text(0), packed.text(1)]).toEqual([formatDecimal(one), formatDecimal(other)]);
        expect([packed.isBelow(0, 1), packed.isBelow(1, 0)]).toEqual([one.lt(other), other.lt(one)]);
      }),
      { numRuns: 2000 },
    );
  });
});
