// Says how long a replay waits between two market times.
import { FeedError, quoteText } from "./feedError.ts";

/** Market time over wall time: 60 plays a minute in a second; Infinity does not wait at all. */
export type Speed = number;

const SPEED_FORM = /^(\d{1,6}(?:\.\d{1,3})?)x$/i;
const SPEED_MIN = 0.01;
const SPEED_MAX = 100_000;

/** A gap of the market (a night, a weekend) counts as at most this much market time. */
export const MARKET_GAP_MILLISECONDS_MAX = 3_600_000;
/** And no single wait of a slow replay is longer than this. */
export const WAIT_MILLISECONDS_MAX = 120_000;

/** Answers the speed of `--speed`: `60x`, `0.5x` or `max`. Throws FeedError for anything else. */
export function parseSpeed(text: string): Speed {
  if (text.toLowerCase() === "max") return Number.POSITIVE_INFINITY;
  const factor = Number(SPEED_FORM.exec(text)?.[1]);
  if (factor >= SPEED_MIN && factor <= SPEED_MAX) return factor;
  throw new FeedError(
    `the speed ${quoteText(text)} is not max or a multiple such as 60x, from ${SPEED_MIN}x to ${SPEED_MAX}x`,
  );
}

/**
 * Answers the whole milliseconds to wait from one market time to the next at a speed. Gaps are cut: more than an hour
 * of market time counts as an hour, and no wait is longer than two minutes, so that no replay sleeps through a night.
 * A time that is not later needs no wait. A player that keeps its pace takes off the time that its own work took.
 */
export function waitMilliseconds(from: Date, to: Date, speed: Speed): number {
  const gap = Math.min(Math.max(0, to.getTime() - from.getTime()), MARKET_GAP_MILLISECONDS_MAX);
  return Math.round(Math.min(gap / speed, WAIT_MILLISECONDS_MAX));
}
