// Reads a file of recorded signals: one JSON object a line, executed at its time on the way of a replay.

import { FeedError, quoteText } from "./feedError.ts";
import type { LineFault } from "./feedPrices.ts";
import { createTimeReader, DEFAULT_TIMEZONE, readTimezone } from "./marketTime.ts";
import { readLines } from "./textLines.ts";

export interface SignalEntry {
  readonly at: Date;
  readonly line: number;
  /** The object of the line without its `at`: an ExecuteSignalInput that nobody has validated yet. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface SignalsFile {
  /** Sorted by `at`; entries with the same stay in the file's order. */
  readonly entries: readonly SignalEntry[];
  readonly faults: readonly LineFault[];
}

/** Two free JSON fields of 16 KiB each, twice over, leave room for the rest and for escapes. */
export const SIGNAL_LINE_CHARACTERS_MAX = 65_536;
export const SIGNALS_PER_FILE_MAX = 1_000_000;
const ISO_START = /^\d{4}-/;

/**
 * Answers the signals of a JSON lines file and the faults of its lines (blank lines are none). `at` is an ISO time; one
 * without a zone is in `timezone`, as the bars' are. Throws FeedError if the file cannot be read, has more than
 * 1,000,000 lines with something on them, or the time zone is unknown.
 */
export async function readSignalsFile(source: {
  readonly file: string;
  readonly timezone?: string;
}): Promise<SignalsFile> {
  const zone = readTimezone(source.timezone ?? DEFAULT_TIMEZONE);
  const entries: SignalEntry[] = [];
  const faults: LineFault[] = [];
  for await (const { number, text, tooLong } of readLines(source.file, SIGNAL_LINE_CHARACTERS_MAX)) {
    if (text.trim() === "") continue;
    if (entries.length + faults.length >= SIGNALS_PER_FILE_MAX) {
      throw new FeedError(`${source.file} has more than ${SIGNALS_PER_FILE_MAX} signals; split it`);
    }
    const read = tooLong
      ? `the line is longer than ${SIGNAL_LINE_CHARACTERS_MAX} characters`
      : readEntry(number, text, createTimeReader(zone));
    if (typeof read === "string") faults.push({ line: number, reason: read });
    else entries.push(read);
  }
  entries.sort((a, b) => a.at.getTime() - b.at.getTime());
  return { entries, faults };
}

function readEntry(line: number, text: string, readTime: ReturnType<typeof createTimeReader>): SignalEntry | string {
  const value = parseJson(text);
  if (value === undefined) return "the line is not JSON";
  if (!isObject(value)) return "the line is not a JSON object";
  const { at, ...input } = value;
  if (at === undefined || at === null) return "at is missing: the ISO time at which to execute the signal";
  if (typeof at !== "string") return "at is not a string with an ISO time";
  if (!ISO_START.test(at)) return `at ${quoteText(at)} is not an ISO time`;
  const read = readTime(at);
  return read.kind === "fault" ? `at: ${read.reason}` : { at: read.time, line, input };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
