// Recording a backtest that was made elsewhere: its figures, for comparison.
import {
  type RecordBacktestInput as Given,
  RECORDED_SYMBOLS_MAX,
  type Recording,
  recordBacktest,
} from "../src/services/recordBacktest.ts";
import { Backtest } from "./backtest.ts";
import { builder } from "./builder.ts";
import { InvalidInput, typeOfKind } from "./errors.ts";
import { MAY_TRADE_ALL } from "./rules.ts";

type Recorded = Extract<Recording, { kind: "recorded" }>;

const TOTAL_TRADES = "How many trades (closed lots) it had.";
const WIN_RATE = "Winning trades in percent of all: 0 to 100, not a fraction of 1.";
const AVERAGE_R = "The mean R multiple over trades.";
const PROFIT_FACTOR = "Gross wins over gross losses.";

const RecordedSymbolInput = builder.inputType("RecordedSymbolInput", {
  description: "The figures of one symbol; what is left out is not compared.",
  fields: (t) => ({
    symbol: t.string({ required: true, description: "Which symbol." }),
    totalTrades: t.int({ description: TOTAL_TRADES }),
    winRate: t.field({ type: "Decimal", description: WIN_RATE }),
    averageRMultiple: t.field({ type: "Decimal", description: AVERAGE_R }),
    profitFactor: t.field({ type: "Decimal", description: PROFIT_FACTOR }),
  }),
});

const RecordBacktestInput = builder.inputType("RecordBacktestInput", {
  description: "The figures of a backtest that was made elsewhere; what is left out is not compared.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What to call it: 1 to 64 characters." }),
    totalTrades: t.int({ description: TOTAL_TRADES }),
    winRate: t.field({ type: "Decimal", description: WIN_RATE }),
    averageRMultiple: t.field({ type: "Decimal", description: AVERAGE_R }),
    profitFactor: t.field({ type: "Decimal", description: PROFIT_FACTOR }),
    maxDrawdown: t.field({
      type: "Decimal",
      description: "The largest fall of equity from its peak, in percent of the peak: 0 to 100, not a fraction of 1.",
    }),
    sharpe: t.field({
      type: "Decimal",
      description: "The Sharpe ratio, of daily returns and annualized, as `Performance.sharpe` is.",
    }),
    symbols: t.field({
      type: [RecordedSymbolInput],
      description: `By symbol, each once; at most ${RECORDED_SYMBOLS_MAX}.`,
    }),
  }),
});

const RecordBacktestPayload = builder.objectRef<Recorded>("RecordBacktestPayload").implement({
  description: "The figures have been stored, and can be compared with.",
  fields: (t) => ({
    backtest: t.field({
      type: Backtest,
      description: "The backtest, DONE. Its `warnings` tell of percentages that look like fractions.",
      resolve: ({ backtest }) => backtest,
    }),
  }),
});

const RecordBacktestResult = builder.unionType("RecordBacktestResult", {
  description: "What became of `recordBacktest`.",
  types: [RecordBacktestPayload, InvalidInput],
  resolveType: typeOfKind({ recorded: "RecordBacktestPayload" }),
});

builder.mutationField("recordBacktest", (t) =>
  t.field({
    type: RecordBacktestResult,
    authScopes: MAY_TRADE_ALL,
    description: "Stores the figures of a backtest that was made elsewhere, for `report { backtestComparison }`.",
    args: { input: t.arg({ type: RecordBacktestInput, required: true, description: "Its figures." }) },
    resolve: (_root, { input }, { backtests, viewer }) => recordBacktest(backtests.store, viewer, input as Given),
  }),
);
