// The frames that a page draws, as the browser's own tracing tells them.
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";

export interface Frames {
  readonly perSecond: number;
  /** The longest that a frame stood. */
  readonly longestFrameMs: number;
  /** Tasks of the page's main thread that took longer than LONG_TASK_MS. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
}

/** An event of Chromium's trace; times are in µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "devtools.timeline.frame"];
const FRAMES = "disabled-by-default-devtools.timeline.frame";
const TRACED_MS = 20_000;
const LONG_TASK_MS = 50;

/** Traces the page while something of it changes in every frame, so that each has to be drawn. */
export async function traceFrames(browser: Browser, page: Page): Promise<Frames> {
  await page.evaluate(changeEachFrame);
  await browser.startTracing(page, { categories: [...CATEGORIES, FRAMES] });
  const begunMs = performance.now();
  await sleep(TRACED_MS);
  const seconds = (performance.now() - begunMs) / 1000;
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  await page.evaluate(() => document.getElementById("frames")?.remove());
  const main = traceEvents.filter(isOfPages(traceEvents));
  const drawnMs = traceEvents.filter(({ name }) => name === "DrawFrame").map(({ ts }) => ts / 1000);
  const tasks = main.filter(({ name }) => name === "RunTask").map(({ dur = 0 }) => dur / 1000);
  return {
    perSecond: drawnMs.length / seconds,
    longestFrameMs: longestBetween(drawnMs),
    longTasks: tasks.filter((ms) => ms > LONG_TASK_MS).length,
    longestTaskMs: tasks.reduce((longest, ms) => Math.max(longest, ms), 0),
  };
}

function longestBetween(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted.slice(1).reduce((longest, time, index) => Math.max(longest, time - (sorted[index] ?? time)), 0);
}

/** Runs in the page, until the element is removed. */
function changeEachFrame(): void {
  const dot = document.createElement("div");
  dot.id = "frames";
  dot.style.cssText = "position:fixed;right:0;bottom:0;width:2px;height:2px;background:gray;will-change:transform";
  document.body.append(dot);
  const step = (ms: number): void => {
    if (!dot.isConnected) return;
    dot.style.transform = `translateX(-${Math.round(ms / 16) % 2}px)`;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Whether an event is of a page's main thread. */
function isOfPages(events: readonly TraceEvent[]): (event: TraceEvent) => boolean {
  const threads = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  const known = new Set(threads.map(({ pid, tid }) => `${pid}/${tid}`));
  return ({ pid, tid }) => known.has(`${pid}/${tid}`);
}
