// Attacks that try to take the server down, one after the other: each is refused as it should be, and leaves nothing behind.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BODY_BYTES_MAX,
  DOCUMENT_NESTING_MAX,
  DOCUMENT_SELECTIONS_MAX,
  OPERATIONS_PER_SOCKET_MAX,
  REFUSALS_BURST_MAX,
  REFUSALS_PER_SECOND_MAX,
  UNADMITTED_BYTES_MAX,
  UNADMITTED_MESSAGES_MAX,
  UNSIZED_BODY_BYTES_MAX,
} from "../../src/server/limits.ts";
import { ask, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { ATTACKS, attackOf } from "./load/attacks.ts";
import { FOLLOW, SUBSCRIPTIONS, subscribeOften } from "./load/sockets.ts";
import { enter, errorOf, isLine, type Refusal } from "./load/target.ts";
import { expectUnharmed, IMPATIENT, serveAttacked } from "./loadServer.ts";

let desk: GuardedDesk;
let key = "";

beforeAll(async () => {
  desk = await startGuardedDesk();
  key = await desk.newKey(["read", "trade"]);
});
afterAll(() => desk.close());

const shown = (limit: number): string => limit.toLocaleString("en-US");

/** What each is answered, and what its message tells. */
const MUTE = { message: "" };
const TOO_LARGE = { status: 413, code: "REQUEST_ENTITY_TOO_LARGE", message: `${BODY_BYTES_MAX} bytes` };
const NO_LENGTH = { status: 411, code: "LENGTH_REQUIRED", message: `${UNSIZED_BODY_BYTES_MAX} bytes` };
const UNAUTHENTICATED = { status: 401, code: "UNAUTHENTICATED", message: "Credentials are needed" };
const TOO_WIDE = { code: "DOCUMENT_TOO_WIDE", message: shown(DOCUMENT_SELECTIONS_MAX) };
const TOO_DEEP = { code: "DOCUMENT_TOO_DEEP", message: shown(DOCUMENT_NESTING_MAX) };
const CIRCULAR = { code: "GRAPHQL_VALIDATION_FAILED", message: 'Cannot spread fragment "A" within itself' };
const EXPECTED: Readonly<Record<string, Refusal & { readonly message: string }>> = {
  "a body of 20 MB, by HTTP": TOO_LARGE,
  "a body of 20 MB in chunks, by HTTP": NO_LENGTH,
  "a body of 20 MB, by event stream": TOO_LARGE,
  "a body of 20 MB in chunks without a key, by HTTP": UNAUTHENTICATED,
  "a WebSocket frame of 16 MB": { close: 1009, ...MUTE },
  "a WebSocket message of 16 MB in fragments": { close: 1009, ...MUTE },
  "a WebSocket message of 16 MB in fragments, before connection_init": {
    close: 1009,
    message: `At most ${UNADMITTED_BYTES_MAX} bytes`,
  },
  "20,000 aliases, by HTTP": { status: 400, ...TOO_WIDE },
  "20,000 aliases, by event stream": { status: 400, ...TOO_WIDE },
  "20,000 aliases, by WebSocket": TOO_WIDE,
  "a depth of 1,000, by HTTP": { status: 400, ...TOO_DEEP },
  "a depth of 1,000, by event stream": { status: 400, ...TOO_DEEP },
  "a depth of 1,000, by WebSocket": TOO_DEEP,
  "fragments in circles, by HTTP": { status: 200, ...CIRCULAR },
  "fragments in circles, by event stream": { status: 200, ...CIRCULAR },
  "fragments in circles, by WebSocket": CIRCULAR,
  "10,000 subscriptions on one WebSocket": { close: 4429, message: `At most ${OPERATIONS_PER_SOCKET_MAX} operations` },
  "connection_init again and again on one WebSocket": { close: 4429, message: "Too many initialisation requests" },
  "pings on a WebSocket before connection_init": { close: 4429, message: `at most ${UNADMITTED_MESSAGES_MAX} before` },
  "WebSockets that never send connection_init": { close: 4408, message: "Connection initialisation timeout" },
  "headers that never end": { status: 408, ...MUTE },
  "a body that never ends": { status: 408, ...MUTE },
  "a body that never ends, without a key": UNAUTHENTICATED,
};

/** Makes the account that attackers follow. */
const ENABLE = "mutation { enable { __typename } }";

/** Attacks that end when the server has waited long enough. */
const WAITED_FOR = /never/;

describe("the attacks", () => {
  test("should all have their refusal here", () => {
    expect(ATTACKS.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  test.each(Object.entries(EXPECTED))("%s", async (name, { message, ...expected }) => {
    const served = await serveAttacked(desk, key, WAITED_FOR.test(name) ? IMPATIENT : {});
    await ask(served.graphqlUrl, key, ENABLE);
    const refusal = await attackOf(name).run(served.target);
    expect(refusal).toMatchObject(expected);
    expect(refusal.message ?? "").toContain(message);
    await expectUnharmed(served);
  });
});

describe("10,000 subscriptions on one WebSocket", () => {
  test("should be 100 that begin", async () => {
    const served = await serveAttacked(desk, key);
    await ask(served.graphqlUrl, key, ENABLE);
    const line = await enter(served.target);
    if (!isLine(line)) throw new Error(JSON.stringify(line));
    const codes: unknown[] = [];
    line.hear(({ type, payload }) => type === "error" && codes.push(errorOf(payload).code));
    const beyond = 50;
    for (let id = 0; id < OPERATIONS_PER_SOCKET_MAX + beyond; id += 1) {
      line.send({ type: "subscribe", id: `${id}`, payload: { query: FOLLOW } });
    }
    const counts = () => [served.server.subscriptions().streams, codes.length];
    await expect.poll(counts, { timeout: 20_000 }).toEqual([OPERATIONS_PER_SOCKET_MAX, beyond]);
    expect(new Set(codes)).toEqual(new Set(["TOO_MANY_OPERATIONS"]));
    line.socket.terminate();
    await expectUnharmed(served);
  });

  test("should each be told the limit beyond the first 100, until the socket is closed", async () => {
    const served = await serveAttacked(desk, key);
    await ask(served.graphqlUrl, key, ENABLE);
    const { refused, first } = await subscribeOften(served.target);
    expect(first).toEqual({
      code: "TOO_MANY_OPERATIONS",
      message: `At most ${OPERATIONS_PER_SOCKET_MAX} operations may be open on one WebSocket.`,
    });
    // Those that were not sent any more when the socket was closed, and what was forgiven while they came.
    expect(refused).toBeGreaterThan(REFUSALS_BURST_MAX / 2);
    expect(refused).toBeLessThan(Math.min(SUBSCRIPTIONS / 2, REFUSALS_BURST_MAX + 60 * REFUSALS_PER_SECOND_MAX));
    await expectUnharmed(served);
  });
});
