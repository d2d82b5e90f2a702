// The script that makes a long history for the bench: what it writes is what the rules of the desk make of the same exits.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HistoryDatabase, makeHistories, SMALL_TRADES } from "../../bench/historyDatabase.ts";
import { decimal } from "../../src/domain/decimal.ts";
import { afterClose, afterEntry, type Figures, newFigures } from "../../src/domain/figures.ts";
import { type Close, closeLot } from "../../src/domain/lot.ts";
import type { ExitReason } from "../../src/domain/position.ts";
import { isOpen, type Position } from "../../src/domain/position.ts";
import type { PriceSource } from "../../src/domain/price.ts";
import {
  type PositionRecord,
  positionOfRecord,
  positionRecord,
  type SessionRecord,
  sessionOfRecord,
  type TradeRecord,
  tradeRecord,
} from "../../src/domain/records.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { createReads } from "../../src/store/reads.ts";
import { createRollupStore } from "../../src/store/rebuild.ts";
import { POSITIONS, SESSIONS, selectList, type Table, TRADES } from "../../src/store/tables.ts";
import { silentLog } from "../support/log.ts";
import { postgresReachable } from "../support/postgres.ts";

const TRADES_OF_LARGE = 2_000;
const ROWS_MAX = 200;

describe.skipIf(!postgresReachable)("a history made by the bench's script", () => {
  let made: HistoryDatabase;
  let database: Database;
  let sessions: SessionRecord[];

  beforeAll(async () => {
    made = await makeHistories(TRADES_OF_LARGE);
    database = await openDatabase({ databaseUrl: made.url, dataDir: "", log: silentLog });
    sessions = await rowsOf(SESSIONS, "TRUE", "total_trades");
  });

  afterAll(async () => {
    await database?.close();
    await made?.drop();
  });

  function rowsOf<Row>(table: Table<Row>, where: string, order: string): Promise<Row[]> {
    return database.prisma.$queryRawUnsafe<Row[]>(
      `SELECT ${selectList(table)} FROM ${table.name} WHERE ${where} ORDER BY ${order}`,
    );
  }

  it("has as many trades as were asked for", () => {
    expect(sessions.map(({ totalTrades }) => totalTrades)).toEqual([SMALL_TRADES, TRADES_OF_LARGE]);
  });

  it("has positions, trades and figures to the last digit as the rules make them", async () => {
    for (const session of sessions) {
      const ofAccount = `account_id = '${session.accountId}'`;
      const positions = await rowsOf(POSITIONS, ofAccount, "number");
      const trades = await rowsOf(TRADES, ofAccount, "number");
      const { settings, figures } = sessionOfRecord(session);
      let expected = newFigures(settings.startingCapital);
      const held = new Map<number, Position>();
      const entries = positions.values();
      let entry = entries.next();
      for (const trade of trades) {
        for (; !entry.done && entry.value.number < trade.number; entry = entries.next()) {
          const opened = openedAs(entry.value);
          held.set(opened.number, opened);
          expected = afterEntry(expected, opened.side, opened.entryFill);
        }
        const position = held.get(trade.positionNumber);
        if (position === undefined) throw new Error(`trade ${trade.number} is of no position`);
        const close = closedAs(position, trade, settings);
        held.set(position.number, close.position);
        expected = afterClose(expected, close);
        expect(tradeRecord({ ...close.trade, number: trade.number, seen: positionSeen(trade) })).toEqual(trade);
      }
      expect([...held.values()].filter(isOpen)).toEqual([]);
      expect([...held.values()].map(positionRecord)).toEqual(positions);
      expect(withoutMarks(figures)).toEqual(withoutMarks(expected));
    }
  });

  it("has a time in the market and rollups that a second rebuild does not change", async () => {
    const store = createRollupStore(database);
    for (const { accountId, session } of sessions) expect(await store.rebuild({ accountId, session })).toBe(false);
  });

  it("shows the positions of a later session alone, page by page from either end", async () => {
    const [, { accountId } = { accountId: "" }] = sessions;
    const positions = await rowsOf(POSITIONS, `account_id = '${accountId}'`, "number");
    const parts = { first: positions.slice(0, positions.length / 2), second: positions.slice(positions.length / 2) };
    const boundary = parts.first.at(-1)?.number ?? 0;
    await database.prisma.session.update({
      where: { accountId_session: { accountId, session: 1 } },
      data: { endedAt: new Date() },
    });
    const [row] = await database.prisma.session.findMany({ where: { accountId } });
    if (row === undefined) throw new Error("there is no session");
    await database.prisma.session.create({
      data: { ...row, session: 2, startSequence: boundary, endedAt: null },
    });
    await database.prisma.position.updateMany({
      where: { accountId, number: { gt: boundary } },
      data: { session: 2 },
    });
    const { findPositions } = createReads(database);
    for (const [session, part] of [
      [1, parts.first],
      [2, parts.second],
    ] as const) {
      for (const backward of [false, true]) {
        const range = { after: undefined, before: undefined, limit: ROWS_MAX, backward };
        const found = await findPositions({ accountId, session }, range);
        const wanted = backward ? part.slice(-ROWS_MAX).reverse() : part.slice(0, ROWS_MAX);
        expect(found.map(({ number }) => number)).toEqual(wanted.map(({ number }) => number));
      }
    }
  });
});

/** A closed position's row as the position was when it was opened. */
function openedAs(record: PositionRecord): Position {
  return positionOfRecord({
    ...record,
    status: "OPEN",
    remainingQuantity: record.quantity,
    entryValueLeft: record.entryValue,
    entryCommissionLeft: record.entryCommission,
    entrySlippageLeft: record.entrySlippageCost,
    realizedPnl: "0",
    commissionPaid: record.entryCommission,
    slippageCost: record.entrySlippageCost,
    tradeCount: 0,
    quantityTimesR: "0",
  });
}

/** The lot of a trade's row, closed anew by the rules. */
function closedAs(position: Position, trade: TradeRecord, settings: Parameters<typeof closeLot>[2]): Close {
  const reference = {
    price: decimal(trade.exitReferencePrice),
    source: trade.exitPriceSource as PriceSource,
    timeMs: Date.parse(trade.exitPriceTime),
  };
  const timeMs = Date.parse(trade.exitTime);
  const reason = trade.exitReason as ExitReason;
  return closeLot(
    position,
    { reason, quantity: decimal(trade.quantity), reference, timeMs, gapped: trade.exitGapped },
    settings,
  );
}

function positionSeen({ lowestSeen, highestSeen }: TradeRecord) {
  return lowestSeen === null || highestSeen === null
    ? null
    : { lowest: decimal(lowestSeen), highest: decimal(highestSeen) };
}

/** Peak and drawdown come from the marks between the fills. */
function withoutMarks({ peakEquity, maxDrawdown, ...figures }: Figures): object {
  return JSON.parse(JSON.stringify(figures)) as object;
}
