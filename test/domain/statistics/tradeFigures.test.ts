// Figures of trades: worked digits, published examples, reasons for what is missing, agreement with the session.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal } from "../../../src/domain/decimal.ts";
import { afterClose, newFigures } from "../../../src/domain/figures.ts";
import { isOpen, signOf } from "../../../src/domain/position.ts";
import { figureValue, missingOf } from "../../../src/domain/statistics/figure.ts";
import { tradeFiguresOf } from "../../../src/domain/statistics/tradeFigures.ts";
import { addTrade, NO_TRADES, type TradeSums } from "../../../src/domain/statistics/tradeSums.ts";
import { plain } from "../../support/builders.ts";
import { told } from "../../support/told.ts";
import { closesArbitrary, threeLots } from "./trades.ts";

const CAPITAL = decimal("100000");
const NEEDS_TRADE = "needs at least one trade, there is none";
const NEEDS_WIN = "needs at least one winning trade, there is none";
const NEEDS_LOSS = "needs at least one losing trade, there is none";

/** The sums of trades of which only counts and gross results are known. */
function sumsOf(wins: number, grossWins: string, losses: number, grossLosses: string): TradeSums {
  const [won, lost] = [decimal(grossWins), decimal(grossLosses)];
  return {
    ...NO_TRADES,
    totalTrades: wins + losses,
    winningTrades: wins,
    grossWins: won,
    grossLosses: lost,
    totalRealizedPnl: won.plus(lost),
  };
}

describe("the figures of three lots worked out by hand", () => {
  const closes = threeLots();
  const sums = closes.map(({ trade }) => trade).reduce(addTrade, NO_TRADES);

  it("have these digits", () => {
    const { medianHoldingTime, ...figures } = tradeFiguresOf(sums, CAPITAL);
    expect(told({ ...figures, medianHoldingTime })).toMatchObject({
      totalTrades: 3,
      winningTrades: 2,
      losingTrades: 1,
      winRate: "66.66666667",
      averageRMultiple: "0.6560425", // 1.96812749 / 3
      profitFactor: "1.64072093", // 497.04 / 302.94
      expectancy: "64.7", // 194.1 / 3
      payoffRatio: "0.82036047", // 248.52 / 302.94
      averageWin: "248.52",
      averageLoss: "-302.94",
      largestWin: "397.92",
      largestLoss: "-302.94",
      averageHoldingTime: "820", // (60 + 600 + 1800) / 3
      longestWinningStreak: 1,
      longestLosingStreak: 1,
      currentStreak: 1,
      netPnl: "194.1",
      grossPnl: "200", // 40 × 10 − 60 × 5 + 10 × 10, at the reference prices and without commissions
      commissions: "1.1",
      slippage: "4.8",
      turnover: "0.2399996", // 23999.96 / 100000
    });
    const median = figureValue(medianHoldingTime)?.toNumber() ?? Number.NaN;
    expect(Math.abs(median - 600)).toBeLessThanOrEqual(6);
    expect(missingOf(figures)).toEqual([]);
  });
});

describe("published examples", () => {
  it("10 trades, 6 of which made 2,400 and 4 lost 1,200: average win 400, average loss 300, 40 cents to the dollar", () => {
    // learnforex.foobrdigital.com, "Calculate your expectancy": E = (1 + 400/300) × 0.6 − 1 = 0.4 of the average loss.
    const figures = tradeFiguresOf(sumsOf(6, "2400", 4, "-1200"), CAPITAL);
    expect(told(figures)).toMatchObject({
      winRate: "60",
      averageWin: "400",
      averageLoss: "-300",
      payoffRatio: "1.33333333",
      expectancy: "120",
      profitFactor: "2",
    });
    expect(120 / 300).toBe(0.4);
  });

  it.each([
    // pnlledger.com, "Profit factor vs win rate vs payoff ratio": PF = p R / (1 − p), for 40 % at 2:1 and 60 % at 0.8:1.
    [4, "8", 6, "-6", "2", "1.33333333"],
    [6, "4.8", 4, "-4", "0.8", "1.2"],
  ])("%s wins of %s and %s losses of %s: payoff %s, profit factor %s", (wins, won, losses, lost, payoff, factor) => {
    expect(told(tradeFiguresOf(sumsOf(wins, won, losses, lost), CAPITAL))).toMatchObject({
      payoffRatio: payoff,
      profitFactor: factor,
    });
  });
});

describe("what cannot be told", () => {
  const reasons = (sums: TradeSums): unknown =>
    Object.fromEntries(missingOf(tradeFiguresOf(sums, CAPITAL)).map(({ figure, reason }) => [figure, reason]));

  it("without trades is everything that is an average, a share or a largest", () => {
    expect(reasons(NO_TRADES)).toEqual({
      winRate: NEEDS_TRADE,
      averageRMultiple: NEEDS_TRADE,
      profitFactor: NEEDS_LOSS,
      expectancy: NEEDS_TRADE,
      payoffRatio: NEEDS_WIN,
      averageWin: NEEDS_WIN,
      averageLoss: NEEDS_LOSS,
      largestWin: NEEDS_WIN,
      largestLoss: NEEDS_LOSS,
      averageHoldingTime: NEEDS_TRADE,
      medianHoldingTime: NEEDS_TRADE,
    });
    expect(told(tradeFiguresOf(NO_TRADES, CAPITAL))).toMatchObject({
      totalTrades: 0,
      winRate: null,
      netPnl: "0",
      grossPnl: "0",
      turnover: "0",
      longestWinningStreak: 0,
      currentStreak: 0,
    });
  });

  it("with nothing but wins, or nothing but losses, is what divides by the others", () => {
    const [win, loss] = threeLots().map(({ trade }) => addTrade(NO_TRADES, trade));
    if (win === undefined || loss === undefined) throw new Error("no lots");
    expect(reasons(win)).toEqual({
      profitFactor: NEEDS_LOSS,
      payoffRatio: NEEDS_LOSS,
      averageLoss: NEEDS_LOSS,
      largestLoss: NEEDS_LOSS,
    });
    expect(reasons(loss)).toEqual({ payoffRatio: NEEDS_WIN, averageWin: NEEDS_WIN, largestWin: NEEDS_WIN });
    expect(told(tradeFiguresOf(loss, CAPITAL))).toMatchObject({ profitFactor: "0" });
  });

  it("with losing trades that lost nothing is what divides by their losses", () => {
    const nothing = "the losing trades lost nothing, so there is nothing to divide by";
    expect(reasons(sumsOf(1, "5", 2, "0"))).toMatchObject({ profitFactor: nothing, payoffRatio: nothing });
  });
});

describe("in any session", () => {
  it("the sums over its trades are those that its session keeps", () => {
    fc.assert(
      fc.property(closesArbitrary, (closes) => {
        const figures = closes.reduce(afterClose, newFigures(CAPITAL));
        const sums = closes.map(({ trade }) => trade).reduce(addTrade, NO_TRADES);
        const { totalTrades, winningTrades, totalRealizedPnl, grossWins, grossLosses, sumOfR } = sums;
        const { largestWin, largestLoss } = sums;
        expect(plain(figures)).toMatchObject(
          plain({ totalTrades, winningTrades, totalRealizedPnl, grossWins, grossLosses, sumOfR }) as object,
        );
        expect(plain({ largestWin, largestLoss })).toEqual(
          plain({ largestWin: figures.largestWin, largestLoss: figures.largestLoss }),
        );
      }),
    );
  });

  it("the costs of its lots add up to what its positions have paid", () => {
    fc.assert(
      fc.property(closesArbitrary, (closes) => {
        const sums = closes.map(({ trade }) => trade).reduce(addTrade, NO_TRADES);
        const closed = closes.map(({ position }) => position).filter((position) => !isOpen(position));
        const paid = closed.reduce((sum, { commissionPaid }) => sum.plus(commissionPaid), decimal("0"));
        const slipped = closed.reduce((sum, { slippageCost }) => sum.plus(slippageCost), decimal("0"));
        expect(plain([sums.commissions, sums.slippage])).toEqual(plain([paid, slipped]));
      }),
    );
  });

  it("gross P&L is what its lots made at their reference prices", () => {
    fc.assert(
      fc.property(closesArbitrary, (closes) => {
        const sums = closes.map(({ trade }) => trade).reduce(addTrade, NO_TRADES);
        const made = closes.map(({ trade, position }) => {
          const gain = trade.exitFill.reference.price.minus(position.entryFill.reference.price);
          return gain.times(trade.quantity).times(signOf(trade.side));
        });
        const expected = made.reduce((sum, gain) => sum.plus(gain), decimal("0"));
        // Each lot's value and slippage are rounded to 8 decimals on each side.
        const off = tradeFiguresOf(sums, CAPITAL).grossPnl.minus(expected).abs();
        expect(off.lte(decimal("0.00000004").times(closes.length))).toBe(true);
      }),
    );
  });

  it("win rate, payoff ratio and profit factor agree: PF = p R / (1 − p)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(1e9),
        fc.nat(1e9),
        (w, l, won, lost) => {
          const figures = tradeFiguresOf(sumsOf(w, String(won + 1), l, String(-lost - 1)), CAPITAL);
          const [p, payoff, factor] = [figures.winRate, figures.payoffRatio, figures.profitFactor].map(
            (told) => figureValue(told)?.toNumber() ?? Number.NaN,
          ) as [number, number, number];
          const expected = (p * payoff) / (100 - p);
          expect(Math.abs(factor - expected)).toBeLessThanOrEqual(1e-5 * (1 + expected) + 1e-5);
        },
      ),
    );
  });
});
