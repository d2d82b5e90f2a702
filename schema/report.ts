// Reports: how a session has done, and how that compares with a backtest.
import type { Performance as Figures } from "../src/domain/performance.ts";
import { readReport, type SessionReport } from "../src/services/readAccounts.ts";
import { Account } from "./account.ts";
import { ACCOUNT_ARGUMENT, SESSION_ARGUMENT } from "./arguments.ts";
import { builder } from "./builder.ts";
import { Eligibility } from "./eligibility.ts";
import { textEnum } from "./enums.ts";
import { accountArgument } from "./globalIds.ts";

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

interface MetricDeltaParent {
  readonly metric: string;
  readonly paper: string | null;
  readonly backtest: string | null;
  readonly deltaPercentage: string | null;
  readonly direction: string | null;
  readonly status: string;
}

const MetricDelta = builder.objectRef<MetricDeltaParent>("MetricDelta").implement({
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
      description: "How far they are apart, in percent of the backtest's; null where one is missing.",
    }),
    direction: t.expose("direction", {
      type: Direction,
      nullable: true,
      description: "Which did better; null where one is missing.",
    }),
    status: t.expose("status", { type: ComparisonStatus, description: "How far that is." }),
  }),
});

const BacktestComparison = builder
  .objectRef<{ status: string; metrics: MetricDeltaParent[] }>("BacktestComparison")
  .implement({
    description: "How a session compares with a stored backtest.",
    fields: (t) => ({
      status: t.expose("status", { type: ComparisonStatus, description: "The worst of all figures'." }),
      metrics: t.field({ type: [MetricDelta], description: "Every figure.", resolve: ({ metrics }) => metrics }),
    }),
  });

const Performance = builder.objectRef<Figures>("Performance").implement({
  description: "The figures of a session. One that has nothing to be computed from is null, never 0 or infinity.",
  fields: (t) => ({
    totalTrades: t.exposeInt("totalTrades", { description: "How many trades (closed lots) there are." }),
    winningTrades: t.exposeInt("winningTrades", { description: "Trades with a realized profit above 0." }),
    losingTrades: t.exposeInt("losingTrades", { description: "All other trades." }),
    winRate: t.expose("winRate", {
      type: "Decimal",
      nullable: true,
      description: "Winning trades in percent of all; null without trades.",
    }),
    averageRMultiple: t.expose("averageRMultiple", {
      type: "Decimal",
      nullable: true,
      description: "The mean R multiple over trades; null without trades.",
    }),
    profitFactor: t.expose("profitFactor", {
      type: "Decimal",
      nullable: true,
      description: "Gross wins over gross losses; null without losses.",
    }),
    expectancy: t.expose("expectancy", {
      type: "Decimal",
      nullable: true,
      description: "The mean realized profit or loss of a trade, in USD; null without trades.",
    }),
    averageWin: t.expose("averageWin", {
      type: "Decimal",
      nullable: true,
      description: "The mean win, in USD; null without wins.",
    }),
    averageLoss: t.expose("averageLoss", {
      type: "Decimal",
      nullable: true,
      description: "The mean loss, in USD, negative or 0; null without losses.",
    }),
    largestWin: t.expose("largestWin", {
      type: "Decimal",
      nullable: true,
      description: "The largest win, in USD; null without wins.",
    }),
    largestLoss: t.expose("largestLoss", {
      type: "Decimal",
      nullable: true,
      description: "The largest loss, in USD, negative or 0; null without losses.",
    }),
    totalReturn: t.expose("totalReturn", {
      type: "Decimal",
      description: "What equity has gained or lost, in percent of the starting capital; open positions included.",
    }),
    maxDrawdown: t.expose("maxDrawdown", {
      type: "Decimal",
      description: "The largest fall of equity from its peak, in percent of the peak.",
    }),
  }),
});

const Report = builder.objectRef<SessionReport>("Report").implement({
  description: "How a session of an account has done.",
  fields: (t) => ({
    account: t.field({
      type: Account,
      description: "The account now, in its present session.",
      resolve: ({ account }) => account,
    }),
    performance: t.field({
      type: Performance,
      description: "The figures of the session that the report is of.",
      resolve: ({ performance }) => performance,
    }),
    backtestComparison: t.field({
      type: BacktestComparison,
      nullable: true,
      description: "How that compares with a stored backtest; null where there is no such backtest.",
      args: { backtest: t.arg.id({ required: true, description: "The backtest's id." }) },
      // Backtests cannot be stored yet.
      resolve: () => null,
    }),
    eligibility: t.field({
      type: Eligibility,
      description: "Whether the present session has shown enough to go live.",
      resolve: ({ eligibility }) => eligibility,
    }),
    generatedAt: t.field({
      type: "DateTime",
      description: "The time of these figures, by the desk's clock.",
      resolve: ({ generatedAtMs }) => new Date(generatedAtMs),
    }),
  }),
});

builder.queryField("report", (t) =>
  t.field({
    type: Report,
    nullable: true,
    description: "How a session has done; null where there is no such account or session.",
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      session: t.arg.int({ description: SESSION_ARGUMENT }),
    },
    resolve: (_root, { account, session }, { desk, viewer }) =>
      readReport(desk.desk, viewer, accountArgument(account), session),
  }),
);
