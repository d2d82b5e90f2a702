// Backtests in the tests: a desk that runs them from the sources, bars put into data sets, and everything that is stored.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { backtestIdOf, dataSetGlobalId } from "../../schema/globalIds.ts";
import type { DataSetStore } from "../../src/backtestPorts.ts";
import { readCsvBars } from "../../src/feeds/csvBars.ts";
import type { FeedBar } from "../../src/feeds/feedPrices.ts";
import type { BacktestOptions } from "../../src/server/backtests.ts";
import type { Database } from "../../src/store/database.ts";
import { toRecord } from "../../src/store/toRecord.ts";
import type { RunBacktestInput } from "../generated/graphql.ts";
import { type ApiDesk, startApiDesk } from "../support/apiDesk.ts";
import type { Client } from "../support/client.ts";
import type { TestDatabase } from "../support/databases.ts";
import { BacktestById, RunBacktest } from "./operations.ts";

export const SOURCE_WORKER = new URL("../support/sourceWorker.mjs", import.meta.url);
/** A worker that throws in the middle, and one that never says anything. */
export const THROWING_WORKER = new URL("./throwingWorker.mjs", import.meta.url);
export const SILENT_WORKER = new URL("./silentWorker.mjs", import.meta.url);

const POLL_MS = 20;

export interface BacktestBench {
  readonly api: ApiDesk;
  readonly database: Database;
  close(): Promise<void>;
}

/** A desk on a fresh database that runs backtests, but for null. */
export async function openBacktests(
  open: () => Promise<TestDatabase>,
  runs: Partial<BacktestOptions> | null = { workerFile: SOURCE_WORKER },
): Promise<BacktestBench> {
  const opened = await open();
  const api = await startApiDesk(async () => opened, runs ?? undefined);
  return { api, database: opened.database, close: () => api.close() };
}

/** Puts bars into a data set, and answers its id as clients know it. */
export async function addBars(
  dataSets: DataSetStore,
  bars: readonly FeedBar[],
  name = "some bars",
  owner = "local",
): Promise<string> {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) throw new Error("there are no bars");
  const dataSetId = randomUUID();
  await dataSets.addDataSet(
    {
      dataSetId,
      owner,
      name,
      symbol: first.symbol,
      contentHash: randomUUID(),
      barCount: bars.length,
      faultCount: 0,
      intervalSeconds: first.intervalSeconds,
      startsAt: first.start,
      endsAt: new Date(last.start.getTime() + last.intervalSeconds * 1000),
      importedAt: new Date(),
    },
    bars,
  );
  return dataSetGlobalId(dataSetId);
}

/** Puts the bars of a CSV file into a data set. */
export async function addFile(dataSets: DataSetStore, file: string, symbol: string): Promise<string> {
  const { bars } = await readCsvBars({ file, symbol });
  return addBars(dataSets, bars, file.split("/").at(-1));
}

/** Minute bars that wander in a saw of so many cents. */
export function sawBars(count: number, symbol = "AAPL", from = "2024-03-01T14:30:00Z"): FeedBar[] {
  return Array.from({ length: count }, (_, index) => {
    const phase = index % 40;
    const open = 100 + (phase < 20 ? phase : 40 - phase) / 4;
    const close = 100 + ((phase + 1) % 40 < 20 ? (phase + 1) % 40 : 40 - ((phase + 1) % 40)) / 4;
    return {
      symbol,
      open: open.toFixed(2),
      high: (Math.max(open, close) + 0.1).toFixed(2),
      low: (Math.min(open, close) - 0.1).toFixed(2),
      close: close.toFixed(2),
      start: new Date(Date.parse(from) + index * 60_000),
      intervalSeconds: 60,
    };
  });
}

/** The signals of a file of recorded signals, as an input takes them. */
export function recordedSignals(lines: string): RunBacktestInput["signals"] {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const { at, ...signal } = JSON.parse(line) as { at: string };
      return { at, signal: signal as never };
    });
}

/** Asks for a backtest that must be taken, and answers its id. */
export async function submit(client: Client, input: RunBacktestInput): Promise<string> {
  const { runBacktest } = await client.run(RunBacktest, { input });
  if (runBacktest.__typename !== "RunBacktestPayload") throw new Error(JSON.stringify(runBacktest));
  return runBacktest.backtest.id;
}

/** The state of a backtest, once it is one of those wanted. */
export async function untilStatus(client: Client, id: string, wanted: readonly string[]) {
  for (;;) {
    const { backtest } = await client.run(BacktestById, { id });
    if (!backtest) throw new Error("the backtest is gone");
    if (wanted.includes(backtest.status)) return backtest;
    await sleep(POLL_MS);
  }
}

export const FINAL = ["DONE", "FAILED", "CANCELLED"];

/** Runs a backtest to its end. */
export async function runToEnd(client: Client, input: RunBacktestInput) {
  return untilStatus(client, await submit(client, input), FINAL);
}

/** The account's id behind a backtest's. */
export function accountOf(backtest: string): string {
  return backtestIdOf(backtest) ?? "";
}

/** All that is stored of an account's first session, without what names the account or the wall's time. */
export async function storedOf({ prisma }: Database, accountId: string) {
  const records = (rows: readonly object[]) =>
    rows.map((row) => {
      const { accountId: _, id: __, thinnedAt: ___, ...record } = toRecord(row) as Record<string, unknown>;
      return record;
    });
  const where = { accountId, session: 1 };
  return {
    sessions: records(await prisma.session.findMany({ where })),
    positions: records(await prisma.position.findMany({ where, orderBy: { number: "asc" } })),
    trades: records(await prisma.trade.findMany({ where, orderBy: { number: "asc" } })),
    signals: records(await prisma.signal.findMany({ where, orderBy: { sequence: "asc" } })),
    rollups: records(await prisma.rollup.findMany({ where, orderBy: [{ breakdown: "asc" }, { key: "asc" }] })),
    days: records(await prisma.equityDay.findMany({ where, orderBy: { day: "asc" } })),
    points: records(await prisma.equityPoint.findMany({ where, orderBy: [{ time: "asc" }, { id: "asc" }] })),
  };
}
