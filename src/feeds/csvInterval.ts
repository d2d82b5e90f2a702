// Infers how long the bars of a file last from the times at which they start.
import { BAR_INTERVAL_SECONDS_MAX } from "../domain/limits.ts";

const DAY_SECONDS = 86_400;
/** The interval of a lone bar that has a time of day: nothing tells a longer one. */
const LONE_BAR_SECONDS = 60;

/** Counts the differences between the starts of neighbouring bars. */
export class StartDifferences {
  private readonly counts = new Map<number, number>();

  add(startMs: number, nextStartMs: number): void {
    const seconds = secondsBetween(startMs, nextStartMs);
    this.counts.set(seconds, (this.counts.get(seconds) ?? 0) + 1);
  }

  /**
   * Answers the usual interval in seconds: a day if no start carries a time of day, else the most frequent difference,
   * of equally frequent ones the smallest; a minute for a lone bar.
   */
  usualSeconds(hasTimeOfDay: boolean): number {
    if (!hasTimeOfDay) return DAY_SECONDS;
    let best = { seconds: LONE_BAR_SECONDS, count: 0 };
    for (const [seconds, count] of this.counts) {
      if (count > best.count || (count === best.count && seconds < best.seconds)) best = { seconds, count };
    }
    return best.seconds;
  }
}

/**
 * Answers the interval of a bar: the usual one, or less where the next bar starts sooner (the day that daylight saving
 * shortens, a half day): a bar that ended after the next one's start would make that one stale.
 */
export function intervalOf(usualSeconds: number, startMs: number, nextStartMs: number | undefined): number {
  return nextStartMs === undefined ? usualSeconds : Math.min(usualSeconds, secondsBetween(startMs, nextStartMs));
}

function secondsBetween(startMs: number, nextStartMs: number): number {
  const seconds = Math.floor((nextStartMs - startMs) / 1000);
  return Math.min(Math.max(1, seconds), BAR_INTERVAL_SECONDS_MAX);
}
