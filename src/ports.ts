// The seams of the desk as plain types: what services need from the store, the engine and the log. The server gives the real ones.

import type { Book, Draft } from "./domain/book.ts";
import type { CurvePoint } from "./domain/curve/point.ts";
import type { PointRecord } from "./domain/curve/sessionPoint.ts";
import type { DeliveryRecord } from "./domain/deliveryRecord.ts";
import type { Position } from "./domain/position.ts";
import type { Price, Quote } from "./domain/price.ts";
import type { EventRecord, PositionRecord, SignalRecord, TradeRecord } from "./domain/records.ts";
import type { PricesSeen } from "./domain/statistics/excursions.ts";
import type { PriceRangeRecord } from "./domain/statistics/priceRangeRecord.ts";

export interface Clock {
  /** The present time in epoch milliseconds. */
  nowMs(): number;
  /** Whether time is the feed's market time (domain.md 4). */
  readonly isFeed: boolean;
  /** Tells the clock of an accepted market time. */
  advance(marketTimeMs: number): void;
}

export interface SignalKey {
  readonly accountId: string;
  readonly signalId: string;
}

export interface PositionKey {
  readonly accountId: string;
  readonly number: number;
}

export interface RequestKey extends PositionKey {
  readonly requestId: string;
}

export interface DeliveryKey {
  readonly accountId: string;
  readonly signalId?: string;
}

/** One transaction of the store, on accounts that it has locked. */
export interface StoreTransaction {
  /** Locks the accounts that exist, in the order of their ids, and answers their revisions. */
  lockAccounts(accountIds: readonly string[]): Promise<Map<string, number>>;
  loadBooks(accountIds: readonly string[]): Promise<Book[]>;
  findSignals(keys: readonly SignalKey[]): Promise<SignalRecord[]>;
  findPositions(keys: readonly PositionKey[]): Promise<PositionRecord[]>;
  findTrades(keys: readonly RequestKey[]): Promise<TradeRecord[]>;
  /** Deliveries to the live route, locked: of a key with a signal that one, of one without all that are pending. */
  findDeliveries(keys: readonly DeliveryKey[]): Promise<DeliveryRecord[]>;
  /** Writes what the drafts changed, one statement a table, and answers the events as written. */
  write(
    drafts: readonly Draft[],
    quotes: readonly Quote[],
    recordedAtMs: number,
    ranges?: readonly PriceRangeRecord[],
  ): Promise<EventRecord[]>;
}

export interface DeskStore {
  /** Runs `work` in one transaction; a conflict or a lost connection is retried, a bounded number of times. */
  transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result>;
  /** Adds points of curves, of marks at which nothing else happened: no account is locked, no revision grows. */
  addPoints(points: readonly PointRecord[]): Promise<void>;
  /** The books of all accounts that hold open positions, in portions. */
  openBooks(): AsyncIterable<Book[]>;
  quotes(): Promise<Quote[]>;
  /** The price ranges of symbols of which something is held. */
  priceRanges(): Promise<PriceRangeRecord[]>;
  /** Books as they are committed now, each of one instant, without a lock. */
  readBooks(accountIds: readonly string[]): Promise<Book[]>;
  /** The revisions of the accounts that exist. */
  readRevisions(accountIds: readonly string[]): Promise<Map<string, number>>;
  /** Events of an account after a number, in order. */
  readEvents(accountId: string, after: number, limit: number): Promise<EventRecord[]>;
  /** The numbers of the newest events of the accounts that exist. */
  readHeads(accountIds: readonly string[]): Promise<Map<string, number>>;
  /** Whether other processes may write to the same database. */
  readonly isShared: boolean;
}

export interface SessionKey {
  readonly accountId: string;
  readonly session: number;
}

/** A curve, and how far it is thinned. */
export interface CurveAge extends SessionKey {
  /** The time of its newest point; null where it has none. */
  readonly newestMs: number | null;
  /** The newest point's time when it was last thinned; before the first time, when the session began. */
  readonly thinnedAtMs: number;
}

export interface StoredPoint extends CurvePoint {
  readonly id: string;
}

/** What thinning curves needs of the store. No account is locked: points are only ever added and, here, removed. */
export interface CurveStore {
  /** The curves of sessions after one, in the order of their keys. */
  curvesAfter(after: SessionKey | undefined, limit: number): Promise<CurveAge[]>;
  /** Points at or after one time and before another, in order. */
  readPoints(curve: SessionKey, fromMs: number, toMs: number, limit: number): Promise<StoredPoint[]>;
  /** Removes points that are in order. */
  removePoints(curve: SessionKey, points: readonly StoredPoint[]): Promise<void>;
  noteThinned(curve: SessionKey, newestMs: number): Promise<void>;
}

/** A session with the name of its account, for people. */
export interface NamedSession extends SessionKey {
  readonly name: string;
}

/** What making rollups anew needs of the store. Accounts of backtests are included. */
export interface RollupStore {
  /** Sessions after one, in the order of their keys, of all accounts or of one. */
  sessionsAfter(after: SessionKey | undefined, limit: number, accountId?: string): Promise<NamedSession[]>;
  /** Sessions whose trades have no rollups, or whose positions are not in their time in the market. */
  sessionsWithoutRollups(): Promise<SessionKey[]>;
  /** Makes a session's rollups and its time in the market anew from its trades and positions; whether they were others. */
  rebuild(session: SessionKey): Promise<boolean>;
}

/** The newest quote of each symbol. */
export interface Board {
  get(symbol: string): Quote | undefined;
  set(quote: Quote): void;
  all(): Iterable<Quote>;
}

/** Some prices of a symbol that came one after the other: all after the point before, up to this one's time. */
export interface PricePoint {
  /** The market time of the last of them. */
  readonly timeMs: number;
  /** The last, the lowest and the highest, as decimals in the API's form. */
  readonly price: string;
  readonly low: string;
  readonly high: string;
}

/** How prices came to what they are on the board, in a bounded number of points a symbol; of this process alone. */
export interface PricePaths {
  /** Adds a price that the board has taken. */
  push(price: Price): void;
  /** The whole path of a symbol, in order: it begins with the first price that this process took, alone. */
  pointsOf(symbol: string): readonly PricePoint[];
}

/** The books in memory: copies of what was last committed. */
export interface Books {
  get(accountId: string): Book | undefined;
  set(book: Book): void;
  delete(accountId: string): void;
}

/** Finds the open positions that a price may concern. Holds each as it is now, moved stops that are not saved included. */
export interface TriggerBook {
  get(key: PositionKey): Position | undefined;
  /** Adds or replaces an open position as it was saved. */
  set(position: Position): void;
  /** Replaces a position whose stop or best price has moved; it waits in `unsaved` until `set`. */
  move(position: Position): void;
  delete(key: PositionKey): void;
  deleteAccount(accountId: string): void;
  /** The positions of a symbol that a range of prices may change: stops, targets, trailing stops. */
  touchedBy(symbol: string, low: Quote["price"], high: Quote["price"]): Position[];
  /** The positions that expire at or before a time. */
  expiringBy(timeMs: number): Position[];
  /** The accounts that hold a symbol. */
  holders(symbol: string): Iterable<string>;
  unsaved(): Position[];
}

/**
 * Knows what prices each open position has seen since its entry. Prices come in by a stage; a position that no price has
 * touched costs nothing at one.
 */
export interface PriceRanges {
  /** Tells of a position that was just opened at the board's newest price. */
  opened(position: Position): void;
  /** Tells of an open position that was loaded from the store. */
  adopted(position: Position): void;
  /** Tells that an open position was closed, or let go of. */
  closed(position: Position): void;
  /** The lowest and highest price since its entry, the entry's own included; null where that is not known. */
  seenBy(position: Position): PricesSeen | null;
  /** Begins a stage: at most one at a time is taken over. */
  stage(): StagedRanges;
  /** The records with which the ranges begin of those positions' symbols that are not held yet. */
  beginningsOf(positions: readonly Position[]): PriceRangeRecord[];
  /** The ranges of those symbols that are held. */
  recordsOf(symbols: Iterable<string>): PriceRangeRecord[];
}

/** Price ranges with prices that are not theirs before `takeOver`. */
export interface StagedRanges {
  /** Adds a price that was judged: a quote's time and price twice, or a bar's start, its low and its high. */
  push(symbol: string, timeMs: number, low: Quote["price"], high: Quote["price"]): void;
  seenBy(position: Position): PricesSeen | null;
  /** The ranges that got prices. */
  changed(): PriceRangeRecord[];
  takeOver(): void;
}

/** Watches the desk at work. It changes nothing and throws nothing of its own; a desk without one is only not seen. */
export interface Observer {
  /** Around the run of a batch of commands. */
  batch<Result>(commands: number, work: () => Promise<Result>): Promise<Result>;
  /** Around a job that has the write road for itself. */
  job<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Told of the prices of a call, when what they triggered is committed. */
  prices(counts: { readonly accepted: number; readonly stale: number; readonly refused: number }): void;
}

/**
 * The way to live trading, as those see it who decide signals: that there is one lets a signal be ROUTED_LIVE. Nothing is
 * sent through it. What is to be sent is stored with the decision, and worked by whoever is behind this.
 */
export interface LiveRoute {
  /** Tells that deliveries were committed. */
  wake(): void;
}

/** A delivery whose turn it is, with all that is to be sent. */
export interface LiveOrder {
  readonly owner: string;
  readonly accountName: string;
  readonly delivery: DeliveryRecord;
  readonly signal: SignalRecord;
}

/** The deliveries that wait, as whoever sends them works with them. Of each account only the oldest can be claimed. */
export interface DeliveryStore {
  /**
   * Takes deliveries that are due, at most one of each account and `limit` together, counts the attempt, and lets nobody
   * have them again before `untilMs`. Accounts that are not promoted are left out.
   */
  claim(nowMs: number, untilMs: number, limit: number): Promise<LiveOrder[]>;
  /** Lets a claimed delivery be tried again from a time on. */
  postpone(delivery: DeliveryRecord, nextAttemptMs: number, problem: string): Promise<void>;
  /** When the next delivery is due; undefined where none waits. */
  nextDueMs(): Promise<number | undefined>;
  /** Makes all that wait due now: for a process that is alone on its database, when it starts. */
  releaseAll(nowMs: number): Promise<void>;
}

/** Tells the subscribers of an account of new events. */
export interface Doorbell {
  ring(accountId: string, events: readonly EventRecord[]): void;
}

/** Something that is followed: values are taken from it one by one, and none waits in it for the one who takes. */
export interface Followed<Value> {
  /** The next value; undefined where there is none yet. Throws what finding it failed with: it is of no use then. */
  take(): Value | undefined;
  /** True where, after `take` had nothing, nothing will ever come; never, where it is left out. */
  readonly isEnded?: boolean;
  /** Called when, after `take` had nothing, there may be something, or it has ended. */
  onReady: () => void;
  close(): void;
}

/** The newest value of an open position. */
export interface PositionUpdate {
  readonly position: Position;
  readonly quote: Quote;
  /** Another number for each update of any position. */
  readonly version: number;
}
