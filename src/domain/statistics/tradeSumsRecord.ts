// The flat form of the sums of trades: decimals as text, for rows of the database.
import { type Decimal, decimal, formatDecimal } from "../decimal.ts";
import type { TradeSums } from "./tradeSums.ts";

export type TradeSumsRecord = ReturnType<typeof tradeSumsRecord>;

/** A bucket of the sketch of holding times, and how many trades it counts. */
export type HoldingTimeCount = readonly [bucket: number, count: number];

const text = formatDecimal;
const optional = (value: Decimal | null): string | null => value && formatDecimal(value);
const optionalDecimal = (value: string | null): Decimal | null => (value === null ? null : decimal(value));

export function tradeSumsRecord(sums: TradeSums) {
  const { holdingTimes, streaks } = sums;
  const holdingTimeCounts: readonly HoldingTimeCount[] = [...holdingTimes.counts].sort(([a], [b]) => a - b);
  return {
    totalTrades: sums.totalTrades,
    winningTrades: sums.winningTrades,
    totalRealizedPnl: text(sums.totalRealizedPnl),
    grossWins: text(sums.grossWins),
    grossLosses: text(sums.grossLosses),
    largestWin: optional(sums.largestWin),
    largestLoss: optional(sums.largestLoss),
    sumOfR: text(sums.sumOfR),
    commissions: text(sums.commissions),
    slippage: text(sums.slippage),
    tradedValue: text(sums.tradedValue),
    holdingMs: text(holdingTimes.sumMs),
    shortestHoldingMs: holdingTimes.shortestMs,
    longestHoldingMs: holdingTimes.longestMs,
    holdingTimeCounts,
    longestWinningStreak: streaks.longestWinning,
    longestLosingStreak: streaks.longestLosing,
    firstRun: streaks.first,
    lastRun: streaks.last,
  };
}

export function tradeSumsOfRecord(record: TradeSumsRecord): TradeSums {
  return {
    totalTrades: record.totalTrades,
    winningTrades: record.winningTrades,
    totalRealizedPnl: decimal(record.totalRealizedPnl),
    grossWins: decimal(record.grossWins),
    grossLosses: decimal(record.grossLosses),
    largestWin: optionalDecimal(record.largestWin),
    largestLoss: optionalDecimal(record.largestLoss),
    sumOfR: decimal(record.sumOfR),
    commissions: decimal(record.commissions),
    slippage: decimal(record.slippage),
    tradedValue: decimal(record.tradedValue),
    holdingTimes: {
      sumMs: decimal(record.holdingMs),
      shortestMs: record.shortestHoldingMs,
      longestMs: record.longestHoldingMs,
      counts: new Map(record.holdingTimeCounts),
    },
    streaks: {
      trades: record.totalTrades,
      longestWinning: record.longestWinningStreak,
      longestLosing: record.longestLosingStreak,
      first: record.firstRun,
      last: record.lastRun,
    },
  };
}
