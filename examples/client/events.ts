// What is asked of the desk, and what it answers. A test holds the types against the schema; change both together.

export const FOLLOW_ACCOUNT = /* GraphQL */ `
  subscription FollowAccount($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      __typename cursor sequence marketTime recordedAt
      ... on PositionOpened {
        position { id signalId symbol side status quantity remainingQuantity entryPrice stopLoss target1 target2 realizedPnl }
      }
      ... on TradeClosed {
        trade { id signalId symbol side quantity entryPrice exitPrice exitReason realizedPnl rMultipleAchieved }
        position { id signalId symbol side status quantity remainingQuantity entryPrice stopLoss target1 target2 realizedPnl }
      }
      ... on SignalDeclined { signal { signalId symbol side status skipReason rejections { code message } } }
      ... on AccountChanged { change account { name status session equity } }
    }
  }
`;

export const ACCOUNT_CURSORS = /* GraphQL */ `
  query AccountCursors($account: ID) {
    account(account: $account) { cursor sessionCursor }
  }
`;

/** The answer to ACCOUNT_CURSORS. */
export interface AccountCursors {
  readonly account: { readonly cursor: string; readonly sessionCursor: string } | null;
}

/** Each answer to FOLLOW_ACCOUNT. */
export interface FollowAccount {
  readonly accountEvents: AccountEvent;
}

/** What happens in an account. Unions and enums grow: keep a default branch. */
export type AccountEvent = KnownEvent | UnknownEvent;

export type KnownEvent = PositionOpened | TradeClosed | SignalDeclined | AccountChanged;

interface EventFields {
  /** Its place in the log, for `after`. */
  readonly cursor: string;
  /** Its number in the log, counted from 1 without gaps. */
  readonly sequence: number;
  /** When it happened, by the desk's clock or the price's time; ISO 8601. */
  readonly marketTime: string;
  /** When it was written, by the wall clock; ISO 8601. */
  readonly recordedAt: string;
}

/** An entry. */
export interface PositionOpened extends EventFields {
  readonly __typename: "PositionOpened";
  readonly position: Position;
}

/** An exit of a position, whole or in part. */
export interface TradeClosed extends EventFields {
  readonly __typename: "TradeClosed";
  readonly trade: Trade;
  /** As it was right after it. */
  readonly position: Position;
}

/** A signal that was rejected or skipped. */
export interface SignalDeclined extends EventFields {
  readonly __typename: "SignalDeclined";
  readonly signal: Signal;
}

/** Something was done to the account itself. */
export interface AccountChanged extends EventFields {
  readonly __typename: "AccountChanged";
  readonly change: "DISABLED" | "ENABLED" | "RESET" | "SETTINGS";
  readonly account: {
    readonly name: string;
    readonly status: "DISABLED" | "ENABLED";
    readonly session: number;
    readonly equity: string;
  };
}

/** An event of a newer server. Its name is another than this one, which stands for all that are not known here. */
export interface UnknownEvent extends EventFields {
  readonly __typename: "%other";
}

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
