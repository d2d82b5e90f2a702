// The demonstration: a seeded random walk feeds the desk, and a small strategy trades on it.
import { setTimeout as sleep } from "node:timers/promises";
import { startDemoStrategy, stepDemoStrategy } from "../feeds/demoStrategy.ts";
import { startWalk, stepWalk } from "../feeds/randomWalk.ts";
import { enableAccount } from "../services/enableAccount.ts";
import { executeSignals } from "../services/executeSignals.ts";
import { publishQuotes } from "../services/publishPrices.ts";
import type { RunningDesk } from "./desk.ts";
import { PLAYING_VIEWER } from "./viewer.ts";

const TICK_MS = 250;

/** Walks and trades in real time on the account `main` until `stopped`. */
export async function runDemo(running: RunningDesk, seed: number, stopped: AbortSignal): Promise<void> {
  await enableAccount(running.road, PLAYING_VIEWER, {});
  let walk = startWalk(seed);
  let strategy = startDemoStrategy(Date.now().toString(36));
  while (!stopped.aborted) {
    const step = stepWalk(walk, new Date());
    walk = step.walk;
    await publishQuotes(running.prices, step.quotes);
    for (const quote of step.quotes) {
      const thought = stepDemoStrategy(strategy, quote);
      strategy = thought.state;
      await executeSignals(running.road, PLAYING_VIEWER, thought.signals);
    }
    await sleep(TICK_MS, undefined, { signal: stopped }).catch(() => undefined);
  }
}
