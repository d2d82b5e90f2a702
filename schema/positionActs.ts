// Closing positions by hand.
import { type Closure, closePosition } from "../src/services/closePosition.ts";
import { builder } from "./builder.ts";
import { InvalidInput, Problem, typeOfKind } from "./errors.ts";
import { numberedKeyOf } from "./globalIds.ts";
import { Position } from "./position.ts";
import { MAY_TRADE } from "./rules.ts";
import { Trade } from "./trade.ts";

type Closed = Extract<Closure, { kind: "closed" }>;
type NotFound = Extract<Closure, { kind: "notFound" }>;
type AlreadyClosed = Extract<Closure, { kind: "alreadyClosed" }>;

const ClosePositionPayload = builder.objectRef<Closed>("ClosePositionPayload").implement({
  description: "The position, or a part of it, is closed.",
  fields: (t) => ({
    position: t.field({ type: Position, description: "The position now.", resolve: ({ position }) => position }),
    trade: t.field({
      type: Trade,
      description: "The trade that closed it.",
      resolve: ({ trade, position }) => ({ ...trade, position }),
    }),
    replayed: t.exposeBoolean("replayed", {
      description: "Whether this request had been done before: then this is the first trade, and nothing has changed.",
    }),
  }),
});

const PositionNotFound = builder.objectRef<NotFound>("PositionNotFound").implement({
  description: "There is no such position.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says that there is no such position.",
      resolve: () => "There is no such position.",
    }),
  }),
});

const PositionAlreadyClosed = builder.objectRef<AlreadyClosed>("PositionAlreadyClosed").implement({
  description: "Nothing is left of the position.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says that nothing is left of it.",
      resolve: () => "The position is closed already: nothing is left of it.",
    }),
    position: t.field({ type: Position, description: "The position, closed.", resolve: ({ position }) => position }),
  }),
});

const ClosePositionResult = builder.unionType("ClosePositionResult", {
  description: "What became of `closePosition`.",
  types: [ClosePositionPayload, PositionNotFound, PositionAlreadyClosed, InvalidInput],
  resolveType: typeOfKind({ closed: "ClosePositionPayload" }),
});

const ClosePositionInput = builder.inputType("ClosePositionInput", {
  description: "What to close.",
  fields: (t) => ({
    position: t.id({ required: true, description: "The position's id." }),
    quantity: t.field({
      type: "Decimal",
      description: "How much, in units: above 0, at most what is left; without it all that is left.",
    }),
    requestId: t.string({
      description:
        "Needed with a quantity, so that it is closed once however often it is sent: the same one again answers the first result. 1 to 64 characters of A-Z, a-z, 0-9 and ._:-",
    }),
  }),
});

builder.mutationField("closePosition", (t) =>
  t.field({
    type: ClosePositionResult,
    authScopes: MAY_TRADE,
    description: "Closes a position, or a part of it, at the newest price, whatever that price's age.",
    args: { input: t.arg({ type: ClosePositionInput, required: true, description: "What to close." }) },
    resolve: (_root, { input }, { desk, viewer }) =>
      closePosition(desk.road, viewer, { ...input, position: numberedKeyOf("Position", input.position) }),
  }),
);
