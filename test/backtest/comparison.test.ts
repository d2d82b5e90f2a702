// Comparing paper with a backtest: with the desk's own run of the same signals, and with figures from elsewhere.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSchemaContext, schema } from "../../schema/index.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { startBacktests } from "../../src/server/backtests.ts";
import { startDesk } from "../../src/server/desk.ts";
import { beginningOfPlan, planReplay, playReplay } from "../../src/server/replay.ts";
import { readSignalJson } from "../../src/server/signalJson.ts";
import { createDataSetStore } from "../../src/store/dataSets.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { graphql } from "../generated/index.ts";
import { madeBars, makeSignalsFile, SHARED_DATA, temporaryDirectory } from "../replay/replaying.ts";
import { type Client, createClient } from "../support/client.ts";
import { databases } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import { addFile, recordedSignals, runToEnd, SOURCE_WORKER } from "./backtesting.ts";

const Compare = graphql(`
  query Compare($backtest: ID!) {
    report {
      performance { totalTrades winRate averageRMultiple maxDrawdown profitFactor sharpe }
      backtestComparison(backtest: $backtest) {
        status
        compared
        metrics { metric paper backtest deltaPercentage direction status }
        bySymbol { symbol status metrics { metric paper backtest deltaPercentage direction status } }
      }
    }
  }
`);

const Record = graphql(`
  mutation Record($input: RecordBacktestInput!) {
    recordBacktest(input: $input) {
      __typename
      ... on RecordBacktestPayload { backtest { id kind status warnings settings { maxTradeRisk } performance { winRate } recorded { winRate sharpe symbols { symbol } } } }
      ... on InvalidInput { issues { path message } }
    }
  }
`);

const REAL_FILE = path.join(SHARED_DATA, "minute/AAPL.csv");
const METRICS = ["WIN_RATE", "AVERAGE_R_MULTIPLE", "MAX_DRAWDOWN", "PROFIT_FACTOR", "TOTAL_TRADES", "SHARPE"];
const OF_SYMBOLS = ["WIN_RATE", "AVERAGE_R_MULTIPLE", "PROFIT_FACTOR", "TOTAL_TRADES"];

interface Bench {
  readonly client: Client;
  readonly stranger: Client;
  /** A run of the very signals that were replayed, DONE. */
  readonly backtest: string;
  close(): Promise<void>;
}

/** Replays a file with signals into `main` on a fresh PGlite, and runs a backtest of the same beside it. */
async function replayAndRun(file: string): Promise<Bench> {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  const { directory, remove: removeFiles } = await temporaryDirectory();
  const { database, remove } = await pglite.open();
  const symbol = path.parse(file).name;
  const signalsFile = await makeSignalsFile(file, path.join(directory, "signals.jsonl"));
  const choice = { files: [{ file, symbol }], speed: Number.POSITIVE_INFINITY, signalsFile };
  const plan = await planReplay({ ...choice, timezone: "America/New_York" });
  const clock = { kind: "feed", startMs: beginningOfPlan(plan) } as const;
  const running = await startDesk({ store: createDeskStore(database), log: silentLog, clock, markIntervalMs: 1000 });
  await playReplay(running, plan, readSignalJson, new AbortController().signal);
  const reads = createReads(database);
  const dataSets = createDataSetStore(database);
  const backtests = startBacktests(database, { dataSets, log: silentLog, workerFile: SOURCE_WORKER });
  const clientOf = (owner: string): Client =>
    createClient(schema, () =>
      createSchemaContext({ viewer: ownerViewer(owner), desk: running, reads, dataSets, backtests }),
    );
  const client = clientOf("local");
  const dataSet = await addFile(dataSets, file, symbol);
  const signals = recordedSignals(await readFile(signalsFile, "utf8"));
  const { id } = await runToEnd(client, { name: "the same", dataSets: [dataSet], signals } as never);
  await removeFiles();
  return {
    client,
    stranger: clientOf("stranger"),
    backtest: id,
    close: async () => {
      await backtests.runs.close();
      await running.close();
      await remove();
    },
  };
}

async function comparisonOf(client: Client, backtest: string) {
  const { report } = await client.run(Compare, { backtest });
  if (!report) throw new Error("there is no report");
  return report.backtestComparison;
}

function expectNoDifference(comparison: Awaited<ReturnType<typeof comparisonOf>>): void {
  expect(comparison).toMatchObject({ status: "OK", compared: METRICS.length });
  expect(comparison?.metrics.map(({ metric }) => metric)).toEqual(METRICS);
  expect(comparison?.bySymbol).toHaveLength(1);
  expect(comparison?.bySymbol[0]?.metrics.map(({ metric }) => metric)).toEqual(OF_SYMBOLS);
  const all = [...(comparison?.metrics ?? []), ...(comparison?.bySymbol[0]?.metrics ?? [])];
  for (const metric of all) {
    expect(metric.paper).not.toBeNull();
    expect(metric).toMatchObject({
      paper: metric.backtest,
      deltaPercentage: "0",
      direction: "SAME",
      status: "OK",
    });
  }
}

if (!existsSync(REAL_FILE))
  console.log("left out: the comparison on real minute bars, for ../shared/data is not there");

it.skipIf(!existsSync(REAL_FILE))(
  "A month of real minute bars compares with its backtest as OK, with delta 0 everywhere",
  async () => {
    const bench = await replayAndRun(REAL_FILE);
    expectNoDifference(await comparisonOf(bench.client, bench.backtest));
    await bench.close();
  },
  300_000,
);

describe("A session", () => {
  let bench: Bench;
  beforeAll(async () => {
    const { directory, remove } = await temporaryDirectory();
    const file = path.join(directory, "MADE.csv");
    // So many days that there is a Sharpe ratio.
    await writeFile(file, madeBars({ days: 32, minutesADay: 40, stepCentsMax: 8 }));
    bench = await replayAndRun(file);
    await remove();
  }, 300_000);
  afterAll(() => bench.close());

  const record = async (input: object) => (await bench.client.run(Record, { input: input as never })).recordBacktest;
  const recorded = async (input: object): Promise<string> => {
    const result = await record({ name: "elsewhere", ...input });
    if (result.__typename !== "RecordBacktestPayload") throw new Error(JSON.stringify(result));
    return result.backtest.id;
  };
  const metricOf = async (input: object, name: string) =>
    (await comparisonOf(bench.client, await recorded(input)))?.metrics.find(({ metric }) => metric === name);

  it("does not differ from the backtest of the same signals on the same bars, in no figure", async () => {
    expectNoDifference(await comparisonOf(bench.client, bench.backtest));
  });

  it("is OK up to 10 % away, a WARNING above it, an ERROR above 20 %, and says which way", async () => {
    const { report } = await bench.client.run(Compare, { backtest: bench.backtest });
    const trades = report?.performance.totalTrades ?? 0;
    expect(trades).toBeGreaterThan(20);
    // paper / backtest = 100 / 110, 100 / 112 and 100 / 130
    const away = (percent: number) => ({ totalTrades: Math.ceil((trades * (100 + percent)) / 100) });
    expect(await metricOf(away(10), "TOTAL_TRADES")).toMatchObject({ status: "OK", direction: null });
    expect(await metricOf(away(18), "TOTAL_TRADES")).toMatchObject({ status: "WARNING" });
    expect(await metricOf(away(40), "TOTAL_TRADES")).toMatchObject({ status: "ERROR" });
    expect(await metricOf({ maxDrawdown: "99" }, "MAX_DRAWDOWN")).toMatchObject({
      backtest: "99",
      direction: "BETTER",
      status: "ERROR",
    });
    expect(await metricOf({ averageRMultiple: "50" }, "AVERAGE_R_MULTIPLE")).toMatchObject({ direction: "WORSE" });
  });

  it("takes the worst status as a whole, and leaves out what was not recorded", async () => {
    const comparison = await comparisonOf(bench.client, await recorded({ averageRMultiple: "50" }));
    expect(comparison).toMatchObject({ status: "ERROR", compared: 1, bySymbol: [] });
    const others = comparison?.metrics.filter(({ metric }) => metric !== "AVERAGE_R_MULTIPLE");
    expect(others).toHaveLength(5);
    for (const metric of others ?? []) {
      expect(metric).toMatchObject({ backtest: null, deltaPercentage: null, direction: null, status: "OK" });
    }
  });

  it("is compared by symbol, also with symbols that it did not trade", async () => {
    const symbols = [
      { symbol: "MADE", winRate: "0" },
      { symbol: "ZZZ", totalTrades: 4, winRate: "50" },
    ];
    const comparison = await comparisonOf(bench.client, await recorded({ symbols }));
    expect(comparison?.bySymbol.map(({ symbol, status }) => [symbol, status])).toEqual([
      ["MADE", "ERROR"],
      ["ZZZ", "ERROR"],
    ]);
    expect(comparison?.bySymbol[1]?.metrics).toContainEqual({
      metric: "TOTAL_TRADES",
      paper: "0",
      backtest: "4",
      deltaPercentage: "100",
      direction: null,
      status: "ERROR",
    });
  });

  it("is not compared with a backtest that does not exist, or is another owner's", async () => {
    expect(await comparisonOf(bench.client, "nonsense")).toBeNull();
    expect(
      await comparisonOf(bench.client, Buffer.from("Backtest:01890000-0000-7000-8000-000000000009").toString("base64")),
    ).toBeNull();
    await bench.stranger.run(graphql(`mutation StrangerEnables { enable { __typename } }`));
    expect(await comparisonOf(bench.stranger, bench.backtest)).toBeNull();
  });

  it("tells every problem of recorded figures, and stores nothing then", async () => {
    const result = await record({
      name: "x".repeat(65),
      winRate: "101",
      maxDrawdown: "-1",
      profitFactor: "one",
      totalTrades: -1,
      symbols: [{ symbol: "aapl" }, { symbol: "MSFT", winRate: "-0.1" }, { symbol: "MSFT" }],
    });
    if (result.__typename !== "InvalidInput") throw new Error("it was recorded");
    expect(result.issues.map(({ path: where }) => where.join("."))).toEqual([
      "name",
      "totalTrades",
      "winRate",
      "profitFactor",
      "maxDrawdown",
      "symbols.0.symbol",
      "symbols.1.winRate",
      "symbols.2.symbol",
    ]);
    const empty = await record({ name: "nothing" });
    expect(empty).toMatchObject({ issues: [{ path: [], message: "has no figure: at least one is needed" }] });
  });

  it("warns of a percentage that looks like a fraction, as 0.65 for 65 %", async () => {
    const result = await record({ name: "a fraction?", winRate: "0.65" });
    expect(result).toMatchObject({
      backtest: {
        kind: "RECORDED",
        status: "DONE",
        settings: null,
        performance: null,
        recorded: { winRate: "0.65", sharpe: null, symbols: [] },
        warnings: ["winRate is 0.65, which means 0.65 %: figures are in percent, from 0 to 100, not fractions of 1."],
      },
    });
  });
});
