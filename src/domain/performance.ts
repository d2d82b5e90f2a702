// How a session has done: figures from the sums kept with it (domain.md 8).
import { Decimal, type Decimal as DecimalType, HUNDRED, q8 } from "./decimal.ts";
import type { Figures } from "./figures.ts";

/** A figure that has nothing to be computed from is null, never 0 or infinity. */
export interface Performance {
  readonly totalTrades: number;
  readonly winningTrades: number;
  readonly losingTrades: number;
  /** In percent. */
  readonly winRate: DecimalType | null;
  readonly averageRMultiple: DecimalType | null;
  readonly profitFactor: DecimalType | null;
  readonly expectancy: DecimalType | null;
  readonly averageWin: DecimalType | null;
  readonly averageLoss: DecimalType | null;
  readonly largestWin: DecimalType | null;
  readonly largestLoss: DecimalType | null;
  /** In percent of the starting capital. */
  readonly totalReturn: DecimalType;
  readonly maxDrawdown: DecimalType;
}

/** The performance of a session with these figures, whose equity is `equity`. */
export function performanceOf(figures: Figures, startingCapital: DecimalType, equity: DecimalType): Performance {
  const { totalTrades, winningTrades, grossWins, grossLosses } = figures;
  const losingTrades = totalTrades - winningTrades;
  return {
    totalTrades,
    winningTrades,
    losingTrades,
    winRate: percentage(winningTrades, totalTrades),
    averageRMultiple: mean(figures.sumOfR, totalTrades),
    profitFactor: grossLosses.isZero() ? null : q8(grossWins.div(grossLosses.abs())),
    expectancy: mean(figures.totalRealizedPnl, totalTrades),
    averageWin: mean(grossWins, winningTrades),
    averageLoss: mean(grossLosses, losingTrades),
    largestWin: figures.largestWin,
    largestLoss: figures.largestLoss,
    totalReturn: q8(equity.minus(startingCapital).div(startingCapital).times(HUNDRED)),
    maxDrawdown: figures.maxDrawdown,
  };
}

/** `part / whole × 100`, or null of nothing. */
export function percentage(part: number, whole: number): DecimalType | null {
  return whole === 0 ? null : q8(new Decimal(part).div(whole).times(HUNDRED));
}

/** `sum / count`, or null of nothing. */
export function mean(sum: DecimalType, count: number): DecimalType | null {
  return count === 0 ? null : q8(sum.div(count));
}
