// Puts backtests together: their store, the queue, and the worker that runs what waits.
import { type BacktestRunner, type RunnerOptions, startRunner } from "../backtest/runner.ts";
import type { DataSetStore } from "../backtestPorts.ts";
import type { Backtests } from "../services/backtests.ts";
import { createBacktestStore } from "../store/backtests.ts";
import type { Database } from "../store/database.ts";

export interface RunningBacktests extends Backtests {
  readonly runs: BacktestRunner;
}

/** The parts that they need, and, for tests, another pace and another worker. */
export type BacktestOptions = Pick<RunnerOptions, "log" | "heartbeatSeconds" | "silentSecondsMax" | "workerFile"> & {
  readonly dataSets: DataSetStore;
};

/** Starts to run the backtests of a database; `runs.close` ends that. */
export function startBacktests(database: Database, { dataSets, ...options }: BacktestOptions): RunningBacktests {
  const store = createBacktestStore(database);
  const runs = startRunner({ store, dataSets, isShared: database.kind === "postgresql", ...options });
  return { store, dataSets, runs };
}
