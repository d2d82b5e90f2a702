// The time from a commit to the client, while signals come in at a moderate rate.
import { setTimeout as sleep } from "node:timers/promises";
import { executeSignal } from "../src/services/executeSignals.ts";
import { serveBenchDesk } from "./served.ts";
import { accountIdOf, FOLLOW, tradeOnce } from "./streams.ts";
import type { Arrival, ArrivalsCommand } from "./streamsArrivals.ts";
import { type Child, clockMs, startChild } from "./streamsChild.ts";
import { type BenchDesk, benchSignal, enableRich, openBenchDesk, quantile, type Result, VIEWER } from "./support.ts";

const CLIENTS = 20;
const SIGNALS_PER_SECOND = 200;
const WARM_SECONDS = 2;
const SECONDS = 5;
const LEVEL_WITHIN_MS = 1500;
const ARRIVE_WITHIN_MS = 20_000;
const ACCOUNT = "main";

export async function benchLatency(): Promise<Result[]> {
  const desk = await openBenchDesk();
  await enableRich(desk.running, [ACCOUNT]);
  const rungAtMs = new Map<number, number>();
  desk.running.doorbell.listen(accountIdOf(ACCOUNT), (events) => {
    const nowMs = clockMs();
    for (const { sequence } of events) rungAtMs.set(sequence, nowMs);
  });
  const served = await serveBenchDesk(desk);
  const clients = startChild<ArrivalsCommand, Arrival[]>("streamsArrivals.ts");
  const url = `${served.url.replace("http", "ws")}/graphql`;
  await clients.ask({ do: "follow", url, query: FOLLOW, account: ACCOUNT, clients: CLIENTS });
  do await tradeOnce(desk.running, [ACCOUNT]);
  while ((await clients.ask({ do: "take", count: 2 * CLIENTS, withinMs: LEVEL_WITHIN_MS })).length < 2 * CLIENTS);
  await load(desk, clients, WARM_SECONDS);
  const { arrivals, perSecond } = await load(desk, clients, SECONDS);
  await clients.close();
  await served.close();
  await desk.close();
  const tookMs = arrivals.map(({ sequence, atMs }) => atMs - (rungAtMs.get(sequence) ?? Number.NaN));
  return [
    {
      what: `time from commit to the client, ${CLIENTS} clients of an account with ${perSecond.toFixed(0)} signals/s, PGlite`,
      measured: `median ${quantile(tookMs, 0.5).toFixed(1)} ms, p99 ${quantile(tookMs, 0.99).toFixed(1)} ms`,
      wanted: "told",
    },
  ];
}

/** Executes signals at an even rate, each on its own; answers when all of their events have come to all clients. */
async function load({ running }: BenchDesk, clients: Child<ArrivalsCommand, Arrival[]>, seconds: number) {
  const signals = SIGNALS_PER_SECOND * seconds;
  const count = signals * CLIENTS;
  const arriving = clients.ask({ do: "take", count, withinMs: seconds * 1000 + ARRIVE_WITHIN_MS });
  const begun = performance.now();
  const executions = [];
  for (let signal = 0; signal < signals; signal++) {
    const earlyMs = begun + (signal * 1000) / SIGNALS_PER_SECOND - performance.now();
    if (earlyMs > 0) await sleep(earlyMs);
    executions.push(executeSignal(running.road, VIEWER, benchSignal({ account: ACCOUNT })));
  }
  await Promise.all(executions);
  const perSecond = (signals * 1000) / (performance.now() - begun);
  const arrivals = await arriving;
  if (arrivals.length !== count) throw new Error(`${arrivals.length} of ${count} events came`);
  return { arrivals, perSecond };
}
