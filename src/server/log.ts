// The server's log: JSON lines on standard error, readable text where that is a terminal; never a secret in it.
import { pino } from "pino";
import { PinoPretty } from "pino-pretty";
import { withoutSecrets } from "./secrets.ts";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Log = pino.Logger;

const STANDARD_ERROR = 2;

/** What is never written, wherever it stands in what is logged, down to the third level. */
const HIDDEN_NAMES = ["authorization", "cookie", "connectionParams", "password", "secret", "token", "apiKey"];
const HIDDEN_PATHS = ["", "*.", "*.*."].flatMap((above) => HIDDEN_NAMES.map((name) => `${above}${name}`));

/**
 * Control characters that JSON lets stand, other ends of lines, and what turns the direction of a text: a terminal, or who
 * reads in it, would take them for something else than they are.
 */
const MISLEADING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(line: string): string {
  return line.replace(MISLEADING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** How entries become lines: whatever text they hold, an entry is one line, and without control characters. */
export function logOptions(level: LogLevel): pino.LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: HIDDEN_PATHS, censor: "[hidden]" },
    hooks: { streamWrite: (line) => withoutSecrets(escaped(line)) },
  };
}

/** A log that writes lines of `level` and above to standard error, each one before the call returns. */
export function createLog(level: LogLevel): Log {
  const options = logOptions(level);
  if (process.stderr.isTTY) return pino(options, PinoPretty({ destination: STANDARD_ERROR, sync: true }));
  return pino(options, pino.destination({ dest: STANDARD_ERROR, sync: true }));
}
