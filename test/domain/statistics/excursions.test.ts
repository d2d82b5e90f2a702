// Maximum adverse and favourable excursion of a lot: worked digits, a published example, and what holds for every lot.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, ZERO } from "../../../src/domain/decimal.ts";
import type { Side } from "../../../src/domain/signal.ts";
import { type Excursions, excursionsOf, seenAfter, seenAtEntry } from "../../../src/domain/statistics/excursions.ts";
import { plain } from "../../support/builders.ts";

interface Held {
  readonly side: Side;
  readonly entry: string;
  readonly stop: string;
  readonly quantity: string;
}

const LONG: Held = { side: "LONG", entry: "100", stop: "95", quantity: "40" };
const SHORT: Held = { side: "SHORT", entry: "200", stop: "210", quantity: "10" };

/** The excursions of a lot that saw these prices one after the other. */
function excursions({ side, entry, stop, quantity }: Held, ...prices: string[]): Excursions {
  const entryPrice = decimal(entry);
  const seen = prices.map((price) => decimal(price)).reduce(seenAfter, seenAtEntry(entryPrice));
  return excursionsOf({ side, entryPrice, initialStopLoss: decimal(stop), quantity: decimal(quantity), seen });
}

const NOTHING = { perUnit: "0", usd: "0", r: "0" };

describe("the excursions of a lot", () => {
  it("of a LONG are from the lowest and to the highest price it saw", () => {
    expect(plain(excursions(LONG, "101", "98.5", "107.25", "103"))).toEqual({
      adverse: { perUnit: "1.5", usd: "60", r: "0.3" },
      favourable: { perUnit: "7.25", usd: "290", r: "1.45" },
    });
  });

  it("of a SHORT are from the highest and to the lowest", () => {
    expect(plain(excursions(SHORT, "204", "187", "190"))).toEqual({
      adverse: { perUnit: "4", usd: "40", r: "0.4" },
      favourable: { perUnit: "13", usd: "130", r: "1.3" },
    });
  });

  it("are never below 0: the entry's own price counts as seen", () => {
    expect(plain(excursions(LONG, "101", "102"))).toMatchObject({ adverse: NOTHING, favourable: { perUnit: "2" } });
    expect(plain(excursions(LONG, "99", "94"))).toMatchObject({ adverse: { r: "1.2" }, favourable: NOTHING });
    expect(plain(excursions(SHORT))).toEqual({ adverse: NOTHING, favourable: NOTHING });
    const seen = { lowest: decimal("101"), highest: decimal("102") };
    const lot = {
      side: "LONG",
      entryPrice: decimal("100"),
      initialStopLoss: decimal("95"),
      quantity: decimal("1"),
    } as const;
    expect(plain(excursionsOf({ ...lot, seen }))).toMatchObject({ adverse: NOTHING, favourable: { perUnit: "2" } });
  });

  it("are rounded to 8 decimals in USD and in R, half to even", () => {
    const lot: Held = { side: "LONG", entry: "100.02", stop: "95", quantity: "0.00000003" };
    expect(plain(excursions(lot, "97.52", "110"))).toEqual({
      adverse: { perUnit: "2.5", usd: "0.00000008", r: "0.49800797" }, // 2.5 × 0.00000003 = 0.000000075; 2.5 / 5.02
      favourable: { perUnit: "9.98", usd: "0.0000003", r: "1.98804781" },
    });
  });

  it("of EUR/USD bought at 1.2798 that saw 1.2789 and 1.2845 are 9 and 47 pips, as published", () => {
    // howtradeforex.blogspot.com, "Best- and worst-case scenarios" (June 2009), which sold at 1.2828: 30 of 47 pips.
    const lot: Held = { side: "LONG", entry: "1.2798", stop: "1.2748", quantity: "100000" };
    expect(plain(excursions(lot, "1.2789", "1.2845", "1.2828"))).toEqual({
      adverse: { perUnit: "0.0009", usd: "90", r: "0.18" },
      favourable: { perUnit: "0.0047", usd: "470", r: "0.94" },
    });
  });
});

describe("for every lot", () => {
  const price = fc.integer({ min: 9000, max: 11_000 }).map((cents) => (cents / 100).toFixed(2));
  const prices = fc.array(price, { maxLength: 20 });

  it("the order of prices does not matter, and a price more never makes an excursion smaller", () => {
    fc.assert(
      fc.property(prices, price, (seen, more) => {
        const before = excursions(LONG, ...seen);
        expect(plain(excursions(LONG, ...[...seen].reverse()))).toEqual(plain(before));
        const after = excursions(LONG, ...seen, more);
        expect(after.adverse.perUnit.gte(before.adverse.perUnit)).toBe(true);
        expect(after.favourable.perUnit.gte(before.favourable.perUnit)).toBe(true);
        expect(before.adverse.perUnit.gte(ZERO) && before.favourable.perUnit.gte(ZERO)).toBe(true);
      }),
    );
  });

  it("what is adverse for a LONG is favourable for a SHORT of the same risk", () => {
    fc.assert(
      fc.property(prices, (seen) => {
        const long = excursions({ ...LONG, stop: "95" }, ...seen);
        const short = excursions({ ...LONG, side: "SHORT", stop: "105" }, ...seen);
        expect(plain([short.adverse, short.favourable])).toEqual(plain([long.favourable, long.adverse]));
      }),
    );
  });

  it("the range of all it saw, its entry among it, is both excursions together", () => {
    fc.assert(
      fc.property(prices, (seen) => {
        const all = [100, ...seen.map(Number)];
        const { adverse, favourable } = excursions(LONG, ...seen);
        expect(adverse.perUnit.plus(favourable.perUnit).toNumber()).toBeCloseTo(Math.max(...all) - Math.min(...all), 8);
      }),
    );
  });
});
