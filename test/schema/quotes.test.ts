// Prices through the API: publishing them, and reading the board.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { PublishBars, PublishQuotes } from "../support/documents.ts";

const Quotes = graphql(`
  query Quotes($symbols: [String!]) { quotes(symbols: $symbols) { symbol price bid ask time source } }
`);

let api: ApiDesk;
beforeAll(async () => {
  api = await startApiDesk();
});
afterAll(() => api.close());

describe("prices", () => {
  it("are accepted, stale or refused, each told by its place in the list", async () => {
    const quotes = [
      { symbol: "B", price: "10.50", bid: "10.4", ask: "10.6", time: START },
      { symbol: "B", price: "10.50", time: START },
      { symbol: "B", price: "0", time: START },
      { symbol: "b", price: "1", time: START },
      { symbol: "A", price: "1e3", time: START },
      { symbol: "A", price: "0.00000001" },
    ];
    const { publishQuotes } = await api.client.run(PublishQuotes, { quotes });
    expect(publishQuotes).toEqual({
      accepted: 2,
      stale: 1,
      refused: [
        { index: 2, message: "price is 0, but must be above 0 and below 1,000,000,000,000" },
        { index: 3, message: "symbol must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'" },
        { index: 4, message: 'price must be a decimal such as "150.03", with up to 8 decimals' },
      ],
    });
  });

  it("come as bars too", async () => {
    const bar = { symbol: "C", open: "1", high: "3", low: "1", close: "2", start: START, intervalSeconds: 60 };
    const { publishBars } = await api.client.run(PublishBars, { bars: [bar, { ...bar, high: "0.5" }] });
    expect(publishBars).toMatchObject({ accepted: 1, stale: 0, refused: [{ index: 1 }] });
  });

  it("are read by symbol, or of the symbols named in their order, without the unknown", async () => {
    const a = { symbol: "A", price: "0.00000001", bid: null, ask: null, time: START, source: "QUOTE" };
    const b = { symbol: "B", price: "10.5", bid: "10.4", ask: "10.6", time: START, source: "QUOTE" };
    const c = { symbol: "C", price: "2", bid: null, ask: null, time: "2024-03-01T14:31:00.000Z", source: "BAR" };
    expect(await api.client.run(Quotes)).toEqual({ quotes: [a, b, c] });
    expect(await api.client.run(Quotes, { symbols: null })).toEqual({ quotes: [a, b, c] });
    expect(await api.client.run(Quotes, { symbols: ["C", "nothing", "A"] })).toEqual({ quotes: [c, a] });
    expect(await api.client.run(Quotes, { symbols: [] })).toEqual({ quotes: [] });
  });

  it("are limited in number for each request, and the limit is told", async () => {
    const symbols = Array.from({ length: 201 }, (_, index) => `S${index}`);
    const { errors } = await api.client.answer(Quotes, { symbols });
    expect(errors?.[0]?.message).toBe("symbols has 201 items; at most 200 are allowed in one request.");
    const quote = { symbol: "A", price: "1", time: START };
    const quotes = Array.from({ length: 5001 }, () => quote);
    const { errors: tooMany } = await api.client.answer(PublishQuotes, { quotes });
    expect(tooMany?.[0]?.message).toBe("quotes has 5001 items; at most 5,000 are allowed in one request.");
    const bar = { symbol: "A", open: "1", high: "1", low: "1", close: "1", start: START, intervalSeconds: 1 };
    const { errors: tooManyBars } = await api.client.answer(PublishBars, {
      bars: Array.from({ length: 5001 }, () => bar),
    });
    expect(tooManyBars?.[0]?.message).toBe("bars has 5001 items; at most 5,000 are allowed in one request.");
  });

  it("of more than 200 symbols are not answered all at once: some must be named", async () => {
    const quotes = Array.from({ length: 200 }, (_, index) => ({ symbol: `S${index}`, price: "1", time: START }));
    await api.client.run(PublishQuotes, { quotes });
    const { errors } = await api.client.answer(Quotes);
    expect(errors?.[0]).toMatchObject({
      message: "There are prices of more than 200 symbols: name up to 200 of them.",
      extensions: { code: "BAD_USER_INPUT" },
    });
    const { quotes: named } = await api.client.run(Quotes, { symbols: quotes.map(({ symbol }) => symbol) });
    expect(named).toHaveLength(200);
  });
});
