// Why the desk says no: each reason that ends a decision, as a client sees it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PublishQuotes } from "../support/documents.ts";
import { take } from "../support/wireClient.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { AccountEvents, FullEnable, FullExecuteSignals } from "./operations.ts";

const at = (time: string): string => `2024-03-01T${time}.000Z`;
const SIGNAL = { symbol: "AAPL", entryPrice: "150", stopLoss: "145", target1: "160", positionSize: "1" };

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed" });
  await desk.client.run(FullEnable);
  const quotes = [
    { symbol: "OLD", price: "150", time: at("14:30:00") },
    { symbol: "AGED", price: "150", time: at("14:30:01") },
    { symbol: "AAPL", price: "150", time: at("15:30:01") },
  ];
  await desk.client.run(PublishQuotes, { quotes });
});
afterAll(() => desk.stop());

let count = 0;

async function rejectionsOf(change: object): Promise<unknown> {
  count += 1;
  const input = { ...SIGNAL, signalId: `signal-${count}`, ...change };
  const { executeSignals } = await desk.client.run(FullExecuteSignals, { inputs: [input] });
  const [result] = executeSignals;
  if (result?.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(result));
  return result.signal.rejections;
}

/** One reason without a figure, told in a sentence. */
function only(code: string): unknown {
  return [{ code, message: expect.stringMatching(/^[A-Z].*\.$/), limit: null, actual: null, excess: null }];
}

describe("A signal is rejected", () => {
  it.each([
    ["SIGNAL_EXPIRED where its time is over", { expiresAt: at("15:30:01") }],
    ["PRICE_UNAVAILABLE where the board has no price", { symbol: "NONE" }],
    ["PRICE_STALE where the price is older than an hour", { symbol: "OLD" }],
    ["PRICE_BEYOND_STOP where the fill is at the stop", { stopLoss: "150.03", entryPrice: "151" }],
    ["PRICE_BEYOND_TARGET where the fill is at target 1", { entryPrice: "149", target1: "150.03" }],
    ["SIZE_ZERO where not one share fits the risk", { stopLoss: "1", positionSize: null, account: "small" }],
  ])("%s", async (words, change) => {
    if ("account" in change) {
      await desk.client.run(FullEnable, { input: { name: "small", settings: { startingCapital: "1000" } } });
    }
    expect(await rejectionsOf(change)).toEqual(only(words.split(" ")[0] ?? ""));
  });

  it("not for a price that is just an hour old, or a time that is just to come", async () => {
    expect(await rejectionsOf({ symbol: "AGED", expiresAt: at("15:30:02") })).toEqual([]);
  });

  it("NO_EQUITY where leverage has lost more than there was", async () => {
    const settings = { startingCapital: "1000", maxTradeRisk: "100", maxPortfolioHeat: "100" };
    await desk.client.run(FullEnable, { input: { name: "broke", settings } });
    const euro = {
      symbol: "EUR/USD",
      assetClass: "FOREX",
      positionSizeUnit: "LOTS",
      leverage: "500",
      account: "broke",
    } as const;
    const levels = { entryPrice: "1.1", stopLoss: "1.0999", target1: "1.2" };
    await desk.client.run(PublishQuotes, { quotes: [{ symbol: "EUR/USD", price: "1.1", time: at("15:30:02") }] });
    expect(await rejectionsOf({ ...euro, ...levels })).toEqual([]);
    await desk.client.run(PublishQuotes, { quotes: [{ symbol: "EUR/USD", price: "1.0", time: at("15:30:03") }] });
    expect(await rejectionsOf({ account: "broke" })).toEqual(only("NO_EQUITY"));
  });

  it("and that is told to those who follow the account", async () => {
    const { enable } = await desk.client.run(FullEnable, { input: { name: "told" } });
    if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
    const followed = await desk.client.follow(AccountEvents, { account: "told", after: enable.account.cursor });
    await rejectionsOf({ account: "told", symbol: "NONE" });
    expect(await take(followed, 1)).toMatchObject([
      {
        accountEvents: {
          __typename: "SignalDeclined",
          signal: { status: "REJECTED", rejections: only("PRICE_UNAVAILABLE") },
        },
      },
    ]);
  });
});
