// The reading seams as plain types: what the lists and look-ups of the API need of the store. Beside ports.ts, the writing ones.
import type { Book, Session } from "./domain/book.ts";
import type { CurvePoint } from "./domain/curve/point.ts";
import type { DeliveryRecord } from "./domain/deliveryRecord.ts";
import type { PositionRecord, SessionRecord, SignalRecord, TradeRecord } from "./domain/records.ts";
import type { DayEquity } from "./domain/statistics/dailyEquity.ts";
import type { Breakdown } from "./domain/statistics/groups.ts";
import type { TradeSums } from "./domain/statistics/tradeSums.ts";
import type { PositionKey, SignalKey } from "./ports.ts";

/** A stretch of an ordered list: after one place, before another, at most `limit` rows, from its end where `backward`. */
export interface Range<Key> {
  readonly after: Key | undefined;
  readonly before: Key | undefined;
  readonly limit: number;
  readonly backward: boolean;
}

/** The place of an account in the list of its owner's accounts. */
export interface AccountPlace {
  readonly accountId: string;
  readonly createdAt: Date;
}

/** The place of a trade in the list by exit time. */
export interface TradePlace {
  readonly exitTime: Date;
  readonly number: number;
}

/** The accounts of an owner, or those of them whose ids are given. */
export interface AccountsAmong {
  readonly owner: string;
  readonly accounts: ReadonlySet<string> | null;
}

/** The present session of an account, and the number of the newest event in its log. */
export interface AccountHead {
  readonly session: number;
  readonly sequence: number;
}

/** One session of one account. */
export interface SessionScope {
  readonly accountId: string;
  readonly session: number;
}

export interface PositionFilter extends SessionScope {
  readonly status?: "OPEN" | "CLOSED";
  readonly symbol?: string;
}

export interface TradeFilter extends SessionScope {
  readonly symbol?: string;
  readonly exitReason?: string;
  /** `from ≤ exitTime < to`. */
  readonly from?: Date;
  readonly to?: Date;
}

export interface SignalFilter extends SessionScope {
  readonly status?: string;
  readonly symbol?: string;
}

/** The deliveries of an account to the live route. */
export interface DeliveryFilter {
  readonly accountId: string;
  readonly state?: string;
}

/** Reads of deliveries: newest first, by the number of the event that tells of their signal. */
export interface DeliveryReads {
  findDeliveries(filter: DeliveryFilter, range: Range<number>): Promise<DeliveryRecord[]>;
  countDeliveries(filter: DeliveryFilter): Promise<number>;
  deliveriesByKey(owner: string, keys: readonly SignalKey[]): Promise<DeliveryRecord[]>;
}

/** The store's rows as the services see them: keys, and whatever else the API shows of them. */
export interface StoredRows {
  readonly position: PositionKey;
  readonly trade: PositionKey & { readonly positionNumber: number };
  readonly signal: SignalKey;
}

/** Reads of lists belong to an account that was found by its owner; reads by key name the owner themselves. */
export interface Reads<Rows extends StoredRows> extends DeliveryReads {
  /** The head of an account; undefined where the owner has none of that id. */
  findHead(owner: string, accountId: string): Promise<AccountHead | undefined>;
  findAccounts(among: AccountsAmong, range: Range<AccountPlace>): Promise<AccountPlace[]>;
  countAccounts(among: AccountsAmong): Promise<number>;
  findPositions(filter: PositionFilter, range: Range<number>): Promise<Rows["position"][]>;
  countPositions(filter: PositionFilter): Promise<number>;
  findTrades(filter: TradeFilter, range: Range<TradePlace>): Promise<Rows["trade"][]>;
  countTrades(filter: TradeFilter): Promise<number>;
  findSignals(filter: SignalFilter, range: Range<number>): Promise<Rows["signal"][]>;
  countSignals(filter: SignalFilter): Promise<number>;
  positionsByKey(owner: string, keys: readonly PositionKey[]): Promise<Rows["position"][]>;
  tradesByKey(owner: string, keys: readonly PositionKey[]): Promise<Rows["trade"][]>;
  /** All trades of some positions, in the order in which they were made. */
  tradesOfPositions(owner: string, positions: readonly PositionKey[]): Promise<Rows["trade"][]>;
  signalsByKey(owner: string, keys: readonly SignalKey[]): Promise<Rows["signal"][]>;
}

/** The sums of one group of a breakdown; the key is null for trades that name none. */
export interface GroupSums {
  readonly key: string | null;
  readonly sums: TradeSums;
}

/** A session of which a report is wanted; with a breakdown, that one too. The account was found by its owner. */
export interface ReportRequest extends SessionScope {
  readonly breakdown?: Breakdown;
}

/** What a report of a session is made of. */
export interface ReportRows {
  readonly accountId: string;
  readonly session: Session;
  /** The sums over all trades of the session. */
  readonly sums: TradeSums;
  /** The equity at its last mark of each UTC day that had one, in the order of days. */
  readonly days: readonly DayEquity[];
  /** The groups of the breakdowns that were asked for, in no order: at most one more than a report shows. */
  readonly groups: ReadonlyMap<Breakdown, readonly GroupSums[]>;
}

/** What reports are made of, all of one instant. */
export interface ReportsRead {
  /** Of the sessions that exist. */
  readonly rows: readonly ReportRows[];
  /** The books of their accounts by id; a backtest has none. */
  readonly books: ReadonlyMap<string, Book>;
}

/** Reads of what is kept of sessions besides their rows. Accounts were found by their owner. */
export interface SessionReads {
  /** `held` are the books in memory, by account: one that is current is not read again. */
  readReports(requests: readonly ReportRequest[], held: ReadonlyMap<string, Book>): Promise<ReportsRead>;
  /** The stored points of a curve from one time up to, and not with, another, in order. */
  readCurve(scope: SessionScope, from: Date | undefined, to: Date | undefined): Promise<CurvePoint[]>;
  /** Sessions of an account, newest first: against the order of their numbers. */
  findSessions(accountId: string, range: Range<number>): Promise<SessionRecord[]>;
  countSessions(accountId: string): Promise<number>;
}

/** Whole lists of a session as records, in the order of the lists of the API, some hundreds of rows at a time. */
export interface ExportReads {
  trades(filter: TradeFilter): AsyncIterable<TradeRecord[]>;
  positions(filter: PositionFilter): AsyncIterable<PositionRecord[]>;
  signals(filter: SignalFilter): AsyncIterable<SignalRecord[]>;
}
