// Daily figures of a session: which days count, worked digits, reasons for what is missing, and a second computation.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, formatDecimal } from "../../../src/domain/decimal.ts";
import { type DayEquity, dailyReturns, dayOf, weekdayEquity } from "../../../src/domain/statistics/dailyEquity.ts";
import { type DailyFigures, dailyFiguresOf } from "../../../src/domain/statistics/dailyFigures.ts";
import { figureValue, missingOf } from "../../../src/domain/statistics/figure.ts";
import * as exact from "../../reference/rational.ts";
import { format, integer, q8, type Rational } from "../../reference/rational.ts";
import { plain } from "../../support/builders.ts";
import * as reference from "./reference.ts";

const CAPITAL = decimal("100000");
const MONDAY = "2024-01-01";
const DAY_MS = 86_400_000;

/** The date so many days after a Monday. */
const dateAfter = (days: number): string => dayOf(Date.UTC(2024, 0, 1) + days * DAY_MS);
const mark = (day: string, equity: string): DayEquity => ({ day, equity: decimal(equity) });

/** Marks on the weekdays from a Monday on, one after the other. */
const onWeekdays = (...equities: string[]): DayEquity[] =>
  equities.map((equity, index) => mark(dateAfter(index + 2 * Math.floor(index / 5)), equity));

const figuresOf = (marks: readonly DayEquity[], firstDay = MONDAY): DailyFigures =>
  dailyFiguresOf({ startingCapital: CAPITAL, firstDay, marks });

/** The figures with each missing one as its reason. */
const told = (figures: DailyFigures): unknown =>
  plain(
    Object.fromEntries(
      Object.entries(figures).map(([name, field]) => {
        if (typeof field === "number") return [name, field];
        return [name, field.kind === "figure" ? field.value : field.reason];
      }),
    ),
  );

const days = (firstDay: string, ...marks: DayEquity[]): string[] =>
  weekdayEquity(CAPITAL, firstDay, marks).map(({ day, equity }) => `${day} ${formatDecimal(equity)}`);

describe("the days that count", () => {
  it("are the weekdays from the first to the last that has a mark; one without marks repeats the equity before it", () => {
    expect(days(MONDAY, mark("2024-01-02", "101000"), mark("2024-01-05", "99000"))).toEqual([
      "2024-01-01 100000",
      "2024-01-02 101000",
      "2024-01-03 101000",
      "2024-01-04 101000",
      "2024-01-05 99000",
    ]);
  });

  it("do not fall on a weekend: what changed there counts on Monday", () => {
    const friday = mark("2024-01-05", "101000");
    const saturday = mark("2024-01-06", "102000");
    const sunday = mark("2024-01-07", "103000");
    expect(days("2024-01-05", friday, saturday, sunday, mark("2024-01-09", "104000"))).toEqual([
      "2024-01-05 101000",
      "2024-01-08 103000",
      "2024-01-09 104000",
    ]);
    expect(days("2024-01-05", friday, saturday, sunday, mark("2024-01-08", "105000"))).toEqual([
      "2024-01-05 101000",
      "2024-01-08 105000",
    ]);
  });

  it("leave no change out: the weekend after the last weekday counts on the Monday to come", () => {
    expect(days("2024-01-05", mark("2024-01-05", "101000"), mark("2024-01-06", "102000"))).toEqual([
      "2024-01-05 101000",
      "2024-01-08 102000",
    ]);
  });

  it("begin on Monday where the session began on a weekend", () => {
    expect(days("2024-01-06", mark("2024-01-06", "99000"), mark("2024-01-07", "98000"))).toEqual(["2024-01-08 98000"]);
  });

  it("are none where there is no mark, and a mark before the first day counts on it", () => {
    expect(days(MONDAY)).toEqual([]);
    expect(days("2024-01-03", mark("2024-01-02", "101000"), mark("2024-01-04", "102000"))).toEqual([
      "2024-01-03 101000",
      "2024-01-04 102000",
    ]);
  });

  it("must be in order, and dates", () => {
    expect(() => days(MONDAY, mark("2024-01-03", "1"), mark("2024-01-03", "2"))).toThrow(
      "the mark of 2024-01-03 comes after that of 2024-01-03",
    );
    expect(() => days("today", mark("2024-01-03", "1"))).toThrow("not a date: today");
  });

  it("have returns that together make the whole change, wherever weekends fall", () => {
    const gaps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 6 }), cents: fc.integer({ min: 1, max: 1e9 }) }));
    fc.assert(
      fc.property(fc.nat(6), gaps, (start, steps) => {
        let day = start;
        const marks = steps.map(({ gap, cents }, index) => {
          day += index === 0 ? gap - 1 : gap;
          return mark(dateAfter(day), (cents / 100).toFixed(2));
        });
        const counted = weekdayEquity(CAPITAL, dateAfter(start), marks);
        expect(counted.every(({ day: date }) => ![0, 6].includes(new Date(date).getUTCDay()))).toBe(true);
        const made = dailyReturns(CAPITAL, counted).reduce((equity, value) => equity.times(value.plus(1)), CAPITAL);
        const last = marks.at(-1)?.equity ?? CAPITAL;
        expect(made.minus(last).abs().lt("1e-30")).toBe(true);
        expect(new Set(counted.map(({ day: date }) => date)).size).toBe(counted.length);
      }),
    );
  });
});

describe("twenty days worked out by hand: +10 %, −5 %, and eighteen days without a mark that ends them", () => {
  const marks = [mark(MONDAY, "110000"), mark("2024-01-02", "104500"), mark("2024-01-26", "104500")];

  it("have these digits", () => {
    expect(told(figuresOf(marks))).toEqual({
      days: 20,
      bestDay: { day: "2024-01-01", returnPercentage: "10" },
      worstDay: { day: "2024-01-02", returnPercentage: "-5" },
      annualizedReturn: "74.12665596", // 1.045^(252/20) − 1
      annualizedVolatility: "40.51315576", // √((0.0125 − 20 × 0.0025²) / 19 × 252)
      sharpe: "1.55505042", // √(0.0025² × 252 × 19 / 0.012375) = √(0.029925 / 0.012375)
      sortino: "3.54964787", // 0.0025 / √(0.0025 / 20) × √252 = √12.6
      calmar: "14.82533119", // 0.7412665596… / 0.05
      maxDailyDrawdown: "5",
      ulcerIndex: "4.87339717", // √(19 × 5² / 20) = √23.75
      longestRecovery: { days: 25, from: "2024-01-01", to: "2024-01-26", regained: false },
      valueAtRisk: "5", // rank ⌈20 × 5 %⌉ = 1
    });
    expect(missingOf(figuresOf(marks))).toEqual([]);
  });

  it("and one day more: the value at risk is the second worst return", () => {
    expect(told(figuresOf([...marks, mark("2024-01-29", "104500")]))).toMatchObject({
      days: 21,
      annualizedReturn: "69.58814328",
      annualizedVolatility: "39.49683532",
      sharpe: "1.51910905",
      sortino: "3.46410162", // √12
      ulcerIndex: "4.87950036", // √(20 × 5² / 21)
      valueAtRisk: "0",
    });
  });
});

describe("a month of trading, worked out apart with 60 digits", () => {
  const equities = "100500 101200 100900 102000 103500 103000 101000 99000 99500 100200 101900 104000 105250";
  const rest = "105000 104800 106300 107000 106500 106900 108000 107600";
  const figures = figuresOf(onWeekdays(...`${equities} ${rest}`.split(" ")));

  it("has these digits", () => {
    expect(told(figures)).toEqual({
      days: 21,
      bestDay: { day: "2024-01-16", returnPercentage: "2.06084396" }, // 2100 / 101900
      worstDay: { day: "2024-01-10", returnPercentage: "-1.98019802" }, // 2000 / 101000
      annualizedReturn: "140.85033569",
      annualizedVolatility: "16.98829626",
      sharpe: "5.2642033",
      sortino: "8.8752274",
      calmar: "32.39557721",
      maxDailyDrawdown: "4.34782609", // 4500 / 103500
      ulcerIndex: "1.59096662",
      longestRecovery: { days: 11, from: "2024-01-05", to: "2024-01-16", regained: true },
      valueAtRisk: "1.94174757", // 2000 / 103000, the second worst of 21
    });
  });
});

describe("the longest recovery", () => {
  const recovery = (...equities: string[]): unknown =>
    plain(figureValue(figuresOf(onWeekdays(...equities)).longestRecovery));

  it.each<[string, string[], unknown]>([
    ["is null where no close was below a peak", ["100000", "101000", "101000"], null],
    [
      "begins with the session where the starting capital is the peak",
      ["99000", "99500", "100000"],
      { days: 2, from: "2024-01-01", to: "2024-01-03", regained: true },
    ],
    [
      "begins on the last day at the peak",
      ["101000", "101000", "100000", "101000"],
      { days: 2, from: "2024-01-02", to: "2024-01-04", regained: true },
    ],
    [
      "counts the days of a weekend",
      ["100000", "100000", "100000", "100000", "101000", "100500", "101500"],
      { days: 4, from: "2024-01-05", to: "2024-01-09", regained: true },
    ],
    [
      "is the earliest of two that are as long",
      ["101000", "100500", "101000", "100900", "101000"],
      { days: 2, from: "2024-01-01", to: "2024-01-03", regained: true },
    ],
    [
      "is the longer one, also where the other was deeper",
      ["101000", "60000", "101000", "100900", "100900", "101000"],
      { days: 5, from: "2024-01-03", to: "2024-01-08", regained: true },
    ],
    [
      "that is not over counts up to the last day",
      ["101000", "100500", "101000", "100900", "100800", "100700", "100600"],
      { days: 6, from: "2024-01-03", to: "2024-01-09", regained: false },
    ],
  ])("%s", (_, equities, expected) => {
    expect(recovery(...equities)).toEqual(expected);
  });
});

describe("what cannot be told, and why", () => {
  const reasons = (marks: readonly DayEquity[]): unknown =>
    Object.fromEntries(missingOf(figuresOf(marks)).map(({ figure, reason }) => [figure, reason]));
  const ANNUAL = ["annualizedReturn", "annualizedVolatility", "sharpe", "sortino", "calmar", "valueAtRisk"];
  const OF_DAYS = ["bestDay", "worstDay", "maxDailyDrawdown", "ulcerIndex", "longestRecovery"];
  const each = (names: readonly string[], reason: string): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, reason]));
  const flat = (count: number): string[] => Array.from({ length: count }, () => "100000");

  it("is everything before the second day", () => {
    expect(reasons([])).toEqual({
      ...each(ANNUAL, "needs at least 20 daily returns, there is none"),
      ...each(OF_DAYS, "needs at least 2 daily returns, there is none"),
    });
    expect(reasons(onWeekdays("101000"))).toEqual({
      ...each(ANNUAL, "needs at least 20 daily returns, there is 1"),
      ...each(OF_DAYS, "needs at least 2 daily returns, there is 1"),
    });
  });

  it("is what is annual before the twentieth", () => {
    expect(reasons(onWeekdays("101000", "100000", "102000"))).toEqual(
      each(ANNUAL, "needs at least 20 daily returns, there are 3"),
    );
    expect(reasons(onWeekdays("101000", "100000", ...flat(17)))).toMatchObject(
      each(ANNUAL, "needs at least 20 daily returns, there are 19"),
    );
    expect(reasons(onWeekdays("101000", "100000", ...flat(18)))).toEqual({});
  });

  it("is what divides by a deviation or a drawdown that is not there", () => {
    expect(reasons(onWeekdays(...flat(20)))).toEqual({
      sharpe: "all daily returns are the same, so there is no deviation to divide by",
      sortino: "no daily return is below 0, so there is no downside deviation to divide by",
      calmar: "the daily equity was never below a peak",
      longestRecovery: "the daily equity was never below a peak",
    });
    expect(told(figuresOf(onWeekdays(...flat(20))))).toMatchObject({
      bestDay: { day: "2024-01-01", returnPercentage: "0" },
      annualizedReturn: "0",
      annualizedVolatility: "0",
      ulcerIndex: "0",
      valueAtRisk: "0",
    });
  });

  it("is every return after the equity was not above 0; drawdowns are told all the same", () => {
    const marks = onWeekdays("100000", "-20000", ...Array.from({ length: 18 }, () => "50000"));
    const reason = "the equity was not above 0 on 2024-01-02, so there are no returns after it";
    expect(reasons(marks)).toEqual(each([...ANNUAL, "bestDay", "worstDay"], reason));
    expect(told(figuresOf(marks))).toMatchObject({
      maxDailyDrawdown: "120",
      longestRecovery: { days: 25, from: "2024-01-01", to: "2024-01-26", regained: false },
    });
    expect(reasons(onWeekdays("100000", "0", "50000"))).toMatchObject({ bestDay: reason });
  });

  it("is no growth where the last day ended below 0; at 0, all is lost", () => {
    const below = "the equity is below 0, which no growth leads to";
    expect(reasons(onWeekdays(...flat(19), "-1"))).toEqual({ annualizedReturn: below, calmar: below });
    expect(told(figuresOf(onWeekdays(...flat(19), "0")))).toMatchObject({
      annualizedReturn: "-100",
      calmar: "-1",
      worstDay: { day: "2024-01-26", returnPercentage: "-100" },
    });
  });
});

describe("agreement with a second computation in exact fractions", () => {
  /** In cents. One day at least ends lower than the one before it, so that every figure can be told. */
  const equities = fc
    .array(fc.integer({ min: 5_000_000, max: 20_000_000 }), { minLength: 20, maxLength: 45 })
    .filter((values) => values.some((value, index) => value < (values[index - 1] ?? 0)));
  const cents = (value: number): Rational => exact.rational(BigInt(value), 100n);
  const digits = (value: Rational): string => format(q8(value));

  it("has every ratio to the last digit", () => {
    fc.assert(
      fc.property(equities, (values) => {
        const figures = told(figuresOf(onWeekdays(...values.map((value) => (value / 100).toFixed(2)))));
        const row = [integer(100_000), ...values.map(cents)];
        const returns = reference.returnsOf(row);
        expect(figures).toMatchObject({
          annualizedVolatility: digits(reference.volatility(returns)),
          sharpe: digits(reference.sharpe(returns)),
          sortino: digits(reference.sortino(returns)),
          maxDailyDrawdown: digits(exact.mul(integer(100), reference.drawdowns(row).reduce(exact.max))),
          ulcerIndex: digits(reference.ulcerIndex(row)),
          valueAtRisk: digits(reference.valueAtRisk(returns)),
          bestDay: { returnPercentage: digits(exact.mul(integer(100), returns.reduce(exact.max))) },
          worstDay: { returnPercentage: digits(exact.mul(integer(100), returns.reduce(exact.min))) },
        });
        expect(exact.eq(reference.compounded(returns), exact.div(row.at(-1) ?? exact.ZERO, integer(100_000)))).toBe(
          true,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("has a growth which, taken to the power of the days, is that of the session over 252 days a year", () => {
    fc.assert(
      fc.property(equities, (values) => {
        const figures = figuresOf(onWeekdays(...values.map((value) => (value / 100).toFixed(2))));
        const last = values.at(-1) ?? 0;
        const expected = ((last / 1e7) ** (252 / values.length) - 1) * 100;
        const growth = figureValue(figures.annualizedReturn)?.toNumber() ?? Number.NaN;
        expect(Math.abs(growth - expected)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(expected)));
        const row = [1e7, ...values];
        const drawdowns = row.map((value, index) => 1 - value / Math.max(...row.slice(0, index + 1)));
        const expectedCalmar = expected / 100 / Math.max(...drawdowns);
        const calmar = figureValue(figures.calmar)?.toNumber() ?? Number.NaN;
        expect(Math.abs(calmar - expectedCalmar)).toBeLessThanOrEqual(1e-7 * (1 + Math.abs(expectedCalmar)));
      }),
    );
  });

  it("has a longest recovery that a search over all pairs of days finds", () => {
    const coarse = fc.array(fc.integer({ min: 95, max: 105 }), { minLength: 2, maxLength: 25 });
    fc.assert(
      fc.property(coarse, (values) => {
        const marks = onWeekdays(...values.map((value) => String(value * 1000)));
        const told = figureValue(figuresOf(marks).longestRecovery);
        expect(told && { days: told.days, from: told.from }).toEqual(searchedRecovery(values, marks));
      }),
    );
  });
});

/** The first longest stretch between a day (or the start) and a later one, with nothing but lower closes in between. */
function searchedRecovery(values: readonly number[], marks: readonly DayEquity[]): unknown {
  const row = [100, ...values];
  const dates = [MONDAY, ...marks.map(({ day }) => day)];
  let found: { days: number; from: string } | null = null;
  for (let from = 0; from < row.length; from += 1) {
    const peak = row[from] ?? 0;
    if (row.slice(0, from).some((value) => value > peak)) continue;
    const next = row.findIndex((value, index) => index > from && value >= peak);
    const to = next < 0 ? row.length - 1 : next;
    if (to === from || next === from + 1) continue;
    const [start = MONDAY, end = MONDAY] = [dates[from], dates[to]];
    const length = (Date.parse(end) - Date.parse(start)) / DAY_MS;
    if (found === null || length > found.days) found = { days: length, from: start };
  }
  return found;
}
