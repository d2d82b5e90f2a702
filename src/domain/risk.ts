// The risk rules a signal must pass, each with limit, actual and excess (domain.md 6, step 6).
import { type Decimal, formatDecimal, HUNDRED, q8 } from "./decimal.ts";
import type { Settings } from "./settings.ts";

export type RejectionCode =
  | "SIGNAL_EXPIRED"
  | "PRICE_UNAVAILABLE"
  | "PRICE_STALE"
  | "PRICE_BEYOND_STOP"
  | "PRICE_BEYOND_TARGET"
  | "NO_EQUITY"
  | "TOO_MANY_POSITIONS"
  | "SIZE_ZERO"
  | "TRADE_RISK"
  | "PORTFOLIO_HEAT"
  | "CAMPAIGN_RISK"
  | "INSUFFICIENT_FUNDS";

/** Why a signal was rejected; the figures are percentages of equity, or USD for funds. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
  readonly limit: Decimal | null;
  readonly actual: Decimal | null;
  readonly excess: Decimal | null;
}

/** What the account stands to lose, and has, before the trade. */
export interface RiskState {
  readonly equity: Decimal;
  readonly availableFunds: Decimal;
  readonly openRisk: Decimal;
  /** Null for a signal without a campaign. */
  readonly campaignRisk: Decimal | null;
}

/** What the trade would add. */
export interface RiskOfTrade {
  readonly risk: Decimal;
  readonly requiredFunds: Decimal;
}

export function rejection(code: RejectionCode, message: string): Rejection {
  return { code, message, limit: null, actual: null, excess: null };
}

/** Whether `risk × 100 > limit × equity`: the exact comparison, never of rounded percentages. */
export function exceedsLimit(risk: Decimal, limitPercentage: Decimal, equity: Decimal): boolean {
  return risk.times(HUNDRED).gt(limitPercentage.times(equity));
}

/** Every rule that the trade breaks, in the order of the rules. */
export function violations(trade: RiskOfTrade, state: RiskState, settings: Settings): Rejection[] {
  const { equity, openRisk, campaignRisk, availableFunds } = state;
  const found: Rejection[] = [];
  const check = (code: RejectionCode, what: string, risk: Decimal, limit: Decimal): void => {
    if (exceedsLimit(risk, limit, equity)) found.push(percentageRejection(code, what, risk, limit, equity));
  };
  check("TRADE_RISK", "The risk of this trade", trade.risk, settings.maxTradeRisk);
  check(
    "PORTFOLIO_HEAT",
    "The open risk of the account with this trade",
    openRisk.plus(trade.risk),
    settings.maxPortfolioHeat,
  );
  if (campaignRisk !== null) {
    const risk = campaignRisk.plus(trade.risk);
    check("CAMPAIGN_RISK", "The open risk of the campaign with this trade", risk, settings.maxCampaignRisk);
  }
  if (trade.requiredFunds.gt(availableFunds)) found.push(fundsRejection(trade.requiredFunds, availableFunds));
  return found;
}

function percentageRejection(
  code: RejectionCode,
  what: string,
  risk: Decimal,
  limit: Decimal,
  equity: Decimal,
): Rejection {
  const actual = q8(risk.times(HUNDRED).div(equity));
  const message = `${what} is ${formatDecimal(actual)} % of equity; the limit is ${formatDecimal(limit)} %.`;
  return { code, message, limit, actual, excess: actual.minus(limit) };
}

function fundsRejection(required: Decimal, available: Decimal): Rejection {
  const message = `The trade needs ${formatDecimal(required)} USD; ${formatDecimal(available)} USD are available.`;
  return { code: "INSUFFICIENT_FUNDS", message, limit: available, actual: required, excess: required.minus(available) };
}
