// Positions and trades through the API: their fields, their prices, and closing them by hand.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { ClosePosition, Enable, ExecuteSignal, PublishBars, PublishQuotes } from "../support/documents.ts";

const PositionNode = graphql(`
  query PositionNode($id: ID!) {
    node(id: $id) {
      __typename
      ... on Position {
        id signalId campaignId symbol side status leverage session quantity remainingQuantity
        entryTime entryPrice
        entryFill {
          price quantity value time referencePrice priceSource priceTime gapped commission slippageCost modelVersion
          slippagePercentage commissionPerShare useRealisticFills
        }
        stopLoss initialStopLoss target1 target2 trailingStop { activation offset active } expiresAt
        currentPrice priceTime unrealizedPnl realizedPnl commissionPaid slippageCost
        trades { id }
        createdAt updatedAt
      }
    }
  }
`);

const TradeNode = graphql(`
  query TradeNode($id: ID!) {
    node(id: $id) {
      __typename
      ... on Trade {
        id position { id status currentPrice unrealizedPnl } signalId symbol side session quantity
        entryTime entryPrice exitTime exitPrice
        exitFill {
          price quantity value time referencePrice priceSource priceTime gapped commission slippageCost modelVersion
          slippagePercentage commissionPerShare useRealisticFills
        }
        exitReason realizedPnl rMultipleAchieved commissionTotal slippageTotal createdAt
      }
    }
  }
`);

let api: ApiDesk;
beforeAll(async () => {
  api = await startApiDesk();
  await api.client.run(Enable);
});
afterAll(() => api.close());

const at = (time: string): string => `2024-03-01T${time}.000Z`;

async function quote(symbol: string, price: string, time: string): Promise<void> {
  await api.client.run(PublishQuotes, { quotes: [{ symbol, price, time }] });
}

/** Opens a position of 100 at 100.02, and answers its id. */
async function opened(symbol: string, change: object = {}): Promise<string> {
  await quote(symbol, "100", START);
  const input = {
    signalId: symbol,
    symbol,
    entryPrice: "100",
    stopLoss: "95",
    target1: "110",
    positionSize: "100",
    ...change,
  };
  const { executeSignal } = await api.client.run(ExecuteSignal, { input });
  const id = executeSignal.__typename === "ExecuteSignalPayload" && executeSignal.signal.position?.id;
  if (!id) throw new Error(JSON.stringify(executeSignal));
  return id;
}

describe("a position", () => {
  it("shows its entry, its levels, and its value at the newest price", async () => {
    const id = await opened("WHOLE", {
      target2: "120",
      campaignId: "c-1",
      trailingStop: { activation: "104", offset: "3" },
      expiresAt: "2024-06-01T00:00:00Z",
    });
    await quote("WHOLE", "102", at("14:31:00"));
    const { node } = await api.client.run(PositionNode, { id });
    expect(node).toEqual({
      __typename: "Position",
      id,
      signalId: "WHOLE",
      campaignId: "c-1",
      symbol: "WHOLE",
      side: "LONG",
      status: "OPEN",
      leverage: "1",
      session: 1,
      quantity: "100",
      remainingQuantity: "100",
      entryTime: START,
      entryPrice: "100.02",
      entryFill: {
        price: "100.02",
        quantity: "100",
        value: "10002",
        time: START,
        referencePrice: "100",
        priceSource: "QUOTE",
        priceTime: START,
        gapped: false,
        commission: "0.5",
        slippageCost: "2",
        modelVersion: 1,
        slippagePercentage: "0.02",
        commissionPerShare: "0.005",
        useRealisticFills: true,
      },
      stopLoss: "95",
      initialStopLoss: "95",
      target1: "110",
      target2: "120",
      trailingStop: { activation: "104", offset: "3", active: false },
      expiresAt: "2024-06-01T00:00:00.000Z",
      currentPrice: "102",
      priceTime: at("14:31:00"),
      unrealizedPnl: "197.5",
      realizedPnl: "0",
      commissionPaid: "0.5",
      slippageCost: "2",
      trades: [],
      createdAt: START,
      updatedAt: START,
    });
    await quote("WHOLE", "105", at("14:32:00"));
    const { node: later } = await api.client.run(PositionNode, { id });
    expect(later).toMatchObject({ stopLoss: "102", trailingStop: { active: true }, currentPrice: "105" });
  });

  it("is worth 0 more when it is closed, and shows its last exit's reference price from then on", async () => {
    const id = await opened("GAP");
    await quote("GAP", "90", at("14:33:00"));
    await quote("GAP", "200", at("14:34:00"));
    const { node } = await api.client.run(PositionNode, { id });
    expect(node).toMatchObject({
      status: "CLOSED",
      remainingQuantity: "0",
      currentPrice: "90",
      priceTime: at("14:33:00"),
      unrealizedPnl: "0",
      realizedPnl: "-1004.8",
      trailingStop: null,
      expiresAt: null,
      target2: null,
      campaignId: null,
    });
    const [trade] = node?.__typename === "Position" ? node.trades : [];
    expect(await api.client.run(TradeNode, { id: trade?.id ?? "" })).toEqual({
      node: {
        __typename: "Trade",
        id: trade?.id,
        position: { id, status: "CLOSED", currentPrice: "90", unrealizedPnl: "0" },
        signalId: "GAP",
        symbol: "GAP",
        side: "LONG",
        session: 1,
        quantity: "100",
        // The clock is the feed's: the price of 14:30 was bought at 14:32, when another symbol's had come.
        entryTime: at("14:32:00"),
        entryPrice: "100.02",
        exitTime: at("14:33:00"),
        exitPrice: "89.982",
        exitFill: {
          price: "89.982",
          quantity: "100",
          value: "8998.2",
          time: at("14:33:00"),
          referencePrice: "90",
          priceSource: "QUOTE",
          priceTime: at("14:33:00"),
          gapped: true,
          commission: "0.5",
          slippageCost: "1.8",
          modelVersion: 1,
          slippagePercentage: "0.02",
          commissionPerShare: "0.005",
          useRealisticFills: true,
        },
        exitReason: "STOP_LOSS",
        realizedPnl: "-1004.8",
        rMultipleAchieved: "-1.99960159",
        commissionTotal: "1",
        slippageTotal: "3.8",
        createdAt: at("14:33:00"),
      },
    });
  });

  it("tells a bar as the source of its price", async () => {
    const id = await opened("BARS");
    const bar = {
      symbol: "BARS",
      open: "100",
      high: "101",
      low: "94",
      close: "96",
      start: at("14:40:00"),
      intervalSeconds: 60,
    };
    await api.client.run(PublishBars, { bars: [bar] });
    const { node } = await api.client.run(PositionNode, { id });
    const [trade] = node?.__typename === "Position" ? node.trades : [];
    const { node: closed } = await api.client.run(TradeNode, { id: trade?.id ?? "" });
    expect(closed).toMatchObject({
      exitTime: at("14:41:00"),
      exitFill: { referencePrice: "95", priceSource: "BAR", gapped: false },
    });
  });

  it("is its owner's: for others neither it nor its trades exist", async () => {
    const id = await opened("OWN");
    const { closePosition } = await api.client.run(ClosePosition, { input: { position: id } });
    const trade = closePosition.__typename === "ClosePositionPayload" ? closePosition.trade.id : "";
    const stranger = api.clientOf("stranger");
    expect(await stranger.run(PositionNode, { id })).toEqual({ node: null });
    expect(await stranger.run(TradeNode, { id: trade })).toEqual({ node: null });
    const theirs = await stranger.run(ClosePosition, { input: { position: id } });
    expect(theirs.closePosition.__typename).toBe("PositionNotFound");
  });

  it("is nothing where its id has a number that no position has", async () => {
    const [, accountId] = Buffer.from(await opened("NUMBERS"), "base64")
      .toString()
      .split(":");
    for (const number of ["999999", "99999999999", "0", "-1", "01", "1.5", ""]) {
      const id = Buffer.from(`Position:${accountId}:${number}`).toString("base64");
      expect(await api.client.run(PositionNode, { id })).toEqual({ node: null });
    }
  });
});

describe("closePosition", () => {
  it("closes all that is left at the newest price", async () => {
    const id = await opened("ALL");
    await quote("ALL", "104", at("14:50:00"));
    const { closePosition } = await api.client.run(ClosePosition, { input: { position: id } });
    expect(closePosition).toEqual({
      __typename: "ClosePositionPayload",
      replayed: false,
      position: {
        id,
        status: "CLOSED",
        remainingQuantity: "0",
        trades: [{ id: expect.any(String), quantity: "100" }],
      },
      trade: {
        id: expect.any(String),
        quantity: "100",
        exitReason: "MANUAL",
        // Sold at 104 × (1 - 0.0002), 0.50 of commission on each side.
        exitPrice: "103.9792",
        realizedPnl: "394.92",
        position: { id, status: "CLOSED", remainingQuantity: "0" },
      },
    });
  });

  it("closes a part once, however often it is sent under one request id", async () => {
    const id = await opened("PART");
    const input = { position: id, quantity: "30", requestId: "r-1" };
    const first = await api.client.run(ClosePosition, { input });
    expect(first.closePosition).toMatchObject({
      replayed: false,
      position: { status: "OPEN", remainingQuantity: "70" },
      trade: { quantity: "30" },
    });
    const again = await api.client.run(ClosePosition, { input });
    expect(again.closePosition).toEqual({ ...first.closePosition, replayed: true });
    const other = await api.client.run(ClosePosition, { input: { ...input, quantity: "31" } });
    expect(other.closePosition).toMatchObject({ __typename: "InvalidInput", issues: [{ path: ["requestId"] }] });
  });

  it("refuses more than is left, nothing, and a part without a request id", async () => {
    const id = await opened("REFUSED");
    const issuesOf = async (change: object) => {
      const { closePosition } = await api.client.run(ClosePosition, { input: { position: id, ...change } });
      return closePosition.__typename === "InvalidInput" && closePosition.issues;
    };
    expect(await issuesOf({ quantity: "101", requestId: "r" })).toEqual([
      { path: ["quantity"], message: "is 101, but only 100 are left" },
    ]);
    expect(await issuesOf({ quantity: "0", requestId: "r" })).toMatchObject([{ path: ["quantity"] }]);
    expect(await issuesOf({ quantity: "1" })).toMatchObject([{ path: ["requestId"] }]);
    expect(await issuesOf({ quantity: "x", requestId: "not one" })).toMatchObject([
      { path: ["quantity"] },
      { path: ["requestId"] },
    ]);
  });

  it("says that a position is closed already, and that another is not there", async () => {
    const id = await opened("TWICE");
    await api.client.run(ClosePosition, { input: { position: id } });
    expect((await api.client.run(ClosePosition, { input: { position: id } })).closePosition).toEqual({
      __typename: "PositionAlreadyClosed",
      message: "The position is closed already: nothing is left of it.",
      position: { id, status: "CLOSED" },
    });
    for (const position of ["garbage", "main", Buffer.from("Position:1:2").toString("base64")]) {
      expect((await api.client.run(ClosePosition, { input: { position } })).closePosition).toEqual({
        __typename: "PositionNotFound",
        message: "There is no such position.",
      });
    }
  });
});
