// Merges the bars of several symbols and recorded signals into the one order in which a replay plays them.
import type { FeedBar } from "./feedPrices.ts";
import type { SignalEntry } from "./signalsFile.ts";

export type TimelineEntry =
  | { readonly kind: "bar"; readonly bar: FeedBar }
  | ({ readonly kind: "signal" } & SignalEntry);

/**
 * Answers bars by start, ties in the order of the files given, and each signal before the first bar that starts at or
 * after its `at`. `signals` are sorted by `at`; those with the same stay in their order.
 *
 * So a signal that was decided at the end of a bar fills at that bar's close. A bar that starts before `at` and ends
 * after it is played first, and the desk's clock is then at its end: the signal fills at the close of the bar in which
 * it falls, a price later than its decision, and is never judged by prices from before it.
 */
export function* mergeTimeline(
  files: Iterable<readonly FeedBar[]>,
  signals: readonly SignalEntry[],
): Generator<TimelineEntry> {
  // The sort is stable, so that equal starts keep the order of the files.
  const bars = [...files].flat().sort((a, b) => a.start.getTime() - b.start.getTime());
  let played = 0;
  for (const bar of bars) {
    for (let signal = signals[played]; signal && signal.at <= bar.start; signal = signals[played]) {
      yield { kind: "signal", ...signal };
      played += 1;
    }
    yield { kind: "bar", bar };
  }
  for (const signal of signals.slice(played)) yield { kind: "signal", ...signal };
}

/** Answers the market time by which an entry is paced: a bar's start, a signal's `at`. It never falls along a timeline. */
export function timeOfEntry(entry: TimelineEntry): Date {
  return entry.kind === "bar" ? entry.bar.start : entry.at;
}
