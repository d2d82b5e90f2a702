// What a served desk holds on to: what it counts itself, handles of the process, and objects when the garbage is gone.

import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import type { RunningDesk } from "../../src/server/desk.ts";
import type { HttpServer } from "../../src/server/httpServer.ts";

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 2;
/** What one collection frees may free more in the next. */
const COLLECTIONS = 4;

/** What is open, as the desk and the server count it themselves. */
export function openOn({ doorbell, logs, updates }: RunningDesk, server: HttpServer) {
  return {
    listeners: doorbell.listeners(),
    readers: logs.readers(),
    watchers: updates.watchers(),
    ...server.subscriptions(),
  };
}

export const NOTHING_OPEN: ReturnType<typeof openOn> = {
  listeners: 0,
  readers: 0,
  watchers: 0,
  streams: 0,
  channels: 0,
};

/** How many of each kind keep the process alive: connections, timers. */
export function resources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Of which kinds there are more than before. (Fewer may be: some timers of a connection's beginning just end.) */
export function moreThan(before: ReadonlyMap<string, number>): string[] {
  return [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
}

/** Timers of any kind, also such as do not keep the process alive. */
export const Timer = setTimeout(() => undefined, 0).constructor;

/** How many objects of a class there are when the garbage is collected. It takes about a second. */
export function objects(of: object): number {
  if (typeof of !== "function") throw new Error("it is no class");
  return queryObjects(of, { format: "count" });
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Bytes of the heap that are in use when the garbage is collected. */
export async function heapBytes(): Promise<number> {
  for (let collection = 0; collection < COLLECTIONS; collection += 1) {
    await nextTurn();
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

/** Resolves when `look` gives what is expected. It keeps nothing, as the tests' own waiting does. */
export async function settled<Value>(look: () => Value, expected: Value): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!isDeepStrictEqual(look(), expected) && performance.now() < endMs) await sleep(LOOK_EVERY_MS);
  expect(look()).toEqual(expected);
}
