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

/** How entries become lines: whatever text they hold, an entry is one line. */
export function logOptions(level: LogLevel): pino.LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: HIDDEN_PATHS, censor: "[hidden]" },
    hooks: { streamWrite: withoutSecrets },
  };
}

/** A log that writes lines of `level` and above to standard error, each one before the call returns. */
export function createLog(level: LogLevel): Log {
  const options = logOptions(level);
  if (process.stderr.isTTY) return pino(options, PinoPretty({ destination: STANDARD_ERROR, sync: true }));
  return pino(options, pino.destination({ dest: STANDARD_ERROR, sync: true }));
}
