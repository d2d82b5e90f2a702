// What a backtest's worker and its process tell each other. Rows and bars go as text: it is copied at once.
import type { BacktestFigures, BacktestInput, BreakoutRecord, ResultTable } from "../backtestPorts.ts";

/** What a worker is started with. */
export interface WorkerOrder {
  readonly backtestId: string;
  readonly owner: string;
  readonly settings: BacktestInput["settings"];
  readonly strategy: BreakoutRecord | null;
  /** The JSON of a list, each `{ at, signal }`. */
  readonly signals: string;
  /** The symbol of each series, in the order that ties of bars are played in. */
  readonly symbols: readonly string[];
}

export type ToWorker =
  /** The next bars of a series; null where it has no more. */
  | { readonly kind: "bars"; readonly series: number; readonly bars: string | null }
  /** The rows that were sent have been stored. */
  | { readonly kind: "stored" };

export type FromWorker =
  | { readonly kind: "need"; readonly series: number }
  | { readonly kind: "progress"; readonly barsDone: number }
  /** Rows of a table, as the JSON of a list. No more are sent before these are stored. */
  | { readonly kind: "rows"; readonly table: ResultTable; readonly rows: string }
  | { readonly kind: "done"; readonly figures: BacktestFigures; readonly fillModelVersion: number };
