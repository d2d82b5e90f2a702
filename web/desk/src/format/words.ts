// The API's codes in words for people. Each table names every code: a new one does not compile until it has its words.
import type {
  EligibilityCriterion,
  ExitReason,
  RejectionCode,
  SettingsInput,
  SignalStatus,
  SkipReason,
} from "@papertape/client";

export const EXIT_REASONS: Readonly<Record<ExitReason, string>> = {
  EXPIRED: "its time was over",
  MANUAL: "closed by hand",
  RESET: "the session was ended",
  STOP_LOSS: "stop",
  TARGET_1: "target 1",
  TARGET_2: "target 2",
  TRAILING_STOP: "trailing stop",
};

export const REJECTIONS: Readonly<Record<RejectionCode, string>> = {
  CAMPAIGN_RISK: "its campaign would risk too much",
  INSUFFICIENT_FUNDS: "not enough funds",
  NO_EQUITY: "the account has no equity",
  PORTFOLIO_HEAT: "all open positions together would risk too much",
  PRICE_BEYOND_STOP: "the price is at or beyond its stop",
  PRICE_BEYOND_TARGET: "the price is at or beyond target 1",
  PRICE_STALE: "the price of its symbol is too old",
  PRICE_UNAVAILABLE: "there is no price of its symbol",
  SIGNAL_EXPIRED: "it came after its time",
  SIZE_ZERO: "not even the smallest size fits the limits",
  TOO_MANY_POSITIONS: "too many positions are open",
  TRADE_RISK: "it would risk too much",
};

export const SKIPS: Readonly<Record<SkipReason, string>> = {
  ACCOUNT_DISABLED: "paper trading is off",
  NOT_ELIGIBLE: "paper trading is off, and the account is not eligible to go live",
  NOT_PROMOTED: "paper trading is off, and the account is not promoted",
  NO_LIVE_ROUTE: "paper trading is off, and there is no live route",
};

export const SIGNAL_STATES: Readonly<Record<SignalStatus, string>> = {
  FILLED: "✓ filled",
  REJECTED: "✗ rejected",
  ROUTED_LIVE: "⚡ sent live",
  SKIPPED: "– skipped",
};

export const CRITERIA: Readonly<Record<EligibilityCriterion, string>> = {
  AVERAGE_R_MULTIPLE: "Average R",
  DURATION: "Days on paper",
  POSITION_COUNT: "Closed positions",
  WIN_RATE: "Win rate",
};

type Setting = keyof SettingsInput;

export const SETTING_LABELS: Readonly<Record<Setting, string>> = {
  breakevenAfterTarget1: "Stop to the entry after target 1",
  commissionPerShare: "Commission for a unit (USD)",
  maxCampaignRisk: "Most risk of a campaign (%)",
  maxPortfolioHeat: "Most heat of all positions (%)",
  maxPriceAge: "Oldest price of an entry (s)",
  maxTradeRisk: "Most risk of a trade (%)",
  slippagePercentage: "Slippage (%)",
  startingCapital: "Starting capital (USD)",
  target1Fraction: "Part closed at target 1",
  useRealisticFills: "Fills with slippage",
};

export const SETTING_EFFECTS: Readonly<Record<Setting, string>> = {
  breakevenAfterTarget1: "Where the stops of positions go after their target 1.",
  commissionPerShare: "What fills cost from now on, exits of open positions included.",
  maxCampaignRisk: "Which signals of a campaign are rejected, and how large those without a size become.",
  maxPortfolioHeat: "Which signals are rejected while others are open. What is open stays open, also above the limit.",
  maxPriceAge: "Which signals are rejected because the price is too old.",
  maxTradeRisk: "Which signals are rejected for their risk, and how large those without a size become.",
  slippagePercentage: "The prices of fills from now on, exits of open positions included.",
  startingCapital: "The next session's cash.",
  target1Fraction: "How much is closed at target 1.",
  useRealisticFills: "Whether fills are worse than their reference price from now on.",
};
