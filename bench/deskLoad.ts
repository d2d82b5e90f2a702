// How fast the dashboard is there: what Lighthouse measures, by the browser's own timings, on a desktop and a slow phone.
import type { Browser, Page } from "playwright-core";
import { openBenchPage } from "./browserPage.ts";
import { median, type Result } from "./support.ts";

const LOADS = 5;
/** What Lighthouse supposes of a phone: Slow 4G, and a processor of a quarter of this one's speed. */
const PHONE = { cpuSlowdown: 4, rttMs: 150, bytesPerSecond: (1.6 * 1024 * 1024) / 8 };
/** After this the page is taken to be quiet. */
const WATCHED_MS = 3_000;
const TASK_BLOCKS_FROM_MS = 50;

interface Load {
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly blockedMs: number;
  readonly shift: number;
  readonly kilobytes: number;
}

const DEVICES = [
  { name: "a desktop", viewport: { width: 1350, height: 940 }, slow: undefined },
  { name: "a phone with Slow 4G and a quarter of the processor", viewport: { width: 412, height: 823 }, slow: PHONE },
] as const;

export async function measureLoads(browser: Browser, url: string, before: () => Promise<unknown>): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, viewport, slow } of DEVICES) {
    const loads: Load[] = [];
    for (let time = 0; time < LOADS; time += 1) {
      const page = await openBenchPage(browser, viewport);
      if (slow !== undefined) await slowDown(page, slow);
      await before();
      loads.push(await measureLoad(page, `${url}/#/a/main`));
      await page.context().close();
    }
    const middle = (of: (load: Load) => number, digits: number) => median(loads.map(of)).toFixed(digits);
    results.push({
      what: `the first load of the dashboard on ${name}`,
      measured:
        `first contentful paint ${middle((load) => load.firstPaintMs, 0)} ms, ` +
        `largest ${middle((load) => load.largestPaintMs, 0)} ms, blocked ${middle((load) => load.blockedMs, 0)} ms, ` +
        `layout shift ${middle((load) => load.shift, 3)}, ${middle((load) => load.kilobytes, 0)} kB`,
      wanted: "told",
    });
  }
  return results;
}

async function slowDown(page: Page, { cpuSlowdown, rttMs, bytesPerSecond }: typeof PHONE): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: cpuSlowdown });
  await debug.send("Network.enable");
  const conditions = { latency: rttMs, downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond };
  await debug.send("Network.emulateNetworkConditions", { offline: false, ...conditions });
}

async function measureLoad(page: Page, address: string): Promise<Load> {
  await page.goto(address);
  await page.locator("[data-test=figures]").waitFor();
  return page.evaluate(watchLoad, [WATCHED_MS, TASK_BLOCKS_FROM_MS] as const);
}

/** Runs in the page: what the browser has noted since it began to load. */
async function watchLoad([watchedMs, blocksFromMs]: readonly [number, number]): Promise<Load> {
  const noted = new Map<string, PerformanceEntry[]>();
  for (const type of ["paint", "largest-contentful-paint", "longtask", "layout-shift", "resource"]) {
    const entries: PerformanceEntry[] = [];
    noted.set(type, entries);
    new PerformanceObserver((list) => entries.push(...list.getEntries())).observe({ type, buffered: true });
  }
  await new Promise((resolve) => setTimeout(resolve, watchedMs));
  const of = <Entry>(type: string) => (noted.get(type) ?? []) as Entry[];
  const paint = of<PerformanceEntry>("paint").find(({ name }) => name === "first-contentful-paint");
  const blocked = of<PerformanceEntry>("longtask").map(({ duration }) => duration - blocksFromMs);
  const shifts = of<{ value: number; hadRecentInput: boolean }>("layout-shift");
  const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const sent = of<PerformanceResourceTiming>("resource").map(({ transferSize }) => transferSize);
  return {
    firstPaintMs: paint?.startTime ?? Number.NaN,
    largestPaintMs: of<PerformanceEntry>("largest-contentful-paint").at(-1)?.startTime ?? Number.NaN,
    blockedMs: blocked.reduce((sum, ms) => sum + ms, 0),
    shift: shifts.filter(({ hadRecentInput }) => !hadRecentInput).reduce((sum, { value }) => sum + value, 0),
    kilobytes: sent.reduce((sum, bytes) => sum + bytes, page?.transferSize ?? 0) / 1000,
  };
}
