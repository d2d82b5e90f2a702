// The stored rows of a database as records, for comparisons.
import type { EventRecord, PositionRecord, SignalRecord, TradeRecord } from "../../src/domain/records.ts";
import type { Database } from "../../src/store/database.ts";
import { toRecord } from "../../src/store/toRecord.ts";
import type { StoredRows } from "./player.ts";

export function databaseRows({ prisma }: Database): StoredRows {
  const recordsOf = <Row>(rows: readonly object[]): Row[] => rows.map((row) => toRecord(row) as Row);
  return {
    positions: async (accountId) =>
      recordsOf<PositionRecord>(await prisma.position.findMany({ where: { accountId }, orderBy: { number: "asc" } })),
    trades: async (accountId) =>
      recordsOf<TradeRecord>(await prisma.trade.findMany({ where: { accountId }, orderBy: { number: "asc" } })),
    signals: async (accountId) =>
      recordsOf<SignalRecord>(await prisma.signal.findMany({ where: { accountId }, orderBy: { sequence: "asc" } })),
    events: async (accountId) =>
      recordsOf<EventRecord>(await prisma.event.findMany({ where: { accountId }, orderBy: { sequence: "asc" } })),
  };
}
