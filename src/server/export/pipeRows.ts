// Sends an export as the answer to a request: as fast as its reader takes it, and never cut short without a sign.
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { EXPORT_FORMATS, type ExportFormat, rowChunks } from "./rowChunks.ts";
import type { Table } from "./rows.ts";

/** A reader who takes nothing of what waits for him for so long is cut off. */
export const STALLED_READER_MS = 60_000;

/** `left`: the reader went away before the end, or took nothing for too long. `ended`: the signal came before the end. */
export type Delivery = "whole" | "left" | "ended";

const NEVER = new AbortController().signal;

/** How rows are sent, where not as usual. */
export interface PipeOptions {
  /** In place of STALLED_READER_MS. */
  readonly stalledAfterMs?: number | undefined;
  /** Ends the export: its reader is cut off, so that he knows that his copy is not whole. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Answers with `table`, status 200; other headers can be set on `response` before. What waits in memory is at most
 * one chunk, however slow the reader. The rows are returned (`return()`) when he has left.
 *
 * Throws what the rows throw, and a RangeError for a cell that cannot be written. If that is before the first chunk is
 * full, nothing has been sent and the caller can answer; so it is where `signal` comes before, whose reason is thrown.
 * Afterwards the connection has been reset, so that the reader knows that his copy is not whole, even where a closed
 * connection is all that tells him the end (HTTP/1.0).
 */
export async function pipeRows<Column extends string>(
  table: Table<Column>,
  format: ExportFormat,
  response: ServerResponse,
  { stalledAfterMs = STALLED_READER_MS, signal = NEVER }: PipeOptions = {},
): Promise<Delivery> {
  const chunks = rowChunks(table, format);
  try {
    const first = await chunks.next();
    signal.throwIfAborted();
    response.writeHead(200, {
      "Content-Type": EXPORT_FORMATS[format].contentType,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
    response.setTimeout(stalledAfterMs, () => {
      if (hasWaitingBytes(response)) reset(response);
    });
    const cut = () => reset(response);
    signal.addEventListener("abort", cut, { once: true });
    const delivery = await send(first, chunks, response).finally(() => signal.removeEventListener("abort", cut));
    return delivery === "left" && signal.aborted ? "ended" : delivery;
  } finally {
    await chunks.return();
  }
}

async function send(
  first: IteratorResult<string, void>,
  rest: AsyncIterable<string>,
  response: ServerResponse,
): Promise<Delivery> {
  const failures: unknown[] = [];
  async function* body(): AsyncGenerator<string> {
    try {
      if (first.value !== undefined) yield first.value;
      yield* rest;
    } catch (error) {
      failures.push(error);
      // Before anything else closes the connection as if all were well.
      reset(response);
      throw error;
    }
  }
  const isWhole = await pipeline(body(), response).then(
    () => true,
    () => false,
  );
  if (failures.length > 0) throw failures[0];
  return isWhole ? "whole" : "left";
}

/** False where it is the rows that are slow, and not the reader. */
function hasWaitingBytes({ socket }: ServerResponse): boolean {
  return socket !== null && socket.writableLength > 0;
}

/** Cuts the connection so that the other side sees an error, and not an end. */
function reset({ socket }: ServerResponse): void {
  socket?.resetAndDestroy();
}
