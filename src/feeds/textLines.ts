// Reads a text, of a file or as it comes in, line by line in bounded memory, whatever its line endings.
import { createReadStream } from "node:fs";
import { FeedError } from "./feedError.ts";

export interface TextLine {
  /** Counts from 1, blank lines included, as an editor shows it. */
  readonly number: number;
  /** Without its line ending; cut where it is too long. */
  readonly text: string;
  readonly tooLong: boolean;
}

// A carriage return at the very end may be the first half of a pair that the next chunk completes.
const LINE_ENDING = /\r\n|\n|\r(?!$)/;

/**
 * Answers the lines of a UTF-8 text, given by its file's path or its bytes, with or without a byte-order mark, ended by
 * LF, CRLF or CR. A line longer than `charactersMax` is cut and marked, so that a text without line endings cannot fill
 * the memory. Throws FeedError if the file cannot be read, and what the bytes throw.
 */
export async function* readLines(
  source: string | AsyncIterable<Uint8Array>,
  charactersMax: number,
): AsyncGenerator<TextLine> {
  let number = 0;
  let rest = "";
  for await (const chunk of decode(typeof source === "string" ? readFile(source) : source)) {
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

/** The decoder takes the byte-order mark away, and keeps the bytes of a character that the next chunk completes. */
async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* readFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) yield chunk;
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
