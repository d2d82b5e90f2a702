// How a session has done: the figures of its trades, of its days and of its time in the market (domain.md 8).
import type { Session } from "./book.ts";
import { type Decimal, HUNDRED, q8 } from "./decimal.ts";
import { type DayEquity, dayOf } from "./statistics/dailyEquity.ts";
import { type DailyFigures, dailyFiguresOf } from "./statistics/dailyFigures.ts";
import type { Figure } from "./statistics/figure.ts";
import { exposureOf } from "./statistics/timeInMarket.ts";
import { type TradeFigures, tradeFiguresOf } from "./statistics/tradeFigures.ts";
import type { TradeSums } from "./statistics/tradeSums.ts";

/** What the figures of a session are made of, all of one instant. */
export interface SessionState {
  readonly session: Session;
  /** The sums over all its trades. */
  readonly sums: TradeSums;
  /** The equity at its last mark of each UTC day that had one, in the order of days. */
  readonly days: readonly DayEquity[];
  /** Its equity at `atMs`. */
  readonly equity: Decimal;
  /** Now, or its end. */
  readonly atMs: number;
}

/** A figure that cannot be told says why; it is never 0 or infinity. */
export interface Performance extends TradeFigures, DailyFigures {
  /** In percent of the starting capital, open positions included. */
  readonly totalReturn: Decimal;
  /** The largest drawdown at any mark, in percent of the peak. */
  readonly maxDrawdown: Decimal;
  /** The share of its time in which a position was open, in percent. */
  readonly exposure: Figure;
}

/**
 * Where a feed's clock begins that was given no start (CLOCK_START): a session that was begun before the first price
 * carries this time, and so does the first point of its curve, decades before its market.
 */
export const UNSET_CLOCK_MS = 0;

/** The performance of a session. Throws where its days are not in order. */
export function performanceOf(state: SessionState): Performance {
  const { session, sums, equity, atMs } = state;
  const { startingCapital } = session.settings;
  const marks = marketMarks(session, marksUntilNow(state));
  const beginMs = beginOf(session, marks);
  return {
    ...tradeFiguresOf(sums, startingCapital),
    ...dailyFiguresOf({ startingCapital, firstDay: dayOf(beginMs), marks }),
    totalReturn: q8(equity.minus(startingCapital).div(startingCapital).times(HUNDRED)),
    maxDrawdown: session.figures.maxDrawdown,
    exposure: exposureOf(session.timeInMarket, beginMs, atMs),
  };
}

/** The running day counts too, with the equity of now (of an ended session: its last day, with the equity at its end). */
function marksUntilNow({ days, equity, atMs }: SessionState): DayEquity[] {
  const today = dayOf(atMs);
  const last = days.at(-1);
  if (last === undefined || last.day < today) return [...days, { day: today, equity }];
  return [...days.slice(0, -1), { day: last.day, equity }];
}

/** Where the clock had no start yet, the time before the market's first day is left out. */
function marketMarks({ startedAtMs }: Session, marks: readonly DayEquity[]): readonly DayEquity[] {
  if (startedAtMs !== UNSET_CLOCK_MS) return marks;
  const ofMarket = marks.filter(({ day }) => day > dayOf(UNSET_CLOCK_MS));
  return ofMarket.length > 0 ? ofMarket : marks;
}

/** When a session began: at its first day's start, where the clock had no start yet. */
function beginOf({ startedAtMs }: Session, [first]: readonly DayEquity[]): number {
  return startedAtMs === UNSET_CLOCK_MS && first !== undefined ? Date.parse(first.day) : startedAtMs;
}
