// Writes rows as CSV (RFC 4180) that is safe to open in a spreadsheet.
import { withoutFormulas } from "./formulaCells.ts";
import { type Cell, cellText, type Row, type RowWriter } from "./rows.ts";

const END_OF_LINE = "\r\n";

/** Commas, quotes and ends of lines must be quoted; blanks at the ends are, because some readers trim what is not. */
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * A header row, then one record for each row, CRLF after each. Null is an empty field and empty text is `""`. Text that a
 * spreadsheet would run is escaped (formulaCells.ts), that of the header too. `row` throws what cellText throws.
 */
export function createCsvWriter<Column extends string>(columns: readonly Column[]): RowWriter<Column> {
  const record = (cells: readonly Cell[]): string =>
    cells.map((cell) => cellText(cell, textField, "")).join(",") + END_OF_LINE;
  return {
    head: record(columns),
    row: (row: Row<Column>) => record(columns.map((column) => row[column])),
    tail: "",
  };
}

function textField(text: string): string {
  const safe = withoutFormulas(text);
  return safe === "" || NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
