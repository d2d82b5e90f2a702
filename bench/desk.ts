// The dashboard in a real Chromium: how fast it is there, how smoothly 2,000 positions move on it, and whether its memory grows.
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { schema } from "../schema/index.ts";
import { createDashboard } from "../src/server/dashboard.ts";
import { createHttpServer } from "../src/server/httpServer.ts";
import { createLog } from "../src/server/log.ts";
import { executeSignals } from "../src/services/executeSignals.ts";
import { publishQuotes } from "../src/services/publishPrices.ts";
import { chromiumFound, openChromium } from "../test/support/chromium.ts";
import { openBenchPage } from "./browserPage.ts";
import { measureLoads } from "./deskLoad.ts";
import { type Frames, traceFrames } from "./deskTrace.ts";
import { benchContext } from "./served.ts";
import { type BenchDesk, benchSignal, enableRich, openBenchDesk, type Result, VIEWER } from "./support.ts";

const POSITIONS = 2000;
const IN_A_CALL = 500;
const UPDATE_MS = 1000;
/** Until what was loaded and compiled at first is not in the figures any more. */
const WARM_MS = 30_000;
const MEMORY_MINUTES = 10;
const MINUTE_MS = 60_000;
const MB = 1_000_000;

const symbols = Array.from({ length: POSITIONS }, (_, index) => `S${index}`);
/** What is there while the page is loaded. */
const FIRST = symbols.slice(0, 5);

export async function benchDesk(): Promise<Result[]> {
  const dashboard = createDashboard();
  if (!chromiumFound || dashboard === undefined) {
    const what = "the dashboard: left out, it needs a Chromium and `npm run build`";
    return [{ what, measured: "–", wanted: "–" }];
  }
  const desk = await openBenchDesk();
  const server = createHttpServer({
    schema,
    makeContext: benchContext(desk),
    log: createLog("error"),
    host: "127.0.0.1",
    port: 0,
    readiness: () => ({ ready: true }),
    examples: [],
    dashboard,
  });
  const { url } = await server.listen();
  const browser = await openChromium();
  try {
    await fill(desk, FIRST);
    const loads = await measureLoads(browser, url, () => quote(desk, FIRST));
    await fill(desk, symbols.slice(FIRST.length));
    return [...loads, ...(await benchMoving(browser, url, desk))];
  } finally {
    await browser.close();
    await server.close();
    await desk.close();
  }
}

async function benchMoving(browser: Browser, url: string, desk: BenchDesk): Promise<Result[]> {
  const page = await openBenchPage(browser, { width: 1280, height: 900 });
  await page.goto(`${url}/#/a/main`);
  await page.getByText(`(${POSITIONS})`).waitFor();
  const idle = await traceFrames(browser, page);
  const moving = new AbortController();
  const moved = move(desk, moving.signal);
  await sleep(WARM_MS);
  const busy = await traceFrames(browser, page);
  const memory = await watchMemory(page);
  moving.abort();
  const rounds = await moved;
  return [
    { what: `${POSITIONS} open positions at rest`, measured: framesText(idle), wanted: "told" },
    {
      what: `the same with a new price for each every second (${rounds} rounds)`,
      measured: framesText(busy),
      wanted: "60 frames a second, or what it is",
    },
    {
      what: `the page's memory minute by minute over ${MEMORY_MINUTES} minutes of that, garbage collected`,
      measured: memory.map(({ heapMb, nodes }) => `${heapMb.toFixed(1)} MB/${nodes}`).join(", "),
      wanted: "flat (MB/DOM nodes)",
    },
  ];
}

function framesText({ perSecond, longestFrameMs, longTasks, longestTaskMs }: Frames): string {
  const tasks = `${longTasks} tasks over 50 ms, longest ${longestTaskMs.toFixed(0)} ms`;
  return `${perSecond.toFixed(1)} frames a second (the longest stood ${longestFrameMs.toFixed(0)} ms; ${tasks})`;
}

async function fill(desk: BenchDesk, wanted: readonly string[]): Promise<void> {
  const { running } = desk;
  await enableRich(running, ["main"]);
  await quote(desk, wanted);
  for (let from = 0; from < wanted.length; from += IN_A_CALL) {
    const signals = wanted.slice(from, from + IN_A_CALL).map((symbol) => benchSignal({ account: "main", symbol }));
    await executeSignals(running.road, VIEWER, signals);
  }
}

async function quote({ running }: BenchDesk, wanted: readonly string[]): Promise<void> {
  await publishQuotes(
    running.prices,
    wanted.map((symbol) => ({ symbol, price: "100" })),
  );
}

/** A new price for each symbol every second, until the signal; answers how often. */
async function move({ running }: BenchDesk, signal: AbortSignal): Promise<number> {
  let round = 0;
  for (; !signal.aborted; round += 1) {
    const begun = performance.now();
    const quotes = symbols.map((symbol, index) => ({ symbol, price: (100 + ((round + index) % 50) / 10).toFixed(2) }));
    await publishQuotes(running.prices, quotes);
    await running.mark();
    await sleep(Math.max(0, UPDATE_MS - (performance.now() - begun)));
  }
  return round;
}

interface Memory {
  readonly heapMb: number;
  readonly nodes: number;
}

async function watchMemory(page: Page): Promise<Memory[]> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Performance.enable");
  const seen = [await memoryOf(debug)];
  for (let minute = 0; minute < MEMORY_MINUTES; minute += 1) {
    await sleep(MINUTE_MS);
    seen.push(await memoryOf(debug));
  }
  await debug.detach();
  return seen;
}

async function memoryOf(debug: CDPSession): Promise<Memory> {
  await debug.send("HeapProfiler.collectGarbage");
  const { metrics } = await debug.send("Performance.getMetrics");
  const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return { heapMb: metric("JSHeapUsedSize") / MB, nodes: metric("Nodes") };
}
