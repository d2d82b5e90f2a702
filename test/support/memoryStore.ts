// A store in memory for histories by the thousand: it keeps the very records that the database would, without a database.

import type { Book, Draft, Session } from "../../src/domain/book.ts";
import { daysOf, type PointRecord, pointRecord, pointsToStore } from "../../src/domain/curve/sessionPoint.ts";
import { Exposure } from "../../src/domain/exposure.ts";
import type { Quote } from "../../src/domain/price.ts";
import {
  type AccountRecord,
  accountOfRecord,
  accountRecord,
  type EventRecord,
  eventRecord,
  type PositionRecord,
  positionOfRecord,
  positionRecord,
  type QuoteRecord,
  quoteOfRecord,
  quoteRecord,
  type SessionRecord,
  type SignalRecord,
  sessionOfRecord,
  sessionRecord,
  signalRecord,
  type TradeRecord,
  tradeRecord,
} from "../../src/domain/records.ts";
import { dayOf } from "../../src/domain/statistics/dailyEquity.ts";
import type { PriceRangeRecord } from "../../src/domain/statistics/priceRangeRecord.ts";
import {
  afterTrades,
  type RollupRecord,
  rollupId,
  rollupOfRecord,
  rollupRecord,
  rollupsOf,
} from "../../src/domain/statistics/rollups.ts";
import type { DeskStore, StoreTransaction } from "../../src/ports.ts";

export interface MemoryStore extends DeskStore {
  readonly accounts: Map<string, AccountRecord>;
  readonly sessions: Map<string, SessionRecord>;
  readonly positions: Map<string, PositionRecord>;
  readonly trades: TradeRecord[];
  readonly signals: Map<string, SignalRecord>;
  readonly events: EventRecord[];
  readonly rollups: Map<string, RollupRecord>;
  /** In the order in which they were stored. */
  readonly points: PointRecord[];
  /** The equity of a day by account, session and day. */
  readonly days: Map<string, string>;
}

export function createMemoryStore(): MemoryStore {
  const accounts = new Map<string, AccountRecord>();
  const sessions = new Map<string, SessionRecord>();
  const positions = new Map<string, PositionRecord>();
  const trades: TradeRecord[] = [];
  const signals = new Map<string, SignalRecord>();
  const events: EventRecord[] = [];
  const rollups = new Map<string, RollupRecord>();
  const points: PointRecord[] = [];
  const days = new Map<string, string>();
  const quotes = new Map<string, QuoteRecord>();
  const ranges = new Map<string, PriceRangeRecord>();

  const bookOf = (accountId: string): Book[] => {
    const account = accounts.get(accountId);
    if (account === undefined) return [];
    const session = sessionOf(accountId, account.session);
    const open = [...positions.values()]
      .filter((row) => row.accountId === accountId && row.status === "OPEN")
      .sort((a, b) => a.number - b.number)
      .map(positionOfRecord);
    if (session === undefined) throw new Error("no session");
    const held = new Map(open.map((position) => [position.number, position]));
    return [{ account: accountOfRecord(account), session, positions: held, exposure: new Exposure(open) }];
  };
  const sessionOf = (accountId: string, session: number): Session | undefined => {
    const row = sessions.get(`${accountId} ${session}`);
    return row && sessionOfRecord(row);
  };

  const addPoints = (added: readonly PointRecord[]): void => {
    points.push(...added);
    for (const { accountId, session, day } of daysOf(added)) {
      const ofDay = points.filter((point) => point.accountId === accountId && point.session === session);
      const last = ofDay
        .filter(({ time }) => dayOf(Date.parse(time)) === day)
        .reduce((a, b) => (b.time >= a.time ? b : a));
      days.set(`${accountId} ${session} ${day}`, last.equity);
    }
  };

  const write = (drafts: readonly Draft[], newQuotes: readonly Quote[], recordedAtMs: number): EventRecord[] => {
    const written: EventRecord[] = [];
    for (const draft of drafts) {
      const { accountId, sequence } = draft.base.account;
      accounts.set(accountId, accountRecord(draft.nextAccount));
      for (const session of [...draft.endedSessions, draft.session]) {
        sessions.set(`${accountId} ${session.session}`, sessionRecord(accountId, session));
      }
      for (const position of draft.positions.values()) {
        positions.set(`${accountId} ${position.number}`, positionRecord(position));
      }
      trades.push(...draft.trades.map(tradeRecord));
      const added = rollupsOf(draft.trades);
      const stored = added.flatMap((rollup) => rollups.get(rollupId(rollup)) ?? []).map(rollupOfRecord);
      for (const rollup of afterTrades(stored, added)) {
        rollups.set(rollupId(rollup), rollupRecord(rollup));
      }
      addPoints(pointsToStore(draft.points).map((point) => pointRecord(accountId, point)));
      for (const outcome of draft.signals)
        signals.set(`${accountId} ${outcome.signal.signalId}`, signalRecord(outcome));
      written.push(...draft.events.map((event, i) => eventRecord(accountId, sequence + 1 + i, event, recordedAtMs)));
    }
    events.push(...written);
    for (const quote of newQuotes) quotes.set(quote.symbol, quoteRecord(quote));
    return written;
  };

  const transaction: StoreTransaction = {
    lockAccounts: async (ids) =>
      new Map(ids.flatMap((id) => (accounts.has(id) ? [[id, accounts.get(id)?.revision ?? 0]] : []))),
    loadBooks: async (ids) => ids.flatMap(bookOf),
    findSignals: async (keys) => keys.flatMap((key) => signals.get(`${key.accountId} ${key.signalId}`) ?? []),
    findPositions: async (keys) => keys.flatMap((key) => positions.get(`${key.accountId} ${key.number}`) ?? []),
    findTrades: async (keys) =>
      trades.filter((trade) =>
        keys.some(
          (key) =>
            key.accountId === trade.accountId &&
            key.number === trade.positionNumber &&
            key.requestId === trade.requestId,
        ),
      ),
    findDeliveries: async () => [],
    write: async (drafts, newQuotes, recordedAtMs, newRanges = []) => {
      for (const range of newRanges) ranges.set(range.symbol, structuredClone(range));
      return write(drafts, newQuotes, recordedAtMs);
    },
  };

  return {
    isShared: false,
    transaction: (work) => work(transaction),
    addPoints: async (added) => addPoints(added),
    openBooks: async function* () {
      yield [...accounts.keys()].flatMap(bookOf).filter((book) => book.positions.size > 0);
    },
    quotes: async () => [...quotes.values()].map(quoteOfRecord),
    priceRanges: async () => {
      const held = new Set(
        [...positions.values()].filter(({ status }) => status === "OPEN").map(({ symbol }) => symbol),
      );
      return [...ranges.values()].filter(({ symbol }) => held.has(symbol));
    },
    readBooks: async (ids) => ids.flatMap(bookOf),
    readRevisions: async (ids) => transaction.lockAccounts(ids),
    readEvents: async (accountId, after, limit) =>
      events.filter((event) => event.accountId === accountId && event.sequence > after).slice(0, limit),
    readHeads: async (ids) =>
      new Map(ids.flatMap((id) => (accounts.has(id) ? [[id, accounts.get(id)?.sequence ?? 0]] : []))),
    accounts,
    sessions,
    positions,
    trades,
    signals,
    events,
    rollups,
    points,
    days,
  };
}
