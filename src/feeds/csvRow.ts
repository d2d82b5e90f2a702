// Turns one row of a bar file into a bar without its interval, or says what is wrong with it.
import { type Decimal, formatDecimal } from "../domain/decimal.ts";
import { type CsvColumns, PRICE_COLUMNS } from "./csvHeader.ts";
import { type ReadNumber, readPrice, readVolume } from "./csvPrice.ts";
import type { FeedBar } from "./feedPrices.ts";
import type { ReadTime } from "./marketTime.ts";

/** A bar of a file before its interval is known: that takes the whole file. */
export type CsvBar = Omit<FeedBar, "intervalSeconds">;

export type CsvRow =
  | { readonly kind: "bar"; readonly line: number; readonly bar: CsvBar; readonly hasTimeOfDay: boolean }
  | { readonly kind: "fault"; readonly line: number; readonly reason: string };

/** What stays the same for every row of a file; `readTime` remembers the rows before (daylight saving). */
export interface RowContext {
  readonly symbol: string;
  readonly columns: CsvColumns;
  readonly readTime: (text: string) => ReadTime;
}

/** Answers the bar of a row, or all its faults in one sentence. A row must have the header's number of columns. */
export function readRow(line: number, fields: readonly string[], context: RowContext): CsvRow {
  const { columns, symbol } = context;
  const wrongCount = checkCount(fields, columns.count);
  if (wrongCount !== undefined) return { kind: "fault", line, reason: wrongCount };

  const reasons: string[] = [];
  const time = context.readTime(fields[columns.time] ?? "");
  if (time.kind === "fault") reasons.push(time.reason);
  const [open, high, low, close] = PRICE_COLUMNS.map((column) =>
    keep(readPrice(column, fields[columns[column]] ?? ""), reasons),
  );
  const volumeText = columns.volume === undefined ? "" : (fields[columns.volume] ?? "");
  const volume = volumeText === "" ? undefined : keep(readVolume(volumeText), reasons);

  if (open && high && low && close) {
    reasons.push(...checkRange(open, high, low, close));
    if (reasons.length === 0 && time.kind === "time") {
      const bar: CsvBar = {
        symbol,
        open: formatDecimal(open),
        high: formatDecimal(high),
        low: formatDecimal(low),
        close: formatDecimal(close),
        ...(volume === undefined ? {} : { volume: formatDecimal(volume) }),
        start: time.time,
      };
      return { kind: "bar", line, bar, hasTimeOfDay: time.hasTimeOfDay };
    }
  }
  return { kind: "fault", line, reason: reasons.join("; ") };
}

// A row with a column too many is most often one with decimal commas, one too short was cut off: neither is guessed at.
function checkCount(fields: readonly string[], count: number): string | undefined {
  const tooMany = fields.slice(count).some((field) => field !== "");
  if (fields.length >= count && !tooMany) return undefined;
  return `the row has ${fields.length} columns, the header ${count}`;
}

function checkRange(open: Decimal, high: Decimal, low: Decimal, close: Decimal): string[] {
  const [top, bottom] = [formatDecimal(high), formatDecimal(low)];
  if (high.lt(low)) return [`high ${top} is below low ${bottom}`];
  const outside = (price: Decimal) => price.gt(high) || price.lt(low);
  return [
    ...(outside(open) ? [`open ${formatDecimal(open)} is outside low ${bottom} to high ${top}`] : []),
    ...(outside(close) ? [`close ${formatDecimal(close)} is outside low ${bottom} to high ${top}`] : []),
  ];
}

function keep(read: ReadNumber, reasons: string[]): Decimal | undefined {
  if (read.kind === "number") return read.value;
  reasons.push(read.reason);
  return undefined;
}
