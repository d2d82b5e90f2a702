// The figures of one session: cash, sums over fills, trades and closed positions, the peak and the drawdown (domain.md 8).
import { type Decimal, HUNDRED, max, min, q8, ZERO } from "./decimal.ts";
import type { Exposure, PriceOf } from "./exposure.ts";
import { cashFlow, type Fill, tradingOf } from "./fill.ts";
import type { Close } from "./lot.ts";
import { isOpen, type Position } from "./position.ts";
import type { Side } from "./signal.ts";

export interface Figures {
  readonly cash: Decimal;
  readonly peakEquity: Decimal;
  readonly maxDrawdown: Decimal;
  readonly totalRealizedPnl: Decimal;
  readonly totalCommissionPaid: Decimal;
  readonly totalSlippageCost: Decimal;
  readonly totalTrades: number;
  readonly winningTrades: number;
  /** Σ realizedPnl of the wins; the losses' sum is negative or 0. */
  readonly grossWins: Decimal;
  readonly grossLosses: Decimal;
  readonly largestWin: Decimal | null;
  readonly largestLoss: Decimal | null;
  readonly sumOfR: Decimal;
  /** Positions closed whole: each counts once, however many trades it was closed in (domain.md 9). */
  readonly closedPositions: number;
  readonly closedWins: number;
  readonly closedPnl: Decimal;
  readonly closedLargestPnl: Decimal | null;
  readonly closedSumOfR: Decimal;
  readonly closedSumOfRSquared: Decimal;
}

/** Digits kept of sums over the positions' mean R, which need not end: far more than any figure shows. */
const MEAN_R_DECIMALS = 30;

export function newFigures(startingCapital: Decimal): Figures {
  return {
    cash: startingCapital,
    peakEquity: startingCapital,
    maxDrawdown: ZERO,
    totalRealizedPnl: ZERO,
    totalCommissionPaid: ZERO,
    totalSlippageCost: ZERO,
    totalTrades: 0,
    winningTrades: 0,
    grossWins: ZERO,
    grossLosses: ZERO,
    largestWin: null,
    largestLoss: null,
    sumOfR: ZERO,
    closedPositions: 0,
    closedWins: 0,
    closedPnl: ZERO,
    closedLargestPnl: null,
    closedSumOfR: ZERO,
    closedSumOfRSquared: ZERO,
  };
}

/** The figures after an entry fill. */
export function afterEntry(figures: Figures, side: Side, fill: Fill): Figures {
  return {
    ...figures,
    cash: figures.cash.plus(cashFlow(tradingOf(side, "ENTER"), fill)),
    totalCommissionPaid: figures.totalCommissionPaid.plus(fill.commission),
    totalSlippageCost: figures.totalSlippageCost.plus(fill.slippageCost),
  };
}

/** The figures after a closed lot. A win is a trade with `realizedPnl > 0`, every other is a loss. */
export function afterClose(figures: Figures, close: Close): Figures {
  const { realizedPnl, rMultiple, exitFill } = close.trade;
  const won = realizedPnl.gt(0);
  const after: Figures = {
    ...figures,
    cash: figures.cash.plus(close.cashFlow),
    totalRealizedPnl: figures.totalRealizedPnl.plus(realizedPnl),
    totalCommissionPaid: figures.totalCommissionPaid.plus(exitFill.commission),
    totalSlippageCost: figures.totalSlippageCost.plus(exitFill.slippageCost),
    totalTrades: figures.totalTrades + 1,
    winningTrades: figures.winningTrades + (won ? 1 : 0),
    grossWins: won ? figures.grossWins.plus(realizedPnl) : figures.grossWins,
    grossLosses: won ? figures.grossLosses : figures.grossLosses.plus(realizedPnl),
    largestWin: won ? max(figures.largestWin ?? realizedPnl, realizedPnl) : figures.largestWin,
    largestLoss: won ? figures.largestLoss : min(figures.largestLoss ?? realizedPnl, realizedPnl),
    sumOfR: figures.sumOfR.plus(rMultiple),
  };
  return isOpen(close.position) ? after : afterClosedPosition(after, close.position);
}

/** A closed position's result is the sum of its trades' P&L, its R their mean weighted by quantity. */
function afterClosedPosition(figures: Figures, position: Position): Figures {
  const { realizedPnl } = position;
  const meanR = position.quantityTimesR.div(position.entryFill.quantity);
  return {
    ...figures,
    closedPositions: figures.closedPositions + 1,
    closedWins: figures.closedWins + (realizedPnl.gt(0) ? 1 : 0),
    closedPnl: figures.closedPnl.plus(realizedPnl),
    closedLargestPnl: max(figures.closedLargestPnl ?? realizedPnl, realizedPnl),
    closedSumOfR: figures.closedSumOfR.plus(meanR).toDecimalPlaces(MEAN_R_DECIMALS),
    closedSumOfRSquared: figures.closedSumOfRSquared.plus(meanR.times(meanR)).toDecimalPlaces(MEAN_R_DECIMALS),
  };
}

/** How far equity is below the session's peak at a mark, in percent: 0 where it is the peak. */
export function drawdownAt({ peakEquity }: Figures, equity: Decimal): Decimal {
  return equity.gte(peakEquity) ? ZERO : q8(peakEquity.minus(equity).div(peakEquity).times(HUNDRED));
}

/** The figures after a mark: `peak = max(peak, equity)`, the drawdown from it, and the largest drawdown so far. */
export function afterMark(figures: Figures, equity: Decimal, drawdown = drawdownAt(figures, equity)): Figures {
  const peakEquity = max(figures.peakEquity, equity);
  const maxDrawdown = max(figures.maxDrawdown, drawdown);
  const moved = !peakEquity.eq(figures.peakEquity) || !maxDrawdown.eq(figures.maxDrawdown);
  return moved ? { ...figures, peakEquity, maxDrawdown } : figures;
}

/** The figures of an account that depend on prices. */
export interface Valuation {
  readonly totalUnrealizedPnl: Decimal;
  readonly equity: Decimal;
  readonly availableFunds: Decimal;
  /** In percent of equity; null where equity is not positive. */
  readonly currentHeat: Decimal | null;
}

/** `startingCapital + totalRealizedPnl + totalUnrealizedPnl`, the second rounded once. */
export function equityOf(startingCapital: Decimal, figures: Figures, exposure: Exposure, priceOf: PriceOf): Decimal {
  return startingCapital.plus(figures.totalRealizedPnl).plus(q8(exposure.unrealizedPnl(priceOf)));
}

/** `q8(equity − Σ price × remaining / leverage)`. */
export function availableFundsOf(equity: Decimal, exposure: Exposure, priceOf: PriceOf): Decimal {
  return q8(equity.minus(exposure.boundFunds(priceOf)));
}

/** Values an account at the given prices (domain.md 8). */
export function valuationOf(
  startingCapital: Decimal,
  figures: Figures,
  exposure: Exposure,
  priceOf: PriceOf,
): Valuation {
  const totalUnrealizedPnl = q8(exposure.unrealizedPnl(priceOf));
  const equity = startingCapital.plus(figures.totalRealizedPnl).plus(totalUnrealizedPnl);
  const currentHeat = equity.gt(0) ? q8(exposure.openRisk.div(equity).times(HUNDRED)) : null;
  return {
    totalUnrealizedPnl,
    equity,
    availableFunds: availableFundsOf(equity, exposure, priceOf),
    currentHeat,
  };
}
