// The excursions of trades through the API: as they are read, and as events tell them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, startApiDesk } from "../support/apiDesk.ts";
import { ClosePosition, Enable, ExecuteSignal, PublishBars, PublishQuotes } from "../support/documents.ts";

const TradeExcursions = graphql(`
  query TradeExcursions($symbol: String!) {
    trades(symbol: $symbol) {
      edges {
        node {
          exitReason
          maxAdverseExcursion { perUnit usd r }
          maxFavourableExcursion { perUnit usd r }
        }
      }
    }
  }
`);

const ToldExcursions = graphql(`
  subscription ToldExcursions($after: LogCursor) {
    accountEvents(after: $after) {
      ... on TradeClosed {
        trade {
          symbol
          maxAdverseExcursion { perUnit usd r }
          maxFavourableExcursion { perUnit usd r }
        }
      }
    }
  }
`);

let api: ApiDesk;
beforeAll(async () => {
  api = await startApiDesk();
  const settings = { useRealisticFills: false, commissionPerShare: "0" };
  await api.client.run(Enable, { input: { settings } });
});
afterAll(() => api.close());

const at = (time: string): string => `2024-03-01T${time}.000Z`;

async function quote(symbol: string, price: string, time: string): Promise<void> {
  await api.client.run(PublishQuotes, { quotes: [{ symbol, price, time: at(time) }] });
}

/** Opens a position of 10 at 100 with its stop at 96, and answers its id. */
async function opened(symbol: string, time: string): Promise<string> {
  await quote(symbol, "100", time);
  const levels = { entryPrice: "100", stopLoss: "96", target1: "110", target2: "120", positionSize: "10" };
  const { executeSignal } = await api.client.run(ExecuteSignal, { input: { signalId: symbol, symbol, ...levels } });
  const id = executeSignal.__typename === "ExecuteSignalPayload" && executeSignal.signal.position?.id;
  if (!id) throw new Error(JSON.stringify(executeSignal));
  return id;
}

async function excursionsOf(symbol: string): Promise<unknown[]> {
  const { trades } = await api.client.run(TradeExcursions, { symbol });
  return trades.edges.map(({ node }) => node);
}

describe("the excursions of a trade", () => {
  it("are of the prices up to its exit, for a unit, the lot and the first risk: later trades have seen more", async () => {
    const id = await opened("PARTS", "14:31:00");
    await quote("PARTS", "98.5", "14:32:00");
    await quote("PARTS", "103", "14:33:00");
    const part = { position: id, quantity: "4", requestId: "r-1" };
    await api.client.run(ClosePosition, { input: part });
    const bar = { symbol: "PARTS", open: "103", high: "107", low: "97", close: "101", intervalSeconds: 60 };
    await api.client.run(PublishBars, { bars: [{ ...bar, start: at("14:34:00") }] });
    await api.client.run(ClosePosition, { input: { position: id } });
    expect(await excursionsOf("PARTS")).toEqual([
      {
        exitReason: "MANUAL",
        maxAdverseExcursion: { perUnit: "3", usd: "18", r: "0.75" },
        maxFavourableExcursion: { perUnit: "7", usd: "42", r: "1.75" },
      },
      {
        exitReason: "MANUAL",
        maxAdverseExcursion: { perUnit: "1.5", usd: "6", r: "0.375" },
        maxFavourableExcursion: { perUnit: "3", usd: "12", r: "0.75" },
      },
    ]);
  });

  it("are 0 where the position was closed at once", async () => {
    const id = await opened("ATONCE", "14:36:00");
    await api.client.run(ClosePosition, { input: { position: id } });
    const none = { perUnit: "0", usd: "0", r: "0" };
    expect(await excursionsOf("ATONCE")).toEqual([
      { exitReason: "MANUAL", maxAdverseExcursion: none, maxFavourableExcursion: none },
    ]);
  });

  it("are told by the event of the trade, too", async () => {
    await opened("TOLD", "14:37:00");
    const events = await api.client.follow(ToldExcursions);
    await quote("TOLD", "104", "14:38:00");
    await quote("TOLD", "95", "14:39:00");
    const { value } = await events.next();
    await events.return?.();
    expect(value?.accountEvents).toEqual({
      trade: {
        symbol: "TOLD",
        maxAdverseExcursion: { perUnit: "5", usd: "50", r: "1.25" },
        maxFavourableExcursion: { perUnit: "4", usd: "40", r: "1" },
      },
    });
  });
});
