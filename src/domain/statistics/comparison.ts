// A session beside a stored backtest: how far apart their figures are, and which way (domain.md 11).
import { type Decimal, HUNDRED, q8, ZERO } from "../decimal.ts";

export const BACKTEST_METRICS = [
  "WIN_RATE",
  "AVERAGE_R_MULTIPLE",
  "MAX_DRAWDOWN",
  "PROFIT_FACTOR",
  "TOTAL_TRADES",
  "SHARPE",
] as const;

export type BacktestMetric = (typeof BACKTEST_METRICS)[number];
export type ComparisonStatus = "OK" | "WARNING" | "ERROR";
export type Direction = "BETTER" | "WORSE" | "SAME";

/** The figures of one side: win rate and drawdown in percent (0 to 100, not 0 to 1); null where there is none. */
export type ComparedFigures = Readonly<Record<BacktestMetric, Decimal | null>>;

export interface MetricDelta {
  readonly metric: BacktestMetric;
  readonly paper: Decimal | null;
  readonly backtest: Decimal | null;
  /** In percent of the backtest's figure; null where one of the two is null: nothing is compared then. */
  readonly deltaPercentage: Decimal | null;
  /** How paper did against the backtest; null where nothing is compared, and where neither way is better. */
  readonly direction: Direction | null;
  /** OK also where nothing is compared: no deviation was found. */
  readonly status: ComparisonStatus;
}

export interface BacktestComparison {
  /** The worst of the metrics. */
  readonly status: ComparisonStatus;
  readonly metrics: readonly MetricDelta[];
}

const WARNING_ABOVE_PERCENTAGE = 10;
const ERROR_ABOVE_PERCENTAGE = 20;
const STATUSES_FROM_WORST: readonly ComparisonStatus[] = ["ERROR", "WARNING"];

/**
 * What is better: a larger figure (+1), a smaller one (−1), or neither (0). More trades are not better and fewer are not
 * worse: a difference says that paper does not take the trades of the backtest, which its delta and status tell.
 */
const BETTER: Readonly<Record<BacktestMetric, 1 | -1 | 0>> = {
  WIN_RATE: 1,
  AVERAGE_R_MULTIPLE: 1,
  MAX_DRAWDOWN: -1,
  PROFIT_FACTOR: 1,
  TOTAL_TRADES: 0,
  SHARPE: 1,
};

/** Compares the figures of a session with those of a backtest, metric by metric. */
export function compareWithBacktest(paper: ComparedFigures, backtest: ComparedFigures): BacktestComparison {
  const metrics = BACKTEST_METRICS.map((metric) => metricDelta(metric, paper[metric], backtest[metric]));
  const worst = STATUSES_FROM_WORST.find((status) => metrics.some((metric) => metric.status === status));
  return { status: worst ?? "OK", metrics };
}

function metricDelta(metric: BacktestMetric, paper: Decimal | null, backtest: Decimal | null): MetricDelta {
  if (paper === null || backtest === null) {
    return { metric, paper, backtest, deltaPercentage: null, direction: null, status: "OK" };
  }
  const delta = deltaOf(paper, backtest);
  return {
    metric,
    paper,
    backtest,
    deltaPercentage: q8(delta),
    direction: directionOf(metric, paper.cmp(backtest)),
    status: statusOf(delta),
  };
}

/** `|paper − backtest| / |backtest| × 100`, unrounded; where the backtest has 0, it is 0 if paper has too, else 100. */
function deltaOf(paper: Decimal, backtest: Decimal): Decimal {
  if (backtest.isZero()) return paper.isZero() ? ZERO : HUNDRED;
  return paper.minus(backtest).abs().times(HUNDRED).div(backtest.abs());
}

function statusOf(delta: Decimal): ComparisonStatus {
  if (delta.gt(ERROR_ABOVE_PERCENTAGE)) return "ERROR";
  return delta.gt(WARNING_ABOVE_PERCENTAGE) ? "WARNING" : "OK";
}

function directionOf(metric: BacktestMetric, compared: number): Direction | null {
  if (compared === 0) return "SAME";
  const better = compared * BETTER[metric];
  if (better === 0) return null;
  return better > 0 ? "BETTER" : "WORSE";
}
