// The reads of reports over the store in memory.
import { pointOfRecord } from "../../src/domain/curve/sessionPoint.ts";
import { decimal } from "../../src/domain/decimal.ts";
import { sessionOfRecord } from "../../src/domain/records.ts";
import type { DayEquity } from "../../src/domain/statistics/dailyEquity.ts";
import { NO_KEY, rollupOfRecord, WHOLE } from "../../src/domain/statistics/rollups.ts";
import { NO_TRADES } from "../../src/domain/statistics/tradeSums.ts";
import type { ReportRequest, ReportRows, SessionScope } from "../../src/readPorts.ts";
import type { ReportReads } from "../../src/services/readReport.ts";
import type { MemoryStore } from "./memoryStore.ts";

export function memoryReads(store: MemoryStore): ReportReads {
  return {
    findHead: async (_owner, accountId) => store.accounts.get(accountId),
    readReports: async (requests) => ({
      rows: requests.flatMap((request) => reportRows(store, request)),
      books: new Map(
        (await store.readBooks(requests.map((one) => one.accountId))).map((b) => [b.account.accountId, b]),
      ),
    }),
    readCurve: async (scope) => store.points.filter((point) => isOf(scope, point)).map(pointOfRecord),
    findSessions: async (accountId) => [...store.sessions.values()].filter((row) => row.accountId === accountId),
    countSessions: async (accountId) =>
      [...store.sessions.values()].filter((row) => row.accountId === accountId).length,
  };
}

function reportRows(store: MemoryStore, { breakdown, ...scope }: ReportRequest): ReportRows[] {
  const session = store.sessions.get(`${scope.accountId} ${scope.session}`);
  if (session === undefined) return [];
  const rollups = [...store.rollups.values()].filter((row) => isOf(scope, row)).map(rollupOfRecord);
  const ofBreakdown = rollups.filter((row) => row.breakdown === breakdown);
  const groups = ofBreakdown.map(({ key, sums }) => ({ key: key === NO_KEY ? null : key, sums }));
  return [
    {
      accountId: scope.accountId,
      session: sessionOfRecord(session),
      sums: rollups.find((row) => row.breakdown === WHOLE)?.sums ?? NO_TRADES,
      days: daysOf(store, scope),
      groups: new Map(breakdown === undefined ? [] : [[breakdown, groups]]),
    },
  ];
}

function daysOf(store: MemoryStore, { accountId, session }: SessionScope): DayEquity[] {
  const prefix = `${accountId} ${session} `;
  const days = [...store.days].filter(([key]) => key.startsWith(prefix));
  return days
    .map(([key, equity]) => ({ day: key.slice(prefix.length), equity: decimal(equity) }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

function isOf(scope: SessionScope, row: SessionScope): boolean {
  return row.accountId === scope.accountId && row.session === scope.session;
}
