// Subscriptions: what an account's log tells, from a cursor on, and the newest values of its open positions.
import type { DeliveryRecord } from "../src/domain/deliveryRecord.ts";
import {
  type EventRecord,
  type PositionRecord,
  positionRecord,
  type SignalRecord,
  type TradeRecord,
} from "../src/domain/records.ts";
import { encodeCursor } from "../src/events/cursor.ts";
import type { PositionUpdate } from "../src/ports.ts";
import type { AccountView } from "../src/services/accountViews.ts";
import { unrealizedPnlAt } from "../src/services/rowFigures.ts";
import { Account } from "./account.ts";
import { ACCOUNT_ARGUMENT, SYMBOL_ARGUMENT, symbolArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import { followLog, followPositions } from "./follow.ts";
import { accountGlobalId } from "./globalIds.ts";
import { Delivery } from "./live.ts";
import type { PositionParent, TradeParent } from "./parents.ts";
import { Position } from "./position.ts";
import { MAY_READ } from "./rules.ts";
import { Signal } from "./signal.ts";
import { Trade } from "./trade.ts";

type Told<Type extends EventRecord["type"], Payload> = EventRecord & { readonly type: Type; readonly payload: Payload };
type Opened = Told<"PositionOpened", { readonly position: PositionRecord }>;
type Closed = Told<"TradeClosed", { readonly trade: TradeRecord; readonly position: PositionRecord }>;
type Declined = Told<"SignalDeclined", { readonly signal: SignalRecord }>;
type Routed = Told<"SignalRouted", { readonly signal: SignalRecord; readonly delivery: DeliveryRecord }>;
type Ended = Told<"DeliveryEnded", { readonly delivery: DeliveryRecord }>;
type Changed = Told<"AccountChanged", AccountView & { readonly change: string; readonly by?: string }>;

const isAny = (event: EventRecord): event is EventRecord => event !== undefined;
const isOpened = (event: EventRecord): event is Opened => event.type === "PositionOpened";
const isClosed = (event: EventRecord): event is Closed => event.type === "TradeClosed";

/** What events tell of, made once for all who read the same event. */
const toldPositions = new WeakMap<PositionRecord, PositionParent>();
const toldTrades = new WeakMap<TradeRecord, TradeParent>();

/** A position as an event tells of it, at the event's price. */
function toldPosition(position: PositionRecord, newestTrade?: TradeRecord): PositionParent {
  const known = toldPositions.get(position);
  if (known !== undefined) return known;
  const { lastPrice: price, lastPriceTime: priceTime } = position;
  const told = { ...position, told: { price, priceTime, ...(newestTrade && { newestTrade }) } };
  toldPositions.set(position, told);
  return told;
}

/** A trade as the event that made it tells of it. */
function toldTrade({ trade, position }: Closed["payload"]): TradeParent {
  const known = toldTrades.get(trade);
  if (known !== undefined) return known;
  const told = { ...trade, position: toldPosition(position, trade) };
  toldTrades.set(trade, told);
  return told;
}

const ACTOR =
  "Who caused it: `key:` and the id of a key, `token:` and the subject of a token, `local` for one who needed neither, or " +
  "`desk` for what followed from prices and time, came of the live route, or was played by a replay or the demonstration. " +
  "Null in events from before actors were kept.";

const AccountEvent = builder.interfaceRef<EventRecord>("AccountEvent").implement({
  description:
    "An event of an account's log. Stored fields in it are as they were right after it, and fields that depend on a price " +
    "use the event's price.",
  resolveType: ({ type }) => type,
  fields: (t) => ({
    cursor: t.field({
      type: "LogCursor",
      description: "Its place in the log: a subscription after it goes on with the next event.",
      resolve: encodeCursor,
    }),
    sequence: t.exposeInt("sequence", { description: "Its number in the account's log, counted from 1 without gaps." }),
    marketTime: t.expose("marketTime", { type: "DateTime", description: "When it happened, in market time." }),
    recordedAt: t.expose("recordedAt", { type: "DateTime", description: "When it was written, by the wall clock." }),
    accountId: t.id({
      description: "The id of the account whose log it is in.",
      resolve: ({ accountId }) => accountGlobalId(accountId),
    }),
    actor: t.exposeString("actor", { nullable: true, description: ACTOR }),
  }),
});

const PositionOpened = builder.objectRef<Opened>("PositionOpened").implement({
  description: "A signal was filled, and has opened a position.",
  interfaces: [AccountEvent],
  fields: (t) => ({
    position: t.field({
      type: Position,
      description: "The position as it was opened.",
      resolve: ({ payload }) => toldPosition(payload.position),
    }),
  }),
});

const TradeClosed = builder.objectRef<Closed>("TradeClosed").implement({
  description: "A position, or a part of it, was closed.",
  interfaces: [AccountEvent],
  fields: (t) => ({
    trade: t.field({
      type: Trade,
      description: "The closed lot.",
      resolve: ({ payload }) => toldTrade(payload),
    }),
    position: t.field({
      type: Position,
      description: "The position right after it.",
      resolve: ({ payload: { trade, position } }) => toldPosition(position, trade),
    }),
  }),
});

builder.objectRef<Declined>("SignalDeclined").implement({
  description: "A signal was not filled.",
  interfaces: [AccountEvent],
  fields: (t) => ({
    signal: t.field({
      type: Signal,
      description: "The signal with its outcome: REJECTED or SKIPPED.",
      resolve: ({ payload }) => payload.signal,
    }),
  }),
});

builder.objectRef<Routed>("SignalRouted").implement({
  description: "A signal was routed live: its delivery waits to be sent.",
  interfaces: [AccountEvent],
  fields: (t) => ({
    signal: t.field({
      type: Signal,
      description: "The signal with its outcome: ROUTED_LIVE.",
      resolve: ({ payload: { signal, delivery } }) => ({ ...signal, delivery }),
    }),
  }),
});

builder.objectRef<Ended>("DeliveryEnded").implement({
  description: "A delivery to the live route has arrived, or was given up for good.",
  interfaces: [AccountEvent],
  fields: (t) => ({
    delivery: t.field({
      type: Delivery,
      description: "The delivery right after it: DELIVERED or FAILED.",
      resolve: ({ payload }) => payload.delivery,
    }),
  }),
});

const isPromotion = (change: string): boolean => change === "PROMOTED" || change === "DEMOTED";

const AccountChange = textEnum("AccountChange", "What was done to an account.", {
  ENABLED: "It was made, or switched on.",
  DISABLED: "It was switched off.",
  RESET: "Its session was ended, and the next one begun.",
  SETTINGS: "Its settings were changed.",
  PROMOTED: "It was let go to the live route.",
  DEMOTED: "It was taken back from the live route.",
});

builder.objectRef<Changed>("AccountChanged").implement({
  description: "Something was done to the account itself.",
  interfaces: [AccountEvent],
  fields: (t) => ({
    change: t.field({ type: AccountChange, description: "What was done.", resolve: ({ payload }) => payload.change }),
    account: t.field({ type: Account, description: "The account right after it.", resolve: ({ payload }) => payload }),
    by: t.string({
      nullable: true,
      description: "Who did it, of PROMOTED and DEMOTED: the `actor`. Null of other changes.",
      resolve: ({ payload, actor }) => (isPromotion(payload.change) ? (actor ?? payload.by ?? null) : null),
    }),
  }),
});

const PositionUpdated = builder.objectRef<PositionUpdate>("PositionUpdated").implement({
  description:
    "The newest value of an open position. Not in the log: a value that was not taken gives way to the next.",
  fields: (t) => ({
    position: t.field({
      type: Position,
      description: "The position, at this price.",
      resolve: ({ position, quote }) => ({
        ...positionRecord(position),
        told: { price: quote.price, priceTime: new Date(quote.timeMs) },
      }),
    }),
    currentPrice: t.field({
      type: "Decimal",
      description: "The newest price of its symbol; USD for a unit.",
      resolve: ({ quote }) => quote.price,
    }),
    unrealizedPnl: t.field({
      type: "Decimal",
      description: "What is left of it has gained or lost so much at this price, in USD.",
      resolve: ({ position, quote }) => unrealizedPnlAt(positionRecord(position), quote.price),
    }),
    marketTime: t.field({
      type: "DateTime",
      description: "The market time of the price.",
      resolve: ({ quote }) => new Date(quote.timeMs),
    }),
  }),
});

const AFTER_ARGUMENT =
  "Only events after this cursor, those missed meanwhile first; none means from now on. A cursor that is not of this account's log is an error with the code BAD_CURSOR.";
const NO_ACCOUNT = "Where there is no such account it is an error with the code ACCOUNT_NOT_FOUND.";

builder.subscriptionFields((t) => ({
  accountEvents: t.field({
    type: AccountEvent,
    authScopes: MAY_READ,
    description: `Everything durable that happens in an account, in order. ${NO_ACCOUNT}`,
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      after: t.arg({ type: "LogCursor", description: AFTER_ARGUMENT }),
    },
    subscribe: (_root, args, context) => followLog(context, args, isAny),
    resolve: (event) => event,
  }),
  positionOpened: t.field({
    type: PositionOpened,
    authScopes: MAY_READ,
    description: `Positions that are opened in an account. ${NO_ACCOUNT}`,
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      after: t.arg({ type: "LogCursor", description: AFTER_ARGUMENT }),
      symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
    },
    subscribe: (_root, { symbol, ...args }, context) => {
      const only = symbolArgument(symbol);
      const isWanted = (event: EventRecord): event is Opened =>
        isOpened(event) && (only === null || event.payload.position.symbol === only);
      return followLog(context, args, isWanted);
    },
    resolve: (event) => event,
  }),
  tradeClosed: t.field({
    type: TradeClosed,
    authScopes: MAY_READ,
    description: `Trades that close positions, or parts of them, in an account. ${NO_ACCOUNT}`,
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      after: t.arg({ type: "LogCursor", description: AFTER_ARGUMENT }),
      symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
    },
    subscribe: (_root, { symbol, ...args }, context) => {
      const only = symbolArgument(symbol);
      const isWanted = (event: EventRecord): event is Closed =>
        isClosed(event) && (only === null || event.payload.trade.symbol === only);
      return followLog(context, args, isWanted);
    },
    resolve: (event) => event,
  }),
  positionUpdated: t.field({
    type: PositionUpdated,
    authScopes: MAY_READ,
    description: `The newest values of an account's open positions: at first of each, then of those whose price has moved. ${NO_ACCOUNT}`,
    args: {
      account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
      symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
    },
    subscribe: (_root, { account, symbol }, context) => followPositions(context, account, symbolArgument(symbol)),
    resolve: (update) => update,
  }),
}));
