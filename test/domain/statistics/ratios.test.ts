// Ratios of returns against values that others have published, and against exact fractions.

import { describe, expect, it } from "vitest";
import { Decimal, type Decimal as DecimalType, decimal, formatDecimal, ONE, q8 } from "../../../src/domain/decimal.ts";
import { drawdownsOf, longestRecovery, maxDrawdownOf, ulcerIndexOf } from "../../../src/domain/statistics/drawdowns.ts";
import {
  annualizedReturn,
  annualizedVolatility,
  sharpeRatio,
  sortinoRatio,
  valueAtRisk,
} from "../../../src/domain/statistics/ratios.ts";

const percent = (...values: number[]): DecimalType[] => values.map((value) => new Decimal(value).div(100));
const START = decimal("100");

/** What START becomes by these returns, day by day; the days themselves do not matter here. */
function grown(returns: readonly DecimalType[]): { day: string; equity: DecimalType }[] {
  let equity = START;
  return returns.map((value) => {
    equity = equity.times(ONE.plus(value));
    return { day: "2024-01-01", equity };
  });
}

const close = (value: DecimalType | null): number => value?.toNumber() ?? Number.NaN;

// quantopian/empyrical (Apache-2.0), empyrical/tests/test_stats.py at 40f61b4: its inputs and expected values, 8 decimals.
// Its mixed returns begin with a missing one, which it leaves out of means and counts as a day of 0 in growth.
const MIXED = percent(1, 10, -4, 2, 3, 2, 1, -10);
const MIXED_WITH_FIRST = [...percent(0), ...MIXED];
const POSITIVE = percent(1, 2, 1, 1, 1, 1, 1, 1, 1);
const NEGATIVE = percent(0, -6, -7, -1, -9, -2, -6, -8, -5);
const ONE_OF_TWO = [-0.00171614, 0.01322056, 0.03063862, -0.01422057, -0.00489779, 0.01268925, -0.03357711, 0.01797036];
const TWO_OF_TWO = [0.01846232, 0.00793951, -0.01448395, 0.00422537, -0.00339611, 0.03756813, 0.0151531, 0.03549769];
const decimals = (values: readonly number[]): DecimalType[] => values.map((value) => new Decimal(value));

describe("as empyrical's tests have it", () => {
  it.each([
    ["mixed", MIXED, 1.7238613961706866],
    ["positive", POSITIVE, 52.915026221291804],
    ["negative", NEGATIVE, -24.406808633910085],
  ])("the Sharpe ratio of %s returns", (_, returns, expected) => {
    expect(close(sharpeRatio(returns))).toBeCloseTo(expected, 8);
  });

  it.each([
    ["mixed", MIXED, 2.605531251673693],
    ["negative", NEGATIVE, -13.532743075043401],
    ["the first of two", decimals(ONE_OF_TWO), 3.0639640966566306],
    ["the second of two", decimals(TWO_OF_TWO), 38.090963117002495],
  ])("the Sortino ratio of %s returns", (_, returns, expected) => {
    expect(close(sortinoRatio(returns))).toBeCloseTo(expected, 8);
  });

  it("the annual volatility of mixed returns", () => {
    expect(close(annualizedVolatility(MIXED))).toBeCloseTo(0.9136465399704637, 8);
  });

  it("the annual return and the Calmar ratio of mixed returns", () => {
    const days = grown(MIXED_WITH_FIRST);
    const growth = annualizedReturn(START, days.at(-1)?.equity ?? START, days.length);
    expect(close(growth)).toBeCloseTo(1.9135925373194231, 8);
    const maxDrawdown = maxDrawdownOf(drawdownsOf(START, days));
    expect(formatDecimal(maxDrawdown)).toBe("0.1");
    expect(close(growth.div(maxDrawdown))).toBeCloseTo(19.135925373194233, 8);
  });

  it.each([
    ["mixed", MIXED_WITH_FIRST, 0.1],
    ["positive", POSITIVE, 0],
    ["negative", NEGATIVE, 0.3659],
    ["10 %, −10 %, 10 %", percent(10, -10, 10), 0.1],
  ])("the largest drawdown of %s returns", (_, returns, expected) => {
    expect(close(maxDrawdownOf(drawdownsOf(START, grown(returns))))).toBeCloseTo(expected, 4);
  });
});

describe("as published elsewhere", () => {
  // braverock/PerformanceAnalytics at c079aea: data/portfolio_bacon.csv, from C. Bacon, "Practical Portfolio Performance
  // Measurement and Attribution", 2nd edition (2008), and its examples' outputs in tests/testthat/_snaps/all_snapshots.md.
  const BACON = percent(
    ...[0.3, 2.6, 1.1, -1, 1.5, 2.5, 1.6, 6.7, -1.4, 4, -0.5, 8.1],
    ...[4, -3.7, -6.1, 1.7, -4.9, -2.2, 7, 5.8, -6.5, 2.4, -0.5, -0.9],
  );

  it("the Sortino ratio of Bacon's portfolio over a target of 0.5 % a month, not annualized, is 0.1566", () => {
    // Kappa(portfolio_bacon, MAR = 0.005, l = 2): the second Kappa is the Sortino ratio.
    const overTarget = BACON.map((value) => value.minus("0.005"));
    expect(close(sortinoRatio(overTarget)) / Math.sqrt(252)).toBeCloseTo(0.1566, 4);
  });

  it("the ulcer index of Bacon's portfolio makes a Martin ratio of 1.6945", () => {
    // MartinRatio: the annualized return (12 months to a year, 24 months) over the ulcer index.
    const days = grown(BACON);
    const growth = Math.sqrt(close(days.at(-1)?.equity.div(START) ?? null)) - 1;
    expect(growth / close(ulcerIndexOf(drawdownsOf(START, days)))).toBeCloseTo(1.6945, 4);
  });

  it("the Sortino ratio of 17, 15, 23, −5, 12, 9, 13 and −4 % a year is 4.417", () => {
    // T. N. Rollinger, S. T. Hoffman, "Sortino: a 'sharper' ratio", Red Rock Capital (2013): mean 10 %, target 0,
    // downside deviation √((5² + 4²) / 8) = 2.264 %.
    expect(close(sortinoRatio(percent(17, 15, 23, -5, 12, 9, 13, -4))) / Math.sqrt(252)).toBeCloseTo(4.417, 3);
  });

  it.each([
    // nautechsystems/nautilus_trader, crates/analysis/src/statistics/ulcer_index.rs: values of its tests.
    [[0.1, -0.1, 0.5, -0.2, 0.1], 0.11349008767288883],
    [[0, -0.1, 0], Math.sqrt(0.02 / 3)],
    [[0.01, 0.02, 0.01, 0.015], 0],
  ])("the ulcer index of %j is %s", (returns, expected) => {
    expect(close(ulcerIndexOf(drawdownsOf(START, grown(decimals(returns)))))).toBeCloseTo(expected, 12);
  });

  it("the S&P 500 fell by 56.78 % from its record of 9 October 2007, which it regained on 28 March 2013", () => {
    // cybereconomics.blogspot.com, "How bad was it updated" (26 March 2009), has the fall; wikisum.wiki, "Closing
    // milestones of the S&P 500", the other closes and the day on which the record was surpassed (at 1,569.19).
    const record = decimal("1565.15");
    const days = [
      { day: "2007-10-09", equity: record },
      { day: "2008-11-20", equity: decimal("752.44") },
      { day: "2009-03-09", equity: decimal("676.53") },
      { day: "2013-03-28", equity: decimal("1569.19") },
    ];
    expect(maxDrawdownOf(drawdownsOf(record, days)).times(100).toFixed(2)).toBe("56.78");
    expect(longestRecovery(record, "2007-10-09", days)).toEqual({
      days: 1997,
      from: "2007-10-09",
      to: "2013-03-28",
      regained: true,
    });
  });

  it.each([
    // en.wikipedia.org, "Percentile", the nearest-rank method: the 5th percentile of five values is the first of them.
    ["15, 20, 35, 40, 50", [15, 20, 35, 40, 50], -15],
    // Where the rank is whole for both, the nearest rank and empyrical's interpolation (numpy.percentile) agree: of
    // 21 values, the fifth percentile is the second.
    ["1 to 21", Array.from({ length: 21 }, (_, index) => 21 - index), -2],
    ["1 to 41", Array.from({ length: 41 }, (_, index) => index + 1), -3],
    ["20 values", Array.from({ length: 20 }, (_, index) => index - 3), 3],
    ["100 values", Array.from({ length: 100 }, (_, index) => -index), 95],
  ])("the value at risk of %s", (_, returns, expected) => {
    expect(close(valueAtRisk(decimals(returns)))).toBe(expected);
  });
});

describe("a ratio whose divisor is 0", () => {
  it("is null: the same return every day has no deviation, also where its mean has no end", () => {
    const third = decimal("1").div(3);
    expect(sharpeRatio([third, third, third, third, third, third, third])).toBeNull();
    expect(formatDecimal(annualizedVolatility([third, third, third]))).toBe("0");
    expect(sharpeRatio(percent(0, 0))).toBeNull();
  });

  it("is null: without a loss there is no downside deviation", () => {
    expect(sortinoRatio(percent(1, 0, 2))).toBeNull();
  });
});

describe("what a series needs", () => {
  it("is told where it is not there", () => {
    expect(() => annualizedVolatility(percent(1))).toThrow("a deviation needs two returns");
    expect(() => valueAtRisk([])).toThrow("no return to take the value at risk from");
  });

  it("of a year is 252 days: their growth is that of the year itself", () => {
    expect(formatDecimal(q8(annualizedReturn(decimal("100"), decimal("112.5"), 252)))).toBe("0.125");
    expect(formatDecimal(q8(annualizedReturn(decimal("100"), decimal("121"), 504)))).toBe("0.1");
    expect(formatDecimal(q8(annualizedReturn(decimal("100"), decimal("110"), 126)))).toBe("0.21");
    expect(formatDecimal(q8(annualizedReturn(decimal("100"), decimal("0"), 30)))).toBe("-1");
  });
});
