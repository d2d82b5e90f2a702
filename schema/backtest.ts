// Backtests: what was asked, how far it is, and the result; the queries for them.
import type {
  BacktestDataSet,
  BreakoutRecord,
  RecordedFigures as Recorded,
  Backtest as StoredBacktest,
} from "../src/backtestPorts.ts";
import { CURVE_COUNT_MAX } from "../src/domain/curve/downsample.ts";
import { percentage } from "../src/domain/means.ts";
import type { SessionRecord } from "../src/domain/records.ts";
import type { Breakdown as By } from "../src/domain/statistics/groups.ts";
import {
  figuresOf,
  listBacktestPositions,
  listBacktestSignals,
  listBacktests,
  listBacktestTrades,
  readBacktestById,
  readBacktestCurve,
  readBacktestGroups,
  readBacktestPerformance,
} from "../src/services/backtests.ts";
import type { List } from "../src/services/lists.ts";
import { SYMBOL_ARGUMENT, symbolArgument, timeArgument } from "./arguments.ts";
import { atLastPrice } from "./backtestPrices.ts";
import { Breakdown, ReportGroup, shownGroups } from "./breakdown.ts";
import { builder } from "./builder.ts";
import { CURVE_POINTS_ARGUMENT, EquityCurve, pointsArgument } from "./curve.ts";
import { textEnum } from "./enums.ts";
import { backtestGlobalId, backtestIdOf, dataSetGlobalId } from "./globalIds.ts";
import { backtestCursor, positionCursor, signalCursor, tradeCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import type { PositionParent } from "./parents.ts";
import { Performance } from "./performance.ts";
import { Position, PositionConnection, PositionStatus } from "./position.ts";
import { RecordedFigures } from "./recordedFigures.ts";
import { MAY_READ_ALL } from "./rules.ts";
import { Settings } from "./settings.ts";
import { Signal, SignalConnection, SignalStatus } from "./signal.ts";
import { ExitReason, Trade, TradeConnection } from "./trade.ts";
import { AssetClass } from "./words.ts";

const BacktestKind = textEnum("BacktestKind", "Where a backtest comes from.", {
  RUN: "The desk has run it.",
  RECORDED: "Its figures were recorded: they come from elsewhere.",
});

const BacktestStatus = textEnum("BacktestStatus", "How far a backtest is.", {
  QUEUED: "It waits for those that were asked for before it.",
  RUNNING: "It is being run.",
  DONE: "Its result is there, as a whole.",
  FAILED: "It has no result, and `failure` says why.",
  CANCELLED: "It was cancelled before it was done, and has no result.",
});

export const StrategyName = textEnum("StrategyName", "A built-in strategy.", {
  BREAKOUT:
    "Enters where a bar closes outside the channel of the bars before it (Donchian), with a stop by their average true range.",
});

const Progress = builder.objectRef<StoredBacktest>("BacktestProgress").implement({
  description: "How many bars of a backtest have been played.",
  fields: (t) => ({
    barsDone: t.exposeInt("barsDone", { description: "Bars that have been played." }),
    barsTotal: t.exposeInt("barsTotal", { description: "Bars in all." }),
    percentage: t.field({
      type: "Decimal",
      description: "barsDone / barsTotal × 100.",
      resolve: ({ barsDone, barsTotal }) => percentage(barsDone, barsTotal) ?? "0",
    }),
  }),
});

const UsedDataSet = builder.objectRef<BacktestDataSet>("BacktestDataSet").implement({
  description: "A data set as a backtest used it; kept with it, also where the data set itself was deleted.",
  fields: (t) => ({
    id: t.id({ description: "The data set's id.", resolve: ({ dataSetId }) => dataSetGlobalId(dataSetId) }),
    name: t.exposeString("name", { description: "What its importer called it." }),
    symbol: t.exposeString("symbol", { description: "What its bars are the prices of." }),
    from: t.expose("from", { type: "DateTime", description: "The start of its first bar." }),
    to: t.expose("to", { type: "DateTime", description: "The end of its last bar." }),
    bars: t.exposeInt("bars", { description: "How many of its bars lie in the range of the backtest." }),
  }),
});

const Strategy = builder.objectRef<BreakoutRecord>("Strategy").implement({
  description: "A built-in strategy with all its parameters.",
  fields: (t) => ({
    name: t.expose("name", { type: StrategyName, description: "Which one." }),
    assetClass: t.expose("assetClass", { type: AssetClass, description: "What its signals say that they trade." }),
    entryBars: t.exposeInt("entryBars", { description: "The bars of the channel." }),
    rangeBars: t.exposeInt("rangeBars", { description: "The bars of the average true range." }),
    stopRanges: t.expose("stopRanges", {
      type: "Decimal",
      description: "The stop's distance in average true ranges: the risk.",
    }),
    target1Risks: t.expose("target1Risks", { type: "Decimal", description: "Target 1 in multiples of the risk." }),
    target2Risks: t.expose("target2Risks", { type: "Decimal", description: "Target 2 in multiples of the risk." }),
    allowShort: t.exposeBoolean("allowShort", { description: "Whether it goes short too." }),
  }),
});

const NO_RESULT = "before the backtest is DONE, and of one that was RECORDED";
const CURVE_DEFAULT = 500;

export const Backtest = builder.objectRef<StoredBacktest>("Backtest").implement({
  description:
    "Historical bars played through the same domain as paper trading, in an account of its own. The same input gives the same digits.",
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: "Opaque; `node` takes it.", resolve: ({ backtestId }) => backtestGlobalId(backtestId) }),
    name: t.exposeString("name", { description: "What it was called when it was asked for." }),
    kind: t.expose("kind", { type: BacktestKind, description: "Where it comes from." }),
    status: t.expose("status", { type: BacktestStatus, description: "How far it is." }),
    fillModelVersion: t.exposeInt("fillModelVersion", {
      nullable: true,
      description: `The version of the fill model that its fills were made by; null ${NO_RESULT}.`,
    }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      description: "When it was asked for, by the system's clock.",
    }),
    startedAt: t.expose("startedAt", {
      type: "DateTime",
      nullable: true,
      description: "When its newest run began, by the system's clock; null while it waits.",
    }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was done, failed or was cancelled, by the system's clock.",
    }),
    failure: t.exposeString("failure", { nullable: true, description: "Why it failed; null unless FAILED." }),
    warnings: t.stringList({
      description: "What is odd about what was asked, without being wrong.",
      resolve: ({ input }) => [...input.warnings],
    }),
    progress: t.field({ type: Progress, description: "How far it is.", resolve: (backtest) => backtest }),
    dataSets: t.field({
      type: [UsedDataSet],
      description: "Its bars: bars that start together are played in this order.",
      resolve: ({ input }) => [...input.dataSets],
    }),
    from: t.field({
      type: "DateTime",
      nullable: true,
      description: "Only bars that start at or after it were played; null for all.",
      resolve: ({ input }) => input.from,
    }),
    to: t.field({
      type: "DateTime",
      nullable: true,
      description: "Only bars that start before it were played; null for all.",
      resolve: ({ input }) => input.to,
    }),
    strategy: t.field({
      type: Strategy,
      nullable: true,
      description: "The strategy that sends its signals; null where they were given.",
      resolve: ({ input }) => input.strategy,
    }),
    signalCount: t.int({
      description: "How many signals were given; 0 with a strategy.",
      resolve: ({ input }) => input.signalCount,
    }),
    settings: t.field({
      type: Settings,
      nullable: true,
      description: "The settings of its account; null of one that was RECORDED.",
      resolve: ({ input }) => input.settings as unknown as SessionRecord | null,
    }),
  }),
});

builder.objectFields(Backtest, (t) => ({
  equity: t.field({
    type: "Decimal",
    nullable: true,
    description: `What its account was worth at the end, in USD, open positions at the last prices; null ${NO_RESULT}.`,
    resolve: (backtest) => figuresOf(backtest)?.equity ?? null,
  }),
  recorded: t.field({
    type: RecordedFigures,
    nullable: true,
    description: "The figures of a RECORDED backtest; null of one that the desk has run.",
    resolve: ({ kind, figures }) => (kind === "RECORDED" ? (figures as Recorded) : null),
  }),
  performance: t.field({
    type: Performance,
    nullable: true,
    description: `The figures of its result; null ${NO_RESULT}.`,
    resolve: (backtest, _args, { sessionReads }) => readBacktestPerformance(sessionReads, backtest),
  }),
  breakdown: t.field({
    type: [ReportGroup],
    nullable: true,
    description: `The same figures for each group of its trades; null ${NO_RESULT}.`,
    args: { by: t.arg({ type: Breakdown, required: true, description: "What the trades are grouped by." }) },
    resolve: async (backtest, { by }, { sessionReads }) => {
      const groups = await readBacktestGroups(sessionReads, backtest, by as By);
      return groups && shownGroups(groups, by as By);
    },
  }),
  equityCurve: t.field({
    type: EquityCurve,
    nullable: true,
    description: `Its equity from mark to mark; null ${NO_RESULT}.`,
    args: { points: t.arg.int({ defaultValue: CURVE_DEFAULT, description: CURVE_POINTS_ARGUMENT }) },
    resolve: (backtest, { points }, { sessionReads }) =>
      readBacktestCurve(sessionReads, backtest, Math.min(pointsArgument(points), CURVE_COUNT_MAX)),
  }),
  positions: t.connection(
    {
      type: Position,
      description: `Its positions, oldest first; none ${NO_RESULT}. What is open at the end stays open.`,
      args: {
        status: t.arg({ type: PositionStatus, description: "Only those of this status." }),
        symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
      },
      resolve: (backtest, { status, symbol, ...page }, { reads }) =>
        pageOf(page, { cursor: positionCursor, placeOf: ({ number }) => number }, () =>
          atLastPrices(backtest, listBacktestPositions(reads, backtest, { status, symbol: symbolArgument(symbol) })),
        ),
    },
    PositionConnection,
  ),
  trades: t.connection(
    {
      type: Trade,
      description: `Its trades, newest exit first; none ${NO_RESULT}.`,
      args: {
        symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
        exitReason: t.arg({ type: ExitReason, description: "Only those closed for this reason." }),
        from: t.arg({ type: "DateTime", description: "Only exits at or after this time." }),
        to: t.arg({ type: "DateTime", description: "Only exits before this time." }),
      },
      resolve: (backtest, { symbol, exitReason, from, to, ...page }, { reads }) =>
        pageOf(
          page,
          { cursor: tradeCursor, placeOf: ({ exitTime, number }) => ({ exitTime: new Date(exitTime), number }) },
          () =>
            listBacktestTrades(reads, backtest, {
              symbol: symbolArgument(symbol),
              exitReason,
              from: timeArgument("from", from),
              to: timeArgument("to", to),
            }),
        ),
    },
    TradeConnection,
  ),
  signals: t.connection(
    {
      type: Signal,
      description: `Its signals with their outcomes, newest first; none ${NO_RESULT}.`,
      args: {
        status: t.arg({ type: SignalStatus, description: "Only those of this outcome." }),
        symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
      },
      resolve: (backtest, { status, symbol, ...page }, { reads }) =>
        pageOf(page, { cursor: signalCursor, placeOf: ({ sequence }) => sequence }, () =>
          listBacktestSignals(reads, backtest, { status, symbol: symbolArgument(symbol) }),
        ),
    },
    SignalConnection,
  ),
}));

function atLastPrices(backtest: StoredBacktest, list: List<PositionParent, number>): List<PositionParent, number> {
  return {
    find: async (range) => (await list.find(range)).map((position) => atLastPrice(backtest, position)),
    count: () => list.count(),
  };
}

const BacktestConnection = builder.connectionObject(
  { type: Backtest, name: "BacktestConnection", description: "A page of a list of backtests." },
  { name: "BacktestEdge", description: "A backtest and its place in the list." },
);

builder.queryFields((t) => ({
  backtest: t.field({
    type: Backtest,
    authScopes: MAY_READ_ALL,
    nullable: true,
    description: "One backtest; null where there is none of that id.",
    args: { id: t.arg.id({ required: true, description: "The backtest's id." }) },
    resolve: (_root, { id }, { backtests, viewer }) => {
      const backtestId = backtestIdOf(id);
      return backtestId === undefined ? null : readBacktestById(backtests, viewer, backtestId);
    },
  }),
  backtests: t.connection(
    {
      type: Backtest,
      authScopes: MAY_READ_ALL,
      description: "Your backtests, newest first.",
      resolve: (_root, args, { backtests, viewer }) =>
        pageOf(
          args,
          { cursor: backtestCursor, placeOf: ({ backtestId, createdAt }) => ({ backtestId, createdAt }) },
          () => listBacktests(backtests, viewer),
        ),
    },
    BacktestConnection,
  ),
}));
