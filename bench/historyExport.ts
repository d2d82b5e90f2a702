// Exports of a long history: how fast they stream, what they take of the server's memory, and who waits for them.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerProcess } from "../test/support/serverProcess.ts";
import { LARGE } from "./historyDatabase.ts";
import { ask } from "./historyReads.ts";
import { HISTORY_DAYS, HISTORY_ENDS } from "./historyRows.ts";
import { quantile, type Result } from "./support.ts";

/** A server of its own for each: what one export leaves behind must not be counted for the next. */
export type StartServer = () => Promise<ServerProcess>;

const FEW_ROWS = 50_000;
const SAMPLE_MS = 200;
const PAUSED_MS = 10_000;
/** Until what lies between a server and its reader is full. */
const FILLED_MS = 3_000;
const QUERY_EACH_MS = 10;
const IDLE_MS = 3_000;
const LINE_FEED = 10;
const DAY_MS = 86_400_000;
const FORMATS = ["csv", "json"] as const;

export async function benchExports(start: StartServer, trades: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const format of FORMATS) {
    const all = `/export/trades?format=${format}&account=${LARGE}`;
    const few = await exportOnce(start, `${all}&from=${newestTrades(Math.min(FEW_ROWS / trades, 1))}`);
    const many = await exportOnce(start, all);
    results.push(
      {
        what: `memory during an export of ${many.lines} lines of ${format} (${megabytes(many.bytes)}): before ${many.beforeMb}, at most ${many.mostMb} MB; of ${few.lines}: before ${few.beforeMb}, at most ${few.mostMb} MB`,
        measured: `${many.mostMb - many.beforeMb} MB against ${few.mostMb - few.beforeMb} MB`,
        wanted: "does not grow",
      },
      {
        what: `${format} export of ${many.lines} lines: p99 of a trivial query, idle ${many.idleP99Ms.toFixed(1)} ms`,
        measured: `${(many.lines / many.seconds).toFixed(0)} lines/s, p99 ${many.p99Ms.toFixed(1)} ms`,
        wanted: "told",
      },
    );
  }
  const paused = await pausedExport(start, `/export/trades?format=csv&account=${LARGE}`);
  results.push({
    what: `memory while the reader of an export has stopped for ${PAUSED_MS / 1000} s: before ${paused.beforeMb} MB`,
    measured: `at most ${paused.mostMb} MB, ${paused.grownMb} MB more at the end of it than at its start`,
    wanted: "does not grow",
  });
  return results;
}

/** The time from which on this share of the trades was closed: they are spread evenly. */
function newestTrades(share: number): string {
  return new Date(Date.parse(HISTORY_ENDS) - share * HISTORY_DAYS * DAY_MS).toISOString();
}

interface Exported {
  readonly lines: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly beforeMb: number;
  readonly mostMb: number;
  readonly idleP99Ms: number;
  readonly p99Ms: number;
}

/** Reads an export as fast as it comes, while others ask the server something trivial. */
async function exportOnce(start: StartServer, path: string): Promise<Exported> {
  const server = await start();
  try {
    const idle = askTrivially(server.url);
    await sleep(IDLE_MS);
    const idleMs = await idle.stop();
    const memory = watchMemory(server.pid);
    const asked = askTrivially(server.url);
    const begunMs = performance.now();
    const read = await readAll(await open(server.url + path));
    const seconds = (performance.now() - begunMs) / 1000;
    const [p99Ms, idleP99Ms] = [quantile(await asked.stop(), 0.99), quantile(idleMs, 0.99)];
    return { ...read, seconds, ...memory.stop(), p99Ms, idleP99Ms };
  } finally {
    await server.kill();
  }
}

/** Opens an export, takes one chunk and then nothing for a while. */
async function pausedExport(start: StartServer, path: string) {
  const server = await start();
  try {
    const memory = watchMemory(server.pid);
    const response = await open(server.url + path);
    await once(response, "data");
    response.pause();
    await sleep(FILLED_MS);
    const atStartMb = residentMb(server.pid);
    await sleep(PAUSED_MS);
    const grownMb = residentMb(server.pid) - atStartMb;
    response.destroy();
    return { ...memory.stop(), grownMb };
  } finally {
    await server.kill();
  }
}

async function open(address: string): Promise<IncomingMessage> {
  const [response] = (await once(get(address), "response")) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${address} was answered with ${response.statusCode}`);
  return response;
}

async function readAll(response: IncomingMessage): Promise<{ lines: number; bytes: number }> {
  let lines = 0;
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
  }
  return { lines, bytes };
}

/** Asks again and again; `stop` answers how long each took, in ms. */
function askTrivially(url: string): { stop(): Promise<number[]> } {
  const tookMs: number[] = [];
  let stopped = false;
  const asking = (async () => {
    while (!stopped) {
      const begunMs = performance.now();
      await ask(url, "{ __typename }");
      tookMs.push(performance.now() - begunMs);
      await sleep(QUERY_EACH_MS);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await asking;
      return tookMs;
    },
  };
}

/** Looks at the resident memory of a process from now until `stop`. */
function watchMemory(pid: number): { stop(): { beforeMb: number; mostMb: number } } {
  const beforeMb = residentMb(pid);
  let mostMb = beforeMb;
  const timer = setInterval(() => {
    mostMb = Math.max(mostMb, residentMb(pid));
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return { beforeMb, mostMb };
    },
  };
}

function residentMb(pid: number): number {
  const kilobytes = execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  return Math.round(Number(kilobytes) / 1024);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
