// Closed lots (domain.md 7): the digits of a trade, LONG and SHORT, and parts that sum to the whole.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, formatDecimal } from "../../src/domain/decimal.ts";
import { judge } from "../../src/domain/exits.ts";
import { type Close, closeAll, closeLot } from "../../src/domain/lot.ts";
import { isOpen, openRisk, type Position, unroundedPnl } from "../../src/domain/position.ts";
import type { Price } from "../../src/domain/price.ts";
import * as reference from "../reference/rational.ts";
import { at, closePart, FREE, plain, positionOf, quotePrice, settingsOf } from "../support/builders.ts";

const SETTINGS = settingsOf();
const long = (): Position =>
  positionOf({ side: "LONG", entry: "150", stopLoss: "145", target1: "160", target2: "170" }, SETTINGS);
const short = (): Position =>
  positionOf({ side: "SHORT", entry: "150", stopLoss: "155", target1: "140", target2: "130" }, SETTINGS);

/** The figures of a trade. */
function figures(close: Close | undefined): unknown {
  if (close === undefined) return undefined;
  const { quantity, exitFill, realizedPnl, rMultiple, commissionTotal, slippageTotal, exitReason } = close.trade;
  const { price } = exitFill;
  const cash = close.cashFlow;
  return plain({ exitReason, quantity, price, realizedPnl, rMultiple, commissionTotal, slippageTotal, cash });
}

/** The one lot that a price closes. */
function onlyClose(position: Position, price: Price): Close {
  const [close, ...more] = judge(position, price, SETTINGS).closes;
  if (close === undefined || more.length > 0) throw new Error("not one close");
  return close;
}

describe("a LONG of 100 at 150, bought at 150.03", () => {
  const half = onlyClose(long(), quotePrice("160", 1));

  it("half of it sold at target 1", () => {
    // sold at 160 × 0.9998 = 159.968: (7,998.4 − 0.25) − (7,501.5 + 0.25)
    // R = (159.968 − 150.03) / (150.03 − 145) = 9.938 / 5.03 = 1.975745526…
    // slippage 0.032 × 50 = 1.6, and half of the entry's 3
    expect(figures(half)).toEqual({
      exitReason: "TARGET_1",
      quantity: "50",
      price: "159.968",
      realizedPnl: "496.4",
      rMultiple: "1.97574553",
      commissionTotal: "0.5",
      slippageTotal: "3.1",
      cash: "7998.15",
    });
  });

  it("and the rest at the stop", () => {
    // sold at 145 × 0.9998 = 144.971: (7,248.55 − 0.25) − (7,501.5 + 0.25); R = −5.059 / 5.03 = −1.005765407…
    expect(figures(onlyClose(half.position, quotePrice("145", 2)))).toEqual({
      exitReason: "STOP_LOSS",
      quantity: "50",
      price: "144.971",
      realizedPnl: "-253.45",
      rMultiple: "-1.00576541",
      commissionTotal: "0.5",
      slippageTotal: "2.95",
      cash: "7248.3",
    });
  });

  it("leaves these figures on the position", () => {
    expect(plain(half.position)).toMatchObject({
      remaining: "50",
      entryValueLeft: "7501.5",
      entryCommissionLeft: "0.25",
      entrySlippageLeft: "1.5",
      realizedPnl: "496.4",
      commissionPaid: "0.75",
      slippageCost: "4.6",
      tradeCount: 1,
      lastPrice: "160",
      lastPriceTimeMs: at(1),
    });
    const closed = onlyClose(half.position, quotePrice("145", 2)).position;
    // 496.4 − 253.45; commission 0.5 + 0.25 + 0.25; slippage 3 + 1.6 + 1.45
    expect(plain(closed)).toMatchObject({
      remaining: "0",
      entryValueLeft: "0",
      entryCommissionLeft: "0",
      entrySlippageLeft: "0",
      realizedPnl: "242.95",
      commissionPaid: "1",
      slippageCost: "6.05",
      tradeCount: 2,
    });
    expect(isOpen(closed)).toBe(false);
  });

  it("is worth this at 155 while it is open", () => {
    // 15,500 − 15,003 − 0.5; after the half 7,750 − 7,501.5 − 0.25
    expect(plain(unroundedPnl(long(), decimal("155")))).toBe("496.5");
    expect(plain(unroundedPnl(half.position, decimal("155")))).toBe("248.25");
  });

  it("risks (150.03 − 145) × what is left", () => {
    expect(plain(openRisk(long()))).toBe("503");
    expect(plain(openRisk(half.position))).toBe("251.5");
    expect(plain(openRisk({ ...long(), stopLoss: decimal("150.03") }))).toBe("0");
    expect(plain(openRisk({ ...long(), stopLoss: decimal("151") }))).toBe("0");
  });
});

describe("a SHORT of 100 at 150, sold at 149.97", () => {
  const half = onlyClose(short(), quotePrice("140", 1));

  it("half of it bought back at target 1", () => {
    // bought at 140 × 1.0002 = 140.028: (7,498.5 − 0.25) − (7,001.4 + 0.25)
    // R = (149.97 − 140.028) / (155 − 149.97) = 9.942 / 5.03 = 1.976540755…
    expect(figures(half)).toEqual({
      exitReason: "TARGET_1",
      quantity: "50",
      price: "140.028",
      realizedPnl: "496.6",
      rMultiple: "1.97654076",
      commissionTotal: "0.5",
      slippageTotal: "2.9",
      cash: "-7001.65",
    });
  });

  it("and the rest at the stop", () => {
    // bought at 155 × 1.0002 = 155.031: (7,498.5 − 0.25) − (7,751.55 + 0.25); R = −5.061 / 5.03 = −1.006163021…
    expect(figures(onlyClose(half.position, quotePrice("155", 2)))).toEqual({
      exitReason: "STOP_LOSS",
      quantity: "50",
      price: "155.031",
      realizedPnl: "-253.55",
      rMultiple: "-1.00616302",
      commissionTotal: "0.5",
      slippageTotal: "3.05",
      cash: "-7751.8",
    });
  });

  it("is worth this at 145 while it is open", () => {
    // −(14,500 − 14,997) − 0.5; after the half −(7,250 − 7,498.5) − 0.25
    expect(plain(unroundedPnl(short(), decimal("145")))).toBe("496.5");
    expect(plain(unroundedPnl(half.position, decimal("145")))).toBe("248.25");
  });

  it("risks (155 − 149.97) × what is left", () => {
    expect(plain(openRisk(short()))).toBe("503");
    expect(plain(openRisk({ ...short(), stopLoss: decimal("149") }))).toBe("0");
  });
});

describe("a FOREX lot", () => {
  it("of 1 at 1.1, SHORT: 0.4 lots of it closed", () => {
    const settings = settingsOf({ commissionPerShare: "1" });
    const lots = { symbol: "EUR/USD", assetClass: "FOREX", positionSizeUnit: "LOTS", positionSize: "1" } as const;
    const prices = { entry: "1.1", stopLoss: "1.12", target1: "1.05", target2: "1" };
    const position = positionOf({ side: "SHORT", ...lots, ...prices }, settings);
    // sold 100,000 at 1.1 × 0.9998 = 1.09978; bought 40,000 at 1.08 × 1.0002 = 1.080216
    // (109,978 × 0.4 − 0.4) − (43,208.64 + 0.4) = 43,990.8 − 43,209.04
    // R = (1.09978 − 1.080216) / (1.12 − 1.09978) = 0.019564 / 0.02022 = 0.967556874…
    expect(figures(closePart(position, "40000", "1.08", settings))).toMatchObject({
      quantity: "40000",
      price: "1.080216",
      realizedPnl: "781.76",
      rMultiple: "0.96755687",
      commissionTotal: "0.8",
      // 0.000216 × 40,000 = 8.64, and 0.4 of the entry's 0.00022 × 100,000 = 22
      slippageTotal: "17.44",
    });
  });
});

describe("R", () => {
  it("is measured from the initial stop, wherever the stop is now", () => {
    const settings = settingsOf(FREE);
    const moved = { ...positionOf({ side: "LONG" }, settings), stopLoss: decimal("103") };
    // (110 − 100) / (100 − 95)
    expect(plain(closePart(moved, "100", "110", settings).trade.rMultiple)).toBe("2");
    const mirror = { ...positionOf({ side: "SHORT" }, settings), stopLoss: decimal("97") };
    expect(plain(closePart(mirror, "100", "90", settings).trade.rMultiple)).toBe("2");
    expect(plain(closePart(mirror, "100", "107.5", settings).trade.rMultiple)).toBe("-1.5");
  });

  it("of a position is summed by quantity", () => {
    const settings = settingsOf(FREE);
    const after = closePart(positionOf({}, settings), "30", "105", settings).position;
    // 30 × 1 + 70 × −1
    expect(plain(closePart(after, "70", "95", settings).position.quantityTimesR)).toBe("-40");
  });
});

describe("the share of the entry", () => {
  it("is value × q / Q, rounded; the last lot takes what is left", () => {
    const settings = settingsOf(FREE);
    const prices = { entry: "0.33333333", stopLoss: "0.1", target1: "1", target2: null } as const;
    const coins = { symbol: "BTC-USD", assetClass: "CRYPTO", positionSize: "0.7" } as const;
    let position = positionOf({ ...coins, ...prices }, settings);
    // 0.33333333 × 0.7 = 0.233333331 → 0.23333333; × 0.1 / 0.7 = 0.033333332857… → 0.03333333, six times
    expect(plain(position.entryValueLeft)).toBe("0.23333333");
    const left: unknown[] = [];
    const pnl: unknown[] = [];
    for (let lot = 1; lot <= 7; lot++) {
      const close = closePart(position, "0.1", "1", settings);
      position = close.position;
      left.push(plain(position.entryValueLeft));
      pnl.push(plain(close.trade.realizedPnl));
    }
    expect(left).toEqual(["0.2", "0.16666667", "0.13333334", "0.10000001", "0.06666668", "0.03333335", "0"]);
    // 0.1 − 0.03333333, six times, then 0.1 − 0.03333335
    expect(pnl).toEqual([...Array<string>(6).fill("0.06666667"), "0.06666665"]);
  });

  it("of commission and slippage is parted in the same way", () => {
    const settings = settingsOf({ commissionPerShare: "0.00000001", slippagePercentage: "0" });
    let position = positionOf({ positionSize: "3" }, settings);
    // Commission 3 × 0.00000001 = 0.00000003 in lots of 1.5, 0.75 and 0.75:
    // 0.000000015 → 0.00000002 (half to even), 0.0000000075 → 0.00000001, what is left 0
    expect(plain(position.entryCommissionLeft)).toBe("0.00000003");
    const left = ["1.5", "0.75", "0.75"].map((quantity) => {
      position = closePart(position, quantity, "100", settings).position;
      return plain(position.entryCommissionLeft);
    });
    expect(left).toEqual(["0.00000001", "0", "0"]);
  });
});

describe("closing a lot", () => {
  const settings = settingsOf(FREE);
  it.each(["100.00000001", "0", "-1"])("of %s from 100 is refused", (quantity) => {
    expect(() => closePart(positionOf(), quantity, "100", settings)).toThrow(`cannot close ${quantity} of 100`);
  });

  it("of nothing is none", () => {
    const closed = closePart(positionOf(), "100", "100", settings).position;
    const at100 = { price: decimal("100"), source: "QUOTE", timeMs: at(1) } as const;
    const exit = { reason: "RESET", reference: at100, timeMs: at(1), gapped: false } as const;
    expect(closeAll(closed, exit, settings)).toBeUndefined();
    expect(closeAll(positionOf(), exit, settings)?.trade.exitReason).toBe("RESET");
  });

  it("by hand keeps its request id, of which other exits have none", () => {
    const at100 = { price: decimal("100"), source: "QUOTE", timeMs: at(1) } as const;
    const exit = { reason: "MANUAL", reference: at100, timeMs: at(1), gapped: false, quantity: decimal("1") } as const;
    expect(closeLot(positionOf(), { ...exit, requestId: "r" }, settings).trade.requestId).toBe("r");
    expect(closeLot(positionOf(), exit, settings).trade.requestId).toBeNull();
  });

  it("says which session, position and signal it is of", () => {
    const [close] = judge(positionOf({ number: 7 }), quotePrice("95", 3), settings).closes;
    expect(plain(close?.trade)).toMatchObject({
      session: 1,
      positionNumber: 7,
      signalId: "signal-1",
      symbol: "AAPL",
      side: "LONG",
      entryTimeMs: at(0),
      entryPrice: "100",
    });
  });
});

const amount = (min: bigint, max: bigint): fc.Arbitrary<string> =>
  fc.bigInt({ min, max }).map((units) => reference.format(reference.rational(units, 100_000_000n)));

/** A position of 0.00001 to 1,000 coins at 0.01 to 10,000, and where and in which prices it is cut, as fractions. */
const cuts = fc.record({
  side: fc.constantFrom("LONG" as const, "SHORT" as const),
  size: amount(1000n, 100_000_000_000n),
  entry: amount(1_000_000n, 1_000_000_000_000n),
  slippagePercentage: amount(0n, 1_000_000_000n),
  commissionPerShare: amount(0n, 100_000_000n),
  lots: fc.array(fc.tuple(fc.integer({ min: 1, max: 999 }), amount(1_000_000n, 1_000_000_000_000n)), { maxLength: 40 }),
  last: amount(1_000_000n, 1_000_000_000_000n),
});

describe("many partial closes", () => {
  it("sum to the whole to the last digit, computed anew in scaled integers", () => {
    fc.assert(
      fc.property(cuts, ({ side, size, entry, lots, last, ...change }) => {
        const settings = settingsOf(change);
        const long = side === "LONG";
        const prices = long
          ? { stopLoss: "0.00000001", target1: "99999999" }
          : { stopLoss: "99999999", target1: "0.00000001" };
        const coins = { symbol: "BTC-USD", assetClass: "CRYPTO", positionSize: size, target2: null } as const;
        const opened = positionOf({ side, entry, ...coins, ...prices }, settings);
        const closes: Close[] = [];
        let position = opened;
        for (const [thousandths, price] of lots) {
          const quantity = position.remaining.times(thousandths).div(1000).toDecimalPlaces(8, 3);
          if (quantity.isZero()) continue;
          const close = closePart(position, quantity.toFixed(), price, settings);
          position = close.position;
          closes.push(close);
        }
        const final = closePart(position, position.remaining.toFixed(), last, settings);
        closes.push(final);

        const exact = (value: { toFixed(): string }): reference.Rational => reference.decimal(value.toFixed());
        const total = (pick: (close: Close) => { toFixed(): string }): string =>
          reference.format(reference.sum(closes.map((close) => exact(pick(close)))));
        const { value, commission, slippageCost } = opened.entryFill;
        const entryCash = long ? value.plus(commission).neg() : value.minus(commission);
        const { position: closed } = final;
        // What was realized is all the cash that came and went.
        expect(total(({ trade }) => trade.realizedPnl)).toBe(
          reference.format(
            reference.add(exact(entryCash), reference.sum(closes.map(({ cashFlow }) => exact(cashFlow)))),
          ),
        );
        expect(total(({ trade }) => trade.realizedPnl)).toBe(formatDecimal(closed.realizedPnl));
        expect(total(({ trade }) => trade.quantity)).toBe(size);
        expect(total(({ trade }) => trade.commissionTotal)).toBe(formatDecimal(closed.commissionPaid));
        expect(total(({ trade }) => trade.slippageTotal)).toBe(formatDecimal(closed.slippageCost));
        expect(
          plain([closed.remaining, closed.entryValueLeft, closed.entryCommissionLeft, closed.entrySlippageLeft]),
        ).toEqual(["0", "0", "0", "0"]);
        // The last lot is off by no more than the roundings of those before it.
        const lastQuantity = exact(final.trade.quantity);
        for (const [whole, left] of [
          [value, position.entryValueLeft],
          [commission, position.entryCommissionLeft],
          [slippageCost, position.entrySlippageLeft],
        ] as const) {
          const share = reference.div(reference.mul(exact(whole), lastQuantity), exact(opened.entryFill.quantity));
          const off = reference.abs(reference.sub(exact(left), share));
          expect(reference.le(off, reference.rational(BigInt(closes.length), 100_000_000n))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
