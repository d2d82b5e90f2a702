// A server behind its door, as patient as usual or less, and what tells that nothing is left of an attack.
import { expect } from "vitest";
import { OPERATION_LIMITS, STREAM_LIMITS } from "../../src/server/limits.ts";
import { ask, type GuardedDesk } from "../auth/guardedDesk.ts";
import type { Target } from "./load/target.ts";

/** How long an impatient server waits for headers, bodies and `connection_init`. */
export const SHORT_MS = 300;
export const IMPATIENT = {
  limits: { ...STREAM_LIMITS, connectionInitWaitMs: SHORT_MS },
  arrivalLimits: { headersMs: SHORT_MS, requestMs: SHORT_MS, checkedEveryMs: SHORT_MS / 10, lingerMs: SHORT_MS },
};
/** Another address of this machine, so that what is counted by address is the attacker's own. */
export const ATTACKER = "127.0.0.2";

type Changes = NonNullable<Parameters<GuardedDesk["serve"]>[0]>;

export async function serveAttacked(desk: GuardedDesk, key: string, changes: Changes = {}) {
  const served = await desk.serve({
    ...changes,
    operationLimits: { ...OPERATION_LIMITS, rateCostPerSecond: 0, ...changes.operationLimits },
  });
  const target: Target = { url: served.url, key, from: ATTACKER };
  return { ...served, target };
}

export type Served = Awaited<ReturnType<typeof serveAttacked>>;

/** The server serves honest clients as before, and holds nothing of the others. */
export async function expectUnharmed({ graphqlUrl, server, target }: Served): Promise<void> {
  expect(await ask(graphqlUrl, target.key, "{ __typename }")).toEqual({ status: 200, data: { __typename: "Query" } });
  const nothing = { requests: 0, webSockets: 0, eventStreams: 0, bodyBytes: 0, streams: 0, channels: 0 };
  // Idle connections are kept for the clients' next requests.
  const held = () => ({ ...server.open(), ...server.subscriptions(), connections: undefined });
  await expect.poll(held, { timeout: 20_000 }).toEqual({ ...nothing, connections: undefined });
}
