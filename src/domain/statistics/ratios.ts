// Return and risk of a series of daily returns (fractions: 0.01 is 1 %). Nothing is rounded here.
import { Decimal, type Decimal as DecimalType, min, ONE, ZERO } from "../decimal.ts";

/** Trading days in a year: what annual figures are scaled to. */
export const DAYS_PER_YEAR = 252;
const ROOT_OF_YEAR = new Decimal(DAYS_PER_YEAR).sqrt();
/** Days in a hundred on which the loss may be larger than the value at risk: 5, for 95 %. */
const TAIL_PERCENTAGE = 5;

/** `(end / start)^(252 / days) − 1`: the yearly growth that leads from start to end. `end` must not be negative. */
export function annualizedReturn(start: DecimalType, end: DecimalType, days: number): DecimalType {
  return end.div(start).pow(new Decimal(DAYS_PER_YEAR).div(days)).minus(ONE);
}

/** Sample standard deviation (n − 1) × √252. Needs two returns. */
export function annualizedVolatility(returns: readonly DecimalType[]): DecimalType {
  return sampleDeviation(returns).times(ROOT_OF_YEAR);
}

/**
 * Mean / sample standard deviation × √252, with a risk-free rate of 0; null where all returns are the same.
 * Needs two returns. W. F. Sharpe, "The Sharpe ratio", Journal of Portfolio Management 21 (1994).
 */
export function sharpeRatio(returns: readonly DecimalType[]): DecimalType | null {
  const deviation = sampleDeviation(returns);
  return deviation.isZero() ? null : meanOf(returns).div(deviation).times(ROOT_OF_YEAR);
}

/**
 * Mean / downside deviation × √252, with a target of 0, where the downside deviation is √(Σ min(r, 0)² / n) over all n
 * returns; null where none is below 0. Needs one return.
 * F. A. Sortino, L. N. Price, "Performance measurement in a downside risk framework", Journal of Investing 3 (1994).
 */
export function sortinoRatio(returns: readonly DecimalType[]): DecimalType | null {
  const deviation = rootMeanSquare(returns.map((value) => min(value, ZERO)));
  return deviation.isZero() ? null : meanOf(returns).div(deviation).times(ROOT_OF_YEAR);
}

/**
 * Historical value at risk of one day at 95 %, by the nearest rank: the return with the rank ⌈n × 5 %⌉ from the worst, its
 * sign turned, so that a loss is above 0. Needs one return. P. Jorion, "Value at Risk", 3rd edition (2006), chapter 5.
 */
export function valueAtRisk(returns: readonly DecimalType[]): DecimalType {
  const rank = Math.ceil((returns.length * TAIL_PERCENTAGE) / 100);
  const worst = [...returns].sort((a, b) => a.cmp(b))[rank - 1];
  if (worst === undefined) throw new RangeError("no return to take the value at risk from");
  return worst.neg();
}

/** √(Σ x² / n). */
export function rootMeanSquare(values: readonly DecimalType[]): DecimalType {
  return sumOf(values.map((value) => value.times(value)))
    .div(values.length)
    .sqrt();
}

/** Exactly 0 where all returns are the same, also where their mean has no end. */
function sampleDeviation(returns: readonly DecimalType[]): DecimalType {
  const [first, ...others] = returns;
  if (first === undefined || others.length === 0) throw new RangeError("a deviation needs two returns");
  if (others.every((value) => value.eq(first))) return ZERO;
  const mean = meanOf(returns);
  const squares = returns.map((value) => value.minus(mean).pow(2));
  return sumOf(squares)
    .div(returns.length - 1)
    .sqrt();
}

function meanOf(values: readonly DecimalType[]): DecimalType {
  return sumOf(values).div(values.length);
}

function sumOf(values: readonly DecimalType[]): DecimalType {
  return values.reduce((sum, value) => sum.plus(value), ZERO);
}
