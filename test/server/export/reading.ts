// How a reader takes an export apart again: csv-parse, and the apostrophes before formulas taken away.
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { type ExportFormat, rowChunks } from "../../../src/server/export/rowChunks.ts";
import type { Cell, Row, Table } from "../../../src/server/export/rows.ts";

/** An export as one text. */
export async function written(table: Table, format: ExportFormat): Promise<string> {
  let text = "";
  for await (const chunk of rowChunks(table, format)) text += chunk;
  return text;
}

/** A table of rows that are at hand. */
export function tableOf(columns: readonly string[], rows: readonly Row[]): Table {
  return {
    columns,
    rows: (async function* () {
      yield* rows;
    })(),
  };
}

const SKIPPED = String.raw`[\s\p{C}\p{Default_Ignorable_Code_Point}"']`;
const FORMULA = String.raw`[=\uFF1D\uFE66\u207C\u208C\u2A75\u2A76+\uFF0B\uFE62\u207A\u208A\uFB29\-\uFF0D\uFE63\u2212\u207B\u208B@\uFF20\uFE6B]`;
const APOSTROPHES = new RegExp(
  String.raw`^'(?=${SKIPPED}*${FORMULA}|'*\p{Cc})|'(?=${FORMULA})(?<=[;|\t\r\n]${SKIPPED}*)`,
  "gu",
);

/** The text that was escaped. */
export const undone = (text: string): string => text.replace(APOSTROPHES, "");

/** The cells of a CSV export, header included, as they stand there; a field without quotes that is empty is null. */
export function cellsOf(csv: string): (string | null)[][] {
  return parse(csv, {
    record_delimiter: "\r\n",
    cast: (value, { quoting }) => (value === "" && !quoting ? null : value),
  }) as (string | null)[][];
}

const HOSTILE = [
  ..."=+-@\t\r\n\0 \"',;|'",
  "＝",
  "＋",
  "－",
  "＠",
  "−",
  "﹦",
  "⩵",
  "\u00a0",
  "\ufeff",
  "\u200b",
  "\u3164",
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.constantFrom(..."a1.0", "cmd|'/c calc'!A1", "-12.5", "\r\n") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
);

/** Text that is mostly made of what CSV and spreadsheets mind. */
export const hostileText = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

const plainDecimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat({ max: 99_999_999 }))
  .map(([whole, tail]) => `${whole}.${tail}`);

export const cellArbitrary: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 5, arbitrary: hostileText },
  { weight: 1, arbitrary: plainDecimal },
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);

/** Columns with any names, and rows of any cells. */
export const tableArbitrary = fc.uniqueArray(hostileText, { minLength: 2, maxLength: 5 }).chain((columns) =>
  fc.array(fc.tuple(...columns.map(() => cellArbitrary)), { maxLength: 8 }).map((lines) => ({
    columns,
    rows: lines.map((line): Row => Object.fromEntries(columns.map((column, index) => [column, line[index] ?? null]))),
  })),
);
