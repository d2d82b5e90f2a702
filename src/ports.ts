// The seams of the desk as plain types: what services need from the store, the engine and the log. The server gives the real ones.
import type { Book, Draft, Session } from "./domain/book.ts";
import type { Position } from "./domain/position.ts";
import type { Quote } from "./domain/price.ts";
import type { EventRecord, PositionRecord, SignalRecord, TradeRecord } from "./domain/records.ts";

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

/** One transaction of the store, on accounts that it has locked. */
export interface StoreTransaction {
  /** Locks the accounts that exist, in the order of their ids, and answers their revisions. */
  lockAccounts(accountIds: readonly string[]): Promise<Map<string, number>>;
  loadBooks(accountIds: readonly string[]): Promise<Book[]>;
  findSignals(keys: readonly SignalKey[]): Promise<SignalRecord[]>;
  findPositions(keys: readonly PositionKey[]): Promise<PositionRecord[]>;
  findTrades(keys: readonly RequestKey[]): Promise<TradeRecord[]>;
  /** Writes what the drafts changed, one statement a table, and answers the events as written. */
  write(drafts: readonly Draft[], quotes: readonly Quote[], recordedAtMs: number): Promise<EventRecord[]>;
}

export interface DeskStore {
  /** Runs `work` in one transaction; a conflict or a lost connection is retried, a bounded number of times. */
  transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result>;
  /** The books of all accounts that hold open positions, in portions. */
  openBooks(): AsyncIterable<Book[]>;
  quotes(): Promise<Quote[]>;
  /** Books as they are committed now, each of one instant, without a lock. */
  readBooks(accountIds: readonly string[]): Promise<Book[]>;
  /** The revisions of the accounts that exist. */
  readRevisions(accountIds: readonly string[]): Promise<Map<string, number>>;
  /** A session of an account, running or ended. */
  readSession(accountId: string, session: number): Promise<Session | undefined>;
  /** Events of an account after a number, in order. */
  readEvents(accountId: string, after: number, limit: number): Promise<EventRecord[]>;
  /** The numbers of the newest events of the accounts that exist. */
  readHeads(accountIds: readonly string[]): Promise<Map<string, number>>;
  /** Whether other processes may write to the same database. */
  readonly isShared: boolean;
}

/** The newest quote of each symbol. */
export interface Board {
  get(symbol: string): Quote | undefined;
  set(quote: Quote): void;
  all(): Iterable<Quote>;
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

/** Tells the subscribers of an account of new events. */
export interface Doorbell {
  ring(accountId: string, events: readonly EventRecord[]): void;
}

/** Something that is followed: values are taken from it one by one, and none waits in it for the one who takes. */
export interface Followed<Value> {
  /** The next value; undefined where there is none yet. Throws what finding it failed with: it is of no use then. */
  take(): Value | undefined;
  /** Called when, after `take` had nothing, there may be something. */
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
