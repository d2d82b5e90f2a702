// Subscriptions through the API: what the log tells after a cursor, as it was then, and the newest values of positions.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import type { Answers } from "../support/client.ts";
import {
  ClosePosition,
  Disable,
  Enable,
  ExecuteSignal,
  PublishQuotes,
  Reset,
  UpdateSettings,
} from "../support/documents.ts";

const Events = graphql(`
  subscription Events($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      __typename
      cursor sequence marketTime recordedAt accountId
      ... on PositionOpened { position { signalId status } }
      ... on TradeClosed { trade { exitReason } position { signalId status } }
      ... on SignalDeclined { signal { signalId status } }
      ... on AccountChanged { change account { status session cursor settings { maxTradeRisk } } }
    }
  }
`);

const PlainEvents = graphql(`
  subscription PlainEvents($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) { sequence }
  }
`);

const EventsWithFields = graphql(`
  subscription EventsWithFields($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      sequence
      ... on PositionOpened { position { ...EveryPositionField } }
      ... on TradeClosed {
        trade {
          id signalId symbol side session quantity entryTime entryPrice exitTime exitPrice
          exitFill { price quantity value time referencePrice priceSource priceTime gapped commission slippageCost modelVersion }
          exitReason realizedPnl rMultipleAchieved commissionTotal slippageTotal createdAt
          position { ...EveryPositionField }
        }
        position { ...EveryPositionField }
      }
      ... on SignalDeclined {
        signal {
          id signalId symbol assetClass patternType side entryPrice stopLoss target1 target2 positionSize campaignId
          confidence source status rejections { code message limit actual excess } skipReason session receivedAt
          position { id }
        }
      }
      ... on AccountChanged {
        account {
          id name status session startingCapital currentCapital availableFunds equity peakEquity totalRealizedPnl
          totalUnrealizedPnl totalCommissionPaid totalSlippageCost totalTrades winningTrades losingTrades winRate
          averageRMultiple maxDrawdown currentHeat settings { maxTradeRisk } paperTradingStartDate cursor sessionCursor
        }
      }
    }
  }
`);

const TradesInEvents = graphql(`
  subscription TradesInEvents($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      ... on PositionOpened { position { trades { quantity } } }
      ... on TradeClosed {
        trade { quantity position { remainingQuantity trades { quantity position { remainingQuantity } } } }
        position { trades { quantity } }
      }
    }
  }
`);

const Opened = graphql(`
  subscription Opened($account: ID, $after: LogCursor, $symbol: String) {
    positionOpened(account: $account, after: $after, symbol: $symbol) { cursor position { signalId symbol } }
  }
`);

const Closed = graphql(`
  subscription Closed($account: ID, $after: LogCursor, $symbol: String) {
    tradeClosed(account: $account, after: $after, symbol: $symbol) { trade { symbol exitReason } position { status } }
  }
`);

const Updated = graphql(`
  subscription Updated($account: ID, $symbol: String) {
    positionUpdated(account: $account, symbol: $symbol) {
      position { signalId symbol currentPrice unrealizedPnl priceTime } currentPrice unrealizedPnl marketTime
    }
  }
`);

const PositionId = graphql(`
  query PositionId($account: ID) { positions(account: $account) { edges { node { id } } } }
`);

let api: ApiDesk;
let minute = 0;
beforeAll(async () => {
  api = await startApiDesk();
});
afterAll(() => api.close());

/** Publishes a price a minute later than the one before it. */
async function quote(symbol: string, price: string): Promise<string> {
  minute += 1;
  const time = new Date(Date.parse(START) + minute * 60_000).toISOString();
  await api.client.run(PublishQuotes, { quotes: [{ symbol, price, time }] });
  return time;
}

async function enabled(name: string): Promise<{ id: string; cursor: string; sessionCursor: string }> {
  const { enable } = await api.client.run(Enable, { input: { name } });
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  return enable.account;
}

/** Opens a position of 100 at 100.02, with its stop at 95 and one target at 110. */
async function buy(account: string, symbol: string, change: object = {}): Promise<void> {
  const input = {
    account,
    signalId: symbol,
    symbol,
    entryPrice: "100",
    stopLoss: "95",
    target1: "110",
    positionSize: "100",
    ...change,
  };
  await api.client.run(ExecuteSignal, { input });
}

async function take<Data>(answers: Answers<Data>, count: number): Promise<Data[]> {
  const taken: Data[] = [];
  while (taken.length < count) {
    const { done, value } = await answers.next();
    if (done) throw new Error(`ended after ${taken.length} of ${count}`);
    taken.push(value);
  }
  return taken;
}

describe("accountEvents", () => {
  it("tells everything durable after a cursor, in one order, and goes on with what is new", async () => {
    const { id, sessionCursor } = await enabled("all");
    const events = await api.client.follow(Events, { account: "all", after: sessionCursor });
    await quote("ALL", "100");
    await buy("all", "ALL");
    await buy("all", "NONE");
    await quote("ALL", "110");
    await api.client.run(UpdateSettings, { input: { account: "all", settings: { maxTradeRisk: "1" } } });
    await api.client.run(Disable, { input: { account: "all" } });
    await api.client.run(Reset, { input: { account: "all", session: 1 } });
    const told = (await take(events, 7)).map(({ accountEvents }) => accountEvents);
    await events.return?.();
    expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(told.map(({ accountId }) => accountId))).toEqual(new Set([id]));
    expect(told).toMatchObject([
      {
        __typename: "AccountChanged",
        change: "ENABLED",
        account: { status: "ENABLED", session: 1, settings: { maxTradeRisk: "2" } },
      },
      { __typename: "PositionOpened", position: { signalId: "ALL", status: "OPEN" } },
      { __typename: "SignalDeclined", signal: { signalId: "NONE", status: "REJECTED" } },
      { __typename: "TradeClosed", trade: { exitReason: "TARGET_1" }, position: { signalId: "ALL", status: "CLOSED" } },
      {
        __typename: "AccountChanged",
        change: "SETTINGS",
        account: { status: "ENABLED", settings: { maxTradeRisk: "1" } },
      },
      { __typename: "AccountChanged", change: "DISABLED", account: { status: "DISABLED", session: 1 } },
      { __typename: "AccountChanged", change: "RESET", account: { status: "DISABLED", session: 2 } },
    ]);
    const [first] = told;
    expect(first?.__typename === "AccountChanged" && first.account.cursor).toBe(first?.cursor);

    const again = await api.client.follow(Events, { account: id, after: told[2]?.cursor ?? null });
    expect((await take(again, 4)).map(({ accountEvents }) => accountEvents)).toEqual(told.slice(3));
    await again.return?.();
  });

  it("tells what comes from now on where no cursor is given", async () => {
    await enabled("now");
    const events = await api.client.follow(PlainEvents, { account: "now" });
    await api.client.run(Disable, { input: { account: "now" } });
    expect(await take(events, 1)).toEqual([{ accountEvents: { sequence: 2 } }]);
    await events.return?.();
  });

  it("shows stored fields as they were right after the event, at the event's price, however late it is read", async () => {
    const { sessionCursor } = await enabled("past");
    const openedAt = await quote("PAST", "100");
    await buy("past", "PAST", { target2: "120", trailingStop: { activation: "111", offset: "2" } });
    const halfAt = await quote("PAST", "112");
    await quote("PAST", "115");
    const closedAt = await quote("PAST", "113");
    await quote("PAST", "500");
    const events = await api.client.follow(EventsWithFields, { account: "past", after: sessionCursor });
    const [, opened, half, closed] = (await take(events, 4)).map(({ accountEvents }) => accountEvents);
    await events.return?.();
    expect(opened).toMatchObject({
      position: {
        status: "OPEN",
        remainingQuantity: "100",
        stopLoss: "95",
        trailingStop: { active: false },
        currentPrice: "100",
        priceTime: openedAt,
        unrealizedPnl: "-2.5",
        realizedPnl: "0",
      },
    });
    const halfClosed = {
      status: "OPEN",
      remainingQuantity: "50",
      currentPrice: "112",
      priceTime: halfAt,
      // 50 × (112 - 100.02) - 0.25 of the entry's commission.
      unrealizedPnl: "598.75",
    };
    expect(half).toMatchObject({ position: halfClosed, trade: { position: halfClosed, exitReason: "TARGET_1" } });
    expect(closed).toMatchObject({
      position: {
        status: "CLOSED",
        remainingQuantity: "0",
        stopLoss: "113",
        trailingStop: { active: true },
        currentPrice: "113",
        priceTime: closedAt,
        unrealizedPnl: "0",
      },
      trade: { exitReason: "TRAILING_STOP" },
    });
  });

  it("costs no query for any field of an old event, though its rows have changed since", async () => {
    const { sessionCursor } = await enabled("queries");
    await quote("QUERY", "100");
    await buy("queries", "QUERY", { target2: "120" });
    await buy("queries", "NONE");
    await quote("QUERY", "110");
    await quote("QUERY", "120");
    const read = (document: typeof PlainEvents | typeof EventsWithFields) =>
      api.queriesIn(async () => {
        const events = await api.client.follow<unknown, { account: string; after: string }>(document, {
          account: "queries",
          after: sessionCursor,
        });
        await take(events, 5);
        await events.return?.();
      });
    // Its account, and the page of the log.
    expect(await read(PlainEvents)).toBe(2);
    // The page is in memory then, and the fields need nothing else.
    expect(await read(EventsWithFields)).toBe(1);
  });

  it("shows the trades of a position up to the event", async () => {
    const { sessionCursor } = await enabled("lots");
    await quote("LOTS", "100");
    await buy("lots", "LOTS");
    const { positions } = await api.client.run(PositionId, { account: "lots" });
    const position = positions.edges[0]?.node.id ?? "";
    for (const quantity of ["10", "20", "70"]) {
      await api.client.run(ClosePosition, { input: { position, quantity, requestId: quantity } });
    }
    const events = await api.client.follow(TradesInEvents, { account: "lots", after: sessionCursor });
    const told = (await take(events, 5)).map(({ accountEvents }) => accountEvents);
    await events.return?.();
    const lots = [{ quantity: "10" }, { quantity: "20" }, { quantity: "70" }];
    expect(told[1]).toEqual({ position: { trades: [] } });
    expect(told.slice(2).map((event) => "trade" in event && event.position.trades)).toEqual([
      lots.slice(0, 1),
      lots.slice(0, 2),
      lots,
    ]);
    expect(told[3]).toMatchObject({
      trade: {
        quantity: "20",
        position: {
          remainingQuantity: "70",
          trades: [{ quantity: "10", position: { remainingQuantity: "70" } }, { quantity: "20" }],
        },
      },
    });
  });
});

describe("positionOpened and tradeClosed", () => {
  it("tell their own events, of one symbol where it is named", async () => {
    const { sessionCursor: after } = await enabled("two");
    await quote("ONE", "100");
    await quote("TWO", "100");
    await buy("two", "ONE");
    await buy("two", "TWO");
    await quote("ONE", "90");
    await quote("TWO", "111");
    const followed = async (symbol: string | null) => {
      const opened = await api.client.follow(Opened, { account: "two", after, symbol });
      const closed = await api.client.follow(Closed, { account: "two", after, symbol });
      const count = symbol === null ? 2 : 1;
      const all = [await take(opened, count), await take(closed, count)];
      await Promise.all([opened.return?.(), closed.return?.()]);
      return all;
    };
    const open = (symbol: string) => ({
      positionOpened: { cursor: expect.any(String), position: { signalId: symbol, symbol } },
    });
    const closed = (symbol: string, exitReason: string) => ({
      tradeClosed: { trade: { symbol, exitReason }, position: { status: "CLOSED" } },
    });
    const [one, two] = [closed("ONE", "STOP_LOSS"), closed("TWO", "TARGET_1")];
    expect(await followed(null)).toEqual([
      [open("ONE"), open("TWO")],
      [one, two],
    ]);
    expect(await followed("TWO")).toEqual([[open("TWO")], [two]]);
  });

  it("end at once when the client leaves, also while nothing of theirs happens", async () => {
    const { sessionCursor } = await enabled("quiet");
    const before = api.running.doorbell.listeners();
    for (const document of [Opened, Closed]) {
      const events = await api.client.follow<unknown, object>(document, {
        account: "quiet",
        after: sessionCursor,
        symbol: "QUIET",
      });
      const waiting = events.next();
      await events.return?.();
      expect(await waiting).toMatchObject({ done: true });
    }
    expect(api.running.doorbell.listeners()).toBe(before);
  });
});

describe("a subscription", () => {
  it("to an account that is not there, or another owner's, is an error with the code ACCOUNT_NOT_FOUND", async () => {
    const { id } = await enabled("hidden");
    const refused = [{ message: "There is no such account.", extensions: { code: "ACCOUNT_NOT_FOUND" } }];
    for (const document of [Events, Opened, Closed, Updated]) {
      for (const account of ["nowhere", "garbage!", Buffer.from("Position:1").toString("base64")]) {
        expect(await api.client.followErrors<unknown, object>(document, { account })).toMatchObject(refused);
      }
      const stranger = api.clientOf("stranger");
      expect(await stranger.followErrors<unknown, object>(document, { account: id })).toMatchObject(refused);
    }
  });

  it("after what is no cursor of that account's log is an error with the code BAD_CURSOR, whatever is wrong", async () => {
    const { id, cursor } = await enabled("cursors");
    const { cursor: other } = await enabled("cursors-2");
    const bytes = Buffer.from(cursor, "base64url");
    bytes.writeUInt8(bytes.readUInt8(19) + 1, 19);
    const { encodeCursor } = await import("../../src/events/cursor.ts");
    const accountId = Buffer.from(id, "base64").toString().slice("Account:".length);
    const beyond = encodeCursor({ accountId, sequence: 1000 });
    for (const document of [Events, Opened, Closed]) {
      for (const after of ["", "garbage", other, bytes.toString("base64url"), beyond]) {
        expect(await api.client.followErrors<unknown, object>(document, { account: "cursors", after })).toMatchObject([
          { message: "after is not a cursor of this account's log.", extensions: { code: "BAD_CURSOR" } },
        ]);
      }
    }
  });

  it("to a symbol that can be none is refused", async () => {
    await enabled("symbols");
    for (const document of [Opened, Closed, Updated]) {
      const errors = await api.client.followErrors<unknown, object>(document, { account: "symbols", symbol: "aapl" });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    }
  });
});

describe("positionUpdated", () => {
  it("tells the present value of each open position, then the newest at each mark, with the price that it is of", async () => {
    await enabled("live");
    await quote("LIVE", "100");
    await quote("LIVE2", "100");
    await buy("live", "LIVE");
    await buy("live", "LIVE2");
    const updates = await api.client.follow(Updated, { account: "live", symbol: "LIVE" });
    const [now] = await take(updates, 1);
    expect(now).toMatchObject({
      positionUpdated: { position: { signalId: "LIVE" }, currentPrice: "100", unrealizedPnl: "-2.5" },
    });
    await quote("LIVE", "101");
    await quote("LIVE2", "99");
    const marketTime = await quote("LIVE", "102");
    const value = { currentPrice: "102", unrealizedPnl: "197.5" };
    expect(await take(updates, 1)).toEqual([
      {
        positionUpdated: {
          position: { signalId: "LIVE", symbol: "LIVE", priceTime: marketTime, ...value },
          marketTime,
          ...value,
        },
      },
    ]);
    const waiting = updates.next();
    await updates.return?.();
    expect(await waiting).toMatchObject({ done: true });
    expect(api.running.updates.watchers()).toBe(0);
  });

  it("tells of a position at once when it is opened, and again when a part of it is closed", async () => {
    await enabled("fresh");
    await quote("FRESH", "100");
    const updates = await api.client.follow(Updated, { account: "fresh" });
    const first = updates.next();
    await buy("fresh", "FRESH", { target2: "120" });
    expect(await first).toMatchObject({
      value: { positionUpdated: { position: { signalId: "FRESH" }, currentPrice: "100", unrealizedPnl: "-2.5" } },
    });
    await quote("FRESH", "110");
    // Half of 100 is left: 50 × (110 - 100.02), less 0.25 of the entry's commission.
    expect(await take(updates, 1)).toMatchObject([
      { positionUpdated: { position: { signalId: "FRESH" }, currentPrice: "110", unrealizedPnl: "498.75" } },
    ]);
    await updates.return?.();
  });
});
