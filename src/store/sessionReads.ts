// Reads of what is kept of sessions: the rows of their reports, all of one instant, and their lists.
import type { Book } from "../domain/book.ts";
import { decimal } from "../domain/decimal.ts";
import { type SessionRecord, sessionOfRecord } from "../domain/records.ts";
import { BREAKDOWN_GROUPS_MAX, type Breakdown } from "../domain/statistics/groups.ts";
import { NO_KEY, type Rollup, type RollupRecord, rollupOfRecord, WHOLE } from "../domain/statistics/rollups.ts";
import { NO_TRADES } from "../domain/statistics/tradeSums.ts";
import type {
  GroupSums,
  Range,
  ReportRequest,
  ReportRows,
  ReportsRead,
  SessionReads,
  SessionScope,
} from "../readPorts.ts";
import { readCurve } from "./curveReads.ts";
import { loadBooks } from "./deskStore.ts";
import { type Client, query } from "./execute.ts";
import type { Prisma, PrismaClient, Session as SessionRow } from "./generated/client.ts";
import { ROLLUPS, selectList } from "./tables.ts";
import { toRecord } from "./toRecord.ts";
import { TRANSACTION_TIMEOUT_MS, TRANSACTION_WAIT_MS_MAX } from "./transactions.ts";

/** The rollups of some breakdowns, and of each one more at the most than a report shows. */
const FIND_ROLLUPS = `SELECT g.* FROM json_to_recordset($1::json) AS r("accountId" uuid, "session" int, "breakdown" text)
  CROSS JOIN LATERAL (SELECT ${selectList(ROLLUPS)} FROM rollups
    WHERE account_id = r."accountId" AND session = r."session" AND breakdown = r."breakdown"
    LIMIT ${BREAKDOWN_GROUPS_MAX + 1}) AS g`;

/** The reads over an open database. */
export function createSessionReads(prisma: PrismaClient): SessionReads {
  return {
    readReports: (requests, held) =>
      prisma.$transaction((client) => readReports(client, requests, held), {
        isolationLevel: "RepeatableRead",
        timeout: TRANSACTION_TIMEOUT_MS,
        maxWait: TRANSACTION_WAIT_MS_MAX,
      }),
    readCurve: (scope, from, to) => readCurve(prisma, scope, from, to),
    findSessions: async (accountId, range) => {
      const rows = await prisma.session.findMany({
        where: { accountId, AND: numbersWithin(range).map((session) => ({ session })) },
        orderBy: { session: range.backward ? "asc" : "desc" },
        take: range.limit,
      });
      return rows.map(sessionRecordOf);
    },
    countSessions: (accountId) => prisma.session.count({ where: { accountId } }),
  };
}

async function readReports(
  client: Client,
  requests: readonly ReportRequest[],
  held: ReadonlyMap<string, Book>,
): Promise<ReportsRead> {
  const OR = scopesOf(requests);
  const sessions = await client.session.findMany({ where: { OR } });
  const days = await client.equityDay.findMany({ where: { OR }, orderBy: { day: "asc" } });
  const wanted = bySession(breakdownsOf(requests));
  const rollups = await query<RollupRecord>(client, FIND_ROLLUPS, [...wanted.values()].flat());
  const daysOf = bySession(days);
  const rollupsOf = bySession(rollups);
  const rows = sessions.map((row): ReportRows => {
    const scope = scopeText(row);
    const ofSession = (rollupsOf.get(scope) ?? []).map(rollupOfRecord);
    return {
      accountId: row.accountId,
      session: sessionOfRecord(sessionRecordOf(row)),
      sums: ofSession.find(({ breakdown }) => breakdown === WHOLE)?.sums ?? NO_TRADES,
      days: (daysOf.get(scope) ?? []).map(({ day, equity }) => ({ day, equity: decimal(equity.toFixed()) })),
      groups: new Map((wanted.get(scope) ?? []).flatMap(({ breakdown }) => groupsOf(breakdown, ofSession))),
    };
  });
  return { rows, books: await readBooks(client, [...new Set(requests.map(({ accountId }) => accountId))], held) };
}

/** One condition for each account. */
function scopesOf(requests: readonly ReportRequest[]): { accountId: string; session: { in: number[] } }[] {
  const sessions = new Map<string, Set<number>>();
  for (const { accountId, session } of requests) {
    sessions.set(accountId, (sessions.get(accountId) ?? new Set()).add(session));
  }
  return [...sessions].map(([accountId, numbers]) => ({ accountId, session: { in: [...numbers] } }));
}

type Wanted = SessionScope & Pick<Rollup, "breakdown">;

/** The breakdowns to read, each once: the whole of every session, and what was asked for besides. */
function breakdownsOf(requests: readonly ReportRequest[]): Wanted[] {
  const wanted = requests.flatMap(({ accountId, session, breakdown }): Wanted[] => {
    const whole: Wanted = { accountId, session, breakdown: WHOLE };
    return breakdown === undefined ? [whole] : [whole, { ...whole, breakdown }];
  });
  return [...new Map(wanted.map((one) => [`${scopeText(one)} ${one.breakdown}`, one])).values()];
}

/** A breakdown and its groups, none where there is no trade; the whole is no breakdown of a report's. */
function groupsOf(breakdown: Rollup["breakdown"], rollups: readonly Rollup[]): [Breakdown, GroupSums[]][] {
  if (breakdown === WHOLE) return [];
  const groups = rollups.filter((rollup) => rollup.breakdown === breakdown);
  return [[breakdown, groups.map(({ key, sums }) => ({ key: key === NO_KEY ? null : key, sums }))]];
}

/** The books of the accounts, those in memory where they are of this instant. */
async function readBooks(
  client: Client,
  accountIds: readonly string[],
  held: ReadonlyMap<string, Book>,
): Promise<Map<string, Book>> {
  const where = { accountId: { in: [...accountIds] }, kind: "PAPER" };
  const accounts = await client.account.findMany({ where, select: { accountId: true, revision: true } });
  const books = new Map<string, Book>();
  const missing: string[] = [];
  for (const { accountId, revision } of accounts) {
    const book = held.get(accountId);
    if (book?.account.revision === Number(revision)) books.set(accountId, book);
    else missing.push(accountId);
  }
  const loaded = missing.length === 0 ? [] : await loadBooks(client, missing);
  for (const book of loaded) books.set(book.account.accountId, book);
  return books;
}

function sessionRecordOf({ thinnedAt, ...row }: SessionRow): SessionRecord {
  return toRecord(row);
}

function bySession<Row extends SessionScope>(rows: readonly Row[]): Map<string, Row[]> {
  const sessions = new Map<string, Row[]>(rows.map((row) => [scopeText(row), []]));
  for (const row of rows) sessions.get(scopeText(row))?.push(row);
  return sessions;
}

function scopeText({ accountId, session }: SessionScope): string {
  return `${accountId} ${session}`;
}

/** The list runs against the numbers: what is after a place in it has a lower one. */
function numbersWithin({ after, before }: Range<number>): Prisma.IntFilter[] {
  return [...(after === undefined ? [] : [{ lt: after }]), ...(before === undefined ? [] : [{ gt: before }])];
}
