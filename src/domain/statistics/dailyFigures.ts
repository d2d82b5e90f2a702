// How a session has done day by day: figures from its daily equity, each with the reason where it cannot be told.
import { type Decimal, HUNDRED, q8 } from "../decimal.ts";
import { type DayEquity, dailyReturns, weekdayEquity } from "./dailyEquity.ts";
import { drawdownsOf, longestRecovery, maxDrawdownOf, type Recovery, ulcerIndexOf } from "./drawdowns.ts";
import { type Figure, figure, figureOr, missing } from "./figure.ts";
import { annualizedReturn, annualizedVolatility, sharpeRatio, sortinoRatio, valueAtRisk } from "./ratios.ts";

/** Daily returns from which figures of days are told at all: one day shows neither a best nor a spread. */
export const RETURNS_MIN = 2;
/** Daily returns from which annual figures and the value at risk are told: a month of trading, and 1 in 20 days. */
export const ANNUAL_RETURNS_MIN = 20;

/** What daily figures are made of. */
export interface SessionEquity {
  readonly startingCapital: Decimal;
  /** The UTC date on which the session began, as YYYY-MM-DD. */
  readonly firstDay: string;
  /** The last equity of each UTC day that had a mark, in the order of days. */
  readonly marks: readonly DayEquity[];
}

export interface DayReturn {
  readonly day: string;
  /** In percent of the equity before it. */
  readonly returnPercentage: Decimal;
}

/** Percentages and ratios of daily returns, as ratios.ts and drawdowns.ts define them, rounded once. */
export interface DailyFigures {
  /** The weekdays that count. */
  readonly days: number;
  /** The earliest of several that are as good, or as bad. */
  readonly bestDay: Figure<DayReturn>;
  readonly worstDay: Figure<DayReturn>;
  /** In percent. */
  readonly annualizedReturn: Figure;
  /** In percent. */
  readonly annualizedVolatility: Figure;
  readonly sharpe: Figure;
  readonly sortino: Figure;
  /** Annualized return / largest drawdown of the daily equity. T. W. Young, "Calmar ratio", Futures 20 (1991). */
  readonly calmar: Figure;
  /** The largest drawdown of the daily equity, in percent of the peak. */
  readonly maxDailyDrawdown: Figure;
  /** In percent. */
  readonly ulcerIndex: Figure;
  readonly longestRecovery: Figure<Recovery>;
  /** The loss of one day that 95 % of the days did not exceed, in percent of equity; below 0 it is a gain. */
  readonly valueAtRisk: Figure;
}

const SAME_RETURNS = "all daily returns are the same, so there is no deviation to divide by";
const NO_LOSING_DAY = "no daily return is below 0, so there is no downside deviation to divide by";
const NO_DRAWDOWN = "the daily equity was never below a peak";
const NEGATIVE_EQUITY = "the equity is below 0, which no growth leads to";

/** The daily figures of a session. Throws where the marks are not in the order of days. */
export function dailyFiguresOf({ startingCapital, firstDay, marks }: SessionEquity): DailyFigures {
  const days = weekdayEquity(startingCapital, firstDay, marks);
  const few = tooFew(days.length, RETURNS_MIN);
  const noReturns = few ?? ruin(days);
  const noAnnual = tooFew(days.length, ANNUAL_RETURNS_MIN) ?? ruin(days);
  const returns = noReturns ? [] : dailyReturns(startingCapital, days);
  const drawdowns = drawdownsOf(startingCapital, days);
  return {
    days: days.length,
    bestDay: noReturns ?? extremeDay(days, returns, (value, best) => value.gt(best)),
    worstDay: noReturns ?? extremeDay(days, returns, (value, worst) => value.lt(worst)),
    annualizedReturn: noAnnual ?? yearlyReturn(startingCapital, days),
    annualizedVolatility: noAnnual ?? figure(percent(annualizedVolatility(returns))),
    sharpe: noAnnual ?? ratio(sharpeRatio(returns), SAME_RETURNS),
    sortino: noAnnual ?? ratio(sortinoRatio(returns), NO_LOSING_DAY),
    calmar: noAnnual ?? calmar(startingCapital, days, maxDrawdownOf(drawdowns)),
    maxDailyDrawdown: few ?? figure(percent(maxDrawdownOf(drawdowns))),
    ulcerIndex: few ?? figure(percent(ulcerIndexOf(drawdowns))),
    longestRecovery: few ?? figureOr(longestRecovery(startingCapital, firstDay, days), NO_DRAWDOWN),
    valueAtRisk: noAnnual ?? figure(percent(valueAtRisk(returns))),
  };
}

function yearlyReturn(startingCapital: Decimal, days: readonly DayEquity[]): Figure {
  const growth = growthOf(startingCapital, days);
  return figureOr(growth && percent(growth), NEGATIVE_EQUITY);
}

function calmar(startingCapital: Decimal, days: readonly DayEquity[], maxDrawdown: Decimal): Figure {
  const growth = growthOf(startingCapital, days);
  if (growth === null) return missing(NEGATIVE_EQUITY);
  return ratio(maxDrawdown.isZero() ? null : growth.div(maxDrawdown), NO_DRAWDOWN);
}

/** The annualized return as a fraction; null where the session ends below 0. */
function growthOf(startingCapital: Decimal, days: readonly DayEquity[]): Decimal | null {
  const end = days.at(-1)?.equity ?? startingCapital;
  return end.lt(0) ? null : annualizedReturn(startingCapital, end, days.length);
}

function extremeDay(
  days: readonly DayEquity[],
  returns: readonly Decimal[],
  isFurther: (value: Decimal, other: Decimal) => boolean,
): Figure<DayReturn> {
  let found: { readonly day: string; readonly value: Decimal } | undefined;
  for (const [index, { day }] of days.entries()) {
    const value = returns[index];
    if (value !== undefined && (found === undefined || isFurther(value, found.value))) found = { day, value };
  }
  if (found === undefined) throw new RangeError("no day to choose from");
  return figure({ day: found.day, returnPercentage: percent(found.value) });
}

function tooFew(count: number, least: number): Figure<never> | undefined {
  if (count >= least) return undefined;
  const found = count === 0 ? "there is none" : count === 1 ? "there is 1" : `there are ${count}`;
  return missing(`needs at least ${least} daily returns, ${found}`);
}

/** Equity that a day began with and that was not above 0: of it, no return can be told. The last day begins none. */
function ruin(days: readonly DayEquity[]): Figure<never> | undefined {
  const day = days.slice(0, -1).find(({ equity }) => equity.lte(0));
  return day && missing(`the equity was not above 0 on ${day.day}, so there are no returns after it`);
}

function ratio(value: Decimal | null, reason: string): Figure {
  return figureOr(value && q8(value), reason);
}

function percent(fraction: Decimal): Decimal {
  return q8(fraction.times(HUNDRED));
}
