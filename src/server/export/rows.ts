// What an export is made of: named columns, rows that come one after another, and a format that turns them into text.
import { Decimal, formatDecimal } from "../../domain/decimal.ts";

/** Decimals and times are text, as in the records; numbers are counts and the like. */
export type Cell = string | number | boolean | null;

export type Row<Column extends string = string> = Readonly<Record<Column, Cell>>;

/** Only the columns that are named are exported, in their order. */
export interface Table<Column extends string = string> {
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<Row<Column>>;
}

/** Writes one export: `head`, then each row with its place (from 0), then `tail`. */
export interface RowWriter<Column extends string> {
  readonly head: string;
  readonly row: (row: Row<Column>, index: number) => string;
  readonly tail: string;
}

/**
 * What a cell is written as: a text as `write` does it, null as `nothing`, a number as its digits without an exponent.
 * Throws a RangeError for a number that is not finite, and for what is no cell.
 */
export function cellText(cell: Cell, write: (text: string) => string, nothing: string): string {
  if (cell === null) return nothing;
  if (typeof cell === "string") return write(cell);
  if (typeof cell === "boolean") return String(cell);
  if (Number.isFinite(cell)) return formatDecimal(new Decimal(cell));
  throw new RangeError(`${cell} cannot be exported`);
}
