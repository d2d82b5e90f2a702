// What events tell of: positions, trades and signals. A test holds the types against the schema, through events.ts.

export type Side = "LONG" | "SHORT";

/** Prices, quantities and money are exact decimals, in strings. */
export interface Position {
  readonly id: string;
  readonly signalId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly status: "CLOSED" | "OPEN";
  readonly quantity: string;
  readonly remainingQuantity: string;
  readonly entryPrice: string;
  readonly stopLoss: string;
  readonly target1: string;
  readonly target2: string | null;
  readonly realizedPnl: string;
}

export interface Trade {
  readonly id: string;
  readonly signalId: string;
  readonly symbol: string;
  /** The side of the position: the exit trades the other way. */
  readonly side: Side;
  readonly quantity: string;
  readonly entryPrice: string;
  readonly exitPrice: string;
  readonly exitReason: "EXPIRED" | "MANUAL" | "RESET" | "STOP_LOSS" | "TARGET_1" | "TARGET_2" | "TRAILING_STOP";
  readonly realizedPnl: string;
  readonly rMultipleAchieved: string;
}

export interface Signal {
  readonly signalId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly status: "FILLED" | "REJECTED" | "ROUTED_LIVE" | "SKIPPED";
  readonly skipReason: "ACCOUNT_DISABLED" | "NOT_ELIGIBLE" | "NOT_PROMOTED" | "NO_LIVE_ROUTE" | null;
  readonly rejections: { readonly code: RejectionCode; readonly message: string }[];
}

export type RejectionCode =
  | "CAMPAIGN_RISK"
  | "INSUFFICIENT_FUNDS"
  | "NO_EQUITY"
  | "PORTFOLIO_HEAT"
  | "PRICE_BEYOND_STOP"
  | "PRICE_BEYOND_TARGET"
  | "PRICE_STALE"
  | "PRICE_UNAVAILABLE"
  | "SIGNAL_EXPIRED"
  | "SIZE_ZERO"
  | "TOO_MANY_POSITIONS"
  | "TRADE_RISK";
