// The reader of bar files as the services see it: what is wrong with a file is a value.
import type { BarFileReading, BarFileSource } from "../backtestPorts.ts";
import { collectBars, TooManyRowsError } from "../feeds/collectBars.ts";
import { FeedError } from "../feeds/feedError.ts";
import { readTimezone } from "../feeds/marketTime.ts";

/** Reads a file of bars from its bytes; throws what they throw. */
export async function readBarFile(source: BarFileSource): Promise<BarFileReading> {
  const { name: file, bytes, symbol, timezone } = source;
  try {
    readTimezone(timezone);
  } catch (error) {
    if (error instanceof FeedError) return { kind: "unknownTimezone", message: error.message };
    throw error;
  }
  try {
    return { kind: "read", bars: await collectBars({ file, bytes, symbol, timezone }, source) };
  } catch (error) {
    if (error instanceof TooManyRowsError) return { kind: "tooManyRows" };
    if (error instanceof FeedError) return { kind: "unreadable", message: error.message };
    throw error;
  }
}
