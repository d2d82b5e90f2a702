// Positions: their type, what prices make of them, and the query for them.
import { listPositions } from "../src/services/lists.ts";
import { unrealizedPnlAt } from "../src/services/rowFigures.ts";
import { ACCOUNT_ARGUMENT, SESSION_ARGUMENT, SYMBOL_ARGUMENT, symbolArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import type { SchemaContext } from "./context.ts";
import { textEnum } from "./enums.ts";
import { entryFillOf, Fill } from "./fill.ts";
import { accountArgument, numberedGlobalId } from "./globalIds.ts";
import { positionCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import type { PositionParent, Told } from "./parents.ts";
import { MAY_READ } from "./rules.ts";
import { Side } from "./words.ts";

export const PositionStatus = textEnum("PositionStatus", "Whether anything is left of a position.", {
  OPEN: "Some of its quantity is still held.",
  CLOSED: "All of it has been closed.",
});

const TrailingStop = builder
  .objectRef<{ activation: PositionParent["stopLoss"]; offset: PositionParent["stopLoss"]; active: boolean }>(
    "TrailingStop",
  )
  .implement({
    description: "A stop that follows the price at a distance, once the price has come far enough.",
    fields: (t) => ({
      activation: t.expose("activation", {
        type: "Decimal",
        description: "The price from which on it follows; USD for a unit.",
      }),
      offset: t.expose("offset", {
        type: "Decimal",
        description: "Its distance from the best price since then; USD for a unit.",
      }),
      active: t.exposeBoolean("active", { description: "Whether the price has come that far yet." }),
    }),
  });

export const Position = builder.prismaObject("Position", {
  description:
    "What a filled signal opened. In an event, stored fields are as they were right after it, and fields that depend on a " +
    "price use the event's price.",
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({
      description: "Opaque; `closePosition` and `node` take it.",
      resolve: (position) => numberedGlobalId("Position", position),
    }),
    signalId: t.exposeString("signalId", { description: "The sender's id of the signal that opened it." }),
    campaignId: t.exposeString("campaignId", {
      nullable: true,
      description: "The campaign that the signal belongs to; null without one.",
    }),
    symbol: t.exposeString("symbol", { description: "What is held." }),
    side: t.expose("side", { type: Side, description: "Whether it gains with a rising or a falling price." }),
    status: t.expose("status", { type: PositionStatus, description: "Whether anything is left of it." }),
    leverage: t.expose("leverage", { type: "Decimal", description: "It binds its market value divided by this." }),
    session: t.exposeInt("session", { description: "The account's session in which it was opened." }),
    quantity: t.expose("quantity", {
      type: "Decimal",
      description: "How much was opened, in units (a lot is 100,000).",
    }),
    remainingQuantity: t.expose("remainingQuantity", {
      type: "Decimal",
      description: "How much of it is still held, in units; 0 when it is closed.",
    }),
    entryTime: t.expose("entryTime", { type: "DateTime", description: "The market time of the entry." }),
    entryPrice: t.expose("entryPrice", {
      type: "Decimal",
      description: "The price of the entry's fill; USD for a unit.",
    }),
    entryFill: t.field({
      type: Fill,
      description: "The entry, and what its price was made from.",
      resolve: entryFillOf,
    }),
    stopLoss: t.expose("stopLoss", { type: "Decimal", description: "The stop as it stands now. It never loosens." }),
    initialStopLoss: t.expose("initialStopLoss", {
      type: "Decimal",
      description: "The stop that the signal came with: R multiples are measured by it.",
    }),
    target1: t.expose("target1", { type: "Decimal", description: "Where a part of it is closed, once." }),
    target2: t.expose("target2", {
      type: "Decimal",
      nullable: true,
      description: "Where all that is left is closed; null where target 1 closes everything.",
    }),
    trailingStop: t.field({
      type: TrailingStop,
      nullable: true,
      description: "Its trailing stop; null without one.",
      resolve: ({ trailActivation, trailOffset, trailBestPrice }) =>
        trailActivation === null || trailOffset === null
          ? null
          : { activation: trailActivation, offset: trailOffset, active: trailBestPrice !== null },
    }),
    expiresAt: t.expose("expiresAt", {
      type: "DateTime",
      nullable: true,
      description: "When it is closed at the market, whatever the price; null where never.",
    }),
    currentPrice: t.field({
      type: "Decimal",
      description:
        "The newest price of its symbol; USD for a unit. Of a closed position: its last exit's reference price. In an event: the event's.",
      resolve: (position, _args, context) => priceOf(position, context).price,
    }),
    priceTime: t.field({
      type: "DateTime",
      description: "The market time of `currentPrice`.",
      resolve: (position, _args, context) => priceOf(position, context).priceTime,
    }),
    unrealizedPnl: t.field({
      type: "Decimal",
      description:
        "What is left of it has gained or lost so much at `currentPrice`, in USD, entry commission taken off; 0 when closed.",
      resolve: (position, _args, context) => unrealizedPnlAt(position, priceOf(position, context).price),
    }),
    realizedPnl: t.expose("realizedPnl", { type: "Decimal", description: "The sum of its trades so far, in USD." }),
    commissionPaid: t.expose("commissionPaid", {
      type: "Decimal",
      description: "The commissions of all its fills so far, in USD.",
    }),
    slippageCost: t.expose("slippageCost", {
      type: "Decimal",
      description:
        "What slippage has cost in all its fills so far, in USD. For information: it is in the prices already.",
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "The market time at which it was opened." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", description: "The market time of its newest fill." }),
  }),
});

/** The price that a position is valued at: its teller's; the board's for an open one that was read; else its last fill's. */
function priceOf(position: PositionParent, { desk }: SchemaContext): Pick<Told, "price" | "priceTime"> {
  if (position.told !== undefined) return position.told;
  const quote = position.status === "OPEN" ? desk.desk.board.get(position.symbol) : undefined;
  if (quote !== undefined) return { price: quote.price, priceTime: new Date(quote.timeMs) };
  return { price: position.lastPrice, priceTime: position.lastPriceTime };
}

export const PositionConnection = builder.connectionObject(
  { type: Position, name: "PositionConnection", description: "A page of a list of positions." },
  { name: "PositionEdge", description: "A position and its place in the list." },
);

builder.queryField("positions", (t) =>
  t.connection(
    {
      type: Position,
      authScopes: MAY_READ,
      description: "An account's positions, oldest first. None where there is no such account.",
      args: {
        account: t.arg.id({ description: ACCOUNT_ARGUMENT }),
        status: t.arg({
          type: PositionStatus,
          defaultValue: "OPEN",
          description: "Only those of this status; null is all.",
        }),
        symbol: t.arg.string({ description: SYMBOL_ARGUMENT }),
        session: t.arg.int({ description: SESSION_ARGUMENT }),
      },
      resolve: (_root, { account, status, symbol, session, ...page }, { reads, viewer }) =>
        pageOf(page, { cursor: positionCursor, placeOf: ({ number }) => number }, () =>
          listPositions(reads, viewer, {
            account: accountArgument(account),
            status,
            symbol: symbolArgument(symbol),
            session,
          }),
        ),
    },
    PositionConnection,
  ),
);
