// What the reference model remembers: accounts, sessions, positions, trades and the price board.

import type { Rational } from "./rational.ts";
import type {
  AccountChange,
  AssetClass,
  EventView,
  ExitReason,
  PatternType,
  PositionSizeUnit,
  PriceSource,
  RejectionCode,
  Side,
  SignalStatus,
} from "./types.ts";

/** Times are milliseconds since 1970, UTC. */
export type Milliseconds = number;

export interface Settings {
  readonly startingCapital: Rational;
  readonly commissionPerShare: Rational;
  readonly slippagePercentage: Rational;
  readonly useRealisticFills: boolean;
  readonly maxTradeRisk: Rational;
  readonly maxPortfolioHeat: Rational;
  readonly maxCampaignRisk: Rational;
  readonly target1Fraction: Rational;
  readonly breakevenAfterTarget1: boolean;
  readonly maxPriceAge: number;
}

/** A price that a fill refers to; `time` is its own market time. */
export interface ReferencePrice {
  readonly price: Rational;
  readonly source: PriceSource;
  readonly time: Milliseconds;
}
export type Board = ReadonlyMap<string, ReferencePrice>;

export interface Bar {
  readonly symbol: string;
  readonly open: Rational;
  readonly high: Rational;
  readonly low: Rational;
  readonly close: Rational;
  readonly start: Milliseconds;
  readonly end: Milliseconds;
}

export interface Fill {
  readonly price: Rational;
  readonly quantity: Rational;
  readonly value: Rational;
  readonly time: Milliseconds;
  readonly reference: ReferencePrice;
  readonly gapped: boolean;
  readonly commission: Rational;
  readonly slippageCost: Rational;
}

/** A signal that passed validation, its defaults filled in. */
export interface ValidSignal {
  readonly signalId: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly patternType: PatternType | null;
  readonly side: Side;
  readonly entryPrice: Rational;
  readonly stopLoss: Rational;
  readonly target1: Rational;
  readonly target2: Rational | null;
  readonly trailingStop: { readonly activation: Rational; readonly offset: Rational } | null;
  readonly positionSize: Rational | null;
  readonly positionSizeUnit: PositionSizeUnit;
  readonly leverage: Rational;
  readonly confidence: number | null;
  readonly campaignId: string | null;
  readonly expiresAt: Milliseconds | null;
  readonly source: string | null;
  /** Equal exactly where two signals have the same content. */
  readonly content: string;
}

export interface Rejection {
  readonly code: RejectionCode;
  readonly limit: Rational | null;
  readonly actual: Rational | null;
  readonly excess: Rational | null;
}

export interface DecidedSignal {
  readonly signal: ValidSignal;
  readonly status: SignalStatus;
  readonly rejections: readonly Rejection[];
  readonly session: number;
  readonly position: Position | null;
}

export interface Trade {
  readonly position: Position;
  readonly quantity: Rational;
  readonly exitFill: Fill;
  readonly exitReason: ExitReason;
  readonly entryValuePart: Rational;
  readonly entryCommissionPart: Rational;
  readonly entrySlippagePart: Rational;
  readonly realizedPnl: Rational;
  readonly rMultiple: Rational;
  /** Every price that the position had seen by then, the exit's own included. */
  readonly seen: readonly Rational[];
}

export interface Position {
  readonly signal: ValidSignal;
  readonly session: number;
  readonly entryFill: Fill;
  stop: Rational;
  stopLastMovedBy: "BREAKEVEN" | "TRAILING" | null;
  target1Reached: boolean;
  /** The best price since the trailing stop's activation; null before it. */
  bestPrice: Rational | null;
  /** Every price that it was judged on, from its entry's on. */
  readonly seen: Rational[];
  readonly trades: Trade[];
  /** Requests to close that were carried out, by their id; a quantity of null means all. */
  readonly requests: Map<string, { readonly quantity: Rational | null; readonly trade: Trade }>;
}

export interface Session {
  readonly number: number;
  readonly startingCapital: Rational;
  readonly startedAt: Milliseconds;
  readonly positions: Position[];
  readonly trades: Trade[];
  peakEquity: Rational;
  maxDrawdown: Rational;
}

export interface Account {
  readonly name: string;
  enabled: boolean;
  settings: Settings;
  readonly sessions: Session[];
  readonly signals: DecidedSignal[];
  readonly events: EventView[];
}

export function presentSession(account: Account): Session {
  const session = account.sessions.at(-1);
  if (session === undefined) throw new Error(`account ${account.name} has no session`);
  return session;
}

type EventSubject =
  | { type: "PositionOpened" | "TradeClosed" | "SignalDeclined"; signalId: string }
  | { type: "AccountChanged"; change: AccountChange };

/** Appends to the account's log; sequences run 1..n over all sessions. */
export function record(account: Account, marketTime: Milliseconds, subject: EventSubject): void {
  account.events.push({
    sequence: account.events.length + 1,
    marketTime: new Date(marketTime).toISOString(),
    session: presentSession(account).number,
    ...subject,
  });
}
