// The seams of data sets and backtests as plain types: what their use cases need of the store. Beside ports.ts.
import type { BarInput } from "./domain/price.ts";
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
  /** Stores a data set with its bars, sorted by start; answers the one that has the same bars already, where there is one. */
  addDataSet(
    dataSet: DataSet,
    bars: readonly BarInput[],
  ): Promise<{ readonly dataSet: DataSet; readonly isNew: boolean }>;
  findDataSets(owner: string, dataSetIds: readonly string[]): Promise<DataSet[]>;
  /** Newest first. */
  listDataSets(owner: string, symbol: string | undefined, range: Range<DataSetPlace>): Promise<DataSet[]>;
  countDataSets(owner: string, symbol: string | undefined): Promise<number>;
  /** Its bars that start at or after `from` and before `to`, in order, some hundreds at a time. */
  readBars(dataSetId: string, from: Date | undefined, to: Date | undefined): AsyncIterable<BarInput[]>;
  /** How many bars that would be. */
  countBars(dataSetId: string, from: Date | undefined, to: Date | undefined): Promise<number>;
  /** False where there is none. */
  deleteDataSet(owner: string, dataSetId: string): Promise<boolean>;
}
