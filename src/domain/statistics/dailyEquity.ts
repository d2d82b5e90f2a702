// A session's equity day by day: one figure for each weekday, from the marks that the session had.
import { type Decimal, ONE } from "../decimal.ts";

/** The equity at the end of a day, in USD. */
export interface DayEquity {
  /** A UTC date, as YYYY-MM-DD. */
  readonly day: string;
  readonly equity: Decimal;
}

const DAY_MS = 86_400_000;
const DATE_LENGTH = "YYYY-MM-DD".length;
const SUNDAY = 0;
const SATURDAY = 6;

/** The UTC date of a time. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, DATE_LENGTH);
}

/**
 * The equity of each weekday (Monday to Friday, UTC) from `firstDay`, on which the session began with `startingCapital`,
 * to its last mark: a day without marks repeats the equity before it, and what changed on a weekend counts on the Monday
 * after it, so that no change is left out. `marks` holds the last equity of each day that had one; throws where they are
 * not in the order of days.
 */
export function weekdayEquity(startingCapital: Decimal, firstDay: string, marks: readonly DayEquity[]): DayEquity[] {
  const firstMs = countingDay(startOfDay(firstDay));
  const marked = new Map<number, Decimal>();
  let last: string | undefined;
  for (const { day, equity } of marks) {
    if (last !== undefined && day <= last) throw new RangeError(`the mark of ${day} comes after that of ${last}`);
    marked.set(Math.max(firstMs, countingDay(startOfDay(day))), equity);
    last = day;
  }
  const endMs = [...marked.keys()].at(-1) ?? Number.NEGATIVE_INFINITY;
  const days: DayEquity[] = [];
  let equity = startingCapital;
  for (let ms = firstMs; ms <= endMs; ms = countingDay(ms + DAY_MS)) {
    equity = marked.get(ms) ?? equity;
    days.push({ day: dayOf(ms), equity });
  }
  return days;
}

/**
 * The return of each day as a fraction of the equity before it: 0.01 is 1 %. The equity before each day must be above 0.
 */
export function dailyReturns(startingCapital: Decimal, days: readonly DayEquity[]): Decimal[] {
  return days.map(({ equity }, index) => equity.div(days[index - 1]?.equity ?? startingCapital).minus(ONE));
}

/** The whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return (startOfDay(to) - startOfDay(from)) / DAY_MS;
}

function startOfDay(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(ms)) throw new RangeError(`not a date: ${day}`);
  return ms;
}

/** The weekday on which a day counts: itself, or the Monday after it. */
function countingDay(ms: number): number {
  const weekday = new Date(ms).getUTCDay();
  if (weekday === SATURDAY) return ms + 2 * DAY_MS;
  return weekday === SUNDAY ? ms + DAY_MS : ms;
}
