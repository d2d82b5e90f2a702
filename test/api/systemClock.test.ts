// With the system's clock: stops and expiries happen with nobody connected, marks save what moved, the future is refused.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import { take } from "../support/wireClient.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import {
  AccountNow,
  FullEnable,
  FullExecuteSignals,
  PositionsOfSession,
  QuotesNow,
  TradesOfSession,
  UpdatedPositions,
} from "./operations.ts";

const POLL_MS = 20;
const SIGNAL = { symbol: "AAPL", entryPrice: "150", stopLoss: "145", target1: "160", positionSize: "100" };

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({ MARK_INTERVAL_MS: "50", LOG_LEVEL: "warn" });
});
afterAll(async () => {
  expect(desk.server.stderr()).toBe("");
  await desk.stop();
});

const publish = (symbol: string, price: string, time?: string) =>
  desk.client.run(PublishQuotes, { quotes: [{ symbol, price, time: time ?? null }] });

/** Opens the position of a signal in an account of its own. */
async function open(account: string, change: object): Promise<void> {
  await desk.client.run(FullEnable, { input: { name: account } });
  const inputs = [{ ...SIGNAL, account, signalId: account, ...change }];
  const { data } = await desk.client.answer(FullExecuteSignals, { inputs });
  expect(data?.executeSignals).toMatchObject([{ signal: { status: "FILLED" } }]);
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

/** Asks again and again until the answer is there; the test's own time is the limit. */
async function until<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(POLL_MS);
  }
}

const positionOf = async (account: string) =>
  (await desk.client.run(PositionsOfSession, { account })).positions.edges[0]?.node;
const tradeOf = async (account: string) => (await desk.client.run(TradesOfSession, { account })).trades.edges[0]?.node;

describe("With the system's clock", () => {
  it("a stop fires with nobody following", async () => {
    await publish("STOP", "150");
    await open("stopped", { symbol: "STOP" });
    await publish("STOP", "144");
    expect(await tradeOf("stopped")).toMatchObject({
      exitReason: "STOP_LOSS",
      exitFill: { referencePrice: "144", gapped: true },
    });
  });

  it("a position expires by itself, with no price and no request", async () => {
    await publish("EXPIRES", "150");
    const expiresAt = inSeconds(1);
    await open("expires", { symbol: "EXPIRES", expiresAt });
    await sleep(1500);
    const trade = await until(() => tradeOf("expires"));
    expect(trade).toMatchObject({ exitReason: "EXPIRED", quantity: "100", exitFill: { referencePrice: "150" } });
    expect(Date.parse(trade.exitTime)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });

  it("values are told at the next mark", async () => {
    await publish("TOLD", "150");
    await open("told", { symbol: "TOLD" });
    const followed = await desk.client.follow(UpdatedPositions, { account: "told" });
    expect(await take(followed, 1)).toMatchObject([{ positionUpdated: { currentPrice: "150" } }]);
    await publish("TOLD", "155");
    // A mark may still tell the price before.
    const { positionUpdated } = await until(async () => {
      const [told] = await take(followed, 1);
      return told?.positionUpdated.currentPrice === "155" ? told : undefined;
    });
    expect(positionUpdated.unrealizedPnl).toBe("496.5");
  });

  it("a mark saves peak, quote and moved trailing stop: killed after it, the desk goes on from there", async () => {
    await publish("TRAIL", "150");
    await open("trails", { symbol: "TRAIL", trailingStop: { activation: "152", offset: "1" } });
    expect(await positionOf("trails")).toMatchObject({ stopLoss: "145", trailingStop: { active: false } });
    await publish("TRAIL", "155");
    const marked = await until(async () => {
      // In this order: the account's heat is then that of the moved stop.
      const position = await positionOf("trails");
      const { account } = await desk.client.run(AccountNow, { account: "trails" });
      return position?.stopLoss === "154" && account?.peakEquity !== "100000" ? { account, position } : undefined;
    });
    // 100 bought at 150.03 with 0.5 of commission, now at 155.
    expect(marked.account).toMatchObject({ equity: "100496.5", peakEquity: "100496.5" });
    expect(marked.position).toMatchObject({ initialStopLoss: "145", trailingStop: { active: true } });

    await desk.restart("SIGKILL");
    expect((await desk.client.run(AccountNow, { account: "trails" })).account).toEqual(marked.account);
    expect(await positionOf("trails")).toEqual(marked.position);
    expect((await desk.client.run(QuotesNow, { symbols: ["TRAIL"] })).quotes).toMatchObject([{ price: "155" }]);
    await publish("TRAIL", "154");
    expect(await tradeOf("trails")).toMatchObject({
      exitReason: "TRAILING_STOP",
      exitFill: { referencePrice: "154", gapped: false },
    });
  });

  it("a price of the future is refused, one that is a little ahead is not", async () => {
    const { publishQuotes } = await publish("FUTURE", "1", inSeconds(70));
    expect(publishQuotes).toMatchObject({
      accepted: 0,
      refused: [
        {
          index: 0,
          message: expect.stringMatching(/^is 6\d(\.\d+)? seconds ahead of the clock; at most 60 are allowed$/),
        },
      ],
    });
    const bar = {
      symbol: "FUTURE",
      open: "1",
      high: "1",
      low: "1",
      close: "1",
      start: inSeconds(0),
      intervalSeconds: 3600,
    };
    const { publishBars } = await desk.client.run(PublishBars, { bars: [bar] });
    expect(publishBars).toMatchObject({
      accepted: 0,
      refused: [{ message: expect.stringContaining("ahead of the clock") }],
    });
    expect((await desk.client.run(QuotesNow, { symbols: ["FUTURE"] })).quotes).toEqual([]);
    expect(await publish("FUTURE", "1", inSeconds(50))).toMatchObject({ publishQuotes: { accepted: 1 } });
  });

  it("a price that is older than an hour opens nothing", async () => {
    await publish("AGED", "150", inSeconds(-7200));
    await desk.client.run(FullEnable, { input: { name: "aged" } });
    const inputs = [{ ...SIGNAL, symbol: "AGED", account: "aged", signalId: "aged" }];
    expect((await desk.client.run(FullExecuteSignals, { inputs })).executeSignals).toMatchObject([
      { signal: { status: "REJECTED", rejections: [{ code: "PRICE_STALE" }] } },
    ]);
  });
});
