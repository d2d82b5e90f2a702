// Quotes, bars and closes at the bounds of each of their fields; what is good of a batch is kept.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { FullClosePosition, FullEnable, FullExecuteSignals, PositionsOfSession, QuotesNow } from "./operations.ts";
import { snapshot } from "./snapshot.ts";

const at = (time: string): string => `2024-03-01T${time}.000Z`;
const QUOTE = { symbol: "Q", price: "1", time: at("14:30:00") };
const BAR = { symbol: "B", open: "2", high: "3", low: "1", close: "2", start: at("14:30:00"), intervalSeconds: 60 };

const SMALLEST = "0.00000001";
const LARGEST = "999999999999.99999999";
const LARGEST_VOLUME = "99999999999999999999.99999999";
const SYMBOL_BOUNDS = "symbol must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'";

type Bad = readonly [change: object, message: string];

const outOfAmounts = (name: string): Bad[] =>
  ["0", "-1", "1000000000000"].map((value) => [
    { [name]: value },
    `${name} is ${value}, but must be above 0 and below 1,000,000,000,000`,
  ]);
const badSymbols = ["", "A".repeat(21), "aapl", "A B"].map((symbol): Bad => [{ symbol }, SYMBOL_BOUNDS]);
const badVolume: Bad = [{ volume: "-0.00000001" }, "volume must be a decimal of 0 or more, with up to 8 decimals"];

const BAD_QUOTES: readonly Bad[] = [
  ...badSymbols,
  ...["price", "bid", "ask"].flatMap(outOfAmounts),
  badVolume,
  [{ time: "1899-12-31T23:59:59.999Z" }, "time must lie between the years 1900 and 9999"],
];

const BAD_BARS: readonly Bad[] = [
  ...badSymbols,
  ...["open", "high", "low", "close"].flatMap(outOfAmounts),
  badVolume,
  [{ high: "0.5" }, "high 0.5 is below low 1"],
  [{ open: "3.00000001" }, "open 3.00000001 is outside low 1 to high 3"],
  [{ open: "0.99999999" }, "open 0.99999999 is outside low 1 to high 3"],
  [{ close: "3.00000001" }, "close 3.00000001 is outside low 1 to high 3"],
  [{ close: "0.99999999" }, "close 0.99999999 is outside low 1 to high 3"],
  ...[0, -60, 31_622_401].map(
    (seconds): Bad => [{ intervalSeconds: seconds }, `intervalSeconds is ${seconds}, but must be from 1 to 31622400`],
  ),
  [{ start: "1899-12-31T23:59:59.999Z" }, "start must lie between the years 1900 and 9999"],
  [{ start: "9999-12-31T23:59:59.999Z" }, "start + intervalSeconds must lie between the years 1900 and 9999"],
];

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed", LOG_LEVEL: "warn" });
  await desk.client.run(FullEnable);
});
afterAll(() => desk.stop());

async function publishQuotes(quotes: readonly object[]) {
  const { data, errors } = await desk.client.answer(PublishQuotes, { quotes });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.publishQuotes;
}

async function publishBars(bars: readonly object[]) {
  const { data, errors } = await desk.client.answer(PublishBars, { bars });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.publishBars;
}

/** The good item between each two of the bad ones, and at both ends. */
function between<Item>(bad: readonly Item[], good: (index: number) => Item): Item[] {
  return [good(0), ...bad.flatMap((item, index) => [item, good(index + 1)])];
}

const refusedOf = (bad: readonly Bad[]) => bad.map(([, message], index) => ({ index: 2 * index + 1, message }));

describe("Prices just outside their bounds", () => {
  it("are refused with the reason, and leave the board as it is", async () => {
    const before = await snapshot(desk.client);
    for (const [change, message] of BAD_QUOTES) {
      expect(await publishQuotes([{ ...QUOTE, ...change }])).toEqual({
        accepted: 0,
        stale: 0,
        refused: [{ index: 0, message }],
      });
    }
    for (const [change, message] of BAD_BARS) {
      expect(await publishBars([{ ...BAR, ...change }])).toEqual({
        accepted: 0,
        stale: 0,
        refused: [{ index: 0, message }],
      });
    }
    expect(await snapshot(desk.client)).toEqual(before);
  });

  it("do not stop the quotes and bars around them, which are kept", async () => {
    const second = (index: number): string => new Date(Date.parse(at("14:30:00")) + index * 1000).toISOString();
    const quotes = between(
      BAD_QUOTES.map(([change]) => ({ ...QUOTE, ...change })),
      (index) => ({ ...QUOTE, symbol: "GOOD", price: `${index + 1}`, time: second(index) }),
    );
    const accepted = BAD_QUOTES.length + 1;
    expect(await publishQuotes(quotes)).toEqual({ accepted, stale: 0, refused: refusedOf(BAD_QUOTES) });
    const bars = between(
      BAD_BARS.map(([change]) => ({ ...BAR, ...change })),
      (index) => ({ ...BAR, symbol: "BARS", start: second(index), intervalSeconds: 1 }),
    );
    expect(await publishBars(bars)).toEqual({ accepted: BAD_BARS.length + 1, stale: 0, refused: refusedOf(BAD_BARS) });
    expect((await desk.client.run(QuotesNow)).quotes).toEqual([
      { symbol: "BARS", price: "2", bid: null, ask: null, time: second(BAD_BARS.length + 1), source: "BAR" },
      { symbol: "GOOD", price: `${accepted}`, bid: null, ask: null, time: second(BAD_QUOTES.length), source: "QUOTE" },
    ]);
  });

  it("are stale where they are older than the board, or repeat it", async () => {
    const quote = { ...QUOTE, symbol: "STALE", price: "5.0" };
    const older = { ...quote, time: at("14:29:59") };
    expect(await publishQuotes([quote, quote, { ...quote, price: "5" }, older])).toEqual({
      accepted: 1,
      stale: 3,
      refused: [],
    });
    const bar = { ...BAR, symbol: "STALE", start: at("14:29:59") };
    expect(await publishBars([bar])).toEqual({ accepted: 0, stale: 1, refused: [] });
  });
});

describe("Prices just inside their bounds", () => {
  it("are taken, to the last digit", async () => {
    const quote = { ...QUOTE, symbol: "A-Z0./-".padEnd(20, "9") };
    const time = "2024-03-01T14:30:00.123Z";
    expect(
      await publishQuotes([
        { ...quote, price: SMALLEST, bid: SMALLEST, ask: SMALLEST, volume: "0", time: "1900-01-01T00:00:00Z" },
        {
          ...quote,
          price: LARGEST,
          bid: LARGEST,
          ask: LARGEST,
          volume: LARGEST_VOLUME,
          time: "2024-03-01T09:30:00.123456789-05:00",
        },
      ]),
    ).toEqual({ accepted: 2, stale: 0, refused: [] });
    expect((await desk.client.run(QuotesNow, { symbols: [quote.symbol] })).quotes).toEqual([
      { symbol: quote.symbol, price: LARGEST, bid: LARGEST, ask: LARGEST, time, source: "QUOTE" },
    ]);
    const flat = { symbol: "FLAT", open: LARGEST, high: LARGEST, low: LARGEST, close: LARGEST, volume: LARGEST_VOLUME };
    expect(await publishBars([{ ...flat, start: at("14:30:00"), intervalSeconds: 31_622_400 }])).toMatchObject({
      accepted: 1,
    });
    expect((await desk.client.run(QuotesNow, { symbols: ["FLAT"] })).quotes).toMatchObject([
      { price: LARGEST, time: "2025-03-02T14:30:00.000Z", source: "BAR" },
    ]);
  });
});

describe("A close", () => {
  let position: string;
  beforeAll(async () => {
    // Later than the bar of a year above, for the feed's clock does not go back.
    await publishQuotes([{ symbol: "AAPL", price: "150", time: "2025-03-02T14:30:00Z" }]);
    const signal = {
      signalId: "held",
      symbol: "AAPL",
      entryPrice: "150",
      stopLoss: "145",
      target1: "160",
      positionSize: "10",
    };
    await desk.client.run(FullExecuteSignals, { inputs: [signal] });
    const { positions } = await desk.client.run(PositionsOfSession);
    position = positions.edges[0]?.node.id ?? "";
  });

  const ID_BOUNDS = "must be 1 to 64 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'";
  it.each([
    ["quantity", { quantity: "0", requestId: "r" }, "is 0, but must be above 0 and below 1,000,000,000,000"],
    ["quantity", { quantity: "-1", requestId: "r" }, "is -1, but must be above 0 and below 1,000,000,000,000"],
    ["quantity", { quantity: "10.00000001", requestId: "r" }, "is 10.00000001, but only 10 are left"],
    [
      "requestId",
      { quantity: "1" },
      "is missing: closing a part needs it, so that it is done once however often it is sent",
    ],
    ["requestId", { quantity: "1", requestId: "" }, ID_BOUNDS],
    ["requestId", { quantity: "1", requestId: "r".repeat(65) }, ID_BOUNDS],
    ["requestId", { requestId: "a b" }, ID_BOUNDS],
  ])("with a bad %s is invalid, and closes nothing: %j", async (path, change, message) => {
    const before = await snapshot(desk.client);
    const { closePosition } = await desk.client.run(FullClosePosition, { input: { position, ...change } });
    expect(closePosition).toEqual({
      __typename: "InvalidInput",
      message: `${path} ${message}`,
      issues: [{ path: [path], message }],
    });
    expect(await snapshot(desk.client)).toEqual(before);
  });

  it.each(["", "none", "x".repeat(10_000), Buffer.from("Position:x:1").toString("base64")])(
    "of what is no position finds none: %j",
    async (none) => {
      const { closePosition } = await desk.client.run(FullClosePosition, { input: { position: none } });
      expect(closePosition).toEqual({ __typename: "PositionNotFound", message: "There is no such position." });
    },
  );

  it("of a part of any size, down to the last digit, and then of the rest", async () => {
    const close = async (input: object) => {
      const { data } = await desk.client.answer(FullClosePosition, { input: { position, ...input } });
      return data?.closePosition;
    };
    expect(await close({ quantity: SMALLEST, requestId: "r".repeat(64) })).toMatchObject({
      position: { remainingQuantity: "9.99999999", status: "OPEN" },
    });
    expect(await close({ quantity: "9.99999999", requestId: "rest" })).toMatchObject({
      position: { remainingQuantity: "0", status: "CLOSED" },
    });
    expect(await close({})).toMatchObject({
      __typename: "PositionAlreadyClosed",
      message: "The position is closed already: nothing is left of it.",
    });
  });
});
