// What is asked of the desk, and what it answers. A test holds the types against the schema; change both together.
import type { Position, Signal, Trade } from "./records.ts";

export type { Position, RejectionCode, Side, Signal, Trade } from "./records.ts";

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
      ... on SignalRouted { signal { signalId symbol side status skipReason rejections { code message } } }
      ... on DeliveryEnded { delivery { signalId state failure problem attempts } }
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

export type KnownEvent = PositionOpened | TradeClosed | SignalDeclined | SignalRouted | DeliveryEnded | AccountChanged;

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

/** A signal that goes to the live route. */
export interface SignalRouted extends EventFields {
  readonly __typename: "SignalRouted";
  readonly signal: Signal;
}

/** It has arrived there, or was given up. */
export interface DeliveryEnded extends EventFields {
  readonly __typename: "DeliveryEnded";
  readonly delivery: {
    readonly signalId: string;
    readonly state: "DELIVERED" | "FAILED" | "PENDING";
    readonly failure: "DEMOTED" | "REFUSED" | "SIGNAL_EXPIRED" | "TOO_OLD" | null;
    readonly problem: string | null;
    readonly attempts: number;
  };
}

/** Something was done to the account itself. */
export interface AccountChanged extends EventFields {
  readonly __typename: "AccountChanged";
  readonly change: "DEMOTED" | "DISABLED" | "ENABLED" | "PROMOTED" | "RESET" | "SETTINGS";
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
