// Lists of just as many items as are allowed, and of one more: the error says the limit, and nothing of it is done.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TypedDocumentString } from "../generated/graphql.ts";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import {
  FullEnable,
  FullExecuteSignals,
  PositionsOfSession,
  QuotesNow,
  SignalsOfSession,
  TradesOfSession,
} from "./operations.ts";
import { snapshot } from "./snapshot.ts";

const START_MS = Date.UTC(2024, 2, 1, 14, 30);
const secondsLater = (seconds: number): string => new Date(START_MS + seconds * 1000).toISOString();
const listOf = <Item>(length: number, item: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, index) => item(index));

const quotes = (length: number) =>
  listOf(length, (index) => ({ symbol: "Q", price: `${index + 1}`, time: secondsLater(index) }));
const bars = (length: number) =>
  listOf(length, (index) => ({
    ...{ symbol: "B", open: "1", high: `${index + 1}`, low: "1", close: `${index + 1}` },
    ...{ start: secondsLater(index), intervalSeconds: 1 },
  }));
const signals = (length: number, name: string) =>
  listOf(length, (index) => ({
    ...{
      signalId: `${name}-${index}`,
      symbol: "AAPL",
      entryPrice: "150",
      stopLoss: "145",
      target1: "160",
      positionSize: "1",
    },
  }));
const symbols = (length: number) => listOf(length, (index) => `S${index}`);

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed", LOG_LEVEL: "warn" });
  await desk.client.run(FullEnable, { input: { name: "main", settings: { maxPortfolioHeat: "100" } } });
  await desk.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "150", time: secondsLater(0) }] });
});
afterAll(() => desk.stop());

function tooMany(message: string): object {
  return { errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] };
}

describe("A list that is one too long", () => {
  it("is refused as a whole, and the error says the limit", async () => {
    const before = await snapshot(desk.client);
    expect(await desk.client.answer(FullExecuteSignals, { inputs: signals(501, "over") })).toMatchObject(
      tooMany("inputs has 501 items; at most 500 are allowed in one request."),
    );
    expect(await desk.client.answer(PublishQuotes, { quotes: quotes(5001) })).toMatchObject(
      tooMany("quotes has 5001 items; at most 5,000 are allowed in one request."),
    );
    expect(await desk.client.answer(PublishBars, { bars: bars(5001) })).toMatchObject(
      tooMany("bars has 5001 items; at most 5,000 are allowed in one request."),
    );
    expect(await desk.client.answer(QuotesNow, { symbols: symbols(201) })).toMatchObject(
      tooMany("symbols has 201 items; at most 200 are allowed in one request."),
    );
    expect(await snapshot(desk.client)).toEqual(before);
  });
});

describe("A list that is just as long as it may be", () => {
  it("is worked through whole: 500 signals", async () => {
    const inputs = signals(500, "full");
    const { executeSignals } = await desk.client.run(FullExecuteSignals, { inputs });
    expect(executeSignals).toMatchObject(
      inputs.map(({ signalId }) => ({
        replayed: false,
        signal: { signalId, status: expect.stringMatching(/FILLED|REJECTED/) },
      })),
    );
    const { signals: kept } = await desk.client.run(SignalsOfSession);
    expect(kept.totalCount).toBe(500);
  });

  it("is worked through whole: 5,000 quotes, 5,000 bars, 200 symbols", async () => {
    const whole = { accepted: 5000, stale: 0, refused: [] };
    expect(await desk.client.run(PublishQuotes, { quotes: quotes(5000) })).toEqual({ publishQuotes: whole });
    expect(await desk.client.run(PublishBars, { bars: bars(5000) })).toEqual({ publishBars: whole });
    const shown = await desk.client.run(QuotesNow, { symbols: [...symbols(198), "Q", "B"] });
    expect(shown.quotes).toMatchObject([
      { symbol: "Q", price: "5000", time: secondsLater(4999) },
      { symbol: "B", price: "5000", time: secondsLater(5000) },
    ]);
  });

  it("may also be empty", async () => {
    const nothing = { accepted: 0, stale: 0, refused: [] };
    expect(await desk.client.run(PublishQuotes, { quotes: [] })).toEqual({ publishQuotes: nothing });
    expect(await desk.client.run(PublishBars, { bars: [] })).toEqual({ publishBars: nothing });
    expect(await desk.client.run(FullExecuteSignals, { inputs: [] })).toEqual({ executeSignals: [] });
    expect(await desk.client.run(QuotesNow, { symbols: [] })).toEqual({ quotes: [] });
  });
});

describe("A page", () => {
  it.each<[string, TypedDocumentString<object, never>]>([
    ["positions", PositionsOfSession],
    ["trades", TradesOfSession],
    ["signals", SignalsOfSession],
  ])("of %s has 1 to 200 items", async (_name, document) => {
    for (const first of [-1, 0, 201, 2_147_483_647]) {
      expect(await desk.client.answer(document, { first })).toMatchObject(
        tooMany(`first is ${first}, but must be from 1 to 200.`),
      );
    }
    for (const first of [1, 200]) {
      const { data } = await desk.client.answer(document, { first });
      const [page] = Object.values(data ?? {});
      expect(page.edges.length).toBe(Math.min(first, page.totalCount));
    }
  });

  it("after a cursor that is none of its list is an error", async () => {
    for (const after of ["", "x", "x".repeat(10_000)]) {
      expect(await desk.client.answer(PositionsOfSession, { after })).toMatchObject({
        errors: [{ message: "after is not a cursor of this list.", extensions: { code: "BAD_CURSOR" } }],
      });
    }
  });
});
