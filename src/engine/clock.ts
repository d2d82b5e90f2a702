// The two clocks of the desk: the wall's, and the feed's market time (domain.md 4).
import type { Clock } from "../ports.ts";

/** The wall clock. */
export function systemClock(): Clock {
  return { isFeed: false, nowMs: () => Date.now(), advance: () => {} };
}

/** The newest market time accepted from any symbol, never before `startMs`. */
export function feedClock(startMs: number): Clock {
  let newestMs = startMs;
  return {
    isFeed: true,
    nowMs: () => newestMs,
    advance: (marketTimeMs) => {
      newestMs = Math.max(newestMs, marketTimeMs);
    },
  };
}
