// How a group of trades has done: figures from its sums.
import { type Decimal, q8 } from "../decimal.ts";
import { mean, percentage } from "../means.ts";
import { type Figure, figure, figureOr, missing } from "./figure.ts";
import { medianMs } from "./holdingTimes.ts";
import type { TradeSums } from "./tradeSums.ts";

export interface TradeFigures {
  readonly totalTrades: number;
  readonly winningTrades: number;
  readonly losingTrades: number;
  /** wins / trades, in percent. */
  readonly winRate: Figure;
  /** Mean R over the trades. */
  readonly averageRMultiple: Figure;
  /** Gross wins / |gross losses|. */
  readonly profitFactor: Figure;
  /** Mean realized P&L of a trade, in USD. */
  readonly expectancy: Figure;
  /** Average win / |average loss|. */
  readonly payoffRatio: Figure;
  readonly averageWin: Figure;
  readonly averageLoss: Figure;
  readonly largestWin: Figure;
  readonly largestLoss: Figure;
  /** From entry to exit, in seconds. */
  readonly averageHoldingTime: Figure;
  /** In seconds, told to within 1 %. */
  readonly medianHoldingTime: Figure;
  readonly longestWinningStreak: number;
  readonly longestLosingStreak: number;
  /** The run that the newest trade belongs to: above 0 of wins, below 0 of losses. */
  readonly currentStreak: number;
  /** Σ realizedPnl: after commissions and slippage. */
  readonly netPnl: Decimal;
  /** What the trades would have made at their reference prices and without commissions: net + commissions + slippage. */
  readonly grossPnl: Decimal;
  readonly commissions: Decimal;
  readonly slippage: Decimal;
  /** Value traded at the entries and exits of closed lots, as a multiple of the starting capital. */
  readonly turnover: Decimal;
}

const MS_PER_SECOND = 1000;
const NEEDS_TRADE = "needs at least one trade, there is none";
const NEEDS_WIN = "needs at least one winning trade, there is none";
const NEEDS_LOSS = "needs at least one losing trade, there is none";
const NOTHING_LOST = "the losing trades lost nothing, so there is nothing to divide by";

/** The figures of trades with these sums, in a session that began with `startingCapital`. */
export function tradeFiguresOf(sums: TradeSums, startingCapital: Decimal): TradeFigures {
  const { totalTrades, winningTrades, commissions, slippage } = sums;
  const losingTrades = totalTrades - winningTrades;
  return {
    totalTrades,
    winningTrades,
    losingTrades,
    winRate: figureOr(percentage(winningTrades, totalTrades), NEEDS_TRADE),
    averageRMultiple: figureOr(mean(sums.sumOfR, totalTrades), NEEDS_TRADE),
    profitFactor: overLosses(sums, sums.grossWins, 1),
    expectancy: figureOr(mean(sums.totalRealizedPnl, totalTrades), NEEDS_TRADE),
    payoffRatio:
      winningTrades === 0 ? missing(NEEDS_WIN) : overLosses(sums, sums.grossWins.times(losingTrades), winningTrades),
    averageWin: figureOr(mean(sums.grossWins, winningTrades), NEEDS_WIN),
    averageLoss: figureOr(mean(sums.grossLosses, losingTrades), NEEDS_LOSS),
    largestWin: figureOr(sums.largestWin, NEEDS_WIN),
    largestLoss: figureOr(sums.largestLoss, NEEDS_LOSS),
    averageHoldingTime: figureOr(mean(sums.holdingTimes.sumMs.div(MS_PER_SECOND), totalTrades), NEEDS_TRADE),
    medianHoldingTime: medianHoldingTime(sums),
    longestWinningStreak: sums.streaks.longestWinning,
    longestLosingStreak: sums.streaks.longestLosing,
    currentStreak: sums.streaks.last,
    netPnl: sums.totalRealizedPnl,
    grossPnl: sums.totalRealizedPnl.plus(commissions).plus(slippage),
    commissions,
    slippage,
    turnover: q8(sums.tradedValue.div(startingCapital)),
  };
}

/** `dividend / (|gross losses| × times)`, rounded once. */
function overLosses(sums: TradeSums, dividend: Decimal, times: number): Figure {
  if (sums.totalTrades === sums.winningTrades) return missing(NEEDS_LOSS);
  if (sums.grossLosses.isZero()) return missing(NOTHING_LOST);
  return figure(q8(dividend.div(sums.grossLosses.abs().times(times))));
}

function medianHoldingTime({ holdingTimes }: TradeSums): Figure {
  const median = medianMs(holdingTimes);
  return figureOr(median && q8(median.div(MS_PER_SECOND)), NEEDS_TRADE);
}
