// What is kept of a group of trades instead of the trades: sums that figures are made of, and that add up over groups.
import { type Decimal, max, min, ZERO } from "../decimal.ts";
import type { Trade } from "../lot.ts";
import { signOf } from "../position.ts";
import { type HoldingTimes, holdingTime, mergeHoldingTimes, NO_HOLDING_TIMES } from "./holdingTimes.ts";
import { joinStreaks, NO_STREAKS, type Streaks, streaksOfTrade } from "./streaks.ts";

/**
 * The sums of a group of trades, in USD where nothing else is said. All are exact. Those of the groups of a breakdown add
 * up to those of the whole, but for `streaks`: a group's runs are those of its own trades, one after the other.
 */
export interface TradeSums {
  readonly totalTrades: number;
  /** A win is a trade with `realizedPnl > 0`, every other is a loss. */
  readonly winningTrades: number;
  readonly totalRealizedPnl: Decimal;
  /** Σ realizedPnl of the wins; the losses' sum is negative or 0. */
  readonly grossWins: Decimal;
  readonly grossLosses: Decimal;
  readonly largestWin: Decimal | null;
  readonly largestLoss: Decimal | null;
  readonly sumOfR: Decimal;
  /** Commissions and slippage of the lots: those of their exits and their parts of the entries'. */
  readonly commissions: Decimal;
  readonly slippage: Decimal;
  /** Σ entry value + exit value of each lot. */
  readonly tradedValue: Decimal;
  readonly holdingTimes: HoldingTimes;
  readonly streaks: Streaks;
}

/** What the sums take from a trade. */
export type SummedTrade = Pick<
  Trade,
  "side" | "entryTimeMs" | "realizedPnl" | "rMultiple" | "commissionTotal" | "slippageTotal"
> & { readonly exitFill: Pick<Trade["exitFill"], "value" | "timeMs"> };

export const NO_TRADES: TradeSums = {
  totalTrades: 0,
  winningTrades: 0,
  totalRealizedPnl: ZERO,
  grossWins: ZERO,
  grossLosses: ZERO,
  largestWin: null,
  largestLoss: null,
  sumOfR: ZERO,
  commissions: ZERO,
  slippage: ZERO,
  tradedValue: ZERO,
  holdingTimes: NO_HOLDING_TIMES,
  streaks: NO_STREAKS,
};

/** The sums of one trade. */
export function sumsOfTrade(trade: SummedTrade): TradeSums {
  const { realizedPnl, exitFill } = trade;
  const won = realizedPnl.gt(0);
  return {
    totalTrades: 1,
    winningTrades: won ? 1 : 0,
    totalRealizedPnl: realizedPnl,
    grossWins: won ? realizedPnl : ZERO,
    grossLosses: won ? ZERO : realizedPnl,
    largestWin: won ? realizedPnl : null,
    largestLoss: won ? null : realizedPnl,
    sumOfR: trade.rMultiple,
    commissions: trade.commissionTotal,
    slippage: trade.slippageTotal,
    tradedValue: exitFill.value.plus(entryValueOf(trade)),
    holdingTimes: holdingTime(trade.entryTimeMs, exitFill.timeMs),
    streaks: streaksOfTrade(won),
  };
}

/**
 * The lot's part of its entry's value, to the last digit: domain.md 7 solved for `entryValuePart`, which is
 * `exitValue − d × (realizedPnl + commissionTotal)`.
 */
export function entryValueOf({ side, realizedPnl, commissionTotal, exitFill }: SummedTrade): Decimal {
  return exitFill.value.minus(realizedPnl.plus(commissionTotal).times(signOf(side)));
}

/** The sums after one more trade, the newest of them. */
export function addTrade(sums: TradeSums, trade: SummedTrade): TradeSums {
  return mergeSums(sums, sumsOfTrade(trade));
}

/** The sums of two groups together, the trades of `earlier` made before those of `later`. Associative. */
export function mergeSums(earlier: TradeSums, later: TradeSums): TradeSums {
  return {
    totalTrades: earlier.totalTrades + later.totalTrades,
    winningTrades: earlier.winningTrades + later.winningTrades,
    totalRealizedPnl: earlier.totalRealizedPnl.plus(later.totalRealizedPnl),
    grossWins: earlier.grossWins.plus(later.grossWins),
    grossLosses: earlier.grossLosses.plus(later.grossLosses),
    largestWin: either(max, earlier.largestWin, later.largestWin),
    largestLoss: either(min, earlier.largestLoss, later.largestLoss),
    sumOfR: earlier.sumOfR.plus(later.sumOfR),
    commissions: earlier.commissions.plus(later.commissions),
    slippage: earlier.slippage.plus(later.slippage),
    tradedValue: earlier.tradedValue.plus(later.tradedValue),
    holdingTimes: mergeHoldingTimes(earlier.holdingTimes, later.holdingTimes),
    streaks: joinStreaks(earlier.streaks, later.streaks),
  };
}

function either(choose: (a: Decimal, b: Decimal) => Decimal, a: Decimal | null, b: Decimal | null): Decimal | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
