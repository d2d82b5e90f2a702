// Backtests that wait for ever: for desks whose tests run none.
import type { BacktestRuns, DataSetStore } from "../../src/backtestPorts.ts";
import type { Backtests } from "../../src/services/backtests.ts";
import { createBacktestStore } from "../../src/store/backtests.ts";
import type { Database } from "../../src/store/database.ts";

const NO_RUNS: BacktestRuns = {
  wake: () => undefined,
  stop: () => undefined,
  barsDone: () => undefined,
  listen: () => () => undefined,
};

/** The backtests of a database of which none is ever run. */
export function idleBacktests(database: Database, dataSets: DataSetStore): Backtests {
  return { store: createBacktestStore(database), dataSets, runs: NO_RUNS };
}
