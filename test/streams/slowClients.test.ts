// Clients that do not read, or slowly: what waits for them is bounded, they miss nothing, and the others notice nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { START } from "../support/apiDesk.ts";
import { ExecuteSignals, PublishQuotes } from "../support/documents.ts";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";
import { declineSignals, type EventPlace, enableAccount, numbersUpTo, placeOf } from "./manyEvents.ts";
import { serveStreams, until } from "./serving.ts";
import { FULL_BYTES, watchWaiting } from "./slowClientsWaiting.ts";
import { openStreamSocket, type StreamSocket } from "./streamSocket.ts";

interface Updated {
  readonly position: { readonly symbol: string };
  readonly currentPrice: string;
}

/** So many names for one field that an event is a message of 4 kB. */
const NAMES = Array.from({ length: 50 }, (_, index) => `name${index}: signalId`).join(" ");
const MESSAGE_BYTES_MAX = 5_000;
const EVENTS = `subscription ($account: ID, $after: LogCursor) {
  accountEvents(account: $account, after: $after) { sequence cursor ... on SignalDeclined { signal { ${NAMES} } } }
}`;
/** A hundred of them are an answer of some hundred kB. */
const SIGNALS = `{ signals(account: "long", first: 100) { edges { node { ${NAMES} } } } }`;

/** Four megabytes are on their way between two sockets of one machine before any wait in the process. */
const EVENTS_MADE = 2_500;

let desk: ServedDesk;
/** The beginning of a log that is longer than what is on its way. */
let beginning: string;
beforeAll(async () => {
  desk = await startServedDesk();
  ({ beginning } = await enableAccount(desk, "long"));
  await declineSignals(desk, "long", EVENTS_MADE);
});
afterAll(() => desk.close());

function placesOf(socket: StreamSocket): EventPlace[] {
  return socket.told("events").map(({ payload }) => placeOf(payload));
}

function sequencesOf(socket: StreamSocket): number[] {
  return placesOf(socket).map(({ sequence }) => sequence);
}

/** Follows an account on a socket that has got its first event. */
async function follow(graphqlUrl: string, account: string, after: string): Promise<StreamSocket> {
  const socket = await openStreamSocket(graphqlUrl);
  socket.subscribe("events", EVENTS, { variables: { account, after } });
  await socket.nextFor("events");
  return socket;
}

describe("Clients that stop reading among others that read", () => {
  test("should be closed with 4510 and miss nothing, while the others get every event once, in order", async () => {
    const { beginning: after } = await enableAccount(desk, "main");
    const { graphqlUrl, server, lines } = await desk.serve({ limits: { stalledAfterMs: 500 } });
    const waiting = watchWaiting();
    const all = await Promise.all(Array.from({ length: 12 }, () => follow(graphqlUrl, "main", after)));
    const [paused, reading] = [all.slice(0, 6), all.slice(6)];
    for (const socket of paused) socket.pause();
    await declineSignals(desk, "main", EVENTS_MADE);
    const made = numbersUpTo(1 + EVENTS_MADE);
    await until(
      () => reading.map((socket) => socket.told().length),
      reading.map(() => made.length),
    );
    await until(() => server.subscriptions().streams, reading.length);
    for (const socket of reading) expect(sequencesOf(socket)).toEqual(made);
    for (const socket of paused) {
      socket.resume();
      expect(await socket.closed).toMatchObject({ code: 4510 });
      const before = sequencesOf(socket);
      expect(before.length).toBeLessThan(made.length);
      const again = await openStreamSocket(graphqlUrl);
      again.subscribe("events", EVENTS, { variables: { account: "main", after: placesOf(socket).at(-1)?.cursor } });
      await until(() => again.told().length, made.length - before.length);
      expect([...before, ...sequencesOf(again)]).toEqual(made);
    }
    expect(reading.map((socket) => socket.isClosed())).toEqual(reading.map(() => false));
    expect(waiting.max()).toBeGreaterThanOrEqual(FULL_BYTES);
    expect(waiting.max()).toBeLessThanOrEqual(FULL_BYTES + MESSAGE_BYTES_MAX);
    expect(lines).toEqual([]);
  });
});

describe("A client that reads slowly", () => {
  test("should not be closed, and get every event once, in order", async () => {
    const { graphqlUrl } = await desk.serve({ limits: { stalledAfterMs: 1_000 } });
    const waiting = watchWaiting();
    const slow = await follow(graphqlUrl, "long", beginning);
    // It pauses for several times the limit in all, never for as long; a connection's window opens in large steps.
    for (let read = 1; read <= EVENTS_MADE; read += 1) {
      if (read % 200 === 0) {
        slow.pause();
        await sleep(250);
        slow.resume();
      }
      await slow.nextFor("events");
    }
    expect(sequencesOf(slow)).toEqual(numbersUpTo(1 + EVENTS_MADE));
    expect(slow.isClosed()).toBe(false);
    expect(waiting.max()).toBeGreaterThanOrEqual(FULL_BYTES);
    expect(waiting.max()).toBeLessThanOrEqual(FULL_BYTES + MESSAGE_BYTES_MAX);
  });
});

describe("A client that reads one message piece by piece", () => {
  test("should not be closed, though the message is on its way for longer than the limit", async () => {
    const { graphqlUrl } = await serveStreams({ limits: { stalledAfterMs: 600 } });
    const slow = await openStreamSocket(graphqlUrl);
    slow.subscribe("flood", "subscription { flood(messages: 1, chars: 60000000) }");
    let pauses = 0;
    for (; slow.told().length === 0; pauses += 1) {
      slow.pause();
      await sleep(100);
      slow.resume();
      await sleep(1);
    }
    expect(pauses).toBeGreaterThan(10);
    expect(await slow.nextFor("flood")).toMatchObject({ type: "next" });
    expect(await slow.nextFor("flood")).toEqual({ type: "complete", id: "flood" });
    await slow.roundTrip();
  });
});

describe("A client that goes on sending and does not read", () => {
  const ASKED = 2_000;
  const OPERATIONS_MAX = 100;
  /** What one read of a connection may bring: all of it is answered. */
  const READ_BYTES = 64 * 1024;
  const limits = { stalledAfterMs: 500 };
  /** Nothing is told of it: it ends when the client is given up. */
  const QUIET = `subscription { positionUpdated(account: "long") { currentPrice } }`;

  test("should be answered no more than what was under way, and be closed with 4510", async () => {
    const { graphqlUrl, server, lines } = await desk.serve({ limits });
    const waiting = watchWaiting();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("quiet", QUIET);
    socket.subscribe("first", SIGNALS);
    const answerBytes = JSON.stringify(await socket.nextFor("first")).length;
    socket.pause();
    for (let asked = 1; asked <= ASKED; asked += 1) socket.subscribe(`${asked}`, SIGNALS);
    await until(() => server.subscriptions().streams, 0);
    socket.resume();
    expect(await socket.closed).toMatchObject({ code: 4510 });
    expect(waiting.max()).toBeGreaterThan(FULL_BYTES);
    expect(waiting.max()).toBeLessThan(FULL_BYTES + READ_BYTES + OPERATIONS_MAX * answerBytes);
    expect(lines).toEqual([]);
  });

  test("should be told no more pongs than fit on its way, and be closed with 4510", async () => {
    const { graphqlUrl, server } = await desk.serve({ limits });
    const waiting = watchWaiting();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("quiet", QUIET);
    await until(() => server.subscriptions().streams, 1);
    socket.pause();
    const payload = { text: ".".repeat(1_000) };
    for (let sent = 0; sent < 20_000; sent += 1) socket.send({ type: "ping", payload });
    await until(() => server.subscriptions().streams, 0);
    socket.resume();
    expect(await socket.closed).toMatchObject({ code: 4510 });
    expect(waiting.max()).toBeGreaterThan(FULL_BYTES);
    expect(waiting.max()).toBeLessThan(FULL_BYTES + 2 * READ_BYTES);
  });
});

describe("A client that follows positions and stops reading for a while", () => {
  const SYMBOLS = ["AAPL", "MSFT", "TSLA"];
  const UPDATED = `subscription { positionUpdated(account: "holder") { position { symbol } currentPrice } }`;
  let minute = 0;

  /** Publishes the same price of all symbols, a minute later than the one before. */
  async function quote(price: number): Promise<void> {
    minute += 1;
    const time = new Date(Date.parse(START) + minute * 60_000).toISOString();
    const quotes = SYMBOLS.map((symbol) => ({ symbol, price: String(price), time }));
    await desk.api.client.run(PublishQuotes, { quotes });
  }

  function pricesOf(socket: StreamSocket): string[] {
    return socket.told("updates").map(({ payload }) => {
      const { data } = payload as { readonly data: { readonly positionUpdated: Updated } };
      return `${data.positionUpdated.position.symbol} ${data.positionUpdated.currentPrice}`;
    });
  }

  test("should be told the newest value of each when it reads on, and none of those before it", async () => {
    await enableAccount(desk, "holder");
    await quote(100);
    const levels = { entryPrice: "100", stopLoss: "10", target1: "1000", positionSize: "1" };
    const inputs = SYMBOLS.map((symbol) => ({ account: "holder", signalId: symbol, symbol, ...levels }));
    await desk.api.client.run(ExecuteSignals, { inputs });
    const { graphqlUrl } = await desk.serve();
    const waiting = watchWaiting();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("updates", UPDATED);
    await until(
      () => pricesOf(socket).sort(),
      SYMBOLS.map((symbol) => `${symbol} 100`),
    );
    socket.pause();
    socket.subscribe("events", EVENTS, { variables: { account: "long", after: beginning } });
    await until(waiting.isStuck, true);
    for (let price = 101; price <= 140; price += 1) await quote(price);
    socket.resume();
    await until(() => socket.told("events").length, 1 + EVENTS_MADE);
    await until(
      () => pricesOf(socket).slice(SYMBOLS.length).sort(),
      SYMBOLS.map((symbol) => `${symbol} 140`),
    );
    await quote(141);
    await until(
      () => pricesOf(socket).slice(-SYMBOLS.length).sort(),
      SYMBOLS.map((symbol) => `${symbol} 141`),
    );
    expect(sequencesOf(socket)).toEqual(numbersUpTo(1 + EVENTS_MADE));
  });
});
