// How long a session had a position open: what the desk keeps of it, and the exposure that follows.
import { Decimal, type Decimal as DecimalType, HUNDRED, q8 } from "../decimal.ts";
import { type Figure, figure, missing } from "./figure.ts";

/** Kept with the session, changed with every entry and exit. Times are in milliseconds. */
export interface TimeInMarket {
  /** The length of the stretches that are over. No time is counted twice. */
  readonly pastMs: number;
  /** The start of the stretch that is under way; null where nothing is open. */
  readonly sinceMs: number | null;
  /** The latest exit so far; null where there was none. */
  readonly lastExitMs: number | null;
}

export const NEVER_IN_MARKET: TimeInMarket = { pastMs: 0, sinceMs: null, lastExitMs: null };

/**
 * The time in the market after an entry. A stretch begins with the first position, but not before the last exit: a bar's
 * exits carry its end, which a later entry can precede.
 */
export function afterEntryAt(time: TimeInMarket, entryTimeMs: number): TimeInMarket {
  if (time.sinceMs !== null) return time;
  return { ...time, sinceMs: Math.max(entryTimeMs, time.lastExitMs ?? entryTimeMs) };
}

/** The time in the market after an exit that left `openPositions` open. A stretch ends with the latest of its exits. */
export function afterExitAt(time: TimeInMarket, exitTimeMs: number, openPositions: number): TimeInMarket {
  const lastExitMs = Math.max(exitTimeMs, time.lastExitMs ?? exitTimeMs);
  if (openPositions > 0 || time.sinceMs === null) return { ...time, lastExitMs };
  return { pastMs: time.pastMs + Math.max(0, lastExitMs - time.sinceMs), sinceMs: null, lastExitMs };
}

/**
 * The exposure of a session in percent: the share of its time, from `startedAtMs` to `atMs` (now, or its end), in which at
 * least one position was open. Never above 100, though exits can carry a time shortly after `atMs`.
 */
export function exposureOf(time: TimeInMarket, startedAtMs: number, atMs: number): Figure<DecimalType> {
  const sessionMs = atMs - startedAtMs;
  if (sessionMs <= 0) return missing("the session has only just begun");
  const underWayMs = time.sinceMs === null ? 0 : Math.max(0, atMs - time.sinceMs);
  const inMarketMs = Math.min(sessionMs, time.pastMs + underWayMs);
  return figure(q8(new Decimal(inMarketMs).div(sessionMs).times(HUNDRED)));
}
