// Exports over HTTP: rows come as fast as their reader takes them, end when he leaves, and are never cut short in silence.

import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { CHUNK_CHARACTERS, type ExportFormat } from "../../../src/server/export/rowChunks.ts";
import {
  ask,
  CountedRows,
  MANY_ROWS,
  ROW_BYTES_MAX,
  rowAt,
  rowCount,
  serveRows,
  until,
  untilStuck,
} from "./servedRows.ts";

const FORMATS: readonly ExportFormat[] = ["csv", "json", "ndjson"];
/** Of the server's own copy: a chunk with the row that made it full, its frame, and the headers. */
const WAITING_BYTES_MAX = CHUNK_CHARACTERS + ROW_BYTES_MAX + 500;
/** Enough for many chunks. */
const SOME_ROWS = 10_000;

describe("an export", () => {
  it.each([
    ["csv", "text/csv; charset=utf-8; header=present"],
    ["json", "application/json; charset=utf-8"],
    ["ndjson", "application/x-ndjson; charset=utf-8"],
  ] as const)("as %s arrives whole", async (format, contentType) => {
    const rows = new CountedRows(SOME_ROWS);
    const { url, outcome } = await serveRows(rows, format);
    const reader = await ask(url);
    const body = await text(reader);
    expect(reader.statusCode).toBe(200);
    expect(reader.headers).toMatchObject({
      "content-type": contentType,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "transfer-encoding": "chunked",
    });
    expect(rowCount(format, body)).toBe(SOME_ROWS);
    expect(await outcome).toBe("whole");
    expect(rows.isEnded).toBe(true);
  });

  it("of 200,000 rows to a slow reader never has more than a chunk waiting in memory", async () => {
    const rows = new CountedRows(MANY_ROWS);
    const { url, response, outcome } = await serveRows(rows, "csv");
    const reader = await ask(url);
    const { socket } = await response;
    await untilStuck(rows, await response);
    const takenUnread = rows.taken;
    const waitingBytes: number[] = [];
    let body = "";
    for await (const chunk of reader.setEncoding("utf8")) {
      body += chunk;
      waitingBytes.push(socket?.writableLength ?? 0);
      await turn();
    }
    expect(rowCount("csv", body)).toBe(MANY_ROWS);
    expect(await outcome).toBe("whole");
    expect(takenUnread).toBeLessThan(MANY_ROWS);
    expect(waitingBytes[0]).toBeGreaterThan(0);
    expect(Math.max(...waitingBytes)).toBeLessThanOrEqual(WAITING_BYTES_MAX);
  });

  it("takes no row ahead of those that it has written", async () => {
    const rows = new CountedRows(MANY_ROWS);
    const { url, response } = await serveRows(rows, "ndjson");
    await ask(url);
    await untilStuck(rows, await response);
    const { socket } = await response;
    let bytes = 0;
    for (let number = 1; number <= rows.taken; number += 1) bytes += JSON.stringify(rowAt(number)).length + 1;
    // Written to the socket, which has also the headers and the frames of the chunks.
    expect(socket?.bytesWritten).toBeGreaterThanOrEqual(bytes);
    expect(socket?.writableLength).toBeLessThanOrEqual(WAITING_BYTES_MAX);
    expect(rows.taken).toBeLessThan(MANY_ROWS);
  });

  it("ends its rows when the reader leaves in the middle", async () => {
    const rows = new CountedRows(MANY_ROWS);
    const { url, response, outcome } = await serveRows(rows, "csv");
    const reader = await ask(url);
    await untilStuck(rows, await response);
    reader.destroy();
    expect(await outcome).toBe("left");
    expect(rows.isEnded).toBe(true);
    expect(rows.taken).toBeLessThan(MANY_ROWS);
  });

  it("ends its rows when the reader has left before the first of them came", async () => {
    const rows = new CountedRows(MANY_ROWS, async (number) => {
      if (number === 1) await once(await response, "close");
    });
    const { url, response, outcome } = await serveRows(rows, "json");
    const request = get(url, { agent: false }).on("error", () => undefined);
    await response;
    request.destroy();
    expect(await outcome).toBe("left");
    expect(rows.isEnded).toBe(true);
    expect(rows.taken).toBeLessThan(MANY_ROWS);
  });

  it("cuts off a reader who takes nothing for too long, and ends its rows", async () => {
    const rows = new CountedRows(MANY_ROWS);
    const { url, outcome } = await serveRows(rows, "csv", 100);
    const reader = await ask(url);
    expect(await outcome).toBe("left");
    expect(rows.isEnded).toBe(true);
    expect(rows.taken).toBeLessThan(MANY_ROWS);
    await expect(text(reader)).rejects.toThrow("aborted");
  });

  it("does not cut off a reader who waits for slow rows", async () => {
    const rows = new CountedRows(SOME_ROWS, async (number) => {
      if (number === SOME_ROWS / 2) await sleep(300);
    });
    const { url, outcome } = await serveRows(rows, "csv", 100);
    expect(rowCount("csv", await text(await ask(url)))).toBe(SOME_ROWS);
    expect(await outcome).toBe("whole");
  });
});

describe("an export whose rows fail", () => {
  const GONE = new Error("the database is gone");
  const failingAfter = (last: number) =>
    new CountedRows(MANY_ROWS, (number) => {
      if (number > last) throw GONE;
    });

  it.each(FORMATS)("in the middle, as %s, ends in an error for its reader, and is not complete", async (format) => {
    const rows = failingAfter(SOME_ROWS);
    const { url, outcome } = await serveRows(rows, format);
    const reader = await ask(url);
    let body = "";
    reader.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    await expect(once(reader, "end")).rejects.toThrow("aborted");
    expect(reader.complete).toBe(false);
    expect(await outcome).toBe(GONE);
    expect(rows.isEnded).toBe(true);
    expect(body).not.toBe("");
    expect(body.endsWith("]\n")).toBe(false);
  });

  it("in the middle, ends in an error also by HTTP/1.0, where a closed connection is the end", async () => {
    let bytes = 0;
    const rows = new CountedRows(SOME_ROWS, async (number) => {
      if (number < SOME_ROWS / 2) return;
      const { socket } = await response;
      // A reader in node takes bytes and a reset that come together for bytes and an end.
      await until(() => bytes === socket?.bytesWritten);
      throw GONE;
    });
    const { port, response, outcome } = await serveRows(rows, "csv");
    const reader = connect(port, "127.0.0.1");
    onTestFinished(() => void reader.destroy());
    reader.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    reader.write("GET / HTTP/1.0\r\n\r\n");
    await expect(once(reader, "end")).rejects.toThrow("ECONNRESET");
    expect(bytes).toBeGreaterThan(CHUNK_CHARACTERS);
    expect(await outcome).toBe(GONE);
  });

  it("before a chunk is full, is the caller's to answer", async () => {
    const { url, outcome } = await serveRows(failingAfter(3), "csv");
    const reader = await ask(url);
    expect(reader.statusCode).toBe(500);
    expect(await text(reader)).toBe("Unexpected error.");
    expect(await outcome).toBe(GONE);
  });
});
