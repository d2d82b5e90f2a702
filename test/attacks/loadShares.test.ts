// Attackers who send what takes long to read: they wait for their turn, and others are served meanwhile.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ARRIVING_OF_AN_ADDRESS_MAX, BODY_BYTES_MAX } from "../../src/server/limits.ts";
import { chooseLimits } from "../../src/server/operationLimits/chooseLimits.ts";
import { ask, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { DOCUMENTS } from "./load/documents.ts";
import { enter, isLine, post } from "./load/target.ts";
import { expectUnharmed, serveAttacked } from "./loadServer.ts";

let desk: GuardedDesk;

beforeAll(async () => {
  desk = await startGuardedDesk();
});
afterAll(() => desk.close());

/** As with keys, without rates: who waits does so for his share of time alone. */
const operationLimits = { ...chooseLimits({ INTROSPECTION: "on" }, true), rateCostPerSecond: 0 };

async function serve(change: Partial<typeof operationLimits> = {}) {
  const limits = { ...operationLimits, ...change };
  const served = await serveAttacked(desk, await desk.newKey(["read"]), { operationLimits: limits });
  return { ...served, other: await desk.newKey(["read"]) };
}

/** Tells how many of some work is done. */
function counted<Result>(times: number, work: () => Promise<Result>) {
  let done = 0;
  const all = Promise.all(
    Array.from({ length: times }, async () => {
      const result = await work();
      done += 1;
      return result;
    }),
  );
  return { all, done: () => done };
}

const TIMES = 40;

describe("a key whose documents are refused", () => {
  test.each(["HTTP", "event stream"])("should wait for its turn, and nobody else for it, by %s", async (transport) => {
    const served = await serve();
    const { target, graphqlUrl, other } = served;
    const headers = transport === "HTTP" ? {} : { accept: "text/event-stream" };
    const body = JSON.stringify({ query: DOCUMENTS["a depth of 1,000"] });
    await post(target, { body, headers });
    const refused = counted(TIMES, () => post(target, { body, headers }));
    for (let time = 0; time < 3; time += 1) {
      expect(await ask(graphqlUrl, other, "{ __typename }")).toMatchObject({ status: 200 });
    }
    expect(refused.done()).toBeLessThan(TIMES / 2);
    expect(new Set((await refused.all).map(({ code }) => code))).toEqual(new Set(["DOCUMENT_TOO_DEEP"]));
    await expectUnharmed(served);
  });

  test.each(["HTTP", "event stream"])("should be refused what would wait behind too many, by %s", async (transport) => {
    const { target } = await serve({ waitingOfAClientMax: 5 });
    const headers = transport === "HTTP" ? {} : { accept: "text/event-stream" };
    const body = JSON.stringify({ query: DOCUMENTS["a depth of 1,000"] });
    await post(target, { body, headers });
    const answers = await Promise.all(Array.from({ length: TIMES }, () => post(target, { body, headers })));
    const codes = answers.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(["DOCUMENT_TOO_DEEP", "RATE_LIMITED"]));
    expect(answers.find(({ code }) => code === "RATE_LIMITED")).toMatchObject({ status: 429 });
  });

  test("should wait for its turn, and nobody else for it, by WebSocket", async () => {
    const { target, graphqlUrl, other } = await serve();
    const line = await enter(target);
    if (!isLine(line)) throw new Error(JSON.stringify(line));
    const payload = { query: DOCUMENTS["a depth of 1,000"] };
    let refusals = 0;
    line.hear(({ type }) => {
      if (type === "error") refusals += 1;
    });
    // Each is more than a piece of what is read at once.
    const padding = "x".repeat(70_000);
    for (let id = 0; id < TIMES; id += 1) {
      line.send({ type: "subscribe", id: `${id}`, payload: { ...payload, extensions: { padding } } });
    }
    await expect.poll(() => refusals).toBeGreaterThan(0);
    for (let time = 0; time < 3; time += 1) {
      expect(await ask(graphqlUrl, other, "{ __typename }")).toMatchObject({ status: 200 });
    }
    expect(refusals).toBeLessThan(TIMES / 2);
    await expect.poll(() => refusals, { timeout: 20_000 }).toBe(TIMES);
    line.socket.terminate();
  });
});

describe("a WebSocket that waits for its client's turn", () => {
  test("should be sent away like all others when the server closes, and not be waited for", async () => {
    const { target, server, lines: logged } = await serve();
    const dozen = await Promise.all(Array.from({ length: 12 }, () => enter(target)));
    const [first, ...others] = dozen.filter(isLine);
    if (first === undefined || others.length < 11) throw new Error(JSON.stringify(dozen));
    // Again, which is a fault; the time of all of them is more than the server waits for at its end.
    for (const line of others) line.send({ type: "connection_init" });
    for (const { ended } of others) expect(await ended).toMatchObject({ close: 4429 });
    const answered = new Promise<void>((resolve) => first.hear(() => resolve()));
    first.send({ type: "ping" });
    await answered;
    await server.close();
    expect(await first.ended).toMatchObject({ close: 1001 });
    expect(logged.filter(({ msg }) => String(msg).startsWith("cut what was still open"))).toEqual([]);
  });
});

describe("requests that come byte by byte", () => {
  test("should be read when those before them are there, and others at once", async () => {
    const served = await serve();
    const { target, graphqlUrl, other } = served;
    const { hostname, port } = new URL(target.url);
    const slow: Socket[] = [];
    onTestFinished(() => {
      for (const socket of slow) socket.destroy();
    });
    for (let count = 0; count < ARRIVING_OF_AN_ADDRESS_MAX; count += 1) {
      const socket = connect({ host: hostname, port: Number(port), localAddress: target.from });
      slow.push(socket.on("error", () => undefined));
      await once(socket, "connect");
      socket.write("POST /graphql HTTP/1.1\r\nX-Slow: ");
    }
    const query = { body: '{"query":"{ __typename }"}' };
    const next = counted(3, () => post(target, query));
    for (let time = 0; time < 3; time += 1) {
      expect(await ask(graphqlUrl, other, "{ __typename }")).toMatchObject({ status: 200 });
    }
    expect(next.done()).toBe(0);
    // Each place is for the next one; what was answered leaves its place as well.
    slow.pop()?.destroy();
    expect(await next.all).toEqual([{ status: 200 }, { status: 200 }, { status: 200 }]);
    for (const socket of slow) socket.destroy();
    await expectUnharmed(served);
  });
});

describe("large bodies", () => {
  test("should arrive whole, and others be served while they do", async () => {
    const served = await serve();
    const { target, graphqlUrl, other } = served;
    const [start, end] = ['{"query":"{ __typename }","extensions":{"padding":"', '"}}'];
    const body = `${start}${"x".repeat(BODY_BYTES_MAX - start.length - end.length)}${end}`;
    const sent = counted(3, () => post(target, { body }));
    for (let time = 0; time < 5; time += 1) {
      expect(await ask(graphqlUrl, other, "{ __typename }")).toMatchObject({ status: 200 });
    }
    expect(sent.done()).toBeLessThan(3);
    expect(await sent.all).toEqual([{ status: 200 }, { status: 200 }, { status: 200 }]);
    await expectUnharmed(served);
  });
});
