// The server's log: JSON lines on standard error, readable text where that is a terminal.
import { pino } from "pino";
import { PinoPretty } from "pino-pretty";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Log = pino.Logger;

const STANDARD_ERROR = 2;

/** A log that writes lines of `level` and above to standard error, each one before the call returns. */
export function createLog(level: LogLevel): Log {
  const options: pino.LoggerOptions = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (process.stderr.isTTY) return pino(options, PinoPretty({ destination: STANDARD_ERROR, sync: true }));
  return pino(options, pino.destination({ dest: STANDARD_ERROR, sync: true }));
}
