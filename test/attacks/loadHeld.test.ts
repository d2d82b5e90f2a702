// Attackers who only hold what others need: sockets, connections, memory, and the budget of a key.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  BODIES_BYTES_OF_A_CLIENT_MAX,
  BODY_BYTES_MAX,
  REFUSED_COST,
  REFUSED_CREDENTIALS_BURST_MAX,
  SOCKETS_OPENED_PER_SECOND_MAX,
  SPENT_ANSWER_DELAY_MS,
  TOO_LARGE_BODY_COST,
} from "../../src/server/limits.ts";
import { BodyRoom } from "../../src/server/requestBody.ts";
import { ask, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { DOCUMENTS } from "./load/documents.ts";
import { enter, errorOf, isLine, open, post, type Target } from "./load/target.ts";
import { expectUnharmed, IMPATIENT, SHORT_MS, serveAttacked } from "./loadServer.ts";

const HONEST = "127.0.0.3";

let desk: GuardedDesk;
let key = "";

beforeAll(async () => {
  desk = await startGuardedDesk();
  key = await desk.newKey(["read"]);
});
afterAll(() => desk.close());

/** A connection that was made; it is gone when the test is finished. */
async function connectTo({ url, from }: Target): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress: from });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** Resolves when a connection is closed, be it by a reset. */
const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.resume().once("close", () => resolve()));

describe("WebSockets that never send connection_init", () => {
  test("should be so many of an address, and leave their places to others in time", async () => {
    const most = 20;
    const served = await serveAttacked(desk, key, {
      // Longer than a busy machine takes to open them all.
      limits: { connectionInitWaitMs: 5_000 },
      operationLimits: { socketsPerClientMax: most },
    });
    const { target } = served;
    const lines = await Promise.all(Array.from({ length: 2 * most }, () => open(target)));
    const refused = lines.filter((line) => !isLine(line));
    expect(refused).toEqual(Array.from({ length: most }, () => ({ status: 429 })));
    const honest = await enter({ ...target, from: HONEST });
    expect(isLine(honest)).toBe(true);
    const closed = await Promise.all(lines.filter(isLine).map(({ ended }) => ended));
    expect(new Set(closed.map(({ close }) => close))).toEqual(new Set([4408]));
    await expect.poll(async () => isLine(await enter(target)), { timeout: 20_000 }).toBe(true);
    if (isLine(honest)) honest.socket.terminate();
  });

  test("should be cut where they do not answer the close either", async () => {
    const served = await serveAttacked(desk, key, IMPATIENT);
    const socket = await connectTo(served.target);
    const key13 = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n";
    socket.write(`GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n${upgrade}${key13}\r\n`);
    await closing(socket);
    await expectUnharmed(served);
  });
});

describe("connections that say nothing", () => {
  test("should be so many of an address; others are served meanwhile", async () => {
    const most = 10;
    const { target, graphqlUrl } = await serveAttacked(desk, key, { connectionsMax: most });
    const held = await Promise.all(Array.from({ length: most }, () => connectTo(target)));
    const beyond = await connectTo(target);
    await closing(beyond);
    expect(await ask(graphqlUrl, key, "{ __typename }")).toMatchObject({ status: 200 });
    expect(held.filter(({ destroyed }) => destroyed)).toEqual([]);
    for (const socket of held) socket.destroy();
    const again = () => post({ ...target, key: undefined }, { body: "{}" });
    await expect.poll(async () => (await again()).status, { timeout: 20_000 }).toBe(401);
  });
});

describe("a body that comes though nobody waits for it", () => {
  test("should be cut soon after its answer, whatever is sent", async () => {
    const served = await serveAttacked(desk, key, IMPATIENT);
    const socket = await connectTo(served.target);
    let answer = "";
    socket.on("data", (bytes) => {
      answer += String(bytes);
    });
    socket.write("POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n");
    const flood = setInterval(() => socket.write(Buffer.alloc(65_536, "x")), 1);
    await closing(socket);
    clearInterval(flood);
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
    await expectUnharmed(served);
  });

  test("should leave a connection open that has sent all of it", async () => {
    const { target } = await serveAttacked(desk, key, IMPATIENT);
    const socket = await connectTo(target);
    const request = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n";
    const begunMs = performance.now();
    while (performance.now() - begunMs < 3 * SHORT_MS) {
      socket.write(request);
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(String(answer)).toMatch(/^HTTP\/1.1 401 /);
      socket.write("{}");
    }
    expect(socket.destroyed).toBe(false);
  });
});

describe("large bodies", () => {
  test("should be paid for by their size: who sends them again and again is refused", async () => {
    const operationLimits = { rateCostPerSecond: 0.001, rateBurst: 1_500 };
    const { target } = await serveAttacked(desk, key, { operationLimits });
    const padding = "x".repeat(1024 * 1024);
    const body = JSON.stringify({ query: "{ __typename }", extensions: { padding } });
    expect((await post(target, { body })).status).toBe(200);
    expect(await post(target, { body })).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    const line = await enter(target);
    if (!isLine(line)) throw new Error(JSON.stringify(line));
    line.send({ type: "ping", payload: { padding } });
    expect(await line.ended).toMatchObject({ close: 4429, message: expect.stringContaining("of cost are allowed") });
  });

  test("should take so much memory together, of one client and of all", () => {
    const room = new BodyRoom({ ofAClient: 10, ofAll: 15 });
    expect(room.take("one", 10)).toBe(true);
    expect(room.take("one", 1)).toBe(false);
    expect(room.take("other", 6)).toBe(false);
    expect(room.take("other", 5)).toBe(true);
    room.give("one", 10);
    room.give("other", 5);
    expect(room.bytes).toBe(0);
    expect(room.take("one", 10)).toBe(true);
  });

  test("should be refused, and told the limit, where a client has too many on their way", async () => {
    const served = await serveAttacked(desk, key);
    const head = `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${BODY_BYTES_MAX}\r\nContent-Type: application/json\r\n\r\n`;
    const held: Socket[] = [];
    const most = Math.floor(BODIES_BYTES_OF_A_CLIENT_MAX / BODY_BYTES_MAX);
    for (let number = 0; number < most; number += 1) {
      const socket = await connectTo(served.target);
      socket.write(head);
      socket.write(Buffer.alloc(BODY_BYTES_MAX - 1, "x"));
      held.push(socket);
    }
    const bytes = most * (BODY_BYTES_MAX - 1);
    await expect.poll(() => served.server.open().bodyBytes, { timeout: 20_000 }).toBe(bytes);
    const body = Buffer.alloc(BODIES_BYTES_OF_A_CLIENT_MAX - bytes + 1, "x");
    const refusal = await post(served.target, { body });
    expect(refusal).toMatchObject({ status: 503, code: "TOO_MANY_BODIES" });
    expect(refusal.message).toContain(String(BODIES_BYTES_OF_A_CLIENT_MAX));
    for (const socket of held) socket.destroy();
    await expectUnharmed(served);
  });
});

describe("a key whose budget is spent by what is refused", () => {
  const operationLimits = { rateCostPerSecond: 0.001, rateBurst: 6_000 };

  test("should be refused before anything of it is read, and on its sockets; other keys are served", async () => {
    const { target, graphqlUrl } = await serveAttacked(desk, key, { operationLimits });
    const other = await desk.newKey(["read"]);
    for (let time = 0; time < 2; time += 1) {
      const line = await enter(target);
      if (!isLine(line)) throw new Error(JSON.stringify(line));
      // Again, which is a fault, and costs more than half of the budget.
      line.send({ type: "connection_init" });
      expect(await line.ended).toMatchObject({ close: 4429 });
    }
    const body = Buffer.alloc(BODY_BYTES_MAX + 1, "x");
    expect(await post(target, { body })).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(await enter(target)).toMatchObject({ close: 1013, message: expect.stringContaining("of cost are allowed") });
    expect(await ask(graphqlUrl, other, "{ __typename }")).toMatchObject({ status: 200 });
  });

  test("should be spent by documents that are beyond the limits, or not valid", async () => {
    for (const query of [DOCUMENTS["a depth of 1,000"], DOCUMENTS["fragments in circles"], "{ nothing }", "{"]) {
      const { target } = await serveAttacked(desk, await desk.newKey(["read"]), {
        operationLimits: { rateCostPerSecond: 0.001, rateBurst: 4 * REFUSED_COST },
      });
      const body = JSON.stringify({ query });
      expect((await post(target, { body })).code).not.toBe("RATE_LIMITED");
      const again = async () => (await post(target, { body })).code;
      await expect.poll(again, { timeout: 20_000 }).toBe("RATE_LIMITED");
    }
  });
});

describe("a key whose bodies are too large", () => {
  test("should pay for each, though it is not read", async () => {
    const { target } = await serveAttacked(desk, await desk.newKey(["read"]), {
      operationLimits: { rateCostPerSecond: 0.001, rateBurst: TOO_LARGE_BODY_COST },
    });
    const body = Buffer.alloc(BODY_BYTES_MAX + 1, "x");
    expect(await post(target, { body })).toMatchObject({ status: 413 });
    expect(await post(target, { body: "{}" })).toMatchObject({ status: 429, code: "RATE_LIMITED" });
  });
});

describe("requests with credentials that are not good", () => {
  test("should be told so later where there are many of one address, and after everybody else", async () => {
    const { target } = await serveAttacked(desk, "ptk_nobody");
    const late = 40;
    let answered = 0;
    const refusals = Array.from({ length: REFUSED_CREDENTIALS_BURST_MAX + late }, async () => {
      const { status } = await post(target, { body: "{}" });
      answered += 1;
      return status;
    });
    // A good key is served at once, also of the same address.
    await expect.poll(() => answered).toBeGreaterThanOrEqual(1);
    expect(await post({ ...target, key }, { body: '{"query":"{ __typename }"}' })).toMatchObject({ status: 200 });
    expect(answered).toBeLessThan(REFUSED_CREDENTIALS_BURST_MAX + late);
    expect(new Set(await Promise.all(refusals))).toEqual(new Set([401]));
  });
});

describe("WebSockets that are opened one after the other", () => {
  test("should be so many of an address in a second", async () => {
    const { target } = await serveAttacked(desk, key);
    const lines = await Promise.all(Array.from({ length: 3 * SOCKETS_OPENED_PER_SECOND_MAX }, () => open(target)));
    const refused = lines.filter((line) => !isLine(line));
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map((line) => "status" in line && line.status))).toEqual(new Set([429]));
    expect(isLine(await open({ ...target, from: HONEST }))).toBe(true);
    for (const line of lines) if (isLine(line)) line.socket.terminate();
  });
});

describe("a WebSocket whose client has nothing left to spend", () => {
  test("should be read slowly from then on, and stay open", async () => {
    const operationLimits = { rateCostPerSecond: 0.001, rateBurst: 5 };
    const served = await serveAttacked(desk, key, { operationLimits });
    const line = await enter(served.target);
    if (!isLine(line)) throw new Error(JSON.stringify(line));
    const codes: unknown[] = [];
    line.hear(({ type, payload }) => type === "error" && codes.push(errorOf(payload).code));
    const [sent, chars] = [2_000, 10_000];
    const query = `{ __typename } # ${"x".repeat(chars)}`;
    const begunMs = performance.now();
    for (let id = 0; id < sent; id += 1) line.send({ type: "subscribe", id: `${id}`, payload: { query } });
    await expect.poll(() => codes.length, { timeout: 20_000 }).toBeGreaterThan(0);
    for (let time = 0; time < 200; time += 1) await (await fetch(`${served.url}/health/live`)).text();
    // What is read at once is a piece of 64 KiB or two; then nothing is, for a while.
    const reads = (performance.now() - begunMs) / SPENT_ANSWER_DELAY_MS + 2;
    expect(codes.length).toBeLessThan(2 * reads * Math.ceil(65_536 / chars));
    expect(new Set(codes)).toEqual(new Set(["RATE_LIMITED"]));
    expect(line.socket.readyState).toBe(line.socket.OPEN);
    line.socket.terminate();
    await expectUnharmed({ ...served, target: { ...served.target, key: await desk.newKey(["read"]) } });
  });
});
