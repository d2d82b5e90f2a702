// Reports and eligibility through the API.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { Enable, ExecuteSignal, PublishQuotes, Reset } from "../support/documents.ts";

const Report = graphql(`
  query Report($account: ID, $session: Int) {
    report(account: $account, session: $session) {
      account { name session }
      performance {
        totalTrades winningTrades losingTrades winRate averageRMultiple profitFactor expectancy
        averageWin averageLoss largestWin largestLoss totalReturn maxDrawdown
      }
      backtestComparison(backtest: "any") { status metrics { metric paper backtest deltaPercentage direction status } }
      eligibility { eligible warnings }
      generatedAt
    }
  }
`);

const Eligibility = graphql(`
  query Eligibility($account: ID) {
    eligibility(account: $account) {
      eligible reason daysCompleted daysRemaining progressPercentage
      checks { criterion required actual passed message }
      winRateLow winRateHigh averageRMultipleStandardError warnings
    }
  }
`);

let api: ApiDesk;
beforeAll(async () => {
  api = await startApiDesk();
  await api.client.run(Enable);
  const quote = (price: string, time: string) =>
    api.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price, time }] });
  const signal = { symbol: "AAPL", entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "100" };
  await quote("100", START);
  await api.client.run(ExecuteSignal, { input: { ...signal, signalId: "win" } });
  await quote("110", "2024-03-02T14:30:00Z");
  await quote("100", "2024-03-03T14:30:00Z");
  await api.client.run(ExecuteSignal, { input: { ...signal, signalId: "loss" } });
  await quote("95", "2024-03-04T14:30:00Z");
});
afterAll(() => api.close());

describe("a report", () => {
  it("tells how the present session has done", async () => {
    const { report } = await api.client.run(Report);
    // +994.80 = 10997.80 - 0.50 - 10002.50, and -504.90 = 9498.10 - 0.50 - 10002.50.
    expect(report).toEqual({
      account: { name: "main", session: 1 },
      performance: {
        totalTrades: 2,
        winningTrades: 1,
        losingTrades: 1,
        winRate: "50",
        averageRMultiple: "0.48994024",
        profitFactor: "1.97029115",
        expectancy: "244.95",
        averageWin: "994.8",
        averageLoss: "-504.9",
        largestWin: "994.8",
        largestLoss: "-504.9",
        totalReturn: "0.4899",
        maxDrawdown: "0.49992673",
      },
      backtestComparison: null,
      eligibility: { eligible: false, warnings: [expect.any(String), expect.any(String)] },
      generatedAt: "2024-03-04T14:30:00.000Z",
    });
  });

  it("is null where there is no such account or session", async () => {
    expect(await api.client.run(Report, { account: "nowhere" })).toEqual({ report: null });
    for (const session of [2, 0, -1]) expect(await api.client.run(Report, { session })).toEqual({ report: null });
    expect(await api.clientOf("stranger").run(Report)).toEqual({ report: null });
  });

  it("tells of an ended session as of the present one", async () => {
    const { report: before } = await api.client.run(Report, { session: 1 });
    await api.client.run(Reset, { input: { session: 1 } });
    const { report: ended } = await api.client.run(Report, { session: 1 });
    expect(ended?.performance).toEqual(before?.performance);
    expect(ended?.account.session).toBe(2);
    const { report: fresh } = await api.client.run(Report);
    expect(fresh?.performance).toMatchObject({ totalTrades: 0, winRate: null, profitFactor: null, totalReturn: "0" });
  });
});

describe("eligibility", () => {
  it("of an account that is not started has a reason, not an error", async () => {
    const { eligibility } = await api.client.run(Eligibility, { account: "nowhere" });
    expect(eligibility).toMatchObject({
      eligible: false,
      reason: "Paper trading has not been started: enable the account first.",
      daysCompleted: 0,
      daysRemaining: 90,
      progressPercentage: "0",
      winRateLow: null,
      winRateHigh: null,
      averageRMultipleStandardError: null,
      warnings: [],
    });
  });

  it("lists each check with what is required and what is there", async () => {
    await api.client.run(Enable, { input: { name: "young" } });
    await api.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "96", time: "2024-04-03T14:30:00Z" }] });
    const { eligibility } = await api.client.run(Eligibility, { account: "young" });
    expect(eligibility).toMatchObject({
      reason: null,
      daysCompleted: 30,
      daysRemaining: 60,
      progressPercentage: "33.33333333",
    });
    expect(
      eligibility.checks.map(({ criterion, required, actual, passed }) => [criterion, required, actual, passed]),
    ).toEqual([
      ["DURATION", "90", "30", false],
      ["POSITION_COUNT", "20", "0", false],
      ["WIN_RATE", "50", null, false],
      ["AVERAGE_R_MULTIPLE", "1.5", null, false],
    ]);
  });
});
