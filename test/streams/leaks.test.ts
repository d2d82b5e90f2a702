// Subscribers who come and go by the thousand leave nothing behind: no listener, no timer, no iterator, no memory.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Following } from "../../src/events/following.ts";
import type { HttpServer } from "../../src/server/httpServer.ts";
import { DeliveredIterator } from "../../src/server/streams/deliveredIterator.ts";
import { Stream } from "../../src/server/streams/delivery.ts";
import { Outlet } from "../../src/server/streams/outlet.ts";
import { Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";
import { type LeaksDesk, startLeaksDesk } from "./leaksDesk.ts";
import { heapBytes, moreThan, NOTHING_OPEN, objects, openOn, resources, settled, Timer } from "./leaksHeld.ts";
import { askForStream, LeaksSocket, type Operation } from "./leaksSocket.ts";

const SOCKETS = 4;
/** The most that a socket may have at once. */
const PER_SOCKET = 100;
const AT_ONCE = SOCKETS * PER_SOCKET;
const WARM_UP_CYCLES = 1_000;
const CYCLES = 10_000;
/** The smallest thing that could be left behind, a closure in a list, is larger. */
const HEAP_BYTES_PER_CYCLE_MAX = 100;
/** The heap also grows while node still compiles what runs often, but less each time. */
const ATTEMPTS = 5;
const TIMEOUT_MS = 300_000;
const VISITS = 100;
const VISITS_AT_ONCE = 20;

/** One of each kind, on an account in which nothing happens. */
const QUIET: readonly Operation[] = [
  'subscription { accountEvents(account: "quiet") { sequence cursor } }',
  'subscription { positionOpened(account: "quiet") { position { id } } }',
  'subscription { tradeClosed(account: "quiet") { trade { id } } }',
  'subscription { positionUpdated(account: "quiet") { currentPrice } }',
].map((query) => ({ query }));

const REFUSED: readonly Operation[] = [
  'subscription { accountEvents(after: "no cursor") { sequence } }',
  'subscription { tradeClosed(account: "nobody") { trade { id } } }',
  'subscription { positionUpdated(account: "nobody") { currentPrice } }',
  'subscription { positionOpened(symbol: "") { position { id } } }',
].map((query) => ({ query }));

let desk: LeaksDesk;
let server: HttpServer;
let graphqlUrl: string;
/** All events of an account with a closed trade; all of its trades. */
let told: readonly Operation[];
beforeAll(async () => {
  desk = await startLeaksDesk();
  await enable("quiet");
  const after = await enable("main");
  told = [eventsOf("main", after), tradesOf("main", after)];
  const levels = { entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "1" };
  await desk.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "100" }] });
  await desk.client.run(ExecuteSignal, { input: { signalId: "1", symbol: "AAPL", ...levels } });
  await desk.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "110" }] });
});
afterAll(() => desk.close());
beforeEach(async () => {
  desk.failing = false;
  ({ server, graphqlUrl } = await desk.serve());
});

async function enable(name: string): Promise<string> {
  const { enable } = await desk.client.run(Enable, { input: { name } });
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  return enable.account.sessionCursor;
}

const open = () => openOn(desk.running, server);

function openSockets(count = SOCKETS): Promise<LeaksSocket[]> {
  return Promise.all(Array.from({ length: count }, () => new LeaksSocket(graphqlUrl).ready()));
}

/** Whether its log cannot be read shows where nobody has followed it yet: there is nothing of it in memory. */
async function unreadLog(name: string): Promise<Operation> {
  return eventsOf(name, await enable(name));
}

function eventsOf(account: string, after: string): Operation {
  const query =
    "subscription ($account: ID, $after: LogCursor) { accountEvents(account: $account, after: $after) { sequence } }";
  return { query, variables: { account, after } };
}

/** A trade's position is found by a resolver that waits. */
function tradesOf(account: string, after: string): Operation {
  const query =
    "subscription ($account: ID, $after: LogCursor) { tradeClosed(account: $account, after: $after) { trade { position { id } } } }";
  return { query, variables: { account, after } };
}

/** Asks for so many of some operations on a socket, and answers their ids. */
function subscribe(socket: LeaksSocket, operations: readonly Operation[], count = PER_SOCKET): string[] {
  return Array.from({ length: count }, (_, index) => socket.subscribe(one(operations, index)));
}

/** One of several, counted round. */
function one(operations: readonly Operation[], number: number): Operation {
  const operation = operations[number % operations.length];
  if (operation === undefined) throw new Error("there is nothing to subscribe to");
  return operation;
}

/** Subscribes on all sockets at once, waits until all have begun, leaves, and waits until all have gone. */
async function cycle(sockets: readonly LeaksSocket[], cycles: number): Promise<void> {
  for (let done = 0; done < cycles; done += AT_ONCE) {
    const asked = sockets.map((socket) => ({ socket, ids: subscribe(socket, QUIET) }));
    await settled(() => server.subscriptions().streams, AT_ONCE);
    for (const { socket, ids } of asked) for (const id of ids) socket.complete(id);
    await settled(open, NOTHING_OPEN);
  }
}

/** What was asked for before has begun when this has: the database takes one question after another. */
async function passBy(sockets: readonly LeaksSocket[]): Promise<void> {
  await cycle(sockets, AT_ONCE);
}

describe("Subscriptions on a WebSocket that stays", () => {
  test(
    `should leave nothing behind after ${CYCLES} cycles, and the heap as it was`,
    async () => {
      const sockets = await openSockets();
      await cycle(sockets, WARM_UP_CYCLES);
      const before = resources();
      const timers = objects(Timer);
      const grown: number[] = [];
      let bytes = await heapBytes();
      do {
        await cycle(sockets, CYCLES);
        const now = await heapBytes();
        grown.push((now - bytes) / CYCLES);
        bytes = now;
      } while (Number(grown.at(-1)) >= HEAP_BYTES_PER_CYCLE_MAX && grown.length < ATTEMPTS);
      expect(grown.at(-1), `bytes a cycle: ${grown.join(", ")}`).toBeLessThan(HEAP_BYTES_PER_CYCLE_MAX);
      await settled(() => moreThan(before), []);
      expect(objects(Timer)).toBeLessThanOrEqual(timers);
    },
    TIMEOUT_MS,
  );

  test("should leave nothing behind where they are left before they have begun", async () => {
    const sockets = await openSockets();
    const before = resources();
    const release = desk.hold();
    for (const socket of sockets) for (const id of subscribe(socket, QUIET)) socket.complete(id);
    for (const socket of sockets) socket.send({ type: "ping" });
    await Promise.all(sockets.map((socket) => socket.until("pong", 1)));
    expect(open().readers).toBeGreaterThan(0);
    release();
    await passBy(sockets);
    await settled(open, NOTHING_OPEN);
    await settled(() => moreThan(before), []);
  });

  test("should leave nothing behind where they are refused", async () => {
    const sockets = await openSockets();
    for (const socket of sockets) subscribe(socket, REFUSED);
    await Promise.all(sockets.map((socket) => socket.until("complete", PER_SOCKET)));
    expect(sockets.map((socket) => socket.count("next"))).toEqual(sockets.map(() => PER_SOCKET));
    await settled(open, NOTHING_OPEN);
  });

  test("should leave nothing behind where the log cannot be read", async () => {
    const operation = await unreadLog("unread");
    desk.failing = true;
    const sockets = await openSockets();
    for (const socket of sockets) subscribe(socket, [operation]);
    await Promise.all(sockets.map((socket) => socket.until("error", PER_SOCKET)));
    expect(sockets.map((socket) => socket.count("next"))).toEqual(sockets.map(() => 0));
    await settled(open, NOTHING_OPEN);
  });

  test("should leave nothing behind where they are left while their first message is made", async () => {
    const sockets = await openSockets();
    for (let round = 0; round < 5; round += 1) {
      for (const socket of sockets) {
        const ids = subscribe(socket, told);
        await socket.until("next", round * PER_SOCKET + 1);
        for (const id of ids) socket.complete(id);
      }
      await passBy(sockets);
    }
    await settled(open, NOTHING_OPEN);
  });
});

/** Does something so many times, some of them at once. */
async function visits(visit: (number: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < VISITS; done += VISITS_AT_ONCE) {
    await Promise.all(Array.from({ length: VISITS_AT_ONCE }, (_, index) => visit(done + index)));
  }
}

describe("WebSockets that come and go", () => {
  test("should leave nothing behind, whatever they have begun when their connection breaks", async () => {
    const before = resources();
    await visits(async () => (await new LeaksSocket(graphqlUrl).open()).cut());
    await visits(async () => {
      const socket = await new LeaksSocket(graphqlUrl).open();
      socket.send({ type: "connection_init" });
      subscribe(socket, QUIET, 4);
      await socket.cut();
    });
    await visits(async () => {
      const socket = await new LeaksSocket(graphqlUrl).ready();
      subscribe(socket, QUIET, 20);
      await socket.cut();
    });
    const release = desk.hold();
    const early = await openSockets();
    for (const socket of early) subscribe(socket, QUIET);
    await settled(() => open().readers > 0, true);
    await Promise.all(early.map((socket) => socket.cut()));
    await settled(() => moreThan(before), []);
    release();
    const sockets = await openSockets();
    await passBy(sockets);
    for (const socket of sockets) subscribe(socket, QUIET);
    await settled(() => server.subscriptions().streams, AT_ONCE);
    await Promise.all(sockets.map((socket) => socket.cut()));
    await settled(open, NOTHING_OPEN);
    await settled(() => moreThan(before), []);
  });
});

describe("Event streams that come and go", () => {
  test("should leave nothing behind, whether they are left, refused or cannot be read", async () => {
    const before = resources();
    await visits(async (number) => {
      const stream = askForStream(graphqlUrl, one([...QUIET, ...REFUSED, ...told], number));
      if (number % 2 === 0) await Promise.race([stream.begun, stream.ended]);
      stream.leave();
      await stream.ended;
    });
    await visits((number) => askForStream(graphqlUrl, one(REFUSED, number)).ended);
    const streams = Array.from({ length: VISITS }, (_, number) => askForStream(graphqlUrl, one(told, number)));
    await settled(() => server.subscriptions().streams, VISITS);
    for (const stream of streams) stream.leave();
    await settled(open, NOTHING_OPEN);
    await settled(() => moreThan(before), []);
  });

  test("should leave nothing behind where they are left while they begin", async () => {
    const before = resources();
    const release = desk.hold();
    const streams = Array.from({ length: VISITS }, () => askForStream(graphqlUrl, one(told, 0)));
    await settled(() => open().readers, VISITS);
    for (const stream of streams) stream.leave();
    await settled(() => moreThan(before), []);
    release();
    await settled(open, NOTHING_OPEN);
  });

  test("should leave nothing behind where the log cannot be read", async () => {
    const operation = await unreadLog("unread-too");
    desk.failing = true;
    await visits(() => askForStream(graphqlUrl, operation).ended);
    await settled(open, NOTHING_OPEN);
  });
});

describe("When all have gone", () => {
  const kinds = [Following, Stream, DeliveredIterator, Outlet].map((kind) => ({ name: kind.name, kind }));

  test.each(kinds)("there should be no $name of theirs in memory", async ({ kind }) => {
    await settled(() => objects(kind), 0);
  });
});

describe("An id that is used anew before its first subscription has begun", () => {
  test("should stand for the second alone, and leave nothing behind", async () => {
    const [socket] = await openSockets(1);
    if (socket === undefined) throw new Error("there is no socket");
    for (const operation of QUIET) {
      const release = desk.hold();
      socket.subscribe(operation, "again");
      socket.complete("again");
      socket.subscribe(operation, "again");
      release();
      const later = socket.subscribe(operation);
      await settled(() => server.subscriptions().streams > 1, true);
      expect(server.subscriptions().streams).toBe(2);
      socket.complete(later);
      socket.complete("again");
      await settled(open, NOTHING_OPEN);
    }
    await socket.cut();
    await settled(open, NOTHING_OPEN);
  });
});
