// A day at the desk, as a client sees it over HTTP and WebSocket: its chapters follow each other, every digit is worked
// out by hand from domain.md 5 to 8 with the default settings (slippage 0.02 %, commission 0.005).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answers } from "../support/client.ts";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import { take } from "../support/wireClient.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import {
  AccountEvents,
  AccountNow,
  ClosedTrades,
  EligibilityNow,
  FullClosePosition,
  FullDisable,
  FullEnable,
  FullExecuteSignals,
  FullReset,
  OpenedPositions,
  PositionsOfSession,
  QuotesNow,
  ReportNow,
  SignalsOfSession,
  TradesOfSession,
  UpdatedPositions,
} from "./operations.ts";

let desk: WireDesk;
let begin: string;
let opened: Answers<unknown>;
let closed: Answers<unknown>;
let updated: Answers<unknown>;
let firstPosition: string;

beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed", CHECK_IDENTITIES: "on" });
});
afterAll(() => desk.stop());

const at = (time: string): string => `2024-03-01T${time}.000Z`;
const publish = (...quotes: { symbol: string; price: string; time: string; bid?: string; ask?: string }[]) =>
  desk.client.run(PublishQuotes, { quotes });

const FIRST = {
  signalId: "first",
  symbol: "AAPL",
  entryPrice: "150",
  stopLoss: "145",
  target1: "160",
  target2: "170",
  positionSize: "100",
};

async function execute(input: typeof FIRST & Record<string, unknown>) {
  const { executeSignals } = await desk.client.run(FullExecuteSignals, { inputs: [input] });
  return executeSignals[0];
}

describe("A day at the desk", () => {
  it("begins with an account that is enabled, once however often that is asked", async () => {
    const { enable } = await desk.client.run(FullEnable);
    if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
    const { account } = enable;
    expect(account).toMatchObject({ name: "main", status: "ENABLED", session: 1, currentCapital: "100000" });
    expect(await desk.client.run(FullEnable)).toEqual({ enable });
    begin = account.sessionCursor;
    opened = await desk.client.follow(OpenedPositions, { account: account.id, after: account.cursor });
    closed = await desk.client.follow(ClosedTrades, { after: account.cursor, symbol: "MSFT" });
  });

  it("has prices that the board shows", async () => {
    const { publishQuotes } = await publish(
      { symbol: "AAPL", price: "150.00", time: at("14:30:00") },
      { symbol: "MSFT", price: "50", bid: "49.99", ask: "50.01", time: at("14:30:00") },
    );
    expect(publishQuotes).toEqual({ accepted: 2, stale: 0, refused: [] });
    expect((await desk.client.run(QuotesNow, { symbols: ["MSFT", "NONE", "AAPL"] })).quotes).toEqual([
      { symbol: "MSFT", price: "50", bid: "49.99", ask: "50.01", time: at("14:30:00"), source: "QUOTE" },
      { symbol: "AAPL", price: "150", bid: null, ask: null, time: at("14:30:00"), source: "QUOTE" },
    ]);
  });

  it("rejects a signal with every limit that it breaks, and keeps that outcome", async () => {
    const greedy = { ...FIRST, signalId: "greedy", stopLoss: "140", positionSize: "1000", campaignId: "spring" };
    const result = await execute(greedy);
    // Filled at 150.03 it would risk 10.03 × 1000 of 100000, and cost 150030 and 5 of commission.
    expect(result).toMatchObject({
      replayed: false,
      signal: {
        status: "REJECTED",
        position: null,
        rejections: [
          { code: "TRADE_RISK", limit: "2", actual: "10.03", excess: "8.03" },
          { code: "PORTFOLIO_HEAT", limit: "10", actual: "10.03", excess: "0.03" },
          { code: "CAMPAIGN_RISK", limit: "5", actual: "10.03", excess: "5.03" },
          { code: "INSUFFICIENT_FUNDS", limit: "100000", actual: "150035", excess: "50035" },
        ],
      },
    });
    expect(await execute({ ...greedy, positionSize: "1000.0" })).toEqual({ ...result, replayed: true });
    expect(await execute({ ...greedy, positionSize: "1" })).toMatchObject({
      __typename: "SignalConflict",
      signalId: "greedy",
    });
  });

  it("fills a signal at the market", async () => {
    expect(await execute(FIRST)).toMatchObject({
      replayed: false,
      signal: {
        status: "FILLED",
        rejections: [],
        receivedAt: at("14:30:00"),
        position: {
          status: "OPEN",
          quantity: "100",
          remainingQuantity: "100",
          entryPrice: "150.03",
          currentPrice: "150",
          unrealizedPnl: "-3.5",
          entryFill: { referencePrice: "150", value: "15003", commission: "0.5", slippageCost: "3", gapped: false },
        },
      },
    });
    const { account } = await desk.client.run(AccountNow);
    expect(account).toMatchObject({
      currentCapital: "84996.5",
      equity: "99996.5",
      availableFunds: "84996.5",
      totalUnrealizedPnl: "-3.5",
      // 100 × 5.03 of 99996.5.
      currentHeat: "0.50301761",
      maxDrawdown: "0.0035",
    });
  });

  it("tells of it over WebSocket, and of its value at each price", async () => {
    const [told] = await take(opened, 1);
    expect(told).toMatchObject({
      positionOpened: { sequence: 3, position: { signalId: "first", entryPrice: "150.03" } },
    });
    updated = await desk.client.follow(UpdatedPositions, { symbol: "AAPL" });
    expect(await take(updated, 1)).toMatchObject([{ positionUpdated: { currentPrice: "150", unrealizedPnl: "-3.5" } }]);
    await publish({ symbol: "AAPL", price: "155", time: at("14:30:30") });
    expect(await take(updated, 1)).toMatchObject([
      { positionUpdated: { currentPrice: "155", unrealizedPnl: "496.5", marketTime: at("14:30:30") } },
    ]);
  });

  it("closes half of it at target 1", async () => {
    await publish({ symbol: "AAPL", price: "160", time: at("14:31:00") });
    const { trades } = await desk.client.run(TradesOfSession);
    // Sold 50 at 159.968: 7998.4 - 0.25 for half of 15003 + 0.5; 9.938 a share, of a risk of 5.03.
    expect(trades.edges.map(({ node }) => node)).toMatchObject([
      {
        exitReason: "TARGET_1",
        quantity: "50",
        exitPrice: "159.968",
        exitTime: at("14:31:00"),
        realizedPnl: "496.4",
        rMultipleAchieved: "1.97574553",
        commissionTotal: "0.5",
        slippageTotal: "3.1",
        position: { status: "OPEN", remainingQuantity: "50" },
      },
    ]);
    expect((await desk.client.run(AccountNow)).account).toMatchObject({
      currentCapital: "92994.65",
      equity: "100994.65",
      peakEquity: "100994.65",
      totalRealizedPnl: "496.4",
      winRate: "100",
    });
  });

  it("closes a part by hand, once however often it is sent", async () => {
    const { positions } = await desk.client.run(PositionsOfSession);
    firstPosition = positions.edges[0]?.node.id ?? "";
    const input = { position: firstPosition, quantity: "20", requestId: "a-part" };
    const { closePosition } = await desk.client.run(FullClosePosition, { input });
    expect(closePosition).toMatchObject({
      replayed: false,
      position: { remainingQuantity: "30" },
      // Sold 20 at 159.968: 3199.36 - 0.1 for a fifth of 15003 + 0.5.
      trade: { exitReason: "MANUAL", quantity: "20", realizedPnl: "198.56", exitTime: at("14:31:00") },
    });
    expect(await desk.client.run(FullClosePosition, { input })).toEqual({
      closePosition: { ...closePosition, replayed: true },
    });
    expect(await desk.client.run(FullClosePosition, { input: { ...input, quantity: "30" } })).toMatchObject({
      closePosition: { __typename: "InvalidInput", issues: [{ path: ["requestId"] }] },
    });
  });

  it("stops the rest out at the price of a gap, and no better", async () => {
    await publish({ symbol: "AAPL", price: "144", time: at("14:32:00") });
    const { trades } = await desk.client.run(TradesOfSession);
    // Sold 30 at 143.9712: 4319.136 - 0.15 for what is left of the entry, 4500.9 + 0.15.
    expect(trades.edges[0]?.node).toMatchObject({
      exitReason: "STOP_LOSS",
      quantity: "30",
      exitFill: { referencePrice: "144", price: "143.9712", gapped: true, slippageCost: "0.864", priceSource: "QUOTE" },
      realizedPnl: "-182.064",
      rMultipleAchieved: "-1.2045328",
      position: { status: "CLOSED", remainingQuantity: "0" },
    });
    const again = await desk.client.run(FullClosePosition, { input: { position: firstPosition } });
    expect(again.closePosition).toMatchObject({
      __typename: "PositionAlreadyClosed",
      position: { realizedPnl: "512.896", commissionPaid: "1", slippageCost: "6.104", unrealizedPnl: "0" },
    });
    expect((await desk.client.run(AccountNow)).account).toMatchObject({
      currentCapital: "100512.896",
      equity: "100512.896",
      currentHeat: "0",
    });
  });

  it("works a bar through a short: both targets at their levels", async () => {
    const short = { ...FIRST, signalId: "short", symbol: "MSFT", patternType: "UTAD", positionSize: "200" };
    const levels = { entryPrice: "50", stopLoss: "52", target1: "47", target2: "45" };
    expect(await execute({ ...short, ...levels })).toMatchObject({
      signal: { side: "SHORT", status: "FILLED", position: { entryPrice: "49.99" } },
    });
    const bar = {
      symbol: "MSFT",
      open: "49",
      high: "51",
      low: "44.5",
      close: "46",
      start: at("14:33:00"),
      intervalSeconds: 60,
    };
    expect((await desk.client.run(PublishBars, { bars: [bar] })).publishBars).toEqual({
      accepted: 1,
      stale: 0,
      refused: [],
    });
    const [first, second] = await take(closed, 2);
    // Sold 200 at 49.99; bought back 100 at 47.0094 and 100 at 45.009.
    expect(first).toMatchObject({
      tradeClosed: {
        trade: { exitReason: "TARGET_1", exitPrice: "47.0094", realizedPnl: "297.06", rMultipleAchieved: "1.48288557" },
        position: { remainingQuantity: "100", status: "OPEN" },
      },
    });
    expect(second).toMatchObject({
      tradeClosed: {
        marketTime: at("14:34:00"),
        trade: {
          exitReason: "TARGET_2",
          exitTime: at("14:34:00"),
          exitFill: { referencePrice: "45", gapped: false, priceSource: "BAR" },
          realizedPnl: "497.1",
          rMultipleAchieved: "2.47810945",
        },
        position: { remainingQuantity: "0", status: "CLOSED" },
      },
    });
    expect((await desk.client.run(AccountNow)).account?.currentCapital).toBe("101307.056");
  });

  it("chooses a size by risk and funds where none is given", async () => {
    await desk.client.run(FullEnable, { input: { name: "sized" } });
    const { positionSize: _none, ...signal } = { ...FIRST, signalId: "sized", account: "sized" };
    const levels = { entryPrice: "144", stopLoss: "139", target1: "150" };
    const { executeSignals } = await desk.client.run(FullExecuteSignals, { inputs: [{ ...signal, ...levels }] });
    // Filled at 144.0288, 5.0288 a share are at risk: 397 of them risk 1996.4336 of the 2000 allowed.
    expect(executeSignals).toMatchObject([{ signal: { positionSize: null, position: { quantity: "397" } } }]);
  });

  it("closes what is open when it is disabled, and then skips signals", async () => {
    const last = { ...FIRST, signalId: "last", entryPrice: "144", stopLoss: "140", target1: "150", positionSize: "10" };
    expect(await execute(last)).toMatchObject({ signal: { status: "FILLED" } });
    const { disable } = await desk.client.run(FullDisable);
    // Bought 10 at 144.0288, sold at 143.9712, 0.05 of commission each.
    expect(disable).toMatchObject({ closedTrades: 1, account: { status: "DISABLED", currentCapital: "101306.38" } });
    expect((await desk.client.run(FullDisable)).disable).toMatchObject({ closedTrades: 0 });
    expect(await execute({ ...FIRST, signalId: "late" })).toMatchObject({
      signal: { status: "SKIPPED", skipReason: "ACCOUNT_DISABLED", rejections: [], position: null },
    });
    expect(await execute(FIRST)).toMatchObject({ replayed: true, signal: { status: "FILLED" } });
  });

  it("is archived by a reset, and its report stays", async () => {
    const { reset } = await desk.client.run(FullReset, {
      input: { session: 1, settings: { startingCapital: "50000" } },
    });
    expect(reset).toMatchObject({
      endedSession: 1,
      replayed: false,
      account: { session: 2, status: "DISABLED", equity: "50000" },
    });
    expect(await desk.client.run(FullReset, { input: { session: 1 } })).toEqual({
      reset: { ...reset, replayed: true },
    });
    const { report } = await desk.client.run(ReportNow, { session: 1 });
    expect(report).toMatchObject({ account: { session: 2 }, backtestComparison: null, generatedAt: at("14:34:00") });
    expect(report?.performance).toEqual({
      totalTrades: 6,
      winningTrades: 4,
      losingTrades: 2,
      winRate: "66.66666667",
      averageRMultiple: "1.11560937",
      profitFactor: "8.14884535",
      expectancy: "217.73",
      averageWin: "372.28",
      averageLoss: "-91.37",
      largestWin: "497.1",
      largestLoss: "-182.064",
      totalReturn: "1.30638",
      // From 100994.65 down to 100509.896, when the short was opened.
      maxDrawdown: "0.47997988",
    });
    expect((await desk.client.run(ReportNow)).report?.performance).toMatchObject({
      totalTrades: 0,
      winRate: null,
      totalReturn: "0",
    });
    const { eligibility } = await desk.client.run(EligibilityNow);
    expect(eligibility).toMatchObject({ eligible: false, reason: null, daysCompleted: 0, daysRemaining: 90 });
    expect(eligibility.warnings).toEqual(["1 earlier session was ended by a reset and does not count here."]);
  });

  it("has told all of that, in order and without a gap", async () => {
    const events = await take(await desk.client.follow(AccountEvents, { after: begin }), 14);
    expect(events.map(({ accountEvents }) => accountEvents.sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ accountEvents: event }) => [event.__typename, nameOf(event)])).toEqual([
      ["AccountChanged", "ENABLED"],
      ["SignalDeclined", "greedy"],
      ["PositionOpened", "first"],
      ["TradeClosed", "first"],
      ["TradeClosed", "first"],
      ["TradeClosed", "first"],
      ["PositionOpened", "short"],
      ["TradeClosed", "short"],
      ["TradeClosed", "short"],
      ["PositionOpened", "last"],
      ["TradeClosed", "last"],
      ["AccountChanged", "DISABLED"],
      ["SignalDeclined", "late"],
      ["AccountChanged", "RESET"],
    ]);
    // An old event shows its position as it was, at the price of then.
    expect(events[3]?.accountEvents).toMatchObject({
      position: { status: "OPEN", remainingQuantity: "50", currentPrice: "160", trades: [{ id: expect.any(String) }] },
    });
    expect(events[1]?.accountEvents).toMatchObject({ signal: { status: "REJECTED" } });
    expect(await take(opened, 2)).toMatchObject([
      { positionOpened: { position: { signalId: "short" } } },
      { positionOpened: { position: { signalId: "last" } } },
    ]);
  });

  it("keeps its signals and positions for ever", async () => {
    const { signals } = await desk.client.run(SignalsOfSession, { session: 1 });
    expect(signals.edges.map(({ node }) => `${node.signalId} ${node.status}`)).toEqual([
      "late SKIPPED",
      "last FILLED",
      "short FILLED",
      "first FILLED",
      "greedy REJECTED",
    ]);
    const { positions } = await desk.client.run(PositionsOfSession, { session: 1 });
    expect(positions.edges.map(({ node }) => `${node.signalId} ${node.status} ${node.realizedPnl}`)).toEqual([
      "first CLOSED 512.896",
      "short CLOSED 794.16",
      "last CLOSED -0.676",
    ]);
    expect((await desk.client.run(PositionsOfSession)).positions.totalCount).toBe(0);
  });
});

type Told = { __typename?: string; change?: string; signal?: { signalId: string }; position?: { signalId: string } };

function nameOf(event: Told): string | undefined {
  return event.change ?? (event.signal ?? event.position)?.signalId;
}
