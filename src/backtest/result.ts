// The result of a backtest as the rows of its tables, in the order in which they can be written.
import type { BacktestFigures, ResultTable } from "../backtestPorts.ts";
import { pointRecord } from "../domain/curve/sessionPoint.ts";
import { formatDecimal } from "../domain/decimal.ts";
import { FILL_MODEL_VERSION } from "../domain/fill.ts";
import { accountRecord, positionRecord, sessionRecord, signalRecord, tradeRecord } from "../domain/records.ts";
import { rollupRecord, rollupsOf } from "../domain/statistics/rollups.ts";
import type { MemoryResult } from "./memoryStore.ts";

export interface BacktestResult {
  readonly figures: BacktestFigures;
  readonly fillModelVersion: number;
  /** Rows of one table after those that they refer to; each table comes once. */
  readonly tables: Iterable<{ readonly table: ResultTable; readonly rows: Iterable<object> }>;
}

/** The result of what a desk has kept. Rows are made when they are asked for. */
export function resultOf(kept: MemoryResult, figures: BacktestFigures): BacktestResult {
  return { figures, fillModelVersion: FILL_MODEL_VERSION, tables: tablesOf(kept) };
}

function* tablesOf(kept: MemoryResult): BacktestResult["tables"] {
  const { account, session, positions, trades, signals, points, days } = kept;
  const { accountId } = account;
  yield { table: "accounts", rows: [accountRecord(account)] };
  yield { table: "sessions", rows: [sessionRecord(accountId, session)] };
  yield { table: "positions", rows: each(positions, positionRecord) };
  yield { table: "trades", rows: each(trades, tradeRecord) };
  yield { table: "signals", rows: each(signals, signalRecord) };
  yield { table: "rollups", rows: each(rollupsOf(trades), rollupRecord) };
  yield { table: "equityPoints", rows: each(points, (point) => pointRecord(accountId, point)) };
  yield {
    table: "equityDays",
    rows: each(days, ([day, equity]) => ({ accountId, session: session.session, day, equity: formatDecimal(equity) })),
  };
}

function* each<Value>(values: Iterable<Value>, record: (value: Value) => object): Iterable<object> {
  for (const value of values) yield record(value);
}
