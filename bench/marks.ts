// The longest stall of the event loop while 100,000 open positions in 1,000 accounts are marked.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningDesk } from "../src/server/desk.ts";
import { executeSignals } from "../src/services/executeSignals.ts";
import { publishQuotes } from "../src/services/publishPrices.ts";
import { load, serveBenchDesk } from "./served.ts";
import { benchSignal, enableRich, median, openBenchDesk, type Result, SYMBOL, VIEWER } from "./support.ts";

const ACCOUNTS = 1000;
const POSITIONS = 100;
const TRAILING_EVERY = 100;
const MARKS = 5;
const SETTLE_MS = 500;
const WARM_MS = 1500;
const LOAD_SECONDS = 12;

export async function benchMarks(): Promise<Result[]> {
  const desk = await openBenchDesk();
  const { running } = desk;
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `a${index}`);
  await enableRich(running, [...names, "loaded"]);
  for (const account of names) {
    const signals = Array.from({ length: POSITIONS }, (_, index) => {
      const trailingStop = index % TRAILING_EVERY === 0 ? { activation: "101", offset: "40" } : null;
      return benchSignal({ account, trailingStop });
    });
    await executeSignals(running.road, VIEWER, signals);
  }
  const idle = await markAgainAndAgain(running, 110);
  const served = await serveBenchDesk(desk);
  const loading = load(served.url, LOAD_SECONDS, "loaded");
  await sleep(WARM_MS);
  const loaded = await markAgainAndAgain(running, 110 + MARKS);
  const { answersPerSecond } = await loading;
  await served.close();
  await desk.close();
  const positions = (ACCOUNTS * POSITIONS).toLocaleString("en");
  return [
    {
      what: `longest stall of the event loop while ${positions} positions are marked (a mark takes ${idle.markMs.toFixed(0)} ms)`,
      measured: `${idle.worstMs.toFixed(0)} ms (median ${idle.medianMs.toFixed(0)} ms)`,
      wanted: "≤ 50 ms",
    },
    {
      what: `the same under ${answersPerSecond.toFixed(0)} signals/s over HTTP (a mark takes ${loaded.markMs.toFixed(0)} ms)`,
      measured: `${loaded.worstMs.toFixed(0)} ms (median ${loaded.medianMs.toFixed(0)} ms)`,
      wanted: "told",
    },
  ];
}

interface Stalls {
  readonly worstMs: number;
  readonly medianMs: number;
  readonly markMs: number;
}

/** Every mark has a new high: each trailing stop moves, and each account's peak. */
async function markAgainAndAgain(running: RunningDesk, fromPrice: number): Promise<Stalls> {
  const stalls: number[] = [];
  const durations: number[] = [];
  for (let mark = 0; mark < MARKS; mark++) {
    await sleep(SETTLE_MS);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await publishQuotes(running.prices, [{ symbol: SYMBOL, price: String(fromPrice + mark) }]);
    const begun = performance.now();
    await running.mark();
    durations.push(performance.now() - begun);
    delay.disable();
    stalls.push(delay.max / 1e6);
  }
  return { worstMs: Math.max(...stalls), medianMs: median(stalls), markMs: median(durations) };
}
