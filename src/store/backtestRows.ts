// The rows of backtests' results: written in portions, seen by nobody before the run is done, deleted in portions.
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { BacktestFigures, ResultTable, Run } from "../backtestPorts.ts";
import type { AccountRecord } from "../domain/records.ts";
import type { PrismaClient } from "./generated/client.ts";
import { NOBODY } from "./hidden.ts";
import {
  ACCOUNTS,
  EQUITY_POINTS,
  insertStatement,
  POSITIONS,
  ROLLUPS,
  SESSIONS,
  SIGNALS,
  type Table,
  TRADES,
} from "./tables.ts";

/** Rows that one statement deletes: more would hold an embedded database too long. */
const DELETED_ROWS = 250;

interface DayRecord {
  readonly accountId: string;
  readonly session: number;
  readonly day: string;
  readonly equity: string;
}

const EQUITY_DAYS: Table<DayRecord> = {
  name: "equity_days",
  key: ["accountId", "session", "day"],
  columns: { accountId: "uuid", session: "int", day: "text", equity: "numeric" },
};

type ResultAccount = AccountRecord & { readonly kind: string };
const RESULT_ACCOUNTS: Table<ResultAccount> = { ...ACCOUNTS, columns: { ...ACCOUNTS.columns, kind: "text" } };

/** Only a run that is still the runner's writes: the row is locked, so that nobody takes it over at the same moment. */
const IS_OWN = `WHERE EXISTS (SELECT 1 FROM backtests
  WHERE backtest_id = $2::uuid AND runner = $3::uuid AND status = 'RUNNING' FOR SHARE)`;

const ADD_ROWS: Readonly<Record<ResultTable, string>> = {
  accounts: `${insertStatement(RESULT_ACCOUNTS)} ${IS_OWN}`,
  sessions: `${insertStatement(SESSIONS)} ${IS_OWN}`,
  positions: `${insertStatement(POSITIONS)} ${IS_OWN}`,
  trades: `${insertStatement(TRADES)} ${IS_OWN}`,
  signals: `${insertStatement(SIGNALS)} ${IS_OWN}`,
  rollups: `${insertStatement(ROLLUPS)} ${IS_OWN}`,
  equityPoints: `${insertStatement(EQUITY_POINTS)} ${IS_OWN}`,
  equityDays: `${insertStatement(EQUITY_DAYS)} ${IS_OWN}`,
};

/** Stores rows of a result, a JSON list of records; false where the run is not the runner's any more. */
export async function addRows(
  prisma: PrismaClient,
  { backtestId, runner }: Run,
  table: ResultTable,
  rows: string,
): Promise<boolean> {
  const hidden = table === "accounts" ? hide(rows) : rows;
  return (await prisma.$executeRawUnsafe(ADD_ROWS[table], hidden, backtestId, runner)) > 0;
}

function hide(rows: string): string {
  const accounts = JSON.parse(rows) as AccountRecord[];
  return JSON.stringify(accounts.map((account) => ({ ...account, owner: NOBODY, kind: "BACKTEST" })));
}

/** Makes the result its owner's, with the run that is done; false where the run is not the runner's any more. */
export function showResult(
  prisma: PrismaClient,
  { backtestId, runner }: Run,
  figures: BacktestFigures,
  fillModelVersion: number,
): Promise<boolean> {
  return prisma.$transaction(async (client) => {
    const done = await client.$queryRawUnsafe<{ owner: string }[]>(
      `UPDATE backtests SET status = 'DONE', finished_at = now(), bars_done = bars_total, figures = $3::jsonb,
         fill_model_version = $4, runner = NULL, heartbeat_at = NULL
       WHERE backtest_id = $1::uuid AND runner = $2::uuid AND status = 'RUNNING' RETURNING owner`,
      backtestId,
      runner,
      JSON.stringify(figures),
      fillModelVersion,
    );
    const [row] = done;
    if (row === undefined) return false;
    await client.account.update({ where: { accountId: backtestId, kind: "BACKTEST" }, data: { owner: row.owner } });
    return true;
  });
}

/** Takes a backtest away with all that belongs to it; false where the owner has none of that id. */
export async function deleteResult(prisma: PrismaClient, owner: string, backtestId: string): Promise<boolean> {
  const isDeleted = await prisma.$transaction(async (client) => {
    const { count } = await client.backtest.deleteMany({ where: { owner, backtestId } });
    await client.account.updateMany({ where: { accountId: backtestId, kind: "BACKTEST" }, data: { owner: NOBODY } });
    return count > 0;
  });
  if (isDeleted) await sweepResult(prisma, { backtestId, runner: null });
  return isDeleted;
}

/** The tables of a result, those that refer to others first. */
const SWEPT = ["equity_days", "equity_points", "rollups", "trades", "signals", "positions", "sessions", "accounts"];

/** A result that is shown stays, and so does one that another runner is writing. */
const IS_UNSEEN = `NOT EXISTS (SELECT 1 FROM backtests b WHERE b.backtest_id = $1::uuid
    AND (b.status = 'DONE' OR (b.status = 'RUNNING' AND b.runner IS DISTINCT FROM $2::uuid)))
  AND EXISTS (SELECT 1 FROM accounts a WHERE a.account_id = $1::uuid AND a.kind = 'BACKTEST')`;

/** Deletes the rows of a result that nobody sees; `runner` is who may have been writing it. */
export async function sweepResult(
  prisma: PrismaClient,
  { backtestId, runner }: { readonly backtestId: string; readonly runner: string | null },
): Promise<void> {
  for (const table of SWEPT) {
    const statement = `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM ${table} WHERE account_id = $1::uuid AND ${IS_UNSEEN} LIMIT ${DELETED_ROWS}))`;
    for (let deleted = DELETED_ROWS; deleted === DELETED_ROWS; ) {
      await nextTurn();
      const begun = performance.now();
      deleted = await prisma.$executeRawUnsafe(statement, backtestId, runner);
      if (deleted === DELETED_ROWS) await sleep(performance.now() - begun);
    }
  }
}

/** Deletes what processes have left behind that ended in the middle of writing or deleting a result. */
export async function sweepResults(prisma: PrismaClient): Promise<void> {
  const left = await prisma.account.findMany({
    where: { kind: "BACKTEST", owner: NOBODY },
    select: { accountId: true },
  });
  for (const { accountId } of left) await sweepResult(prisma, { backtestId: accountId, runner: null });
}
