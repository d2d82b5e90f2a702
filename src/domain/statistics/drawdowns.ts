// How far and how long equity lay below its peaks. The first peak is the starting capital; nothing is rounded here.
import { type Decimal, max, ZERO } from "../decimal.ts";
import { type DayEquity, daysBetween } from "./dailyEquity.ts";
import { rootMeanSquare } from "./ratios.ts";

/** The way back to a peak. */
export interface Recovery {
  /** Days of the calendar from the peak to the day on which it was regained, or to the last day where it was not. */
  readonly days: number;
  /** The last day at the peak; the session's first day where the peak is the starting capital. */
  readonly from: string;
  readonly to: string;
  readonly regained: boolean;
}

/** The drawdown of each day as a fraction of the peak before it: 0.1 is 10 %. */
export function drawdownsOf(startingCapital: Decimal, days: readonly DayEquity[]): Decimal[] {
  let peak = startingCapital;
  return days.map(({ equity }) => {
    peak = max(peak, equity);
    return peak.minus(equity).div(peak);
  });
}

export function maxDrawdownOf(drawdowns: readonly Decimal[]): Decimal {
  return drawdowns.reduce(max, ZERO);
}

/**
 * √(Σ drawdown² / n) over all n days, on the scale of the drawdowns.
 * P. G. Martin, B. B. McCann, "The Investor's Guide to Fidelity Funds", Wiley (1989).
 */
export function ulcerIndexOf(drawdowns: readonly Decimal[]): Decimal {
  return rootMeanSquare(drawdowns);
}

/**
 * The longest time that equity lay below a peak, the earliest of several that are as long; one that is not over counts up
 * to the last day. Null where equity never closed below a peak.
 */
export function longestRecovery(
  startingCapital: Decimal,
  firstDay: string,
  days: readonly DayEquity[],
): Recovery | null {
  let longest: Recovery | null = null;
  let peak = startingCapital;
  let from = firstDay;
  let below = false;
  for (const { day, equity } of days) {
    const regained = equity.gte(peak);
    if (below || !regained) {
      const recovery = { days: daysBetween(from, day), from, to: day, regained };
      if (longest === null || longest.from === from || recovery.days > longest.days) longest = recovery;
    }
    below = !regained;
    if (regained) {
      peak = equity;
      from = day;
    }
  }
  return longest;
}
