// What the account log tells: the events of an account and the outcomes of signals, as values.
import type { Account, Session } from "./book.ts";
import type { Delivery } from "./delivery.ts";
import type { Valuation } from "./figures.ts";
import type { Trade } from "./lot.ts";
import type { Position } from "./position.ts";
import type { Rejection } from "./risk.ts";
import type { Signal } from "./signal.ts";

export type AccountChange = "ENABLED" | "DISABLED" | "RESET" | "SETTINGS" | "PROMOTED" | "DEMOTED";
/** Who has caused what nobody has asked for just then: what follows from prices, marks and time, or comes of the live route. */
export const DESK = "desk";

export type SkipReason = "ACCOUNT_DISABLED" | "NO_LIVE_ROUTE" | "NOT_ELIGIBLE" | "NOT_PROMOTED";
export type SignalStatus = "FILLED" | "REJECTED" | "ROUTED_LIVE" | "SKIPPED";

/** The final outcome of a signal, stored in the transaction of its effects. */
export interface SignalOutcome {
  readonly accountId: string;
  readonly session: number;
  /** The number of the event that tells of it: its place in the order of decisions. */
  readonly sequence: number;
  readonly signal: Signal;
  readonly contentHash: string;
  readonly status: SignalStatus;
  readonly rejections: readonly Rejection[];
  readonly skipReason: SkipReason | null;
  readonly positionNumber: number | null;
  readonly receivedAtMs: number;
}

/** What an event tells of. */
export type Happening =
  | { readonly type: "PositionOpened"; readonly marketTimeMs: number; readonly position: Position }
  | {
      readonly type: "TradeClosed";
      readonly marketTimeMs: number;
      readonly trade: Trade;
      readonly position: Position;
    }
  | { readonly type: "SignalDeclined"; readonly marketTimeMs: number; readonly outcome: SignalOutcome }
  | {
      readonly type: "SignalRouted";
      readonly marketTimeMs: number;
      readonly outcome: SignalOutcome;
      readonly delivery: Delivery;
    }
  | { readonly type: "DeliveryEnded"; readonly marketTimeMs: number; readonly delivery: Delivery }
  | {
      readonly type: "AccountChanged";
      readonly marketTimeMs: number;
      readonly change: AccountChange;
      readonly account: Account;
      readonly session: Session;
      readonly valuation: Valuation;
    };

/** An event of the log. Its number is its place in the draft after the account's `sequence`. */
export type LogEvent = Happening & {
  /** Who caused it, in the words of the log of acts; `DESK` where nobody asked for it. */
  readonly actor: string;
};
