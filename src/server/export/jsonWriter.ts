// Writes rows as JSON objects: one array of them, or one in each line (NDJSON).
import { cellText, type Row, type RowWriter } from "./rows.ts";

/** A JSON array with an object for each row, each in a line of its own. Decimals stay the text that they are. */
export function createJsonWriter<Column extends string>(columns: readonly Column[]): RowWriter<Column> {
  const object = objectWriter(columns);
  return { head: "[", row: (row, index) => `${index === 0 ? "\n" : ",\n"}${object(row)}`, tail: "\n]\n" };
}

/** A JSON object in each line, and nothing else. */
export function createNdjsonWriter<Column extends string>(columns: readonly Column[]): RowWriter<Column> {
  const object = objectWriter(columns);
  return { head: "", row: (row) => `${object(row)}\n`, tail: "" };
}

/** Writes the columns of a row as an object. Throws what cellText throws. */
function objectWriter<Column extends string>(columns: readonly Column[]): (row: Row<Column>) => string {
  const keys = columns.map((column) => [column, `${JSON.stringify(column)}:`] as const);
  return (row) => `{${keys.map(([column, key]) => key + cellText(row[column], JSON.stringify, "null")).join(",")}}`;
}
