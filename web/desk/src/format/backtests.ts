// Backtests and their comparison in words. Each table names every code: a new one does not compile until it has its words.
import type { BacktestMetric, BacktestStatus, ComparisonStatus, Direction } from "@papertape/client";
import { multiple, percent, quantity, ratio } from "./numbers.ts";

export const BACKTEST_STATES: Readonly<Record<BacktestStatus, string>> = {
  CANCELLED: "– cancelled",
  DONE: "✓ done",
  FAILED: "✗ failed",
  QUEUED: "… waits",
  RUNNING: "▶ runs",
};

/** Whether there is more to come. */
export const isUnderWay = (status: BacktestStatus): boolean => status === "QUEUED" || status === "RUNNING";

export const METRICS: Readonly<Record<BacktestMetric, { readonly label: string; readonly write: typeof percent }>> = {
  AVERAGE_R_MULTIPLE: { label: "Average R", write: multiple },
  MAX_DRAWDOWN: { label: "Largest drawdown", write: percent },
  PROFIT_FACTOR: { label: "Profit factor", write: ratio },
  SHARPE: { label: "Sharpe ratio", write: ratio },
  TOTAL_TRADES: { label: "Trades", write: quantity },
  WIN_RATE: { label: "Win rate", write: percent },
};

export const DIRECTIONS: Readonly<Record<Direction, string>> = {
  BETTER: "paper is better",
  SAME: "the same",
  WORSE: "paper is worse",
};

export const COMPARED: Readonly<Record<ComparisonStatus, { readonly text: string; readonly look: string }>> = {
  ERROR: { text: "✗ error", look: "loss" },
  OK: { text: "✓ OK", look: "gain" },
  WARNING: { text: "! warning", look: "warn" },
};

export const STRATEGY_LABELS: Readonly<Record<string, string>> = {
  allowShort: "Goes short too",
  entryBars: "Bars of the channel",
  rangeBars: "Bars of the average true range",
  stopRanges: "Stop (average true ranges)",
  target1Risks: "Target 1 (multiples of the risk)",
  target2Risks: "Target 2 (multiples of the risk)",
};
