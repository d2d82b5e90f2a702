// A backtest agrees with a replay of the same bars and signals to the last digit, and with itself.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDesk } from "../../src/server/desk.ts";
import { beginningOfPlan, planReplay, playReplay } from "../../src/server/replay.ts";
import { readSignalJson } from "../../src/server/signalJson.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { madeBars, makeSignalsFile, SHARED_DATA, temporaryDirectory } from "../replay/replaying.ts";
import { databases, type TestDatabase } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import {
  accountOf,
  addFile,
  type BacktestBench,
  openBacktests,
  recordedSignals,
  runToEnd,
  storedOf,
} from "./backtesting.ts";

const REAL_FILE = path.join(SHARED_DATA, "minute/AAPL.csv");
if (!existsSync(REAL_FILE)) console.log("left out: the backtest of real minute bars, for ../shared/data is not there");

/** Replays into a database, and answers all that is stored of `main`. */
async function replay(open: () => Promise<TestDatabase>, file: string, symbol: string, signalsFile: string) {
  const { database, remove } = await open();
  const plan = await planReplay({
    files: [{ file, symbol }],
    speed: Number.POSITIVE_INFINITY,
    signalsFile,
    timezone: "America/New_York",
  });
  const running = await startDesk({
    store: createDeskStore(database),
    log: silentLog,
    clock: { kind: "feed", startMs: beginningOfPlan(plan) },
    markIntervalMs: 1000,
  });
  await playReplay(running, plan, readSignalJson, new AbortController().signal);
  await running.close();
  const stored = await storedOf(database, accountIdOf("local", "main"));
  await remove();
  return stored;
}

const FILES = [
  {
    name: "bars of a small file",
    isThere: true,
    write: async (directory: string) => {
      const file = path.join(directory, "MADE.csv");
      await writeFile(file, madeBars({ days: 4, minutesADay: 200, stepCentsMax: 8 }));
      return file;
    },
  },
  { name: "real minute bars", isThere: existsSync(REAL_FILE), write: async () => REAL_FILE },
];

describe.each(databases)("on $name", ({ open }) => {
  let bench: BacktestBench;
  beforeAll(async () => {
    bench = await openBacktests(open);
  });
  afterAll(() => bench.close());

  describe.each(FILES)("a backtest of $name with some hundred signals", ({ isThere, write }) => {
    it.skipIf(!isThere)(
      "has the very trades, positions, signals and figures of a replay, and again so the second time",
      async () => {
        const { directory, remove } = await temporaryDirectory();
        const file = await write(directory);
        const symbol = path.parse(file).name;
        const signalsFile = await makeSignalsFile(file, path.join(directory, "signals.jsonl"));
        const replayed = await replay(open, file, symbol, signalsFile);
        const dataSet = await addFile(bench.api.dataSets, file, symbol);
        const input = {
          name: "as replayed",
          dataSets: [dataSet],
          signals: recordedSignals(await readFile(signalsFile, "utf8")),
        };
        await remove();

        const first = await runToEnd(bench.api.client, input as never);
        expect(first).toMatchObject({ status: "DONE", failure: null });
        const { points, ...stored } = await storedOf(bench.database, accountOf(first.id));
        const { points: replayedPoints, ...expected } = replayed;
        expect(stored.trades.length).toBeGreaterThan(50);
        expect(stored).toEqual(expected);
        expect(points.at(-1)).toEqual(replayedPoints.at(-1));

        const second = await runToEnd(bench.api.client, input as never);
        expect(await storedOf(bench.database, accountOf(second.id))).toEqual({ points, ...stored });
      },
      300_000,
    );
  });
});
