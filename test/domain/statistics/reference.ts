// A second computation of daily figures: exact fractions of BigInts, straight from the definitions, for comparison.
import {
  add,
  div,
  integer,
  lt,
  max,
  min,
  mul,
  ONE,
  type Rational,
  rational,
  squareRoot,
  sub,
  sum,
  ZERO,
} from "../../reference/rational.ts";

const DAYS_PER_YEAR = integer(252);

const square = (x: Rational): Rational => mul(x, x);
const meanOf = (values: readonly Rational[]): Rational => div(sum(values), integer(values.length));

/** The returns of a row of equities after the first. */
export function returnsOf(equities: readonly Rational[]): Rational[] {
  return equities.slice(1).map((equity, index) => sub(div(equity, equities[index] ?? ZERO), ONE));
}

export function varianceOf(returns: readonly Rational[]): Rational {
  const mean = meanOf(returns);
  return div(sum(returns.map((value) => square(sub(value, mean)))), integer(returns.length - 1));
}

/** In percent. */
export function volatility(returns: readonly Rational[]): Rational {
  return mul(integer(100), squareRoot(mul(varianceOf(returns), DAYS_PER_YEAR)));
}

/** The square of what is to be rooted last keeps the fraction exact: mean² / variance × 252, with the mean's sign. */
export function sharpe(returns: readonly Rational[]): Rational {
  return signedRoot(meanOf(returns), varianceOf(returns));
}

export function sortino(returns: readonly Rational[]): Rational {
  return signedRoot(meanOf(returns), downside(returns));
}

export function downside(returns: readonly Rational[]): Rational {
  return meanOf(returns.map((value) => square(min(value, ZERO))));
}

function signedRoot(mean: Rational, variance: Rational): Rational {
  const root = squareRoot(mul(div(square(mean), variance), DAYS_PER_YEAR));
  return lt(mean, ZERO) ? rational(-root.num, root.den) : root;
}

/** The drawdown at each equity after the first, from the highest up to it. */
export function drawdowns(equities: readonly Rational[]): Rational[] {
  return equities.slice(1).map((equity, index) => {
    const peak = equities.slice(0, index + 2).reduce(max);
    return div(sub(peak, equity), peak);
  });
}

/** In percent. */
export function ulcerIndex(equities: readonly Rational[]): Rational {
  return mul(integer(100), squareRoot(meanOf(drawdowns(equities).map(square))));
}

/** In percent: the worst return that at least 5 % of the returns do not lie above, its sign turned. */
export function valueAtRisk(returns: readonly Rational[]): Rational {
  const notAbove = (level: Rational): number => returns.filter((value) => !lt(level, value)).length;
  const candidates = returns.filter((value) => notAbove(value) * 100 >= returns.length * 5);
  return mul(integer(-100), candidates.reduce(min));
}

/** Σ over the days of the growth, as a product: what the returns together make of 1. */
export function compounded(returns: readonly Rational[]): Rational {
  return returns.reduce((product, value) => mul(product, add(ONE, value)), ONE);
}
