// Trades: closed lots of positions, and the query for them.
import type { Excursion as ExcursionFigures } from "../src/domain/statistics/excursions.ts";
import { listTrades } from "../src/services/lists.ts";
import { tradeExcursions } from "../src/services/rowFigures.ts";
import { ACCOUNT_ARGUMENT, SESSION_ARGUMENT, SYMBOL_ARGUMENT, symbolArgument, timeArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { SchemaContext } from "./context.ts";
import { textEnum } from "./enums.ts";
import { exitFillOf, Fill } from "./fill.ts";
import { accountArgument, numberedGlobalId } from "./globalIds.ts";
import { tradeCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import type { PositionParent, TradeParent } from "./parents.ts";
import { Position } from "./position.ts";
import { MAY_READ } from "./rules.ts";
import { Side } from "./words.ts";

export const ExitReason = textEnum("ExitReason", "Why a lot was closed.", {
  STOP_LOSS: "The price reached the stop.",
  TRAILING_STOP: "The price reached the stop after it had been moved by trailing.",
  TARGET_1: "The price reached target 1.",
  TARGET_2: "The price reached target 2.",
  MANUAL: "Closed by hand, or because the account was disabled.",
  EXPIRED: "Its time was over.",
  RESET: "The session was ended.",
});

const Excursion = builder.objectRef<ExcursionFigures>("Excursion").implement({
  description: "How far the price went from the entry to one side while a position was held; never below 0.",
  fields: (t) => ({
    perUnit: t.expose("perUnit", {
      type: "Decimal",
      description: "The distance from the price of the entry's fill, in USD for a unit.",
    }),
    usd: t.expose("usd", { type: "Decimal", description: "`perUnit` times the quantity of this lot, in USD." }),
    r: t.expose("r", {
      type: "Decimal",
      description:
        "`perUnit` over the risk of a unit that was first taken, the distance from the entry to the initial stop.",
    }),
  }),
});

const EXCURSION_RULES =
  "The prices seen are those the position was judged on up to this exit: quotes, and the steps of bars in their order " +
  "(open, adverse extreme, favourable extreme, close; a stop or target inside a bar ends them at its level), the price " +
  "of the entry's fill and the exit's reference price included. A later trade of the same position has seen more. Null " +
  "where it is not known what was seen: the position was open before the desk kept note, or another process opened it. " +
  "With the system's clock a crash loses what was seen since the last mark. Source: J. Sweeney, \"Maximum Adverse " +
  'Excursion: Analyzing Price Fluctuations for Trading Management", Wiley (1997).';

export const Trade = builder.prismaObject("Trade", {
  description: "A closed lot: one exit of a position, with its exact share of the entry.",
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: "Opaque; `node` takes it.", resolve: (trade) => numberedGlobalId("Trade", trade) }),
    position: t.field({
      type: Position,
      description: "The position that it closed, wholly or in part; in an event, as it was right after it.",
      resolve: (trade, _args, { loaders }) => positionOf(trade, loaders),
    }),
    signalId: t.exposeString("signalId", { description: "The sender's id of the signal that opened the position." }),
    symbol: t.exposeString("symbol", { description: "What was held." }),
    side: t.expose("side", { type: Side, description: "The side of the position: its exit trades the other way." }),
    session: t.exposeInt("session", { description: "The account's session." }),
    quantity: t.expose("quantity", { type: "Decimal", description: "How much was closed, in units." }),
    entryTime: t.expose("entryTime", { type: "DateTime", description: "The market time of the position's entry." }),
    entryPrice: t.expose("entryPrice", {
      type: "Decimal",
      description: "The price of the entry's fill; USD for a unit.",
    }),
    exitTime: t.expose("exitTime", { type: "DateTime", description: "The market time of the exit." }),
    exitPrice: t.expose("exitPrice", { type: "Decimal", description: "The price of the exit's fill; USD for a unit." }),
    exitFill: t.field({ type: Fill, description: "The exit, and what its price was made from.", resolve: exitFillOf }),
    exitReason: t.expose("exitReason", { type: ExitReason, description: "Why it was closed." }),
    realizedPnl: t.expose("realizedPnl", {
      type: "Decimal",
      description: "Profit or loss in USD, the commissions of both sides taken off.",
    }),
    rMultipleAchieved: t.expose("rMultipleAchieved", {
      type: "Decimal",
      description:
        "The gain of a unit over the risk of a unit that was first taken (entry to initial stop), commissions left out.",
    }),
    maxAdverseExcursion: t.field({
      type: Excursion,
      nullable: true,
      description:
        "How far the price went against the position: `max(0, entryPrice − lowest price seen)` of a LONG, " +
        `\`max(0, highest price seen − entryPrice)\` of a SHORT. ${EXCURSION_RULES}`,
      resolve: (trade) => tradeExcursions(trade)?.adverse ?? null,
    }),
    maxFavourableExcursion: t.field({
      type: Excursion,
      nullable: true,
      description:
        "How far the price went in the position's favour: `max(0, highest price seen − entryPrice)` of a LONG, " +
        `\`max(0, entryPrice − lowest price seen)\` of a SHORT. ${EXCURSION_RULES}`,
      resolve: (trade) => tradeExcursions(trade)?.favourable ?? null,
    }),
    commissionTotal: t.expose("commissionTotal", {
      type: "Decimal",
      description: "The exit's commission and this lot's share of the entry's, in USD.",
    }),
    slippageTotal: t.expose("slippageTotal", {
      type: "Decimal",
      description: "The exit's slippage and this lot's share of the entry's, in USD. It is in the prices already.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "The market time at which it was made." }),
  }),
});

async function positionOf(trade: TradeParent, loaders: SchemaContext["loaders"]): Promise<PositionParent> {
  const { accountId, number, positionNumber } = trade;
  const position = trade.position ?? (await loaders.positions.load({ accountId, number: positionNumber }));
  if (position === null) throw new Error(`trade ${number} of account ${accountId} has lost its position`);
  return position;
}

builder.prismaObjectField(Position, "trades", (t) =>
  t.field({
    type: [Trade],
    description: "Its closed lots, in the order in which they were closed; in an event, those up to it.",
    resolve: (position, _args, { loaders }) => tradesOf(position, loaders),
  }),
);

/** The trades that a position had when it looked as `position` does: later ones are cut off. */
async function tradesOf(position: PositionParent, loaders: SchemaContext["loaders"]): Promise<TradeParent[]> {
  const { accountId, number, tradeCount, told } = position;
  if (tradeCount === 0) return [];
  const isToldWhole = tradeCount === 1 && told?.newestTrade !== undefined;
  const trades: TradeParent[] = isToldWhole ? [told.newestTrade] : await loaders.tradesOf.load({ accountId, number });
  return trades.slice(0, tradeCount).map((trade) => ({ ...trade, position }));
}

export const TradeConnection = builder.connectionObject(
  { type: Trade, name: "TradeConnection", description: "A page of a list of trades." },
  { name: "TradeEdge", description: "A trade and its place in the list." },
);

builder.queryField("trades", (t) =>
  t.connection(
    {
      type: Trade,
      authScopes: MAY_READ,
      description: "An account's trades, newest exit first. None where there is no such account.",
      args: {
        account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
        symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
        exitReason: t.arg({ type: ExitReason, description: "Only those closed for this reason." }),
        from: t.arg({ type: "DateTime", description: "Only exits at or after this time." }),
        to: t.arg({ type: "DateTime", description: "Only exits before this time." }),
        session: t.arg.int({ description: SESSION_ARGUMENT }),
      },
      resolve: (_root, { account, symbol, exitReason, from, to, session, ...page }, { reads, viewer }) =>
        pageOf(
          page,
          { cursor: tradeCursor, placeOf: ({ exitTime, number }) => ({ exitTime: new Date(exitTime), number }) },
          () =>
            listTrades(reads, viewer, {
              account: accountArgument(account),
              symbol: symbolArgument(symbol),
              exitReason,
              from: timeArgument("from", from),
              to: timeArgument("to", to),
              session,
            }),
        ),
    },
    TradeConnection,
  ),
);
