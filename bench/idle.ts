// The memory of an idle subscriber: 5,000 WebSockets with one subscription each, spread over 50 accounts.
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { IdleAnswer, IdleCommand } from "./idleServer.ts";
import { openReceivers } from "./streams.ts";
import { startChild } from "./streamsChild.ts";
import type { Result } from "./support.ts";

const SOCKETS = 5000;
const ACCOUNTS = 50;
/** Files that a process needs for something else than sockets. */
const OTHER_FILES = 200;
const SETTLE_MS = 2000;

export async function benchIdle(): Promise<Result[]> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `a${index}`);
  const server = startChild<IdleCommand, IdleAnswer>("idleServer.ts", ["--expose-gc"]);
  const { url } = await server.ask({ do: "serve", accounts });
  const open = async (sockets: number) => {
    const receivers = await openReceivers(
      url,
      Array.from({ length: sockets }, (_, index) => `a${index % ACCOUNTS}`),
    );
    await receivers.level(async () => void (await server.ask({ do: "trade" })), 2);
    await sleep(SETTLE_MS);
    return { receivers, memory: await server.ask({ do: "measure" }) };
  };
  // What an account is followed with, and what is made with the first subscriber, is not counted.
  const few = await open(ACCOUNTS);
  const sockets = Math.min(SOCKETS, filesMax() - OTHER_FILES - ACCOUNTS);
  const many = await open(sockets);
  await few.receivers.close();
  await many.receivers.close();
  await server.ask({ do: "close" });
  await server.close();
  const perSocket = (figure: "rssBytes" | "heapBytes"): string =>
    `${((many.memory[figure] - few.memory[figure]) / sockets / 1024).toFixed(1)} kB`;
  const limited = sockets < SOCKETS ? ` (no more fit: ulimit -n is ${filesMax()})` : "";
  return [
    {
      what: `memory of an idle subscriber, ${sockets.toLocaleString("en")} sockets${limited}, ${ACCOUNTS} accounts`,
      measured: `${perSocket("heapBytes")} of heap, ${perSocket("rssBytes")} resident`,
      wanted: "told",
    },
  ];
}

/** How many files, sockets among them, a process may open. */
function filesMax(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
