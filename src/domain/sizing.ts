// The size of a trade: what it risks and needs, and the largest size that the rules allow (domain.md 6, step 5).
import { type Decimal, HUNDRED, min, q8, ZERO } from "./decimal.ts";
import { commissionOf, type FillSettings } from "./fill.ts";
import { AMOUNT_LIMIT } from "./limits.ts";
import { exceedsLimit, type RiskOfTrade, type RiskState } from "./risk.ts";
import type { Settings } from "./settings.ts";

/** A trade that waits for its size. */
export interface Sizing {
  readonly fillPrice: Decimal;
  /** `d × (fill − stop)`, above 0. */
  readonly riskPerUnit: Decimal;
  readonly leverage: Decimal;
  readonly unitSize: number;
  readonly step: Decimal;
}

/** The risk of `size`, and the funds it needs: `q8(value / leverage + commission)`. */
export function riskOfSize(size: Decimal, sizing: Sizing, settings: FillSettings): RiskOfTrade {
  const quantity = size.times(sizing.unitSize);
  const value = q8(sizing.fillPrice.times(quantity));
  return {
    risk: sizing.riskPerUnit.times(quantity),
    requiredFunds: q8(value.div(sizing.leverage).plus(commissionOf(size, settings))),
  };
}

/**
 * The largest multiple of the step whose risk is within maxTradeRisk and for which the funds are enough; 0 where there is
 * none. Both grow with the size, so the answer is found by halving.
 */
export function largestSize(sizing: Sizing, state: RiskState, settings: Settings): Decimal {
  const fits = (steps: Decimal): boolean => {
    const trade = riskOfSize(steps.times(sizing.step), sizing, settings);
    const isTooRisky = exceedsLimit(trade.risk, settings.maxTradeRisk, state.equity);
    return !isTooRisky && trade.requiredFunds.lte(state.availableFunds);
  };
  let most = mostSteps(sizing, state, settings);
  if (fits(most)) return most.times(sizing.step);
  let least = ZERO;
  while (most.minus(least).gt(1)) {
    const middle = least.plus(most).div(2).floor();
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return least.times(sizing.step);
}

/** An upper bound in steps, from the risk alone and from the bound of sizes. */
function mostSteps(sizing: Sizing, state: RiskState, settings: Settings): Decimal {
  const riskPerStep = sizing.riskPerUnit.times(sizing.unitSize).times(sizing.step);
  const byRisk = settings.maxTradeRisk.times(state.equity).div(HUNDRED).div(riskPerStep).floor();
  const byBound = AMOUNT_LIMIT.div(sizing.step).minus(1);
  return min(byRisk, byBound);
}
