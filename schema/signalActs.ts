// Executing signals, one or many.
import {
  executeSignal,
  executeSignals,
  SIGNALS_IN_A_CALL_MAX,
  type SignalExecution,
} from "../src/services/executeSignals.ts";
import { ACCOUNT_ARGUMENT, checkCount } from "./arguments.ts";
import { builder } from "./builder.ts";
import { AccountNotFound, InvalidInput, Problem, typeOfKind } from "./errors.ts";
import { accountArgument } from "./globalIds.ts";
import { MAY_TRADE } from "./rules.ts";
import { Signal } from "./signal.ts";
import { AssetClass, PatternType, PositionSizeUnit, Side } from "./words.ts";

type Executed = Extract<SignalExecution, { kind: "executed" }>;
type Conflict = Extract<SignalExecution, { kind: "conflict" }>;

const ExecuteSignalPayload = builder.objectRef<Executed>("ExecuteSignalPayload").implement({
  description: "The signal has been decided. The outcome, good or bad, is `signal.status`.",
  fields: (t) => ({
    signal: t.field({
      type: Signal,
      description: "The signal with its outcome.",
      resolve: ({ signal, position }) => (position === null ? signal : { ...signal, position }),
    }),
    replayed: t.exposeBoolean("replayed", {
      description: "Whether it had been decided before: then this is the first outcome, and nothing has changed.",
    }),
  }),
});

const SignalConflict = builder.objectRef<Conflict>("SignalConflict").implement({
  description: "A signal of this id with other content has been decided before.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says which id is taken.",
      resolve: ({ signalId }) =>
        `The signal ${signalId} was sent before with other content: a new signal needs a new id.`,
    }),
    signalId: t.exposeString("signalId", { description: "The id that is taken." }),
  }),
});

const ExecuteSignalResult = builder.unionType("ExecuteSignalResult", {
  description: "What became of a signal. A signal that was rejected by the rules is an ExecuteSignalPayload too.",
  types: [ExecuteSignalPayload, InvalidInput, SignalConflict, AccountNotFound],
  resolveType: typeOfKind({ executed: "ExecuteSignalPayload" }),
});

const TrailingStopInput = builder.inputType("TrailingStopInput", {
  description: "A stop that follows the price at a distance, once the price has come far enough.",
  fields: (t) => ({
    activation: t.field({
      type: "Decimal",
      required: true,
      description: "The price from which on it follows; USD for a unit, above 0.",
    }),
    offset: t.field({
      type: "Decimal",
      required: true,
      description: "Its distance from the best price since then; USD for a unit, above 0.",
    }),
  }),
});

const PRICE_BOUNDS = "USD for a unit, above 0 and below 1,000,000,000,000";
const TEXT_BOUNDS = "1 to 64 characters";

export const ExecuteSignalInput = builder.inputType("ExecuteSignalInput", {
  description:
    "A trade signal. Sending the same one again, under the same id, answers its first outcome and changes nothing.",
  fields: (t) => ({
    account: t.id({ description: ACCOUNT_ARGUMENT }),
    signalId: t.string({
      required: true,
      description:
        "The sender's own id, unique in the account across sessions: 1 to 64 characters of A-Z, a-z, 0-9 and ._:-",
    }),
    symbol: t.string({
      required: true,
      description: "What to trade: 1 to 20 characters of A-Z, 0-9 and ./-; XXX/USD for FOREX.",
    }),
    assetClass: t.field({
      type: AssetClass,
      required: true,
      defaultValue: "STOCK",
      description: "What kind of thing it is.",
    }),
    patternType: t.field({ type: PatternType, description: "The Wyckoff pattern behind it." }),
    side: t.field({
      type: Side,
      description: "Which way to trade; by default SHORT for UTAD, else LONG. It must not contradict the pattern.",
    }),
    phase: t.string({ description: `The market's phase, as the sender calls it; ${TEXT_BOUNDS}.` }),
    timeframe: t.string({ description: `The timeframe, as the sender calls it; ${TEXT_BOUNDS}.` }),
    entryPrice: t.field({
      type: "Decimal",
      required: true,
      description: `The entry that the sender has in mind; ${PRICE_BOUNDS}. The fill is made at the market.`,
    }),
    stopLoss: t.field({
      type: "Decimal",
      required: true,
      description: `Where the loss is cut; ${PRICE_BOUNDS}. Below the entry for LONG, above it for SHORT.`,
    }),
    target1: t.field({
      type: "Decimal",
      required: true,
      description: `Where a part is closed; ${PRICE_BOUNDS}. Above the entry for LONG, below it for SHORT.`,
    }),
    target2: t.field({
      type: "Decimal",
      description: `Where the rest is closed; ${PRICE_BOUNDS}. Beyond target 1; without it, target 1 closes everything.`,
    }),
    trailingStop: t.field({ type: TrailingStopInput, description: "A stop that follows the price." }),
    positionSize: t.field({
      type: "Decimal",
      description:
        "The size, in `positionSizeUnit`: above 0 and below 1,000,000,000,000. Without it the desk takes the largest that the risk of a trade and the funds allow.",
    }),
    positionSizeUnit: t.field({
      type: PositionSizeUnit,
      required: true,
      defaultValue: "SHARES",
      description: "The unit of the size: SHARES for a STOCK, LOTS for FOREX, SHARES or CONTRACTS for CRYPTO.",
    }),
    leverage: t.field({
      type: "Decimal",
      required: true,
      defaultValue: "1",
      description: "It binds its market value divided by this: 1 to 2 for a STOCK, to 500 for FOREX, to 10 for CRYPTO.",
    }),
    confidence: t.int({ description: "The sender's confidence, 0 to 100." }),
    campaignId: t.string({ description: `Signals of one campaign share a limit of risk; ${TEXT_BOUNDS}.` }),
    marketPrice: t.field({
      type: "Decimal",
      description: `The price at which the sender decided; ${PRICE_BOUNDS}. Kept for comparison, and never used as a price.`,
    }),
    expiresAt: t.field({
      type: "DateTime",
      description: "From then on the signal is rejected, and its position is closed at the market.",
    }),
    source: t.string({ description: `Who sends it; ${TEXT_BOUNDS}.` }),
    generatedAt: t.field({ type: "DateTime", description: "When the sender made it." }),
    schemaVersion: t.int({ required: true, defaultValue: 1, description: "The version of this form: 1." }),
    patternData: t.field({ type: "JSON", description: "Whatever the sender wants to keep: at most 16 KiB of JSON." }),
    volumeAnalysis: t.field({
      type: "JSON",
      description: "Whatever the sender wants to keep: at most 16 KiB of JSON.",
    }),
  }),
});

type GivenSignal = typeof ExecuteSignalInput.$inferInput;

function withAccountId<Input extends Pick<GivenSignal, "account">>(input: Input) {
  return { ...input, account: accountArgument(input.account) };
}

builder.mutationFields((t) => ({
  executeSignal: t.field({
    type: ExecuteSignalResult,
    authScopes: MAY_TRADE,
    description: "Decides a signal, exactly once: filled on paper, rejected with every reason, or skipped.",
    args: { input: t.arg({ type: ExecuteSignalInput, required: true, description: "The signal." }) },
    resolve: (_root, { input }, { desk, viewer }) => executeSignal(desk.road, viewer, withAccountId(input)),
  }),
  executeSignals: t.field({
    type: [ExecuteSignalResult],
    authScopes: MAY_TRADE,
    description: `Decides up to ${SIGNALS_IN_A_CALL_MAX} signals, each on its own: the answers are in the order given.`,
    args: {
      inputs: t.arg({
        type: [ExecuteSignalInput],
        required: true,
        description: "The signals; those of one account take effect in this order.",
      }),
    },
    resolve: (_root, { inputs }, { desk, viewer }) => {
      checkCount("inputs", inputs, SIGNALS_IN_A_CALL_MAX);
      return executeSignals(desk.road, viewer, inputs.map(withAccountId));
    },
  }),
}));
