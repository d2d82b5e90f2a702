// The longest stall of the event loop while 100,000 open positions in 1,000 accounts are marked.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { executeSignals } from "../src/services/executeSignals.ts";
import { publishQuotes } from "../src/services/publishPrices.ts";
import { benchSignal, enableRich, median, openBenchDesk, type Result, SYMBOL, VIEWER } from "./support.ts";

const ACCOUNTS = 1000;
const POSITIONS = 100;
const TRAILING_EVERY = 100;
const MARKS = 5;
const SETTLE_MS = 500;

export async function benchMarks(): Promise<Result[]> {
  const { running, close } = await openBenchDesk();
  const names = Array.from({ length: ACCOUNTS }, (_, index) => `a${index}`);
  await enableRich(running, names);
  for (const account of names) {
    const signals = Array.from({ length: POSITIONS }, (_, index) => {
      const trailingStop = index % TRAILING_EVERY === 0 ? { activation: "101", offset: "40" } : null;
      return benchSignal({ account, trailingStop });
    });
    await executeSignals(running.road, VIEWER, signals);
  }
  const stalls: number[] = [];
  const durations: number[] = [];
  for (let mark = 0; mark < MARKS; mark++) {
    await sleep(SETTLE_MS);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    // Every mark has a new high: each trailing stop moves, and each account's peak.
    await publishQuotes(running.prices, [{ symbol: SYMBOL, price: String(110 + mark) }]);
    const begun = performance.now();
    await running.mark();
    durations.push(performance.now() - begun);
    delay.disable();
    stalls.push(delay.max / 1e6);
  }
  await close();
  return [
    {
      what: `longest stall of the event loop while ${ACCOUNTS * POSITIONS} positions are marked (a mark takes ${median(durations).toFixed(0)} ms)`,
      measured: `${Math.max(...stalls).toFixed(0)} ms (median ${median(stalls).toFixed(0)} ms)`,
      wanted: "≤ 50 ms",
    },
  ];
}
