// A store in memory for histories by the thousand: it keeps the very records that the database would, without a database.
import type { Book, Draft, Session } from "../../src/domain/book.ts";
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
import type { DeskStore, StoreTransaction } from "../../src/ports.ts";

export interface MemoryStore extends DeskStore {
  readonly accounts: Map<string, AccountRecord>;
  readonly sessions: Map<string, SessionRecord>;
  readonly positions: Map<string, PositionRecord>;
  readonly trades: TradeRecord[];
  readonly signals: Map<string, SignalRecord>;
  readonly events: EventRecord[];
}

export function createMemoryStore(): MemoryStore {
  const accounts = new Map<string, AccountRecord>();
  const sessions = new Map<string, SessionRecord>();
  const positions = new Map<string, PositionRecord>();
  const trades: TradeRecord[] = [];
  const signals = new Map<string, SignalRecord>();
  const events: EventRecord[] = [];
  const quotes = new Map<string, QuoteRecord>();

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
    write: async (drafts, newQuotes, recordedAtMs) => write(drafts, newQuotes, recordedAtMs),
  };

  return {
    isShared: false,
    transaction: (work) => work(transaction),
    openBooks: async function* () {
      yield [...accounts.keys()].flatMap(bookOf).filter((book) => book.positions.size > 0);
    },
    quotes: async () => [...quotes.values()].map(quoteOfRecord),
    readBooks: async (ids) => ids.flatMap(bookOf),
    readRevisions: async (ids) => transaction.lockAccounts(ids),
    readSession: async (accountId, session) => sessionOf(accountId, session),
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
  };
}
