// Whether a session has shown enough to go live, with an honest word on sample size (domain.md 9).
import type { Session } from "./book.ts";
import { Decimal, type Decimal as DecimalType, formatDecimal, HUNDRED, max, min, ONE, q8, ZERO } from "./decimal.ts";
import type { Figures } from "./figures.ts";
import { mean, percentage } from "./means.ts";

export type EligibilityCriterion = "DURATION" | "POSITION_COUNT" | "WIN_RATE" | "AVERAGE_R_MULTIPLE";

export interface EligibilityCheck {
  readonly criterion: EligibilityCriterion;
  readonly required: DecimalType;
  readonly actual: DecimalType | null;
  readonly passed: boolean;
  readonly message: string;
}

export interface Eligibility {
  readonly eligible: boolean;
  readonly reason: string | null;
  readonly daysCompleted: number;
  readonly daysRemaining: number;
  readonly progressPercentage: DecimalType;
  readonly checks: readonly EligibilityCheck[];
  readonly winRateLow: DecimalType | null;
  readonly winRateHigh: DecimalType | null;
  readonly averageRMultipleStandardError: DecimalType | null;
  readonly warnings: readonly string[];
}

const DAYS_MIN = 90;
const POSITIONS_MIN = 20;
const WIN_RATE_ABOVE = new Decimal(50);
const AVERAGE_R_ABOVE = new Decimal("1.5");
/** Decimals of a sum of R that are sure: beyond them lie the roundings of means that do not end. */
const SUM_OF_R_DECIMALS = 20;
const DAY_MS = 86_400_000;
/** The 97.5 % quantile of the standard normal distribution: for 95 % intervals. */
const Z95 = new Decimal("1.959963984540054");

/** The eligibility of a running session at `nowMs`; `resets` earlier sessions do not count. */
export function eligibilityOf(session: Session, nowMs: number, resets: number): Eligibility {
  const { figures } = session;
  const daysCompleted = Math.max(0, Math.floor((nowMs - session.startedAtMs) / DAY_MS));
  const winRate = percentage(figures.closedWins, figures.closedPositions);
  const averageR = mean(figures.closedSumOfR, figures.closedPositions);
  const checks = [
    durationCheck(daysCompleted),
    countCheck(figures.closedPositions),
    winRateCheck(winRate, figures),
    averageRCheck(averageR, figures),
  ];
  const interval = wilsonInterval(figures.closedWins, figures.closedPositions);
  return {
    eligible: checks.every((check) => check.passed),
    reason: null,
    daysCompleted,
    daysRemaining: Math.max(0, DAYS_MIN - daysCompleted),
    progressPercentage: min(HUNDRED, q8(new Decimal(daysCompleted).div(DAYS_MIN).times(HUNDRED))),
    checks,
    winRateLow: interval?.low ?? null,
    winRateHigh: interval?.high ?? null,
    averageRMultipleStandardError: standardErrorOfMeanR(figures),
    warnings: warningsOf(figures, interval, resets),
  };
}

/** An account that does not exist has nothing to judge: a reason, not an error. */
export function notStarted(): Eligibility {
  return {
    eligible: false,
    reason: "Paper trading has not been started: enable the account first.",
    daysCompleted: 0,
    daysRemaining: DAYS_MIN,
    progressPercentage: ZERO,
    checks: [
      durationCheck(0),
      countCheck(0),
      check("WIN_RATE", WIN_RATE_ABOVE, null, false),
      check("AVERAGE_R_MULTIPLE", AVERAGE_R_ABOVE, null, false),
    ],
    winRateLow: null,
    winRateHigh: null,
    averageRMultipleStandardError: null,
    warnings: [],
  };
}

function durationCheck(days: number): EligibilityCheck {
  return check("DURATION", new Decimal(DAYS_MIN), new Decimal(days), days >= DAYS_MIN);
}

function countCheck(closed: number): EligibilityCheck {
  return check("POSITION_COUNT", new Decimal(POSITIONS_MIN), new Decimal(closed), closed >= POSITIONS_MIN);
}

/** Compared exactly: wins × 100 > 50 × positions. */
function winRateCheck(winRate: DecimalType | null, { closedWins, closedPositions }: Figures): EligibilityCheck {
  const passed = WIN_RATE_ABOVE.times(closedPositions).lt(closedWins * 100);
  return check("WIN_RATE", WIN_RATE_ABOVE, winRate, passed);
}

function averageRCheck(averageR: DecimalType | null, { closedSumOfR, closedPositions }: Figures): EligibilityCheck {
  const sumOfR = closedSumOfR.toDecimalPlaces(SUM_OF_R_DECIMALS);
  const passed = closedPositions > 0 && sumOfR.gt(AVERAGE_R_ABOVE.times(closedPositions));
  return check("AVERAGE_R_MULTIPLE", AVERAGE_R_ABOVE, averageR, passed);
}

const WORDS: Record<EligibilityCriterion, { readonly what: string; readonly needed: string; readonly unit: string }> = {
  DURATION: { what: "Days of paper trading", needed: "at least", unit: "" },
  POSITION_COUNT: { what: "Closed positions", needed: "at least", unit: "" },
  WIN_RATE: { what: "Win rate over closed positions", needed: "more than", unit: " %" },
  AVERAGE_R_MULTIPLE: { what: "Average R over closed positions", needed: "more than", unit: "" },
};

function check(
  criterion: EligibilityCriterion,
  required: DecimalType,
  actual: DecimalType | null,
  passed: boolean,
): EligibilityCheck {
  const { what, needed, unit } = WORDS[criterion];
  const found = actual === null ? "nothing to judge yet" : `${formatDecimal(actual)}${unit}`;
  const message = `${what}: ${found}; ${needed} ${formatDecimal(required)}${unit} needed.`;
  return { criterion, required, actual, passed, message };
}

interface Interval {
  readonly low: DecimalType;
  readonly high: DecimalType;
}

/**
 * The 95 % Wilson score interval of a proportion, in percent; null of nothing.
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
function wilsonInterval(wins: number, count: number): Interval | null {
  if (count === 0) return null;
  const n = new Decimal(count);
  const p = new Decimal(wins).div(n);
  const z2 = Z95.times(Z95);
  const centre = p.plus(z2.div(n.times(2)));
  const spread = Z95.times(
    p
      .times(ONE.minus(p))
      .div(n)
      .plus(z2.div(n.times(n).times(4)))
      .sqrt(),
  );
  const scale = ONE.plus(z2.div(n));
  return {
    low: q8(max(ZERO, centre.minus(spread).div(scale)).times(HUNDRED)),
    high: q8(min(ONE, centre.plus(spread).div(scale)).times(HUNDRED)),
  };
}

/** Sample standard deviation (n − 1) over √n; null under two positions. */
function standardErrorOfMeanR({ closedPositions, closedSumOfR, closedSumOfRSquared }: Figures): DecimalType | null {
  if (closedPositions < 2) return null;
  const n = new Decimal(closedPositions);
  const squares = closedSumOfRSquared.minus(closedSumOfR.times(closedSumOfR).div(n));
  return q8(max(ZERO, squares).div(n.minus(1)).div(n).sqrt());
}

function warningsOf(figures: Figures, interval: Interval | null, resets: number): string[] {
  const warnings: string[] = [];
  if (interval?.low.lte(WIN_RATE_ABOVE) && interval.high.gt(WIN_RATE_ABOVE)) {
    const range = `${interval.low.toFixed(1)} % to ${interval.high.toFixed(1)} %`;
    warnings.push(
      `With ${figures.closedPositions} closed ${figures.closedPositions === 1 ? "position" : "positions"} the win rate may truly lie anywhere from ${range} (95 % interval), which spans the threshold of 50 %.`,
    );
  }
  const { closedPnl, closedLargestPnl } = figures;
  if (closedPnl.gt(0) && closedLargestPnl?.times(2).gt(closedPnl)) {
    warnings.push(
      `One position made ${formatDecimal(closedLargestPnl)} of the ${formatDecimal(closedPnl)} USD of profit: more than half of it.`,
    );
  }
  if (resets > 0) {
    warnings.push(
      resets === 1
        ? "1 earlier session was ended by a reset and does not count here."
        : `${resets} earlier sessions were ended by a reset and do not count here.`,
    );
  }
  return warnings;
}
