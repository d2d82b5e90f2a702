// A server whose every answer is an export of many rows, and readers who read nothing until they are told to.
import { once } from "node:events";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { pipeRows } from "../../../src/server/export/pipeRows.ts";
import type { ExportFormat } from "../../../src/server/export/rowChunks.ts";
import type { Row } from "../../../src/server/export/rows.ts";

/** Far more than operating systems take for a reader who does not read: 45 MB. */
export const MANY_ROWS = 200_000;
export const ROW_BYTES_MAX = 300;
const COLUMNS = ["number", "symbol", "realizedPnl", "note"];
const NOTE = "filled at the open, ".repeat(10);

export function rowAt(number: number): Row {
  return { number, symbol: "AAPL", realizedPnl: "-12.5", note: NOTE };
}

/** Rows that tell how far they have come, and whether they were ended. */
export class CountedRows {
  taken = 0;
  isEnded = false;
  private readonly count: number;
  private readonly each: (number: number) => unknown;

  /** `each` is called, and waited for, before each row, with its number from 1. */
  constructor(count: number, each: (number: number) => unknown = () => undefined) {
    this.count = count;
    this.each = each;
  }

  async *rows(): AsyncGenerator<Row> {
    try {
      for (let number = 1; number <= this.count; number += 1) {
        await this.each(number);
        this.taken = number;
        yield rowAt(number);
      }
    } finally {
      this.isEnded = true;
    }
  }
}

export interface ServedRows {
  readonly url: string;
  readonly port: number;
  /** The answer to the first request, when that has come. */
  readonly response: Promise<ServerResponse>;
  /** What came of it: how it was delivered, or what was thrown. */
  readonly outcome: Promise<unknown>;
}

/** Answers every request with these rows; what is thrown before anything was sent is a 500. */
export async function serveRows(rows: CountedRows, format: ExportFormat, stalledAfterMs?: number): Promise<ServedRows> {
  const server = createServer();
  const response = once(server, "request").then(([, answer]) => answer as ServerResponse);
  const outcome = response.then(async (answer): Promise<unknown> => {
    try {
      return await pipeRows({ columns: COLUMNS, rows: rows.rows() }, format, answer, { stalledAfterMs });
    } catch (error) {
      if (!answer.headersSent) answer.writeHead(500).end("Unexpected error.");
      return error;
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, port, response, outcome };
}

/** Asks, and reads nothing of the answer yet. */
export async function ask(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
  onTestFinished(() => void response.destroy());
  return response;
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

/** Waits until the operating system takes no more for a reader who does not read. */
export async function untilStuck(rows: CountedRows, response: ServerResponse): Promise<void> {
  let same = 0;
  for (let before = -1; same < 10; await sleep(10)) {
    same = rows.taken === before && response.writableNeedDrain ? same + 1 : 0;
    before = rows.taken;
  }
}

/** The rows of a whole export. */
export function rowCount(format: ExportFormat, body: string): number {
  if (format === "json") return JSON.parse(body).length;
  return body.trimEnd().split("\n").length - (format === "csv" ? 1 : 0);
}
