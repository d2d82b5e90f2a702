// How smoothly the dashboard moves with 2,000 open positions that all have a new price every second, in a real Chromium.
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { schema } from "../schema/index.ts";
import { createDashboard } from "../src/server/dashboard.ts";
import { createHttpServer } from "../src/server/httpServer.ts";
import { createLog } from "../src/server/log.ts";
import { executeSignals } from "../src/services/executeSignals.ts";
import { publishQuotes } from "../src/services/publishPrices.ts";
import { chromiumFound, openChromium } from "../test/support/chromium.ts";
import { benchContext } from "./served.ts";
import { type BenchDesk, benchSignal, enableRich, openBenchDesk, type Result, VIEWER } from "./support.ts";

const POSITIONS = 2000;
const IN_A_CALL = 500;
const UPDATE_MS = 1000;
const WATCHED_MS = 20_000;
/** A frame that took so long was seen to stutter. */
const LONG_FRAME_MS = 50;
const MB = 1_000_000;

const symbols = Array.from({ length: POSITIONS }, (_, index) => `S${index}`);

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
  await fill(desk);
  const browser = await openChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${url}/#/a/main`);
  await page.getByText(`(${POSITIONS})`).waitFor();
  const idle = await watch(page);
  const moving = new AbortController();
  const moved = move(desk, moving.signal);
  await sleep(UPDATE_MS * 2);
  const before = await heapMb(page);
  const busy = await watch(page);
  const after = await heapMb(page);
  moving.abort();
  const rounds = await moved;
  await browser.close();
  await server.close();
  await desk.close();
  return [
    {
      what: `frames a second of the dashboard with ${POSITIONS} open positions at rest`,
      measured: `${idle.perSecond.toFixed(1)} (${idle.long} over ${LONG_FRAME_MS} ms, longest ${idle.longestMs.toFixed(0)} ms)`,
      wanted: "told",
    },
    {
      what: `the same with a new price for each every second (${rounds} rounds)`,
      measured: `${busy.perSecond.toFixed(1)} (${busy.long} over ${LONG_FRAME_MS} ms, longest ${busy.longestMs.toFixed(0)} ms)`,
      wanted: "≥ 55",
    },
    {
      what: "the page's memory after 20 s of that, garbage collected",
      measured: `${after.toFixed(1)} MB (before ${before.toFixed(1)} MB)`,
      wanted: "told",
    },
  ];
}

async function fill({ running }: BenchDesk): Promise<void> {
  await enableRich(running, ["main"]);
  await publishQuotes(
    running.prices,
    symbols.map((symbol) => ({ symbol, price: "100" })),
  );
  for (let from = 0; from < POSITIONS; from += IN_A_CALL) {
    const signals = symbols.slice(from, from + IN_A_CALL).map((symbol) => benchSignal({ account: "main", symbol }));
    await executeSignals(running.road, VIEWER, signals);
  }
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

interface Frames {
  readonly perSecond: number;
  readonly long: number;
  readonly longestMs: number;
}

/** Counts the frames that the page draws. */
function watch(page: Page): Promise<Frames> {
  return page.evaluate(
    async ([watchedMs, longMs]) => {
      const begun = performance.now();
      let [frames, long, longestMs, last] = [0, 0, 0, begun];
      while (last - begun < watchedMs) {
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames += 1;
        if (now - last > longMs) long += 1;
        longestMs = Math.max(longestMs, now - last);
        last = now;
      }
      return { perSecond: (frames / (last - begun)) * 1000, long, longestMs };
    },
    [WATCHED_MS, LONG_FRAME_MS] as const,
  );
}

async function heapMb(page: Page): Promise<number> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("HeapProfiler.collectGarbage");
  await debug.send("Performance.enable");
  const { metrics } = await debug.send("Performance.getMetrics");
  await debug.detach();
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.NaN) / MB;
}
