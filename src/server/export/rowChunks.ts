// The text of an export in chunks: rows are taken one by one, and only as fast as the chunks are.
import { createCsvWriter } from "./csvWriter.ts";
import { createJsonWriter, createNdjsonWriter } from "./jsonWriter.ts";
import type { RowWriter, Table } from "./rows.ts";

/** A chunk is handed on as soon as it is so long; the row that makes it full is in it as a whole. */
export const CHUNK_CHARACTERS = 16 * 1024;

interface Format {
  readonly contentType: string;
  readonly createWriter: <Column extends string>(columns: readonly Column[]) => RowWriter<Column>;
}

export const EXPORT_FORMATS = {
  csv: { contentType: "text/csv; charset=utf-8; header=present", createWriter: createCsvWriter },
  json: { contentType: "application/json; charset=utf-8", createWriter: createJsonWriter },
  ndjson: { contentType: "application/x-ndjson; charset=utf-8", createWriter: createNdjsonWriter },
} as const satisfies Record<string, Format>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;

/**
 * The text of `table`, chunk by chunk. Rows are asked for while a chunk is asked for, never ahead; one who returns before
 * the end returns the rows too. Throws what the rows throw, and what cellText throws.
 */
export async function* rowChunks<Column extends string>(
  { columns, rows }: Table<Column>,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> {
  const writer: RowWriter<Column> = EXPORT_FORMATS[format].createWriter(columns);
  let text = writer.head;
  let index = 0;
  for await (const row of rows) {
    text += writer.row(row, index);
    index += 1;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = "";
  }
  text += writer.tail;
  if (text !== "") yield text;
}
