// Quotes: what the board holds, and publishing prices to it.
import type { Quote as BoardQuote } from "../src/domain/price.ts";
import {
  PRICES_IN_A_CALL_MAX,
  type PublishReport as Published,
  publishBars,
  publishQuotes,
  type RefusedPrice as Refused,
} from "../src/services/publishPrices.ts";
import { QUOTES_IN_A_CALL_MAX, readQuotes } from "../src/services/readQuotes.ts";
import { checkCount } from "./arguments.ts";
import { builder } from "./builder.ts";
import { requestError } from "./errors.ts";
import { PriceSource } from "./fill.ts";
import { MAY_FEED, MAY_READ } from "./rules.ts";

const Quote = builder.objectRef<BoardQuote>("Quote").implement({
  description: "The newest price of a symbol.",
  fields: (t) => ({
    symbol: t.exposeString("symbol", { description: "What it is the price of." }),
    price: t.expose("price", { type: "Decimal", description: "The last price; USD for a unit." }),
    bid: t.expose("bid", { type: "Decimal", nullable: true, description: "The best bid; null where none was told." }),
    ask: t.expose("ask", { type: "Decimal", nullable: true, description: "The best offer; null where none was told." }),
    time: t.field({ type: "DateTime", description: "Its market time.", resolve: ({ timeMs }) => new Date(timeMs) }),
    source: t.expose("source", { type: PriceSource, description: "What it came from." }),
  }),
});

const RefusedPrice = builder.objectRef<Refused>("RefusedPrice").implement({
  description: "A price that was refused. The others were taken.",
  fields: (t) => ({
    index: t.exposeInt("index", { description: "Its place in the list given, counted from 0." }),
    message: t.exposeString("message", { description: "What is wrong with it." }),
  }),
});

const PublishReport = builder.objectRef<Published>("PublishReport").implement({
  description: "What became of published prices. Each is accepted, stale or refused.",
  fields: (t) => ({
    accepted: t.exposeInt("accepted", { description: "How many were taken, and have done what they trigger." }),
    stale: t.exposeInt("stale", {
      description: "How many were dropped: older than what the board holds, or a repeat of it.",
    }),
    refused: t.field({
      type: [RefusedPrice],
      description: "Those that are no prices, in the order given.",
      resolve: ({ refused }) => refused,
    }),
  }),
});

const PRICE_BOUNDS = "USD for a unit, above 0 and below 1,000,000,000,000";
const SYMBOL = "What it is the price of: 1 to 20 characters of A-Z, 0-9 and ./-";

const QuoteInput = builder.inputType("QuoteInput", {
  description: "A price at a moment.",
  fields: (t) => ({
    symbol: t.string({ required: true, description: SYMBOL }),
    price: t.field({ type: "Decimal", required: true, description: `The last price; ${PRICE_BOUNDS}.` }),
    bid: t.field({ type: "Decimal", description: `The best bid; ${PRICE_BOUNDS}.` }),
    ask: t.field({ type: "Decimal", description: `The best offer; ${PRICE_BOUNDS}.` }),
    volume: t.field({ type: "Decimal", description: "What was traded, in units: 0 or more." }),
    time: t.field({
      type: "DateTime",
      description:
        "Its market time; without it the desk's clock. At most 60 seconds ahead of the clock, unless time is the feed's.",
    }),
  }),
});

const BarInput = builder.inputType("BarInput", {
  description: "The prices of an interval.",
  fields: (t) => ({
    symbol: t.string({ required: true, description: SYMBOL }),
    open: t.field({ type: "Decimal", required: true, description: `The first price; ${PRICE_BOUNDS}.` }),
    high: t.field({ type: "Decimal", required: true, description: `The highest price; ${PRICE_BOUNDS}.` }),
    low: t.field({ type: "Decimal", required: true, description: `The lowest price; ${PRICE_BOUNDS}.` }),
    close: t.field({ type: "Decimal", required: true, description: `The last price; ${PRICE_BOUNDS}.` }),
    volume: t.field({ type: "Decimal", description: "What was traded, in units: 0 or more." }),
    start: t.field({ type: "DateTime", required: true, description: "The market time at which the interval begins." }),
    intervalSeconds: t.int({ required: true, description: "How long it is, in seconds: 1 to 31622400." }),
  }),
});

const PRICES_MAX = PRICES_IN_A_CALL_MAX.toLocaleString("en-US");

builder.queryField("quotes", (t) =>
  t.field({
    type: [Quote],
    authScopes: MAY_READ,
    description:
      `The newest prices: of the symbols named, in that order, leaving out those that have none; or of all, by symbol. ` +
      `At most ${QUOTES_IN_A_CALL_MAX} symbols.`,
    args: {
      symbols: t.arg.stringList({
        description: `Which symbols: up to ${QUOTES_IN_A_CALL_MAX}; none means all there are.`,
      }),
    },
    resolve: (_root, { symbols }, { desk }) => {
      if (symbols) checkCount("symbols", symbols, QUOTES_IN_A_CALL_MAX);
      const quotes = readQuotes(desk.desk, symbols);
      if (quotes !== "tooMany") return quotes;
      const message = `There are prices of more than ${QUOTES_IN_A_CALL_MAX} symbols: name up to ${QUOTES_IN_A_CALL_MAX} of them.`;
      throw requestError("BAD_USER_INPUT", message);
    },
  }),
);

builder.mutationFields((t) => ({
  publishQuotes: t.field({
    type: PublishReport,
    authScopes: MAY_FEED,
    description: `Publishes up to ${PRICES_MAX} quotes, worked through in the order given: stops and targets fire, and the board moves.`,
    args: { quotes: t.arg({ type: [QuoteInput], required: true, description: "The quotes, in order." }) },
    resolve: (_root, { quotes }, { desk }) => {
      checkCount("quotes", quotes, PRICES_IN_A_CALL_MAX);
      return publishQuotes(desk.prices, quotes);
    },
  }),
  publishBars: t.field({
    type: PublishReport,
    authScopes: MAY_FEED,
    description: `Publishes up to ${PRICES_MAX} bars, worked through in the order of their starts (ties as given).`,
    args: { bars: t.arg({ type: [BarInput], required: true, description: "The bars." }) },
    resolve: (_root, { bars }, { desk }) => {
      checkCount("bars", bars, PRICES_IN_A_CALL_MAX);
      return publishBars(desk.prices, bars);
    },
  }),
}));
