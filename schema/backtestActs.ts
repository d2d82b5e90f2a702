// Acts on backtests: asking for one, cancelling, deleting.

import {
  type RunBacktestInput as Asked,
  BACKTEST_BARS_MAX,
  BACKTEST_DATA_SETS_MAX,
  BACKTEST_SIGNALS_MAX,
} from "../src/services/backtestInput.ts";
import { BREAKOUT_DEFAULTS } from "../src/services/backtestStrategy.ts";
import {
  BACKTESTS_WAITING_MAX,
  type BacktestDeletion,
  type Cancelling,
  cancelBacktest,
  deleteBacktest,
  type Submission,
  submitBacktest,
} from "../src/services/backtests.ts";
import { Backtest, StrategyName } from "./backtest.ts";
import { builder } from "./builder.ts";
import { InvalidInput, type Outcome, Problem, typeOfKind } from "./errors.ts";
import { backtestIdOf, dataSetIdOf } from "./globalIds.ts";
import { MAY_ADMINISTER, MAY_TRADE_ALL } from "./rules.ts";
import { SettingsInput } from "./settings.ts";
import { ExecuteSignalInput } from "./signalActs.ts";
import { AssetClass } from "./words.ts";

type Submitted = Extract<Submission, { kind: "submitted" }>;
type TooMany = Extract<Submission, { kind: "tooManyBacktests" }>;
type Cancelled = Extract<Cancelling, { kind: "cancelled" }>;
type Deleted = Extract<BacktestDeletion, { kind: "deleted" }>;

const whole = (count: number): string => count.toLocaleString("en-US");

const BacktestSignalInput = builder.inputType("BacktestSignalInput", {
  description: "A signal and the market time at which it is executed.",
  fields: (t) => ({
    at: t.field({
      type: "DateTime",
      required: true,
      description: "It is executed before the first bar that starts at this time or later.",
    }),
    signal: t.field({
      type: ExecuteSignalInput,
      required: true,
      description: "The signal, without an account: a backtest has one of its own.",
    }),
  }),
});

const { entryBars, rangeBars, stopRanges, target1Risks, target2Risks } = BREAKOUT_DEFAULTS;

const StrategyInput = builder.inputType("StrategyInput", {
  description: "A built-in strategy; parameters that are left out have their defaults.",
  fields: (t) => ({
    name: t.field({ type: StrategyName, required: true, description: "Which one." }),
    assetClass: t.field({ type: AssetClass, description: "What its signals trade; STOCK by default." }),
    entryBars: t.int({ description: `The bars of the channel: 2 to 500; ${entryBars} by default.` }),
    rangeBars: t.int({ description: `The bars of the average true range: 2 to 500; ${rangeBars} by default.` }),
    stopRanges: t.field({
      type: "Decimal",
      description: `The stop's distance in average true ranges: 0.1 to 100; ${stopRanges} by default.`,
    }),
    target1Risks: t.field({
      type: "Decimal",
      description: `Target 1 in multiples of the stop's distance: 0.1 to 100; ${target1Risks} by default.`,
    }),
    target2Risks: t.field({
      type: "Decimal",
      description: `Target 2 likewise, not below target 1; ${target2Risks} by default. The same as target 1 closes all there.`,
    }),
    allowShort: t.boolean({ description: "Whether it goes short too; false by default." }),
  }),
});

const RunBacktestInput = builder.inputType("RunBacktestInput", {
  description: "What a backtest is of: bars, and either signals or a strategy.",
  fields: (t) => ({
    name: t.string({ required: true, description: "What to call it: 1 to 64 characters." }),
    dataSets: t.idList({
      required: true,
      description: `Data sets, 1 to ${BACKTEST_DATA_SETS_MAX}, with at most ${whole(BACKTEST_BARS_MAX)} bars in the range. Those of one symbol must not overlap in it.`,
    }),
    from: t.field({ type: "DateTime", description: "Only bars that start at or after this time." }),
    to: t.field({ type: "DateTime", description: "Only bars that start before this time." }),
    signals: t.field({
      type: [BacktestSignalInput],
      description: `Signals, 1 to ${whole(BACKTEST_SIGNALS_MAX)}; not together with a strategy.`,
    }),
    strategy: t.field({
      type: StrategyInput,
      description: "The strategy that sends signals; not together with signals.",
    }),
    settings: t.field({
      type: SettingsInput,
      description: "The settings of its account; what is left out has its default.",
    }),
  }),
});

const RunBacktestPayload = builder.objectRef<Submitted>("RunBacktestPayload").implement({
  description: "The backtest has been stored, and is run when its turn comes.",
  fields: (t) => ({
    backtest: t.field({ type: Backtest, description: "The backtest.", resolve: ({ backtest }) => backtest }),
  }),
});

const TooManyBacktests = builder.objectRef<TooMany>("TooManyBacktests").implement({
  description: "As many backtests wait as may wait.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says how many may wait.",
      resolve: ({ limit }) => `${limit} backtests are waiting, the most allowed: try again when some are done.`,
    }),
    limit: t.exposeInt("limit", { description: `How many may wait: ${BACKTESTS_WAITING_MAX}.` }),
  }),
});

const BacktestNotFound = builder.objectRef<Outcome<"backtestNotFound">>("BacktestNotFound").implement({
  description: "There is no such backtest.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says that there is no such backtest.",
      resolve: () => "There is no such backtest.",
    }),
  }),
});

const RunBacktestResult = builder.unionType("RunBacktestResult", {
  description: "What became of `runBacktest`.",
  types: [RunBacktestPayload, InvalidInput, TooManyBacktests],
  resolveType: typeOfKind({ submitted: "RunBacktestPayload" }),
});

const CancelBacktestPayload = builder.objectRef<Cancelled>("CancelBacktestPayload").implement({
  description: "The backtest is finished now, or was before.",
  fields: (t) => ({
    backtest: t.field({
      type: Backtest,
      description: "The backtest: CANCELLED, or what it was finished as.",
      resolve: ({ backtest }) => backtest,
    }),
  }),
});

const CancelBacktestResult = builder.unionType("CancelBacktestResult", {
  description: "What became of `cancelBacktest`.",
  types: [CancelBacktestPayload, BacktestNotFound],
  resolveType: typeOfKind({ cancelled: "CancelBacktestPayload" }),
});

const DeleteBacktestPayload = builder.objectRef<Deleted>("DeleteBacktestPayload").implement({
  description: "The backtest is gone, with its result.",
  fields: (t) => ({
    backtest: t.field({ type: Backtest, description: "What it was.", resolve: ({ backtest }) => backtest }),
  }),
});

const DeleteBacktestResult = builder.unionType("DeleteBacktestResult", {
  description: "What became of `deleteBacktest`.",
  types: [DeleteBacktestPayload, BacktestNotFound],
  resolveType: typeOfKind({ deleted: "DeleteBacktestPayload" }),
});

const CancelBacktestInput = builder.inputType("CancelBacktestInput", {
  description: "Which backtest to cancel.",
  fields: (t) => ({ backtest: t.id({ required: true, description: "The backtest's id." }) }),
});

const DeleteBacktestInput = builder.inputType("DeleteBacktestInput", {
  description: "Which backtest to delete.",
  fields: (t) => ({ backtest: t.id({ required: true, description: "The backtest's id." }) }),
});

const NOT_FOUND = { kind: "backtestNotFound" } as const;

builder.mutationFields((t) => ({
  runBacktest: t.field({
    type: RunBacktestResult,
    authScopes: MAY_TRADE_ALL,
    description: `Asks for a backtest. One is run at a time, and ${BACKTESTS_WAITING_MAX} may wait.`,
    args: { input: t.arg({ type: RunBacktestInput, required: true, description: "What it is of." }) },
    resolve: (_root, { input }, { backtests, viewer }) => {
      const asked = { ...input, dataSets: input.dataSets.map((id) => dataSetIdOf(id)) };
      return submitBacktest(backtests, viewer, asked as Asked);
    },
  }),
  cancelBacktest: t.field({
    type: CancelBacktestResult,
    authScopes: MAY_TRADE_ALL,
    description: "Ends a backtest that waits or runs, which then has no result. A finished one stays as it is.",
    args: { input: t.arg({ type: CancelBacktestInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { backtests, viewer }) => {
      const backtestId = backtestIdOf(input.backtest);
      return backtestId === undefined ? NOT_FOUND : cancelBacktest(backtests, viewer, backtestId);
    },
  }),
  deleteBacktest: t.field({
    type: DeleteBacktestResult,
    authScopes: MAY_ADMINISTER,
    description: "Deletes a backtest with its result, whatever its status.",
    args: { input: t.arg({ type: DeleteBacktestInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { backtests, viewer }) => {
      const backtestId = backtestIdOf(input.backtest);
      return backtestId === undefined ? NOT_FOUND : deleteBacktest(backtests, viewer, backtestId);
    },
  }),
}));
