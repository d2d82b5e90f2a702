// Server-sent events by hand, on a real desk: an event's id is its cursor, and a reader resumes after the last he had.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { graphql } from "../generated/index.ts";
import { START } from "../support/apiDesk.ts";
import { ExecuteSignal, PublishQuotes } from "../support/documents.ts";
import { type ServedApi, type ServedDesk, startServedDesk } from "../support/servedDesk.ts";
import { COMPLETE, type EventStream, type Frame, nextFrame, openEventStream } from "./eventStreamReader.ts";
import { declineSignals, enableAccount, LARGE_EVENTS, numbersUpTo, placeOf } from "./manyEvents.ts";
import { until } from "./serving.ts";

const LogPlaces = graphql(`
  subscription LogPlaces($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) { cursor sequence }
  }
`);

const EVENTS = `subscription ($account: ID, $after: LogCursor) {
  accountEvents(account: $account, after: $after) { sequence }
}`;

let desk: ServedDesk;
let served: ServedApi;
let minute = 0;
beforeAll(async () => {
  desk = await startServedDesk();
});
afterAll(() => desk.close());
beforeEach(async () => {
  served = await desk.serve({ limits: { farewellSpreadMs: 0 } });
});

/** Publishes a price a minute later than the one before it. */
async function quote(symbol: string, price: string): Promise<void> {
  minute += 1;
  const time = new Date(Date.parse(START) + minute * 60_000).toISOString();
  await desk.api.client.run(PublishQuotes, { quotes: [{ symbol, price, time }] });
}

/** Opens a position in a symbol that has a price. */
async function open(account: string, symbol: string): Promise<void> {
  const signalId = `${account}-${symbol}-${minute}`;
  const levels = { entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "1" };
  const { executeSignal } = await desk.api.client.run(ExecuteSignal, {
    input: { account, signalId, symbol, ...levels },
  });
  if (executeSignal.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(executeSignal));
}

/** What the log itself says, by a reader in process. */
async function readLog(account: string, after: string, count: number) {
  const events = await desk.api.client.follow(LogPlaces, { account, after });
  const read: { cursor: string; sequence: number }[] = [];
  while (read.length < count) read.push((await events.next()).value.accountEvents);
  await events.return?.();
  return read;
}

/** An account with its first event and so many more, and where each is. */
async function accountWithEvents(name: string, more: number) {
  const { beginning } = await enableAccount(desk, name);
  await declineSignals(desk, name, more);
  return { beginning, log: await readLog(name, beginning, 1 + more) };
}

async function take(stream: EventStream, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  while (frames.length < count) frames.push(await stream.next());
  return frames;
}

const framesOf = (log: readonly { cursor: string; sequence: number }[]) =>
  log.map(({ cursor, sequence }) => nextFrame({ data: { accountEvents: { sequence } } }, cursor));

describe("A subscription to the log", () => {
  test.each(["POST", "GET"] as const)("should come by %s as events whose ids are their cursors", async (method) => {
    const account = `by-${method.toLowerCase()}`;
    const { beginning, log } = await accountWithEvents(account, 3);
    const variables = { account, after: beginning };
    const stream = await openEventStream(served.graphqlUrl, { query: EVENTS, variables, method });
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-cache" });
    expect(await take(stream, 4)).toEqual(framesOf(log));
    await declineSignals(desk, account, 1);
    expect(await take(stream, 1)).toEqual(framesOf((await readLog(account, beginning, 5)).slice(4)));
    expect(stream.isEnded()).toBe(false);
    stream.leave();
    await until(() => served.server.subscriptions().streams, 0);
  });

  test("should have ids also where only some events are asked for", async () => {
    const { beginning } = await enableAccount(desk, "some");
    await quote("SOME", "100");
    await declineSignals(desk, "some", 1);
    await open("some", "SOME");
    await quote("SOME", "110");
    const [, , opened, closed] = await readLog("some", beginning, 4);
    const variables = { account: "some", after: beginning };
    const started = `subscription ($account: ID, $after: LogCursor)`;
    const positionOpened = await openEventStream(served.graphqlUrl, {
      query: `${started} { positionOpened(account: $account, after: $after) { position { symbol } } }`,
      variables,
    });
    const data = { data: { positionOpened: { position: { symbol: "SOME" } } } };
    expect(await positionOpened.next()).toEqual(nextFrame(data, opened?.cursor));
    const tradeClosed = await openEventStream(served.graphqlUrl, {
      query: `${started} { tradeClosed(account: $account, after: $after, symbol: "SOME") { trade { exitReason } } }`,
      variables,
    });
    const trade = { data: { tradeClosed: { trade: { exitReason: "TARGET_1" } } } };
    expect(await tradeClosed.next()).toEqual(nextFrame(trade, closed?.cursor));
  });

  test.each([
    ["text-event-stream", "text/event-stream"],
    ["quality", "text/event-stream, application/json;q=0.5"],
    ["second", "application/json, text/event-stream"],
    ["anything", "*/*"],
    ["nothing", undefined],
  ])("should be the same where the header accept is %s (%j)", async (account, accept) => {
    const { beginning, log } = await accountWithEvents(account, 1);
    const stream = await openEventStream(served.graphqlUrl, {
      query: EVENTS,
      variables: { account, after: beginning },
      headers: { accept },
    });
    expect(await take(stream, 2)).toEqual(framesOf(log));
  });

  test("should take the operation that is named", async () => {
    const { beginning, log } = await accountWithEvents("named", 1);
    const stream = await openEventStream(served.graphqlUrl, {
      query: `query Other { __typename } ${EVENTS.replace("subscription", "subscription Follow")}`,
      variables: { account: "named", after: beginning },
      operationName: "Follow",
    });
    expect(await take(stream, 2)).toEqual(framesOf(log));
  });
});

describe("Last-Event-ID", () => {
  test.each(["POST", "GET"] as const)(
    "should resume by %s exactly after that event, whatever after says",
    async (method) => {
      const account = `resumed-by-${method.toLowerCase()}`;
      const { beginning, log } = await accountWithEvents(account, 5);
      const headers = { "last-event-id": log[2]?.cursor };
      for (const after of [beginning, log[4]?.cursor, undefined, "of no log at all"]) {
        const stream = await openEventStream(served.graphqlUrl, {
          query: EVENTS,
          variables: { account, after },
          method,
          headers,
        });
        expect(await take(stream, 3)).toEqual(framesOf(log.slice(3)));
        stream.leave();
      }
    },
  );

  test("should win over an after that stands in the document, as it does when an EventSource comes again", async () => {
    const { beginning, log } = await accountWithEvents("again", 3);
    const query = `subscription { accountEvents(account: "again", after: "${beginning}") { sequence } }`;
    const first = await openEventStream(served.graphqlUrl, { query, method: "GET" });
    const [, , last] = await take(first, 3);
    first.leave();
    const again = await openEventStream(served.graphqlUrl, {
      query,
      method: "GET",
      headers: { "last-event-id": last?.id },
    });
    expect(await take(again, 1)).toEqual(framesOf(log.slice(3)));
  });

  test("should serve subscriptions of one kind of event with the id of another's", async () => {
    const { beginning } = await enableAccount(desk, "kinds");
    await quote("KINDS", "100");
    await open("kinds", "KINDS");
    await quote("KINDS", "101");
    await open("kinds", "KINDS");
    const log = await readLog("kinds", beginning, 3);
    const stream = await openEventStream(served.graphqlUrl, {
      query: `subscription { positionOpened(account: "kinds") { sequence } }`,
      headers: { "last-event-id": log[1]?.cursor },
    });
    expect(await stream.next()).toEqual(nextFrame({ data: { positionOpened: { sequence: 3 } } }, log[2]?.cursor));
  });

  test("should be an error with the code BAD_CURSOR where it is none of this log", async () => {
    await enableAccount(desk, "bad");
    const other = await enableAccount(desk, "other");
    for (const lastEventId of ["garbage", other.beginning, `${other.beginning}x`]) {
      const stream = await openEventStream(served.graphqlUrl, {
        query: EVENTS,
        variables: { account: "bad", after: null },
        headers: { "last-event-id": lastEventId },
      });
      expect(stream.status).toBe(200);
      const refused = await stream.next();
      expect(refused).toMatchObject({ event: "next" });
      expect(refused.id).toBeUndefined();
      expect(JSON.parse(refused.data ?? "")).toMatchObject({
        errors: [{ message: expect.stringContaining("Last-Event-ID"), extensions: { code: "BAD_CURSOR" } }],
      });
      expect(await stream.next()).toEqual(COMPLETE);
      expect(await stream.ended).toBe("whole");
    }
    expect(served.server.subscriptions().streams).toBe(0);
  });

  test("should mean nothing to what has no cursors, and nothing where it is empty", async () => {
    const { beginning, log } = await accountWithEvents("empty", 1);
    const query = await openEventStream(served.graphqlUrl, {
      query: "{ __typename }",
      headers: { "last-event-id": "garbage" },
    });
    expect(await query.next()).toEqual(nextFrame({ data: { __typename: "Query" } }));
    const stream = await openEventStream(served.graphqlUrl, {
      query: EVENTS,
      variables: { account: "empty", after: beginning },
      headers: { "last-event-id": "" },
    });
    expect(await take(stream, 2)).toEqual(framesOf(log));
  });
});

describe("positionUpdated", () => {
  test("should have no ids, and begin with the present values each time, whatever Last-Event-ID says", async () => {
    const { beginning } = await enableAccount(desk, "updates");
    await quote("UPDATED", "100");
    await open("updates", "UPDATED");
    const query = `subscription { positionUpdated(account: "updates") { currentPrice } }`;
    const update = (currentPrice: string) => nextFrame({ data: { positionUpdated: { currentPrice } } });
    for (const [headers, present, next] of [
      [{}, "100", "101"],
      [{ "last-event-id": beginning }, "101", "102"],
      [{ "last-event-id": "garbage" }, "102", "103"],
    ] as const) {
      const stream = await openEventStream(served.graphqlUrl, { query, headers });
      expect(await stream.next()).toEqual(update(present));
      await quote("UPDATED", next);
      expect(await stream.next()).toEqual(update(next));
      stream.leave();
    }
  });
});

describe("A reader that stops reading while thousands of events are made", () => {
  test("should be cut, and resume after the last event that it had whole: every event once, in order", async () => {
    const EVENTS = 3000;
    const { beginning } = await enableAccount(desk, "slow");
    const { graphqlUrl, server } = await desk.serve({ limits: { stalledAfterMs: 300 } });
    const request = { query: LARGE_EVENTS, variables: { account: "slow", after: beginning } };
    const slow = await openEventStream(graphqlUrl, request);
    await slow.next();
    slow.pause();
    await declineSignals(desk, "slow", EVENTS);
    await until(() => server.subscriptions().streams, 0);
    slow.resume();
    expect(await slow.ended).toBe("cut");
    expect(slow.frames().length).toBeLessThan(EVENTS);
    const headers = { "last-event-id": slow.frames().at(-1)?.id };
    const again = await openEventStream(served.graphqlUrl, { ...request, headers });
    await until(() => slow.frames().length + again.frames().length, 1 + EVENTS);
    const places = [...slow.frames(), ...again.frames()].map(({ id, data }) => ({
      id,
      ...placeOf(JSON.parse(data ?? "")),
    }));
    expect(places.map(({ sequence }) => sequence)).toEqual(numbersUpTo(1 + EVENTS));
    expect(places.map(({ id }) => id)).toEqual(places.map(({ cursor }) => cursor));
  });
});
