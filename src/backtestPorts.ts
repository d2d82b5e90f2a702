// The seams of data sets and backtests as plain types: what their use cases need of the store. Beside ports.ts.
import type { BarInput } from "./domain/price.ts";
import type { Settings } from "./domain/settings.ts";
import type { AssetClass } from "./domain/signal.ts";
import type { Range } from "./readPorts.ts";

/** Historical bars of one symbol, imported once and never changed. */
export interface DataSet {
  readonly dataSetId: string;
  readonly owner: string;
  /** What its importer calls it: the file's name, say. */
  readonly name: string;
  readonly symbol: string;
  /** SHA-256 of the bars: the same bars are imported once. */
  readonly contentHash: string;
  readonly barCount: number;
  /** Rows of its file that were left out. */
  readonly faultCount: number;
  /** The usual length of a bar. */
  readonly intervalSeconds: number;
  /** The start of the first bar and the end of the last. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly importedAt: Date;
}

/** The place of a data set in the list of its owner's, and of a backtest in that of his backtests. */
export interface DataSetPlace {
  readonly dataSetId: string;
  readonly importedAt: Date;
}

/** The store of data sets. All names an owner: what is not his does not exist. */
export interface DataSetStore {
  /**
   * Stores a data set with its bars, sorted by start; answers the one that has the same bars already, where there is
   * one. The bars may be gone through more than once. A data set is there as a whole or not at all.
   */
  addDataSet(
    dataSet: DataSet,
    bars: Iterable<BarInput>,
  ): Promise<{ readonly dataSet: DataSet; readonly isNew: boolean }>;
  findDataSets(owner: string, dataSetIds: readonly string[]): Promise<DataSet[]>;
  /** The owner's data set of those bars. */
  findSameBars(owner: string, symbol: string, contentHash: string): Promise<DataSet | undefined>;
  /** The owner's data sets of a symbol that have a moment in common with `from` to `to`; newest first, at most `limit`. */
  findOverlapping(owner: string, symbol: string, from: Date, to: Date, limit: number): Promise<DataSet[]>;
  /** Newest first. */
  listDataSets(owner: string, symbol: string | undefined, range: Range<DataSetPlace>): Promise<DataSet[]>;
  countDataSets(owner: string, symbol: string | undefined): Promise<number>;
  /**
   * Its bars that start at or after `from` and before `to`, in order, some hundreds at a time. Throws DataSetGoneError
   * where it was deleted before the last of them was read.
   */
  readBars(dataSetId: string, from: Date | undefined, to: Date | undefined): AsyncIterable<BarInput[]>;
  /** How many bars that would be. */
  countBars(dataSetId: string, from: Date | undefined, to: Date | undefined): Promise<number>;
  /** False where there is none. */
  deleteDataSet(owner: string, dataSetId: string): Promise<boolean>;
}

/** The bars of a file, sorted by start, no two with the same; they can be gone through again and again. */
export interface BarsOfFile extends Iterable<BarInput> {
  /** How many bars there are. */
  readonly count: number;
  /** The usual length of a bar. */
  readonly intervalSeconds: number;
  /** The start of the first bar and the end of the last. */
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Rows of the file: bars and faults together. */
  readonly rows: number;
  /** The first faults, sorted by line; lines count from 1, as an editor shows them. */
  readonly faults: readonly { readonly line: number; readonly reason: string }[];
  readonly faultCount: number;
}

export interface BarFileSource {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly symbol: string;
  /** The IANA zone of times that name none. */
  readonly timezone: string;
  readonly rowsMax: number;
  /** How many faults are kept; all are counted. */
  readonly faultsKeptMax: number;
}

export type BarFileReading =
  | { readonly kind: "read"; readonly bars: BarsOfFile }
  | { readonly kind: "unknownTimezone"; readonly message: string }
  | { readonly kind: "unreadable"; readonly message: string }
  | { readonly kind: "tooManyRows" };

/** Reads a CSV file of bars, without holding up the process; what its bytes throw comes through. */
export type ReadBarFile = (source: BarFileSource) => Promise<BarFileReading>;

/** The bars of a data set were wanted, but somebody has deleted it. */
export class DataSetGoneError extends Error {
  override readonly name = "DataSetGoneError";

  constructor(dataSetId: string) {
    super(`the data set ${dataSetId} was deleted before its bars were read`);
  }
}

/** What a backtest used of a data set, kept with it: deleting the data set loses nothing. */
export interface BacktestDataSet {
  readonly dataSetId: string;
  readonly name: string;
  readonly symbol: string;
  /** The start of its first bar and the end of its last one, ISO. */
  readonly from: string;
  readonly to: string;
  /** Its bars within the range of the backtest. */
  readonly bars: number;
}

/** The built-in strategy with all its parameters; decimals as text. */
export interface BreakoutRecord {
  readonly name: "BREAKOUT";
  readonly assetClass: AssetClass;
  readonly entryBars: number;
  readonly rangeBars: number;
  readonly stopRanges: string;
  readonly target1Risks: string;
  readonly target2Risks: string;
  readonly allowShort: boolean;
}

/** What a backtest is of, but for its signals. */
export interface BacktestInput {
  readonly dataSets: readonly BacktestDataSet[];
  /** ISO; null where the data sets' own bounds hold. */
  readonly from: string | null;
  readonly to: string | null;
  /** All settings, decimals as text. */
  /** Null of a RECORDED backtest. */
  readonly settings: Readonly<Record<keyof Settings, string | boolean | number>> | null;
  readonly strategy: BreakoutRecord | null;
  readonly signalCount: number;
  readonly warnings: readonly string[];
}

/** What is known of a finished run besides its rows. */
export interface BacktestFigures {
  /** At the last prices, in USD. */
  readonly equity: string;
  /** The market time of its end. */
  readonly endedAt: string;
  /** The last price of each symbol: what open positions are valued at. */
  readonly prices: Readonly<Record<string, { readonly price: string; readonly time: string }>>;
  readonly bars: { readonly accepted: number; readonly stale: number; readonly refused: number };
}

/** Figures of trades that come from elsewhere; decimals as text, null where they were not given. */
export interface RecordedGroup {
  readonly totalTrades: number | null;
  /** In percent, 0 to 100. */
  readonly winRate: string | null;
  readonly averageRMultiple: string | null;
  readonly profitFactor: string | null;
}

/** The figures of a backtest that was recorded. */
export interface RecordedFigures extends RecordedGroup {
  /** In percent of the peak. */
  readonly maxDrawdown: string | null;
  readonly sharpe: string | null;
  /** By symbol; empty where they were not given. */
  readonly symbols: readonly (RecordedGroup & { readonly symbol: string })[];
}

/** A backtest whose figures come from elsewhere, to be stored. */
export interface NewRecordedBacktest {
  readonly backtestId: string;
  readonly owner: string;
  readonly name: string;
  readonly figures: RecordedFigures;
  readonly warnings: readonly string[];
  readonly createdAt: Date;
}

export type BacktestStatus = "QUEUED" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED";

/** A backtest as it is stored; its signals are read only to run it. */
export interface Backtest {
  readonly backtestId: string;
  readonly owner: string;
  readonly name: string;
  readonly kind: "RUN" | "RECORDED";
  readonly status: BacktestStatus;
  readonly input: BacktestInput;
  /** Of a RUN: BacktestFigures, once it is done. Of a RECORDED one: RecordedFigures. */
  readonly figures: unknown;
  readonly fillModelVersion: number | null;
  readonly barsTotal: number;
  readonly barsDone: number;
  readonly attempts: number;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface BacktestPlace {
  readonly backtestId: string;
  readonly createdAt: Date;
}

/** A backtest to be stored. `signals` is the JSON of a list, each `{ at, signal }`. */
export interface NewBacktest {
  readonly backtestId: string;
  readonly owner: string;
  readonly name: string;
  readonly input: BacktestInput;
  readonly signals: string;
  readonly barsTotal: number;
  readonly createdAt: Date;
}

/** The tables of a result; each row of one belongs to the account that is named like the backtest. */
export type ResultTable =
  | "accounts"
  | "sessions"
  | "positions"
  | "trades"
  | "signals"
  | "rollups"
  | "equityPoints"
  | "equityDays";

/** Who runs a backtest: a process, by an id of its own. */
export interface Run {
  readonly backtestId: string;
  readonly runner: string;
}

/** What may become of a claim, and how long a run may be silent before another takes it over. */
export interface ClaimRules {
  readonly runner: string;
  readonly attemptsMax: number;
  readonly silentSecondsMax: number;
}

/** Backtests as clients see them. All names an owner: what is not his does not exist. */
export interface BacktestReads {
  findBacktest(owner: string, backtestId: string): Promise<Backtest | undefined>;
  /** Newest first. */
  listBacktests(owner: string, range: Range<BacktestPlace>): Promise<Backtest[]>;
  countBacktests(owner: string): Promise<number>;
}

/** The store of backtests: the queue that all processes of a database share, and their results. */
export interface BacktestStore extends BacktestReads {
  /** Stores a backtest to be run; false where `waitingMax` wait already. */
  addBacktest(backtest: NewBacktest, waitingMax: number): Promise<boolean>;
  /** Stores one whose figures come from elsewhere: it is DONE at once. */
  recordBacktest(backtest: NewRecordedBacktest): Promise<void>;
  /** Cancels one that is not finished; answers it as it is now. */
  cancelBacktest(owner: string, backtestId: string): Promise<Backtest | undefined>;
  /** Takes it away at once, with its result, whose rows are deleted in portions. False where there is none. */
  deleteBacktest(owner: string, backtestId: string): Promise<boolean>;

  /** The oldest that waits, or whose process has been silent for too long; now it is the runner's. With its signals. */
  claim(rules: ClaimRules): Promise<{ readonly backtest: Backtest; readonly signals: string } | undefined>;
  /** Says that the run goes on; false where it is not the runner's any more. */
  beat(run: Run, barsDone: number): Promise<boolean>;
  /** Stores rows of the result, which nobody sees before `finish`; false where the run is not the runner's any more. */
  addRows(run: Run, table: ResultTable, rows: string): Promise<boolean>;
  /** Shows the result; false where the run is not the runner's any more. */
  finish(run: Run, figures: BacktestFigures, fillModelVersion: number): Promise<boolean>;
  fail(run: Run, failure: string): Promise<boolean>;
  /** Puts a run back to the others that wait; as if it had not been begun where `isUndone`. */
  release(run: Run, isUndone: boolean): Promise<void>;
  /** Deletes, in portions, the rows of a run's result that nobody sees; none where another runner has it now. */
  sweep(run: Run): Promise<void>;
  /** Deletes what results have left behind that no runner works on. */
  sweepAll(): Promise<void>;
}

/** The backtests that this process runs, for those who watch them. */
export interface BacktestRuns {
  /** There may be something to run. */
  wake(): void;
  /** Ends a run that is not wanted any more: it was cancelled, or deleted. */
  stop(backtestId: string): void;
  /** The bars done of a backtest that runs here. */
  barsDone(backtestId: string): number | undefined;
  /** Calls the listener when a backtest gets on, and when its state changes, until the answered function is called. */
  listen(backtestId: string, listener: (what: "progress" | "state") => void): () => void;
}
