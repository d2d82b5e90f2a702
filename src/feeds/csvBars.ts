// Reads a CSV file of price bars: streamed, faults by line, bars sorted by their start.
import { parse } from "csv-parse/sync";
import { findDelimiter, readHeader } from "./csvHeader.ts";
import { inferIntervalSeconds, withIntervals } from "./csvInterval.ts";
import { type CsvBar, type CsvRow, type RowContext, readRow } from "./csvRow.ts";
import { FeedError } from "./feedError.ts";
import type { FeedBar, LineFault } from "./feedPrices.ts";
import { createTimeReader, DEFAULT_TIMEZONE, readTimezone } from "./marketTime.ts";
import { readLines } from "./textLines.ts";

export interface CsvSource {
  readonly file: string;
  readonly symbol: string;
  /** The IANA zone of times that name none; America/New_York where it is not given. */
  readonly timezone?: string;
}

export interface CsvBars {
  readonly symbol: string;
  /** Sorted by start, no two with the same. */
  readonly bars: readonly FeedBar[];
  /** Sorted by line. */
  readonly faults: readonly LineFault[];
  /** Rows below the header, blank ones left out: bars and faults together. */
  readonly rows: number;
}

export const CSV_LINE_CHARACTERS_MAX = 4_096;
export const CSV_ROWS_MAX = 2_000_000;

/**
 * Answers the rows of a bar file one by one in the file's order, each a bar (without its interval) or a fault; a
 * start that comes twice is not noticed here. Throws FeedError if the file cannot be read, its header lacks a column,
 * or the time zone is unknown.
 */
export async function* streamCsvRows(source: CsvSource): AsyncGenerator<CsvRow> {
  const readTime = createTimeReader(readTimezone(source.timezone ?? DEFAULT_TIMEZONE));
  let context: RowContext | undefined;
  let delimiter = ",";
  for await (const { number, text, tooLong } of readLines(source.file, CSV_LINE_CHARACTERS_MAX)) {
    if (text.trim() === "") continue;
    if (context === undefined) {
      delimiter = findDelimiter(text);
      const columns = readHeader(source.file, splitLine(text, delimiter) ?? [text]);
      context = { symbol: source.symbol, columns, readTime };
    } else if (tooLong) {
      yield { kind: "fault", line: number, reason: `the line is longer than ${CSV_LINE_CHARACTERS_MAX} characters` };
    } else {
      const fields = splitLine(text, delimiter);
      yield fields === undefined
        ? { kind: "fault", line: number, reason: "a quotation mark is not closed" }
        : readRow(number, fields, context);
    }
  }
  if (context === undefined) throw new FeedError(`${source.file} is empty`);
}

/**
 * Answers all bars of a file sorted by start, and its faults by line. Of rows with the same start the first is kept
 * and the others are faults; rows out of order are sorted, no faults. For the bars' interval see csvInterval.ts.
 * Throws FeedError as streamCsvRows does, and for a file with no good row or more than 2,000,000 rows.
 */
export async function readCsvBars(source: CsvSource): Promise<CsvBars> {
  const bars: CsvBar[] = [];
  const faults: LineFault[] = [];
  const lineByStart = new Map<number, number>();
  let hasTimeOfDay = false;
  for await (const row of streamCsvRows(source)) {
    if (bars.length + faults.length >= CSV_ROWS_MAX) {
      throw new FeedError(`${source.file} has more than ${CSV_ROWS_MAX} rows; split it`);
    }
    const start = row.kind === "bar" ? row.bar.start.getTime() : Number.NaN;
    const earlierLine = lineByStart.get(start);
    if (row.kind === "fault") faults.push({ line: row.line, reason: row.reason });
    else if (earlierLine !== undefined)
      faults.push({ line: row.line, reason: `the time is that of line ${earlierLine}` });
    else {
      lineByStart.set(start, row.line);
      bars.push(row.bar);
      hasTimeOfDay ||= row.hasTimeOfDay;
    }
  }
  if (bars.length === 0) throw new FeedError(tellNoGoodRow(source.file, faults));
  bars.sort((a, b) => a.start.getTime() - b.start.getTime());
  const usualSeconds = inferIntervalSeconds(
    bars.map((bar) => bar.start),
    hasTimeOfDay,
  );
  return { symbol: source.symbol, bars: withIntervals(bars, usualSeconds), faults, rows: bars.length + faults.length };
}

function tellNoGoodRow(file: string, faults: readonly LineFault[]): string {
  const [first] = faults;
  if (first === undefined) return `${file} has no good row: there is nothing below its header`;
  return `${file} has no good row: all ${faults.length} are bad, the first at line ${first.line}: ${first.reason}`;
}

// Rows of bars never span lines, so each line is parsed alone and an unclosed quotation mark spoils only its own.
// Where a line has no quotation mark, its fields are what stands between the delimiters.
function splitLine(text: string, delimiter: string): string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter).map((field) => field.trim());
  try {
    const [fields] = parse(text, { delimiter, relax_quotes: true, relax_column_count: true, trim: true }) as string[][];
    return fields;
  } catch {
    return undefined;
  }
}
