// Reads a CSV file of price bars as a whole: bars sorted by their start, all faults by line.
import { collectBars } from "./collectBars.ts";
import type { CsvSource } from "./csvStream.ts";
import type { FeedBar, LineFault } from "./feedPrices.ts";

export interface CsvBars {
  readonly symbol: string;
  /** Sorted by start, no two with the same. */
  readonly bars: readonly FeedBar[];
  /** Sorted by line. */
  readonly faults: readonly LineFault[];
  /** Rows below the header, blank ones left out: bars and faults together. */
  readonly rows: number;
}

export const CSV_ROWS_MAX = 2_000_000;

/**
 * Answers all bars of a file, and its faults by line, as collectBars does. Throws FeedError as collectBars does, and for
 * more than 2,000,000 rows.
 */
export async function readCsvBars(source: CsvSource): Promise<CsvBars> {
  const limits = { rowsMax: CSV_ROWS_MAX, faultsKeptMax: Number.POSITIVE_INFINITY };
  const collected = await collectBars(source, limits);
  return { symbol: source.symbol, bars: [...collected], faults: collected.faults, rows: collected.rows };
}
