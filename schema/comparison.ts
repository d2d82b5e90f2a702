// How a session compares with a backtest, metric by metric, as a whole and by symbol.
import { BREAKDOWN_GROUPS_MAX } from "../src/domain/statistics/groups.ts";
import type { SymbolComparison as OfSymbol, Comparison as Told } from "../src/services/compareBacktest.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import { requestError } from "./errors.ts";

const ComparisonStatus = textEnum("ComparisonStatus", "How far paper is from the backtest.", {
  OK: "At most 10 % away.",
  WARNING: "More than 10 % away.",
  ERROR: "More than 20 % away.",
});

const Direction = textEnum("Direction", "Whether paper did better or worse than the backtest.", {
  BETTER: "Paper did better.",
  WORSE: "Paper did worse.",
  SAME: "Both did the same.",
});

const BacktestMetric = textEnum("BacktestMetric", "A figure that is compared with a backtest.", {
  WIN_RATE: "Winning trades in percent of all.",
  AVERAGE_R_MULTIPLE: "The mean R multiple over trades.",
  MAX_DRAWDOWN: "The largest fall of equity from its peak, in percent of the peak.",
  PROFIT_FACTOR: "Gross wins over gross losses.",
  TOTAL_TRADES: "How many trades there are.",
  SHARPE: "The Sharpe ratio.",
});

type Compared = Extract<Told, { kind: "compared" }>;

const MetricDelta = builder.objectRef<Compared["metrics"][number]>("MetricDelta").implement({
  description: "One figure, on paper and in the backtest.",
  fields: (t) => ({
    metric: t.expose("metric", { type: BacktestMetric, description: "Which figure." }),
    paper: t.expose("paper", {
      type: "Decimal",
      nullable: true,
      description: "On paper; null where there is nothing to compute it from.",
    }),
    backtest: t.expose("backtest", {
      type: "Decimal",
      nullable: true,
      description: "In the backtest; null where it has none.",
    }),
    deltaPercentage: t.expose("deltaPercentage", {
      type: "Decimal",
      nullable: true,
      description:
        "|paper − backtest| / |backtest| × 100; where the backtest has 0, it is 0 if paper has too, else 100. Null where one is missing.",
    }),
    direction: t.expose("direction", {
      type: Direction,
      nullable: true,
      description:
        "Which did better; null where one is missing, and of TOTAL_TRADES: more are neither better nor worse.",
    }),
    status: t.expose("status", {
      type: ComparisonStatus,
      description: "How far that is; OK where one is missing, for no deviation was found.",
    }),
  }),
});

const SymbolComparison = builder.objectRef<OfSymbol>("SymbolComparison").implement({
  description: "The trades of one symbol, on paper and in the backtest. Where one has none of them, it has 0 trades.",
  fields: (t) => ({
    symbol: t.exposeString("symbol", { description: "Which symbol." }),
    status: t.expose("status", { type: ComparisonStatus, description: "The worst of its figures'." }),
    metrics: t.field({
      type: [MetricDelta],
      description: "Its figures; drawdown and Sharpe ratio are those of an account and not among them.",
      resolve: ({ metrics }) => [...metrics],
    }),
  }),
});

export const BacktestComparison = builder.objectRef<Compared>("BacktestComparison").implement({
  description: "How a session compares with a stored backtest.",
  fields: (t) => ({
    status: t.expose("status", {
      type: ComparisonStatus,
      description: "The worst of all figures'; OK too where nothing could be compared, which `compared` tells.",
    }),
    compared: t.int({
      description: "How many figures could be compared: those that both have.",
      resolve: ({ metrics }) => metrics.filter(({ deltaPercentage }) => deltaPercentage !== null).length,
    }),
    metrics: t.field({ type: [MetricDelta], description: "Every figure.", resolve: ({ metrics }) => [...metrics] }),
    bySymbol: t.field({
      type: [SymbolComparison],
      description: "By symbol; empty where nothing by symbol was recorded with the backtest.",
      resolve: ({ bySymbol }) => [...shown(bySymbol)],
    }),
  }),
});

function shown(bySymbol: Compared["bySymbol"]): readonly OfSymbol[] {
  if (bySymbol !== undefined) return bySymbol;
  const most = BREAKDOWN_GROUPS_MAX.toLocaleString("en-US");
  throw requestError("BAD_USER_INPUT", `There are more than ${most} symbols, the most that are compared.`);
}
