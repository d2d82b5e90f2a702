// Reads the rows of a CSV file of price bars one by one, each alone, so that a bad one spoils no other.
import { parse } from "csv-parse/sync";
import { findDelimiter, readHeader } from "./csvHeader.ts";
import { type CsvRow, type RowContext, readRow } from "./csvRow.ts";
import { FeedError } from "./feedError.ts";
import { createTimeReader, DEFAULT_TIMEZONE, readTimezone } from "./marketTime.ts";
import { readLines } from "./textLines.ts";

export interface CsvSource {
  /** The path of the file; where its bytes are given, what messages call it. */
  readonly file: string;
  readonly bytes?: AsyncIterable<Uint8Array>;
  readonly symbol: string;
  /** The IANA zone of times that name none; America/New_York where it is not given. */
  readonly timezone?: string;
}

export const CSV_LINE_CHARACTERS_MAX = 4_096;

/**
 * Answers the rows of a bar file one by one in the file's order, each a bar (without its interval) or a fault; a
 * start that comes twice is not noticed here. Throws FeedError if the file cannot be read, its header lacks a column,
 * or the time zone is unknown; what the bytes throw comes through as it is.
 */
export async function* streamCsvRows(source: CsvSource): AsyncGenerator<CsvRow> {
  const readTime = createTimeReader(readTimezone(source.timezone ?? DEFAULT_TIMEZONE));
  let context: RowContext | undefined;
  let delimiter = ",";
  for await (const { number, text, tooLong } of readLines(source.bytes ?? source.file, CSV_LINE_CHARACTERS_MAX)) {
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
