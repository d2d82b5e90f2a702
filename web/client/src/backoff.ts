// How long to wait before an attempt to come back: longer each time, up to a bound, and by chance within that.
import { DELAY_MS_MAX, FIRST_DELAY_MS } from "./limits.ts";

/**
 * The delay in milliseconds before an attempt, counted from 0: exponential backoff with full jitter. When a server ends, all
 * of its clients come back: spread over the whole delay they do not come at once.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** attempt);
}
