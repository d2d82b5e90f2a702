// Live eligibility (domain.md 9): each check at its threshold, the interval, the standard error and the warnings.

import { describe, expect, it } from "vitest";
import { decimal } from "../../src/domain/decimal.ts";
import { type Eligibility, eligibilityOf, notStarted } from "../../src/domain/eligibility.ts";
import { afterClose, type Figures, newFigures } from "../../src/domain/figures.ts";
import * as reference from "../reference/rational.ts";
import { at, bookOf, closePart, FREE, plain, positionOf, settingsOf } from "../support/builders.ts";

const DAY_SECONDS = 86_400;
const SETTINGS = settingsOf(FREE);
/** Lots of a position: [quantity, exit price]; it entered at 100 with its stop at 95, so that 105 is an R of 1. */
type Lots = [quantity: string, price: string][];

/** The figures of a session in which these positions were closed whole. */
function closed(...positions: Lots[]): Figures {
  let figures = newFigures(decimal("100000"));
  for (const lots of positions) {
    const size = lots.reduce((sum, [quantity]) => sum.plus(quantity), decimal("0"));
    let position = positionOf({ positionSize: size.toFixed() }, SETTINGS);
    for (const [quantity, price] of lots) {
      const close = closePart(position, quantity, price, SETTINGS);
      position = close.position;
      figures = afterClose(figures, close);
    }
  }
  return figures;
}

const times = (count: number, price: string): Lots[] => Array.from({ length: count }, () => [["100", price]]);

function eligibility(figures: Figures, seconds = 90 * DAY_SECONDS, resets = 0): Eligibility {
  return eligibilityOf({ ...bookOf().session, figures }, at(seconds), resets);
}

/** Whether each check passed, in the order of the rules: duration, positions, win rate, average R. */
const passed = ({ checks }: Eligibility): boolean[] => checks.map((check) => check.passed);

/** 11 wins of 4 R and 9 losses of 1 R: 55 %, average R (44 − 9) / 20 = 1.75. */
const GOOD = closed(...times(11, "120"), ...times(9, "95"));

describe("a session that passes every check", () => {
  it("is eligible, and each check tells its required and actual figure", () => {
    const answer = eligibility(GOOD);
    expect(plain(answer)).toMatchObject({
      eligible: true,
      reason: null,
      daysCompleted: 90,
      daysRemaining: 0,
      progressPercentage: "100",
      checks: [
        {
          criterion: "DURATION",
          required: "90",
          actual: "90",
          passed: true,
          message: "Days of paper trading: 90; at least 90 needed.",
        },
        {
          criterion: "POSITION_COUNT",
          required: "20",
          actual: "20",
          passed: true,
          message: "Closed positions: 20; at least 20 needed.",
        },
        {
          criterion: "WIN_RATE",
          required: "50",
          actual: "55",
          passed: true,
          message: "Win rate over closed positions: 55 %; more than 50 % needed.",
        },
        {
          criterion: "AVERAGE_R_MULTIPLE",
          required: "1.5",
          actual: "1.75",
          passed: true,
          message: "Average R over closed positions: 1.75; more than 1.5 needed.",
        },
      ],
    });
  });
});

describe("each check at its threshold", () => {
  it.each([
    [0, 0, "0", false],
    [0.5, 0, "0", false],
    [1, 1, "1.11111111", false],
    [45, 45, "50", false],
    [89.999999, 89, "98.88888889", false],
    [90, 90, "100", true],
    [365, 365, "100", true],
  ])("after %s days: %s completed, progress %s %%", (days, completed, progress, passes) => {
    const answer = eligibility(GOOD, days * DAY_SECONDS);
    expect(plain([answer.daysCompleted, answer.progressPercentage])).toEqual([completed, progress]);
    expect(answer.daysRemaining).toBe(Math.max(0, 90 - completed));
    expect(passed(answer)).toEqual([passes, true, true, true]);
    expect(answer.eligible).toBe(passes);
  });

  it("19 closed positions are too few, 20 enough", () => {
    expect(passed(eligibility(closed(...times(11, "120"), ...times(8, "95"))))).toEqual([true, false, true, true]);
    expect(passed(eligibility(GOOD))).toEqual([true, true, true, true]);
  });

  it("a win rate of 50 % is not above 50 %; 11 of 21 is", () => {
    const half = eligibility(closed(...times(10, "125"), ...times(10, "95")));
    expect(passed(half)).toEqual([true, true, false, true]);
    expect(plain(half.checks[2]?.actual)).toBe("50");
    expect(half.eligible).toBe(false);
    const more = eligibility(closed(...times(11, "125"), ...times(10, "95")));
    expect(plain(more.checks[2]?.actual)).toBe("52.38095238");
    expect(passed(more)).toEqual([true, true, true, true]);
  });

  it("an average R of 1.5 is not above 1.5; one hair more is", () => {
    // 15 × 7.5 = 112.5 → R (15 × 2.5 − 5 × 1.5) / 20 = 30 / 20
    const exact = eligibility(closed(...times(15, "112.5"), ...times(5, "92.5")));
    expect(plain(exact.checks[3]?.actual)).toBe("1.5");
    expect(passed(exact)).toEqual([true, true, true, false]);
    // One exit 0.00000005 higher: its R is 0.00000001 more, the mean 0.0000000005 more, which 8 decimals do not show.
    const hair = eligibility(closed(...times(14, "112.5"), [["100", "112.50000005"]], ...times(5, "92.5")));
    expect(plain(hair.checks[3]?.actual)).toBe("1.5");
    expect(passed(hair)).toEqual([true, true, true, true]);
  });

  it("an average R of 1.5 is not above 1.5, also where the R of some positions have no end", () => {
    // Three of (1 × 1 + 2 × 2) / 3 = 1.666…, which sum to 5; 10 of 3.1, 6 of −1 and one of 0: 30 in 20 positions.
    const endless: Lots = [
      ["1", "105"],
      ["2", "110"],
    ];
    const others = [...times(10, "115.5"), ...times(6, "95"), ...times(1, "100")];
    const answer = eligibility(closed(endless, endless, endless, ...others));
    expect(plain(answer.checks[3]?.actual)).toBe("1.5");
    expect(passed(answer)).toEqual([true, true, true, false]);
  });

  it("a position that made nothing is no win", () => {
    expect(closed([["100", "100"]])).toMatchObject({ closedPositions: 1, closedWins: 0 });
  });
});

describe("a closed position counts once, however many trades it was closed in", () => {
  it("one winner sliced into 20 trades is one closed position", () => {
    const sliced = closed(Array.from({ length: 20 }, () => ["5", "120"]));
    expect(sliced.totalTrades).toBe(20);
    const answer = eligibility(sliced);
    expect(plain(answer.checks.map((check) => check.actual))).toEqual(["90", "1", "100", "4"]);
    expect(passed(answer)).toEqual([true, false, true, true]);
  });

  it("and not before it is closed whole", () => {
    const position = positionOf({}, SETTINGS);
    const figures = afterClose(newFigures(decimal("100000")), closePart(position, "99", "120", SETTINGS));
    expect(figures).toMatchObject({ totalTrades: 1, closedPositions: 0, closedWins: 0 });
  });

  it("its result is the sum of its trades: one small loss does not undo a large win", () => {
    expect(
      closed([
        ["90", "120"],
        ["10", "95"],
      ]),
    ).toMatchObject({ closedPositions: 1, closedWins: 1, winningTrades: 1 });
    // 10 × 20 − 90 × 5 < 0, though one of its trades won
    expect(
      closed([
        ["10", "120"],
        ["90", "95"],
      ]),
    ).toMatchObject({ closedPositions: 1, closedWins: 0, winningTrades: 1 });
  });

  it("its R is their mean weighted by quantity", () => {
    // (75 × 1 + 25 × 3) / 100, where the mean over trades would be 2
    const answer = eligibility(
      closed([
        ["75", "105"],
        ["25", "115"],
      ]),
    );
    expect(plain(answer.checks[3]?.actual)).toBe("1.5");
  });
});

describe("the 95 % Wilson interval of the win rate", () => {
  const interval = (wins: number, positions: number): unknown => {
    const figures = { ...newFigures(decimal("100000")), closedWins: wins, closedPositions: positions };
    const { winRateLow, winRateHigh } = eligibility(figures);
    return plain([winRateLow, winRateHigh]);
  };

  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven methods",
  // Statistics in Medicine 17 (1998), table I, method 3 (Wilson's score), to 4 decimals of the proportion.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %s in %s is as published", (wins, positions, low, high) => {
    const [actualLow, actualHigh] = interval(wins, positions) as [string, string];
    expect(Number(actualLow) / 100).toBeCloseTo(low, 4);
    expect(Number(actualHigh) / 100).toBeCloseTo(high, 4);
  });

  // (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n) with z = 1.959963984540054, worked out apart with 60 digits.
  it.each([
    [15, 20, "53.12991224", "88.81382986"],
    [10, 20, "29.92980082", "70.07019918"],
    [11, 20, "34.20853425", "74.18021417"],
    [20, 20, "83.88748419", "100"],
    [0, 20, "0", "16.11251581"],
  ])("of %s in %s has these digits", (wins, positions, low, high) => {
    expect(interval(wins, positions)).toEqual([low, high]);
  });

  it("has ends that solve the equation it comes from: (wins/n − p)² = z² p (1 − p) / n", () => {
    const { add, div, integer, mul, sub, abs, lt } = reference;
    const z = reference.rational(1_959_963_984_540_054n, 10n ** 15n);
    for (const [wins, positions] of [
      [15, 20],
      [1, 2],
      [3, 400],
      [17, 23],
    ] as const) {
      for (const end of interval(wins, positions) as [string, string]) {
        const p = div(reference.decimal(end), integer(100));
        const off = sub(div(integer(wins), integer(positions)), p);
        const spread = div(mul(mul(z, z), mul(p, sub(integer(1), p))), integer(positions));
        const difference = abs(add(mul(off, off), reference.neg(spread)));
        expect(lt(difference, reference.rational(1n, 10n ** 9n))).toBe(true);
      }
    }
  });

  it("is null where nothing is closed", () => {
    expect(interval(0, 0)).toEqual([null, null]);
  });
});

describe("the standard error of the mean R", () => {
  const error = (...positions: Lots[]): unknown =>
    plain(eligibility(closed(...positions)).averageRMultipleStandardError);

  it.each<[string, Lots[], string | null]>([
    ["of none is null", [], null],
    ["of one is null", times(1, "110"), null],
    // R 1 and 2: deviation √0.5, over √2
    ["of 1 and 2 is 0.5", [...times(1, "105"), ...times(1, "110")], "0.5"],
    // R 1, 2, 3: deviation 1, over √3
    ["of 1, 2 and 3 is 1 / √3", [...times(1, "105"), ...times(1, "110"), ...times(1, "115")], "0.57735027"],
    // R −1, −1, 4, 4: mean 1.5, deviation √(25/3), over 2
    ["of −1, −1, 4 and 4 is √(25/3) / 2", [...times(2, "95"), ...times(2, "120")], "1.44337567"],
    ["of the same R throughout is 0", times(5, "106"), "0"],
  ])("%s", (_, positions, expected) => {
    expect(error(...positions)).toBe(expected);
  });

  it("is 0 also where each mean R has no end", () => {
    // R (1 × 1 + 2 × 1.4) / 3 = 1.2666…
    const lots: Lots = [
      ["1", "105"],
      ["2", "107"],
    ];
    expect(error(lots, lots, lots)).toBe("0");
  });
});

const SPANS = "which spans the threshold of 50 %.";

describe("the warnings", () => {
  it("tell where the interval spans the threshold, and how wide it is", () => {
    expect(eligibility(GOOD).warnings).toEqual([
      `With 20 closed positions the win rate may truly lie anywhere from 34.2 % to 74.2 % (95 % interval), ${SPANS}`,
    ]);
  });

  it("say nothing where the interval is above or below the threshold", () => {
    // 15 of 20: from 53.1 %; 3 of 20: to 36.0 %
    expect(eligibility(closed(...times(15, "120"), ...times(5, "95"))).warnings).toEqual([]);
    expect(eligibility(closed(...times(3, "99.99"), ...times(17, "95"))).warnings).toEqual([]);
  });

  it("tell where one position makes most of the profit", () => {
    // 1,000 and 4 × 200 less 100: 1,000 of 1,700; with 600 of 1,200 it is just half
    const most = eligibility(closed(...times(1, "110"), ...times(4, "102"), ...times(1, "99")));
    expect(most.warnings).toContain("One position made 1000 of the 1700 USD of profit: more than half of it.");
    const half = eligibility(closed(...times(1, "106"), ...times(3, "102")));
    expect(half.warnings.filter((warning) => warning.startsWith("One position"))).toEqual([]);
    const loss = eligibility(closed(...times(1, "106"), ...times(3, "95")));
    expect(loss.warnings.filter((warning) => warning.startsWith("One position"))).toEqual([]);
  });

  it("tell how many earlier sessions were reset, and that they do not count", () => {
    const good = closed(...times(15, "120"), ...times(5, "95"));
    expect(eligibility(good, 90 * DAY_SECONDS, 1).warnings).toEqual([
      "1 earlier session was ended by a reset and does not count here.",
    ]);
    expect(eligibility(good, 90 * DAY_SECONDS, 3).warnings).toEqual([
      "3 earlier sessions were ended by a reset and do not count here.",
    ]);
  });
});

describe("a session in which nothing has been closed", () => {
  it("has nothing to judge, which is not 0", () => {
    const answer = eligibility(closed(), 0);
    expect(plain(answer)).toMatchObject({
      eligible: false,
      winRateLow: null,
      winRateHigh: null,
      averageRMultipleStandardError: null,
      warnings: [],
    });
    expect(plain(answer.checks.map((check) => check.actual))).toEqual(["0", "0", null, null]);
    expect(answer.checks[2]?.message).toBe(
      "Win rate over closed positions: nothing to judge yet; more than 50 % needed.",
    );
  });
});

describe("an account that is not started", () => {
  it("has a reason, not an error", () => {
    expect(plain(notStarted())).toMatchObject({
      eligible: false,
      reason: "Paper trading has not been started: enable the account first.",
      daysCompleted: 0,
      daysRemaining: 90,
      progressPercentage: "0",
      warnings: [],
    });
    expect(notStarted().checks.map((check) => check.passed)).toEqual([false, false, false, false]);
  });
});
