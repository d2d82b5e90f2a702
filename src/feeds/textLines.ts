// Reads a text file line by line in bounded memory, whatever its line endings.
import { createReadStream } from "node:fs";
import { FeedError } from "./feedError.ts";

export interface TextLine {
  /** Counts from 1, blank lines included, as an editor shows it. */
  readonly number: number;
  /** Without its line ending; cut where it is too long. */
  readonly text: string;
  readonly tooLong: boolean;
}

const BYTE_ORDER_MARK = "\uFEFF";
// A carriage return at the very end may be the first half of a pair that the next chunk completes.
const LINE_ENDING = /\r\n|\n|\r(?!$)/;

/**
 * Answers the lines of a UTF-8 file, with or without a byte-order mark, ended by LF, CRLF or CR. A line longer than
 * `charactersMax` is cut and marked, so that a file without line endings cannot fill the memory.
 * Throws FeedError if the file cannot be read.
 */
export async function* readLines(file: string, charactersMax: number): AsyncGenerator<TextLine> {
  let number = 0;
  let rest = "";
  for await (const chunk of readChunks(file)) {
    const pieces = (rest + chunk).split(LINE_ENDING);
    rest = cut(pieces.pop() ?? "", charactersMax);
    for (const piece of pieces) {
      number += 1;
      yield toLine(number, piece, charactersMax);
    }
  }
  if (rest !== "") yield toLine(number + 1, rest.endsWith("\r") ? rest.slice(0, -1) : rest, charactersMax);
}

function toLine(number: number, text: string, charactersMax: number): TextLine {
  const tooLong = text.length > charactersMax;
  return { number, text: tooLong ? text.slice(0, charactersMax) : text, tooLong };
}

function cut(rest: string, charactersMax: number): string {
  if (rest.length <= charactersMax + 1) return rest;
  return rest.slice(0, charactersMax + 1) + (rest.endsWith("\r") ? "\r" : "");
}

async function* readChunks(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, { encoding: "utf8" });
  let first = true;
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      yield first && chunk.startsWith(BYTE_ORDER_MARK) ? chunk.slice(1) : chunk;
      first = false;
    }
  } catch (error) {
    throw new FeedError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES") return "permission is denied";
  return error instanceof Error ? error.message : String(error);
}
