// Signals: their type with its outcome, and the queries for them.
import { listSignals } from "../src/services/lists.ts";
import { readSignal } from "../src/services/readRows.ts";
import { ACCOUNT_ARGUMENT, SESSION_ARGUMENT, SYMBOL_ARGUMENT, symbolArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { SchemaContext } from "./context.ts";
import { textEnum } from "./enums.ts";
import { accountArgument, signalGlobalId } from "./globalIds.ts";
import { signalCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import type { PositionParent, SignalParent } from "./parents.ts";
import { Position } from "./position.ts";
import { MAY_READ } from "./rules.ts";
import { AssetClass, PatternType, PositionSizeUnit, Side } from "./words.ts";

export const SignalStatus = textEnum(
  "SignalStatus",
  "The outcome of a signal. It is final: who wants to try again sends a new id.",
  {
    FILLED: "It opened a position.",
    REJECTED: "It broke rules: `rejections` tells which.",
    ROUTED_LIVE: "It went to the live route.",
    SKIPPED: "It was nobody's to trade: `skipReason` tells why.",
  },
);

const SkipReason = textEnum("SkipReason", "Why a signal was traded neither on paper nor live.", {
  ACCOUNT_DISABLED: "The account is disabled.",
  NO_LIVE_ROUTE: "The account is disabled, and no live route is configured.",
  NOT_ELIGIBLE: "The account is not eligible to go live.",
  NOT_PROMOTED: "The account is eligible, but its owner has not promoted it.",
});

const RejectionCode = textEnum("RejectionCode", "A rule that a signal broke.", {
  SIGNAL_EXPIRED: "Its `expiresAt` is not after now.",
  PRICE_UNAVAILABLE: "There is no price of its symbol.",
  PRICE_STALE: "The price of its symbol is older than `maxPriceAge`.",
  PRICE_BEYOND_STOP: "The fill would be at or beyond the stop.",
  PRICE_BEYOND_TARGET: "The fill would be at or beyond target 1.",
  NO_EQUITY: "The account's equity is not positive.",
  TOO_MANY_POSITIONS: "10,000 positions are open in the account.",
  SIZE_ZERO: "No size was given, and not even the smallest fits the limits.",
  TRADE_RISK: "The trade would risk more than `maxTradeRisk`.",
  PORTFOLIO_HEAT: "All open positions together would risk more than `maxPortfolioHeat`.",
  CAMPAIGN_RISK: "The open positions of its campaign would risk more than `maxCampaignRisk`.",
  INSUFFICIENT_FUNDS: "It would bind more than `availableFunds`.",
});

interface RejectionParent {
  readonly code: string;
  readonly message: string;
  readonly limit: string | null;
  readonly actual: string | null;
  readonly excess: string | null;
}

const IN_WHAT = "in percent of equity, for funds in USD; null for rules without a figure";

const Rejection = builder.objectRef<RejectionParent>("Rejection").implement({
  description: "One rule that a signal broke.",
  fields: (t) => ({
    code: t.expose("code", { type: RejectionCode, description: "Which rule." }),
    message: t.exposeString("message", { description: "What is wrong, in a sentence for people." }),
    limit: t.expose("limit", { type: "Decimal", nullable: true, description: `What is allowed, ${IN_WHAT}.` }),
    actual: t.expose("actual", {
      type: "Decimal",
      nullable: true,
      description: `What it would have been, ${IN_WHAT}.`,
    }),
    excess: t.expose("excess", {
      type: "Decimal",
      nullable: true,
      description: `By how much it is too much, ${IN_WHAT}.`,
    }),
  }),
});

export const Signal = builder.prismaObject("Signal", {
  description: "A trade signal as its sender gave it, defaults filled in, with its final outcome.",
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: "Opaque; `node` takes it.", resolve: signalGlobalId }),
    signalId: t.exposeString("signalId", {
      description: "The sender's own id: unique in the account, across sessions.",
    }),
    symbol: t.exposeString("symbol", { description: "What to trade." }),
    assetClass: t.expose("assetClass", { type: AssetClass, description: "What kind of thing the symbol is." }),
    patternType: t.expose("patternType", {
      type: PatternType,
      nullable: true,
      description: "The pattern behind it; null where none was given.",
    }),
    side: t.expose("side", { type: Side, description: "Which way it trades." }),
    phase: t.exposeString("phase", {
      nullable: true,
      description: "The sender's word for the market's phase; null where none.",
    }),
    timeframe: t.exposeString("timeframe", {
      nullable: true,
      description: "The sender's timeframe; null where none was given.",
    }),
    entryPrice: t.expose("entryPrice", {
      type: "Decimal",
      description: "The entry that the sender had in mind; USD for a unit. The fill is made at the market.",
    }),
    stopLoss: t.expose("stopLoss", { type: "Decimal", description: "Where the loss is cut; USD for a unit." }),
    target1: t.expose("target1", { type: "Decimal", description: "The first target; USD for a unit." }),
    target2: t.expose("target2", {
      type: "Decimal",
      nullable: true,
      description: "The second target; USD for a unit; null where none was given.",
    }),
    positionSize: t.expose("positionSize", {
      type: "Decimal",
      nullable: true,
      description: "The size asked for, in `positionSizeUnit`; null where the desk was to choose it.",
    }),
    positionSizeUnit: t.expose("positionSizeUnit", { type: PositionSizeUnit, description: "The unit of the size." }),
    leverage: t.expose("leverage", { type: "Decimal", description: "The leverage asked for." }),
    campaignId: t.exposeString("campaignId", {
      nullable: true,
      description: "The campaign whose risk it shares; null without one.",
    }),
    confidence: t.exposeInt("confidence", {
      nullable: true,
      description: "The sender's confidence, 0 to 100; null where none was given.",
    }),
    source: t.exposeString("source", { nullable: true, description: "Who sent it; null where that was not said." }),
    marketPrice: t.expose("marketPrice", {
      type: "Decimal",
      nullable: true,
      description:
        "The price at which the sender decided, for comparison with the fill; USD for a unit; null where none was given.",
    }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When its position is closed at the market; null where never.",
    }),
    generatedAt: t.expose("generatedAt", {
      type: "DateTime",
      nullable: true,
      description: "When the sender made it; null where that was not said.",
    }),
    status: t.expose("status", { type: SignalStatus, description: "The outcome." }),
    rejections: t.field({
      type: [Rejection],
      description: "Every rule that it broke; empty unless REJECTED.",
      resolve: ({ rejections }) => rejections as unknown as RejectionParent[],
    }),
    skipReason: t.expose("skipReason", {
      type: SkipReason,
      nullable: true,
      description: "Why it was SKIPPED; else null.",
    }),
    position: t.field({
      type: Position,
      nullable: true,
      description: "The position that it opened; null unless FILLED.",
      resolve: (signal, _args, { loaders }) => positionOf(signal, loaders),
    }),
    session: t.exposeInt("session", { description: "The account's session in which it was decided." }),
    receivedAt: t.expose("receivedAt", { type: "DateTime", description: "When it was decided, by the desk's clock." }),
  }),
});

function positionOf(
  signal: SignalParent,
  loaders: SchemaContext["loaders"],
): Promise<PositionParent | null> | PositionParent | null {
  const { accountId, positionNumber } = signal;
  if (signal.position !== undefined) return signal.position;
  return positionNumber === null ? null : loaders.positions.load({ accountId, number: positionNumber });
}

export const SignalConnection = builder.connectionObject(
  { type: Signal, name: "SignalConnection", description: "A page of a list of signals." },
  { name: "SignalEdge", description: "A signal and its place in the list." },
);

builder.queryFields((t) => ({
  signal: t.field({
    type: Signal,
    authScopes: MAY_READ,
    nullable: true,
    description: "One signal by its sender's id; null where the account has none of that id.",
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      signalId: t.arg.string({ required: true, description: "The sender's own id of the signal." }),
    },
    resolve: (_root, { account, signalId }, { reads, viewer }) =>
      readSignal(reads, viewer, { account: accountArgument(account), signalId }),
  }),
  signals: t.connection(
    {
      type: Signal,
      authScopes: MAY_READ,
      description: "An account's signals, newest first. None where there is no such account.",
      args: {
        account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
        status: t.arg({ type: SignalStatus, description: "Only those of this outcome." }),
        symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
        session: t.arg.int({ description: SESSION_ARGUMENT }),
      },
      resolve: (_root, { account, status, symbol, session, ...page }, { reads, viewer }) =>
        pageOf(page, { cursor: signalCursor, placeOf: ({ sequence }) => sequence }, () =>
          listSignals(reads, viewer, {
            account: accountArgument(account),
            status,
            symbol: symbolArgument(symbol),
            session,
          }),
        ),
    },
    SignalConnection,
  ),
}));
