// How the price of a position went while it was held: as far as the running process has seen it.
import { PRICE_PATH_POINTS_MAX } from "../src/domain/limits.ts";
import type { PricePoint as PathPoint } from "../src/ports.ts";
import { type HeldPrices, readPricePath } from "../src/services/readPricePath.ts";
import { builder } from "./builder.ts";
import { numberedKeyOf } from "./globalIds.ts";
import { MAY_READ } from "./rules.ts";

const PricePoint = builder.objectRef<PathPoint>("PricePoint").implement({
  description: "Prices that came one after the other: all after those of the point before it, up to its own time.",
  fields: (t) => ({
    time: t.field({
      type: "DateTime",
      description: "The market time of the last of them; a bar's is its end.",
      resolve: ({ timeMs }) => new Date(timeMs),
    }),
    price: t.expose("price", { type: "Decimal", description: "The last of them; USD for a unit." }),
    low: t.expose("low", { type: "Decimal", description: "The lowest of them." }),
    high: t.expose("high", { type: "Decimal", description: "The highest of them." }),
  }),
});

const PricePath = builder.objectRef<HeldPrices>("PricePath").implement({
  description:
    "The prices of a position's symbol from its entry to its close, or to now, in a bounded number of points. They are kept " +
    "in memory only, from the server's start on: `knownFrom` tells whether that was before the entry.",
  fields: (t) => ({
    knownFrom: t.field({
      type: "DateTime",
      nullable: true,
      description:
        "The market time of the first price of the symbol that the server took since it began: all from then on are in the " +
        "path. Null where it took none, and for a position of a backtest.",
      resolve: ({ knownFromMs }) => (knownFromMs === undefined ? null : new Date(knownFromMs)),
    }),
    points: t.field({
      type: [PricePoint],
      description:
        `At most ${PRICE_PATH_POINTS_MAX}, in the order of their times. A point stands for one second at first; where there are too many, those ` +
        "that are closest for their age become one. Of prices before the entry and after the close there is nothing.",
      resolve: ({ points }) => points,
    }),
  }),
});

builder.queryField("pricePath", (t) =>
  t.field({
    type: PricePath,
    authScopes: MAY_READ,
    nullable: true,
    description: "How the price of a position went while it was held; null where there is no such position.",
    args: { position: t.arg.id({ required: true, description: "A position's id." }) },
    resolve: async (_root, { position: id }, { desk, loaders, reads, viewer }) => {
      const key = numberedKeyOf("Position", id);
      const position = key === undefined ? null : await loaders.positions.load(key);
      if (position === null) return null;
      const { accountId, number, symbol, status, entryTime, updatedAt } = position;
      const toMs = status === "CLOSED" ? new Date(updatedAt).getTime() : undefined;
      const fromMs = new Date(entryTime).getTime();
      return readPricePath(desk.desk, reads, viewer, { accountId, number, symbol, fromMs, toMs });
    },
  }),
);
