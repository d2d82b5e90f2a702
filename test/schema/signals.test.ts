// Signals through the API: every outcome, every refusal, and what is remembered of them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { Disable, Enable, ExecuteSignal, ExecuteSignals, PublishQuotes } from "../support/documents.ts";

const SignalById = graphql(`
  query SignalById($account: ID, $signalId: String!) {
    signal(account: $account, signalId: $signalId) {
      id signalId symbol assetClass patternType side phase timeframe entryPrice stopLoss target1 target2
      positionSize positionSizeUnit leverage campaignId confidence source marketPrice expiresAt generatedAt
      status rejections { code message limit actual excess } skipReason
      position { id trades { id } }
      session receivedAt
    }
  }
`);

const SignalNode = graphql(`
  query SignalNode($id: ID!) { node(id: $id) { __typename id ... on Signal { signalId } } }
`);

let api: ApiDesk;
beforeAll(async () => {
  api = await startApiDesk();
  await api.client.run(Enable);
  const quotes = ["AAPL", "MSFT"].map((symbol) => ({ symbol, price: "100", time: START }));
  await api.client.run(PublishQuotes, { quotes });
});
afterAll(() => api.close());

const signal = { symbol: "AAPL", entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "10" };

describe("executeSignal", () => {
  it("fills a signal, and answers the very same when it is sent again", async () => {
    const input = { ...signal, signalId: "filled-1" };
    const { executeSignal } = await api.client.run(ExecuteSignal, { input });
    expect(executeSignal).toMatchObject({
      __typename: "ExecuteSignalPayload",
      replayed: false,
      signal: {
        signalId: "filled-1",
        status: "FILLED",
        rejections: [],
        position: {
          status: "OPEN",
          quantity: "10",
          entryPrice: "100.02",
          currentPrice: "100",
          // 10 × (100 - 100.02) - 0.05.
          unrealizedPnl: "-0.25",
          trades: [],
        },
      },
    });
    const again = await api.client.run(ExecuteSignal, {
      input: { ...input, source: "elsewhere", entryPrice: "100.00" },
    });
    expect(again.executeSignal).toEqual({ ...executeSignal, replayed: true });
  });

  it("rejects a signal with every rule that it breaks", async () => {
    const input = { ...signal, signalId: "rejected-1", positionSize: "2500" };
    const { executeSignal } = await api.client.run(ExecuteSignal, { input });
    expect(executeSignal).toMatchObject({ signal: { status: "REJECTED", position: null, skipReason: null } });
    const rejections = executeSignal.__typename === "ExecuteSignalPayload" ? executeSignal.signal.rejections : [];
    expect(rejections.map(({ code }) => code)).toEqual(["TRADE_RISK", "PORTFOLIO_HEAT", "INSUFFICIENT_FUNDS"]);
    expect(rejections[0]).toMatchObject({ limit: "2", actual: "12.55003138", excess: "10.55003138" });
  });

  it("rejects a signal without a price, with no figures", async () => {
    const input = { ...signal, symbol: "GONE", signalId: "no-price" };
    const { executeSignal } = await api.client.run(ExecuteSignal, { input });
    expect(executeSignal).toMatchObject({
      signal: {
        status: "REJECTED",
        rejections: [{ code: "PRICE_UNAVAILABLE", limit: null, actual: null, excess: null }],
      },
    });
  });

  it("refuses the same id with other content", async () => {
    await api.client.run(ExecuteSignal, { input: { ...signal, signalId: "taken" } });
    const { executeSignal } = await api.client.run(ExecuteSignal, {
      input: { ...signal, signalId: "taken", stopLoss: "94" },
    });
    expect(executeSignal).toMatchObject({ __typename: "SignalConflict", signalId: "taken" });
    expect(executeSignal.__typename === "SignalConflict" && executeSignal.message).toContain(
      "a new signal needs a new id",
    );
  });

  it("tells all problems of a signal together, each with the path of its field", async () => {
    const input = {
      ...signal,
      signalId: "bad id",
      stopLoss: "1e9000000000",
      target1: "-1",
      trailingStop: { activation: "0", offset: "NaN" },
      leverage: "3",
      confidence: 101,
    };
    const { executeSignal } = await api.client.run(ExecuteSignal, { input });
    const issues = executeSignal.__typename === "InvalidInput" ? executeSignal.issues : [];
    expect(issues.map(({ path }) => path.join("."))).toEqual([
      "signalId",
      "stopLoss",
      "target1",
      "trailingStop.activation",
      "trailingStop.offset",
      "leverage",
      "confidence",
    ]);
  });

  it("knows no account that is not there", async () => {
    const { executeSignal } = await api.client.run(ExecuteSignal, {
      input: { ...signal, signalId: "x", account: "nowhere" },
    });
    expect(executeSignal).toEqual({
      __typename: "AccountNotFound",
      message: "There is no such account: enable makes one.",
    });
  });

  it("skips a signal of an account that is disabled", async () => {
    await api.client.run(Enable, { input: { name: "off" } });
    await api.client.run(Disable, { input: { account: "off" } });
    const { executeSignal } = await api.client.run(ExecuteSignal, {
      input: { ...signal, signalId: "s", account: "off" },
    });
    expect(executeSignal).toMatchObject({
      signal: { status: "SKIPPED", skipReason: "ACCOUNT_DISABLED", position: null },
    });
  });

  it("makes a decimal that is no string a request error, and does nothing", async () => {
    const { data, errors } = await api.client.answer(ExecuteSignal, {
      input: { ...signal, signalId: "numeric", entryPrice: 100 },
    });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain('Decimal must be a string such as "150.03"');
    expect(await api.client.run(SignalById, { signalId: "numeric" })).toEqual({ signal: null });
  });
});

describe("executeSignals", () => {
  it("answers in the order given: one bad signal does not stop its neighbours", async () => {
    const { enable } = await api.client.run(Enable, { input: { name: "batch" } });
    const account = enable.__typename === "EnablePayload" ? enable.account.id : "";
    const inputs = [
      { ...signal, account, signalId: "b-1" },
      { ...signal, account, signalId: "b-2", entryPrice: "nothing" },
      { ...signal, account: "nowhere", signalId: "b-3" },
      { ...signal, account: "batch", signalId: "b-1" },
      { ...signal, account: "batch", signalId: "b-1", symbol: "MSFT" },
      { ...signal, account: "batch", signalId: "b-4", symbol: "MSFT" },
    ];
    const { executeSignals } = await api.client.run(ExecuteSignals, { inputs });
    expect(executeSignals.map(({ __typename }) => __typename)).toEqual([
      "ExecuteSignalPayload",
      "InvalidInput",
      "AccountNotFound",
      "ExecuteSignalPayload",
      "SignalConflict",
      "ExecuteSignalPayload",
    ]);
    expect(executeSignals[3]).toEqual({ ...executeSignals[0], replayed: true });
  });

  it("takes up to 500 signals, and says so", async () => {
    const inputs = Array.from({ length: 501 }, (_, index) => ({ ...signal, signalId: `many-${index}` }));
    const { errors } = await api.client.answer(ExecuteSignals, { inputs });
    expect(errors?.[0]).toMatchObject({
      message: "inputs has 501 items; at most 500 are allowed in one request.",
      extensions: { code: "BAD_USER_INPUT" },
    });
    expect(await api.client.run(ExecuteSignals, { inputs: [] })).toEqual({ executeSignals: [] });
  });
});

describe("a signal", () => {
  it("is remembered with all that its sender said, defaults filled in", async () => {
    await api.client.run(Enable, { input: { name: "memory" } });
    const input = {
      account: "memory",
      signalId: "whole:1",
      symbol: "EUR/USD",
      assetClass: "FOREX" as const,
      patternType: "UTAD" as const,
      phase: "C",
      timeframe: "1h",
      entryPrice: "1.1000",
      stopLoss: "1.12",
      target1: "1.05",
      target2: "1.00000001",
      positionSize: "0.10",
      positionSizeUnit: "LOTS" as const,
      leverage: "30",
      campaignId: "spring 24",
      confidence: 80,
      source: "scanner",
      marketPrice: "1.1",
      expiresAt: "2024-03-02T00:00:00+01:00",
      generatedAt: "2024-03-01T14:29:59.5Z",
      patternData: { bars: [1, 2, 3] },
    };
    const { executeSignal } = await api.client.run(ExecuteSignal, { input });
    const { signal: stored } = await api.client.run(SignalById, { account: "memory", signalId: "whole:1" });
    expect(stored).toEqual({
      id: executeSignal.__typename === "ExecuteSignalPayload" && executeSignal.signal.id,
      signalId: "whole:1",
      symbol: "EUR/USD",
      assetClass: "FOREX",
      patternType: "UTAD",
      side: "SHORT",
      phase: "C",
      timeframe: "1h",
      entryPrice: "1.1",
      stopLoss: "1.12",
      target1: "1.05",
      target2: "1.00000001",
      positionSize: "0.1",
      positionSizeUnit: "LOTS",
      leverage: "30",
      campaignId: "spring 24",
      confidence: 80,
      source: "scanner",
      marketPrice: "1.1",
      expiresAt: "2024-03-01T23:00:00.000Z",
      generatedAt: "2024-03-01T14:29:59.500Z",
      status: "REJECTED",
      rejections: [{ code: "PRICE_UNAVAILABLE", message: expect.any(String), limit: null, actual: null, excess: null }],
      skipReason: null,
      position: null,
      session: 1,
      receivedAt: START,
    });
  });

  it("is fetched again by its id, which may hold colons, by its owner only", async () => {
    await api.client.run(Enable, { input: { name: "nodes" } });
    const input = { ...signal, account: "nodes", signalId: "a:b:c" };
    const { executeSignal } = await api.client.run(ExecuteSignal, { input });
    const id = executeSignal.__typename === "ExecuteSignalPayload" ? executeSignal.signal.id : "";
    const node = { __typename: "Signal", id, signalId: "a:b:c" };
    expect(await api.client.run(SignalNode, { id })).toEqual({ node });
    expect(await api.clientOf("stranger").run(SignalNode, { id })).toEqual({ node: null });
  });

  it("is null where there is none of that id", async () => {
    for (const signalId of ["unknown", "", "\u0000", "x".repeat(1000)]) {
      expect(await api.client.run(SignalById, { signalId })).toEqual({ signal: null });
    }
    expect(await api.client.run(SignalById, { account: "nowhere", signalId: "filled-1" })).toEqual({ signal: null });
    expect(await api.clientOf("stranger").run(SignalById, { signalId: "filled-1" })).toEqual({ signal: null });
  });
});
