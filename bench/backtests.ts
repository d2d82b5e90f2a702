// Backtests by the built server: bars per second to the stored result, and what other requests notice of a run.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { madeBars, makeSignalsFile, temporaryDirectory } from "../test/replay/replaying.ts";
import { type ServerProcess, startServer } from "../test/support/serverProcess.ts";
import { embeddedPlace } from "../test/support/wireDesk.ts";
import { quantile, type Result, ratio } from "./support.ts";

const SHARED = path.join(import.meta.dirname, "../../shared/data");
const ROUNDS = 3;
const SIGNALS = 500;
const REQUEST_EVERY_MS = 15;
const IDLE_SECONDS = 15;
const SETTINGS = { startingCapital: "1000000", maxPriceAge: 86_400 };

type Data = Readonly<Record<string, never>>;

async function ask(url: string, query: string, variables: object = {}): Promise<Data> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Puts a file into a data set; one that is not there is made. */
async function importBars(url: string, file: string, symbol: string): Promise<string> {
  const isThere = existsSync(file);
  if (!isThere) console.log(`${file} is not there: generated bars take its place`);
  const body = isThere ? await readFile(file) : madeBars({ days: 20, minutesADay: 400, stepCentsMax: 8 });
  const address = `${url}/import/bars?symbol=${symbol}&name=${symbol}`;
  await (await fetch(address, { method: "POST", headers: { "content-type": "text/csv" }, body })).text();
  const { dataSets } = await ask(url, `{ dataSets(symbol: "${symbol}") { edges { node { id } } } }`);
  return (dataSets as unknown as { edges: { node: { id: string } }[] }).edges[0]?.node.id ?? "";
}

/** The signals of the example, again and again with other ids, until there are enough. */
async function makeSignals(file: string): Promise<object[]> {
  const { directory, remove } = await temporaryDirectory();
  const lines = await readFile(await makeSignalsFile(file, path.join(directory, "signals.jsonl")), "utf8");
  await remove();
  const made = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { at: string; signalId: string });
  return Array.from({ length: SIGNALS }, (_, index) => {
    const { at, ...signal } = made[index % made.length] as (typeof made)[number];
    return { at, signal: { ...signal, signalId: `${signal.signalId}-${index}` } };
  });
}

interface State {
  readonly status: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly progress: { readonly barsTotal: number };
}

/** While a backtest is asked for: that is a request of hundreds of signals, and not yet the backtest. */
let isAsking = false;

/** Runs a backtest to its end, and answers its bars per second. */
async function run(url: string, input: object): Promise<number> {
  isAsking = true;
  const submitted = await ask(
    url,
    `mutation ($input: RunBacktestInput!) { runBacktest(input: $input) {
      ... on RunBacktestPayload { backtest { id } } ... on Problem { message } } }`,
    { input },
  );
  isAsking = false;
  const { backtest, message } = submitted["runBacktest"] as unknown as { backtest?: { id: string }; message?: string };
  if (backtest === undefined) throw new Error(message);
  for (;;) {
    const query = "query ($id: ID!) { backtest(id: $id) { status startedAt finishedAt progress { barsTotal } } }";
    const state = (await ask(url, query, { id: backtest.id }))["backtest"] as unknown as State;
    if (state.status === "DONE") {
      return (state.progress.barsTotal * 1000) / (Date.parse(state.finishedAt) - Date.parse(state.startedAt));
    }
    if (state.status !== "QUEUED" && state.status !== "RUNNING") throw new Error(`the backtest has ${state.status}`);
    await sleep(200);
  }
}

/** Runs it again and again for so long: one run is over too soon for a percentile. Answers the bars per second of each. */
async function runFor(seconds: number, url: string, input: object): Promise<number[]> {
  const isOver = endsAfter(seconds);
  const speeds: number[] = [];
  do speeds.push(await run(url, input));
  while (!isOver());
  return speeds;
}

/** Times of single requests of three kinds in turn, until `isOver`. */
async function watch(url: string, name: string, isOver: () => boolean): Promise<number[]> {
  const times: number[] = [];
  for (let number = 0; !isOver(); number += 1) {
    const begun = performance.now();
    const wasAsking = isAsking;
    if (number % 3 === 0) await ask(url, "{ account { equity cursor } }");
    else if (number % 3 === 1) await ask(url, "{ trades(first: 50) { edges { node { id realizedPnl } } } }");
    else {
      const signal = {
        signalId: `${name}-${number}`,
        symbol: "QUOTED",
        entryPrice: "100",
        stopLoss: "50",
        target1: "200",
      };
      await ask(url, "mutation ($input: ExecuteSignalInput!) { executeSignal(input: $input) { __typename } }", {
        input: { ...signal, positionSize: "1" },
      });
    }
    if (!wasAsking && !isAsking) times.push(performance.now() - begun);
    await sleep(Math.max(REQUEST_EVERY_MS - (performance.now() - begun), 1));
  }
  return times;
}

async function measure({ url }: ServerProcess): Promise<Result[]> {
  const daily = await importBars(url, path.join(SHARED, "daily/MSFT-1990-2022.csv"), "MSFT");
  const minuteFile = path.join(SHARED, "minute/AAPL.csv");
  const minute = await importBars(url, minuteFile, "AAPL");
  await ask(
    url,
    'mutation { enable(input: { name: "main", settings: { startingCapital: "100000000" } }) { __typename } }',
  );
  await ask(url, 'mutation { publishQuotes(quotes: [{ symbol: "QUOTED", price: "100" }]) { accepted } }');
  const inputs = [
    {
      what: "a strategy over 30 years of daily bars",
      input: { name: "daily", dataSets: [daily], strategy: { name: "BREAKOUT", allowShort: true }, settings: SETTINGS },
    },
    ...(existsSync(minuteFile)
      ? [
          {
            what: `8,000 minute bars with ${SIGNALS} signals`,
            input: { name: "minute", dataSets: [minute], signals: await makeSignals(minuteFile), settings: SETTINGS },
          },
        ]
      : []),
  ];
  await watch(url, "warm", endsAfter(5));
  const results: Result[] = [];
  for (const { what, input } of inputs) {
    const speeds: number[] = [];
    const ratios: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      // Idle and busy in turns, so that what else the machine does falls on both.
      const idle = await watch(url, `${input.name}-idle-${round}`, endsAfter(IDLE_SECONDS));
      let isOver = false;
      const running = runFor(IDLE_SECONDS, url, input).then((ofRuns) => {
        speeds.push(...ofRuns);
        isOver = true;
      });
      const busy = await watch(url, `${input.name}-busy-${round}`, () => isOver);
      await running;
      ratios.push(quantile(busy, 0.99) / quantile(idle, 0.99));
      console.log(
        `  ${input.name} ${round}: p50 ${quantile(idle, 0.5).toFixed(1)} to ${quantile(busy, 0.5).toFixed(1)} ms, ` +
          `p99 ${quantile(idle, 0.99).toFixed(1)} to ${quantile(busy, 0.99).toFixed(1)} ms, ${speeds.at(-1)?.toFixed(0)} bars/s`,
      );
    }
    results.push(
      {
        what: `backtest: ${what}, bars/s to the stored result`,
        measured: quantile(speeds, 0.5).toFixed(0),
        wanted: "told",
      },
      {
        what: `backtest: ${what}, p99 of other requests / idle`,
        measured: ratio(quantile(ratios, 0.5)),
        wanted: "≤ 1.5",
      },
    );
  }
  return results;
}

function endsAfter(seconds: number): () => boolean {
  const endMs = performance.now() + seconds * 1000;
  return () => performance.now() >= endMs;
}

export async function benchBacktests(): Promise<Result[]> {
  const place = await embeddedPlace();
  const server = await startServer({ ...place.env, LOG_LEVEL: "error" });
  try {
    return await measure(server);
  } finally {
    await server.kill("SIGTERM");
    await place.remove();
  }
}
