// The desk's store: one transaction locks the accounts, reads what a decision needs and writes a statement a table.

import type { Book, Draft } from "../domain/book.ts";
import { pointRecord, pointsToStore } from "../domain/curve/sessionPoint.ts";
import { Exposure } from "../domain/exposure.ts";
import type { Position } from "../domain/position.ts";
import type { Quote } from "../domain/price.ts";
import {
  type AccountRecord,
  accountOfRecord,
  accountRecord,
  type EventRecord,
  eventRecord,
  type PositionRecord,
  positionOfRecord,
  positionRecord,
  quoteOfRecord,
  quoteRecord,
  type SessionRecord,
  type SignalRecord,
  sessionOfRecord,
  sessionRecord,
  signalRecord,
  type TradeRecord,
  tradeRecord,
} from "../domain/records.ts";
import type { PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import type { DeskStore, PositionKey, RequestKey, SignalKey, StoreTransaction } from "../ports.ts";
import type { Database } from "./database.ts";
import { findDeliveries, writeDeliveries } from "./deliveries.ts";
import { addPoints } from "./equityPoints.ts";
import { type Client, execute, executeLoosely } from "./execute.ts";
import { withRetries } from "./retry.ts";
import { addToRollups } from "./rollups.ts";
import {
  ACCOUNTS,
  EVENTS,
  insertStatement,
  POSITION_CHANGES,
  POSITIONS,
  PRICE_RANGES,
  QUOTES,
  SESSIONS,
  SIGNALS,
  TRADES,
  updateStatement,
  upsertStatement,
} from "./tables.ts";
import { toRecord } from "./toRecord.ts";
import { TRANSACTION_TIMEOUT_MS, TRANSACTION_WAIT_MS_MAX } from "./transactions.ts";

const OPEN_BOOKS_PORTION_ACCOUNTS = 200;

const INSERT_ACCOUNTS = insertStatement(ACCOUNTS);
const UPDATE_ACCOUNTS = updateStatement(ACCOUNTS, [
  "status",
  "session",
  "sequence",
  "revision",
  "promotedAt",
  "updatedAt",
]);
const UPSERT_SESSIONS = upsertStatement(SESSIONS);
const INSERT_POSITIONS = insertStatement(POSITIONS);
const UPDATE_POSITIONS = updateStatement(POSITIONS, POSITION_CHANGES);
const INSERT_TRADES = insertStatement(TRADES);
const INSERT_SIGNALS = insertStatement(SIGNALS);
const INSERT_EVENTS = insertStatement(EVENTS);
const UPSERT_PRICE_RANGES = upsertStatement(PRICE_RANGES);
/** Of a symbol of which nothing is held, what is stored is over. */
const HELD_PRICE_RANGES = `SELECT symbol, complete_from AS "completeFrom", lows, highs FROM price_ranges
  WHERE symbol IN (SELECT p.symbol FROM positions p JOIN accounts a USING (account_id)
    WHERE p.status = 'OPEN' AND a.kind = 'PAPER')`;
const KNOWN_SIGNALS = `SELECT DISTINCT s.account_id::text, s.signal_id
  FROM json_to_recordset($1::json) AS r("accountId" uuid, "signalId" text)
  JOIN signals s ON s.account_id = r."accountId" AND s.signal_id = r."signalId"`;
/** A node that is behind never puts an older quote over a newer one. */
const UPSERT_QUOTES = `${upsertStatement(QUOTES)} WHERE quotes.time <= EXCLUDED.time`;

type PriceRangeRow = Omit<PriceRangeRecord, "completeFrom"> & { readonly completeFrom: Date };

/** The store over an open database; `onRetry` is told of each transaction that is tried again. */
export function createDeskStore(database: Database, onRetry?: () => void): DeskStore {
  const { prisma } = database;
  return {
    isShared: database.kind === "postgresql",
    transaction: (work) =>
      withRetries(
        () =>
          prisma.$transaction((client) => work(transactionOver(client)), {
            timeout: TRANSACTION_TIMEOUT_MS,
            maxWait: TRANSACTION_WAIT_MS_MAX,
          }),
        onRetry,
      ),
    openBooks: () => openBooks(database),
    readBooks: (accountIds) =>
      prisma.$transaction((client) => loadBooks(client, accountIds), {
        isolationLevel: "RepeatableRead",
        timeout: TRANSACTION_TIMEOUT_MS,
        maxWait: TRANSACTION_WAIT_MS_MAX,
      }),
    readRevisions: async (accountIds) => {
      const where = { accountId: { in: [...accountIds] }, kind: "PAPER" };
      const rows = await prisma.account.findMany({ where, select: { accountId: true, revision: true } });
      return new Map(rows.map((row) => [row.accountId, Number(row.revision)]));
    },
    readEvents: async (accountId, after, limit) => {
      const where = { accountId, sequence: { gt: after } };
      const rows = await prisma.event.findMany({ where, orderBy: { sequence: "asc" }, take: limit });
      return rows.map((row) => toRecord(row) as unknown as EventRecord);
    },
    readHeads: async (accountIds) => {
      const where = { accountId: { in: [...accountIds] }, kind: "PAPER" };
      const rows = await prisma.account.findMany({ where, select: { accountId: true, sequence: true } });
      return new Map(rows.map((row) => [row.accountId, row.sequence]));
    },
    addPoints: (points) =>
      withRetries(() =>
        prisma.$transaction((client) => addPoints(client, points), {
          timeout: TRANSACTION_TIMEOUT_MS,
          maxWait: TRANSACTION_WAIT_MS_MAX,
        }),
      ),
    quotes: async () => (await prisma.quote.findMany()).map((row) => quoteOfRecord(toRecord(row))),
    priceRanges: async () => {
      const rows = await prisma.$queryRawUnsafe<PriceRangeRow[]>(HELD_PRICE_RANGES);
      return rows.map((row) => ({ ...row, completeFrom: row.completeFrom.toISOString() }));
    },
  };
}

function transactionOver(client: Client): StoreTransaction {
  return {
    lockAccounts: (accountIds) => lockAccounts(client, accountIds),
    loadBooks: (accountIds) => loadBooks(client, accountIds),
    findSignals: (keys) => findSignals(client, keys),
    findPositions: (keys) => findPositions(client, keys),
    findTrades: (keys) => findTrades(client, keys),
    findDeliveries: (keys) => findDeliveries(client, keys),
    write: (drafts, quotes, recordedAtMs, ranges) => write(client, drafts, quotes, recordedAtMs, ranges),
  };
}

async function lockAccounts(client: Client, accountIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await client.$queryRaw<{ account_id: string; revision: bigint }[]>`
    SELECT account_id::text, revision FROM accounts
    WHERE account_id = ANY(${accountIds}::uuid[]) AND kind = 'PAPER' ORDER BY account_id FOR UPDATE`;
  return new Map(rows.map((row) => [row.account_id, Number(row.revision)]));
}

export async function loadBooks(client: Client, accountIds: readonly string[]): Promise<Book[]> {
  const among = { in: [...accountIds] };
  const accounts = await client.account.findMany({ where: { accountId: among, kind: "PAPER" } });
  const sessions = await client.session.findMany({ where: { accountId: among, endedAt: null } });
  const positions = await client.position.findMany({
    where: { accountId: among, status: "OPEN" },
    orderBy: [{ accountId: "asc" }, { number: "asc" }],
  });
  const sessionOf = new Map(sessions.map((row) => [row.accountId, row]));
  const positionsOf = new Map<string, Position[]>(accounts.map((row) => [row.accountId, []]));
  for (const row of positions) positionsOf.get(row.accountId)?.push(toPosition(toRecord(row)));
  return accounts.map((row) => {
    const session = sessionOf.get(row.accountId);
    if (session === undefined) throw new Error(`account ${row.accountId} has no running session`);
    return bookOf(toRecord(row), toRecord(session), positionsOf.get(row.accountId) ?? []);
  });
}

/** Text columns are checked by the database; their types are the domain's. */
function bookOf(account: object, session: SessionRecord, open: readonly Position[]): Book {
  return {
    account: accountOfRecord(account as AccountRecord),
    session: sessionOfRecord(session),
    positions: new Map(open.map((position) => [position.number, position])),
    exposure: new Exposure(open),
  };
}

function toPosition(record: object): Position {
  return positionOfRecord(record as PositionRecord);
}

async function* openBooks(database: Database): AsyncIterable<Book[]> {
  const { prisma } = database;
  const rows = await prisma.position.findMany({
    where: { status: "OPEN", account: { kind: "PAPER" } },
    distinct: ["accountId"],
    select: { accountId: true },
  });
  for (let from = 0; from < rows.length; from += OPEN_BOOKS_PORTION_ACCOUNTS) {
    const accountIds = rows.slice(from, from + OPEN_BOOKS_PORTION_ACCOUNTS).map((row) => row.accountId);
    yield await prisma.$transaction((client) => loadBooks(client, accountIds), { timeout: TRANSACTION_TIMEOUT_MS });
  }
}

/** Most signals are new: which of them are known is asked in one plain search, and only those are read. */
async function findSignals(client: Client, keys: readonly SignalKey[]): Promise<SignalRecord[]> {
  const known = await client.$queryRawUnsafe<{ account_id: string; signal_id: string }[]>(
    KNOWN_SIGNALS,
    JSON.stringify(keys),
  );
  if (known.length === 0) return [];
  const OR = known.map(({ account_id: accountId, signal_id: signalId }) => ({ accountId, signalId }));
  const rows = await client.signal.findMany({ where: { OR } });
  return rows.map((row) => toRecord(row) as unknown as SignalRecord);
}

async function findPositions(client: Client, keys: readonly PositionKey[]): Promise<PositionRecord[]> {
  const rows = await client.position.findMany({
    where: {
      accountId: { in: distinct(keys.map((key) => key.accountId)) },
      number: { in: distinct(keys.map((key) => key.number)) },
    },
  });
  return rows.map((row) => toRecord(row) as unknown as PositionRecord);
}

async function findTrades(client: Client, keys: readonly RequestKey[]): Promise<TradeRecord[]> {
  const rows = await client.trade.findMany({
    where: {
      accountId: { in: distinct(keys.map((key) => key.accountId)) },
      positionNumber: { in: distinct(keys.map((key) => key.number)) },
      requestId: { in: distinct(keys.map((key) => key.requestId)) },
    },
  });
  return rows.map((row) => toRecord(row) as unknown as TradeRecord);
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

async function write(
  client: Client,
  drafts: readonly Draft[],
  quotes: readonly Quote[],
  recordedAtMs: number,
  ranges: readonly PriceRangeRecord[] = [],
): Promise<EventRecord[]> {
  const [created, known] = partition(drafts, (draft) => draft.base.account.revision === 0);
  const positions = drafts.flatMap((draft) => [...draft.positions.values()].map((position) => ({ draft, position })));
  const isNew = ({ draft, position }: (typeof positions)[number]): boolean =>
    position.number > draft.base.account.sequence;
  const [opened, changed] = partition(positions, isNew);
  const events = drafts.flatMap((draft) => eventsOf(draft, recordedAtMs));

  await execute(
    client,
    INSERT_ACCOUNTS,
    created.map((draft) => accountRecord(draft.nextAccount)),
  );
  await execute(
    client,
    UPDATE_ACCOUNTS,
    known.map((draft) => accountRecord(draft.nextAccount)),
  );
  await execute(client, UPSERT_SESSIONS, drafts.flatMap(sessionsOf));
  await execute(
    client,
    INSERT_POSITIONS,
    opened.map(({ position }) => positionRecord(position)),
  );
  await execute(
    client,
    UPDATE_POSITIONS,
    changed.map(({ position }) => positionRecord(position)),
  );
  await execute(
    client,
    INSERT_TRADES,
    drafts.flatMap((draft) => draft.trades.map(tradeRecord)),
  );
  await execute(
    client,
    INSERT_SIGNALS,
    drafts.flatMap((draft) => draft.signals.map(signalRecord)),
  );
  await writeDeliveries(client, drafts);
  await execute(client, INSERT_EVENTS, events);
  await addToRollups(
    client,
    drafts.flatMap((draft) => draft.trades),
  );
  await addPoints(
    client,
    drafts.flatMap((draft) => pointsToStore(draft.points).map((point) => pointRecord(draft.account.accountId, point))),
  );
  await executeLoosely(client, UPSERT_QUOTES, quotes.map(quoteRecord));
  await execute(client, UPSERT_PRICE_RANGES, ranges);
  return events;
}

function sessionsOf(draft: Draft): SessionRecord[] {
  const { accountId } = draft.account;
  const sessions = draft.session === draft.base.session && draft.base.account.revision > 0 ? [] : [draft.session];
  return [...draft.endedSessions, ...sessions].map((session) => sessionRecord(accountId, session));
}

function eventsOf(draft: Draft, recordedAtMs: number): EventRecord[] {
  const { accountId, sequence } = draft.base.account;
  return draft.events.map((event, index) => eventRecord(accountId, sequence + 1 + index, event, recordedAtMs));
}

function partition<Value>(values: readonly Value[], test: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(test), values.filter((value) => !test(value))];
}
