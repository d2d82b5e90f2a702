// What is kept beside trades for reports, of a store in memory or of a database: rollups, points, days, sessions.
import type { PointRecord } from "../../src/domain/curve/sessionPoint.ts";
import type { PositionRecord, SessionRecord, TradeRecord } from "../../src/domain/records.ts";
import type { RollupRecord } from "../../src/domain/statistics/rollups.ts";
import type { Database } from "../../src/store/database.ts";
import { ROLLUPS, selectList } from "../../src/store/tables.ts";
import { toRecord } from "../../src/store/toRecord.ts";
import type { MemoryStore } from "./memoryStore.ts";

export interface KeptDay {
  readonly accountId: string;
  readonly session: number;
  readonly day: string;
  readonly equity: string;
}

export interface KeptRows {
  readonly sessions: readonly SessionRecord[];
  readonly positions: readonly PositionRecord[];
  /** In the order of their numbers. */
  readonly trades: readonly TradeRecord[];
  readonly rollups: readonly RollupRecord[];
  /** In the order of their times, those of one time in the order in which they were stored. */
  readonly points: readonly PointRecord[];
  readonly days: readonly KeptDay[];
}

export function keptInMemory(store: MemoryStore): KeptRows {
  const days = [...store.days].map(([id, equity]) => {
    const [accountId = "", session = "", day = ""] = id.split(" ");
    return { accountId, session: Number(session), day, equity };
  });
  return {
    sessions: [...store.sessions.values()],
    positions: [...store.positions.values()],
    trades: [...store.trades].sort((a, b) => a.number - b.number),
    rollups: [...store.rollups.values()],
    points: [...store.points].sort((a, b) => Date.parse(a.time) - Date.parse(b.time)),
    days,
  };
}

export async function keptInDatabase({ prisma }: Database): Promise<KeptRows> {
  const recordsOf = <Row>(rows: readonly object[]): Row[] => rows.map((row) => toRecord(row) as Row);
  return {
    sessions: recordsOf(await prisma.session.findMany()),
    positions: recordsOf(await prisma.position.findMany()),
    trades: recordsOf(await prisma.trade.findMany({ orderBy: { number: "asc" } })),
    rollups: await prisma.$queryRawUnsafe<RollupRecord[]>(`SELECT ${selectList(ROLLUPS)} FROM rollups`),
    points: recordsOf(await prisma.equityPoint.findMany({ orderBy: [{ time: "asc" }, { id: "asc" }] })),
    days: recordsOf(await prisma.equityDay.findMany()),
  };
}
