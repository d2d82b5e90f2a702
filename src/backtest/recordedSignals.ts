// The signals of a backtest as they are stored with it, read back in the order in which they are played.
import type { SignalEntry } from "../feeds/signalsFile.ts";

interface Stored {
  readonly at: string;
  readonly signal: Readonly<Record<string, unknown>>;
}

/** The fields of a signal that are times: JSON has them as text. */
const TIMES = ["expiresAt", "generatedAt"] as const;

/** The signals of a JSON list of `{ at, signal }`, by `at`; those of the same time stay in the order of the list. */
export function readSignals(text: string): SignalEntry[] {
  const stored = JSON.parse(text) as Stored[];
  const entries = stored.map(({ at, signal }, index) => ({
    at: new Date(at),
    line: index + 1,
    input: withTimes(signal),
  }));
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function withTimes(signal: Stored["signal"]): SignalEntry["input"] {
  const times = TIMES.flatMap((name) => {
    const value = signal[name];
    return typeof value === "string" ? [[name, new Date(value)] as const] : [];
  });
  return { ...signal, ...Object.fromEntries(times) };
}
