// Infers how long the bars of a file last from the times at which they start.
import { BAR_INTERVAL_SECONDS_MAX } from "../domain/limits.ts";
import type { CsvBar } from "./csvRow.ts";
import type { FeedBar } from "./feedPrices.ts";

const DAY_SECONDS = 86_400;
/** The interval of a lone bar that has a time of day: nothing tells a longer one. */
const LONE_BAR_SECONDS = 60;

/**
 * Answers the usual interval, in seconds, of bars sorted by start: a day if no start carries a time of day, else the
 * most frequent difference between neighbouring starts, of equally frequent ones the smallest; a minute for a lone bar.
 */
export function inferIntervalSeconds(starts: readonly Date[], hasTimeOfDay: boolean): number {
  if (!hasTimeOfDay) return DAY_SECONDS;
  const counts = new Map<number, number>();
  for (let index = 1; index < starts.length; index += 1) {
    const seconds = secondsBetween(starts[index - 1], starts[index]);
    counts.set(seconds, (counts.get(seconds) ?? 0) + 1);
  }
  let best = { seconds: LONE_BAR_SECONDS, count: 0 };
  for (const [seconds, count] of counts) {
    if (count > best.count || (count === best.count && seconds < best.seconds)) best = { seconds, count };
  }
  return best.seconds;
}

/**
 * Gives each of the bars, sorted by start, the usual interval, or less where the next bar starts sooner (the day that
 * daylight saving shortens, a half day): a bar that ended after the next one's start would make that one stale.
 */
export function withIntervals(bars: readonly CsvBar[], usualSeconds: number): FeedBar[] {
  return bars.map((bar, index) => {
    const next = bars[index + 1];
    const intervalSeconds = next ? Math.min(usualSeconds, secondsBetween(bar.start, next.start)) : usualSeconds;
    return { ...bar, intervalSeconds };
  });
}

function secondsBetween(from: Date | undefined, to: Date | undefined): number {
  const seconds = Math.floor(((to?.getTime() ?? 0) - (from?.getTime() ?? 0)) / 1000);
  return Math.min(Math.max(1, seconds), BAR_INTERVAL_SECONDS_MAX);
}
