// What the tests of the bots' client need: files for cursors, ports, and bots that take so many events.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountEvents,
  createClient,
  cursorFile,
  type FollowedEvent,
  type FollowOptions,
  followAccount,
} from "@papertape/client/node";
import { onTestFinished } from "vitest";
import { checkClientBuild } from "../support/builtClient.ts";

const POLL_MS = 10;

await checkClientBuild();

type Following = Omit<FollowOptions, "store"> & { readonly url: string } & (
    | { readonly cursorFile: string }
    | { readonly store: FollowOptions["store"] }
  );

/** A bot of its own: a client, and a follower with its cursor in a file or in another store. */
export function follow(following: Following): AccountEvents {
  const store = "store" in following ? following.store : cursorFile(following.cursorFile);
  return followAccount(createClient({ url: following.url }), { ...following, store });
}

/** The path of a file in a folder of its own, which goes with the test. */
export async function freshFile(name = "bot.cursor"): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "papertape-bot-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, name);
}

/** Takes events in a loop up to a number of them, deals with the last, too, and leaves. */
export async function takeEvents(events: AccountEvents, count: number): Promise<FollowedEvent[]> {
  const taken: FollowedEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length < count) continue;
    await events.acknowledge();
    break;
  }
  return taken;
}

export function sequencesOf(events: readonly FollowedEvent[]): number[] {
  return events.map(({ sequence }) => sequence);
}

/** first, first + 1, …, last */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Waits for a condition. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(POLL_MS);
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("there is no port");
  return address.port;
}
