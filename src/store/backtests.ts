// The store of backtests: what clients see of them, and the queue that all processes of a database share.
import type {
  Backtest,
  BacktestInput,
  BacktestPlace,
  BacktestStore,
  ClaimRules,
  NewBacktest,
  Run,
} from "../backtestPorts.ts";
import type { Range } from "../readPorts.ts";
import { addRows, deleteResult, showResult, sweepResult, sweepResults } from "./backtestRows.ts";
import type { Database } from "./database.ts";
import type { PrismaClient } from "./generated/client.ts";
import { withRetries } from "./retry.ts";

/** The lock under which backtests are added one after another, whichever process adds them. */
const ADDING_LOCK = 7_236_514;

/** Signals are left out: a page of backtests would otherwise be megabytes. */
const COLUMNS = `backtest_id::text AS "backtestId", owner, name, kind, status, input, figures,
  fill_model_version AS "fillModelVersion", bars_total AS "barsTotal", bars_done AS "barsDone", attempts, failure,
  created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`;

const FIND = `SELECT ${COLUMNS} FROM backtests WHERE owner = $1 AND backtest_id = $2::uuid`;

const ADD = `INSERT INTO backtests (backtest_id, owner, name, kind, status, input, signals, bars_total, bars_done, attempts, created_at)
  SELECT $1::uuid, $2, $3, 'RUN', 'QUEUED', $4::jsonb, $5, $6, 0, 0, $7::timestamptz
  WHERE (SELECT count(*) FROM backtests WHERE status = 'QUEUED') < $8`;

const RECORD = `INSERT INTO backtests (backtest_id, owner, name, kind, status, input, figures, bars_total, bars_done, attempts,
    created_at, finished_at)
  VALUES ($1::uuid, $2, $3, 'RECORDED', 'DONE', $4::jsonb, $5::jsonb, 0, 0, 0, $6::timestamptz, $6::timestamptz)`;

const CANCEL = `UPDATE backtests SET status = 'CANCELLED', finished_at = now(), runner = NULL, heartbeat_at = NULL
  WHERE owner = $1 AND backtest_id = $2::uuid AND status IN ('QUEUED', 'RUNNING')`;

/** Those that wait, and those whose process has said nothing for $2 seconds. */
const CLAIMABLE = `kind = 'RUN' AND (status = 'QUEUED' OR (status = 'RUNNING' AND runner <> $1::uuid
  AND heartbeat_at < now() - make_interval(secs => $2)))`;

const GIVE_UP = `UPDATE backtests SET status = 'FAILED', finished_at = now(), runner = NULL, heartbeat_at = NULL,
  failure = 'It was begun ' || attempts || ' times, and each time the server ended or failed before it was done.'
  WHERE ${CLAIMABLE} AND attempts >= $3`;

const CLAIM = `UPDATE backtests SET status = 'RUNNING', runner = $1::uuid, heartbeat_at = now(), started_at = now(),
    attempts = attempts + 1, bars_done = 0
  WHERE backtest_id = (SELECT backtest_id FROM backtests WHERE ${CLAIMABLE}
    ORDER BY created_at, backtest_id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING ${COLUMNS}, COALESCE(signals, '[]') AS signals`;

const OWN = "backtest_id = $1::uuid AND runner = $2::uuid AND status = 'RUNNING'";
const BEAT = `UPDATE backtests SET heartbeat_at = now(), bars_done = LEAST($3, bars_total) WHERE ${OWN}`;
const FAIL = `UPDATE backtests SET status = 'FAILED', finished_at = now(), failure = $3, runner = NULL, heartbeat_at = NULL
  WHERE ${OWN}`;
const RELEASE = `UPDATE backtests SET status = 'QUEUED', started_at = NULL, bars_done = 0, runner = NULL, heartbeat_at = NULL,
    attempts = GREATEST(attempts - $3, 0)
  WHERE ${OWN}`;

/** The input of a backtest that was not run here. */
const NOTHING_RUN: BacktestInput = {
  dataSets: [],
  from: null,
  to: null,
  settings: null,
  strategy: null,
  signalCount: 0,
  warnings: [],
};

/** The store of backtests over an open database. */
export function createBacktestStore({ prisma }: Database): BacktestStore {
  const change = async (statement: string, ...values: unknown[]): Promise<boolean> =>
    (await withRetries(() => prisma.$executeRawUnsafe(statement, ...values))) > 0;
  const find = async (owner: string, backtestId: string): Promise<Backtest | undefined> =>
    (await prisma.$queryRawUnsafe<Backtest[]>(FIND, owner, backtestId))[0];
  return {
    findBacktest: find,
    listBacktests: (owner, range) => list(prisma, owner, range),
    countBacktests: (owner) => prisma.backtest.count({ where: { owner } }),
    addBacktest: (backtest, waitingMax) => add(prisma, backtest, waitingMax),
    recordBacktest: async ({ backtestId, owner, name, figures, warnings, createdAt }) => {
      const input = { ...NOTHING_RUN, warnings };
      await change(
        RECORD,
        backtestId,
        owner,
        name,
        JSON.stringify(input),
        JSON.stringify(figures),
        createdAt.toISOString(),
      );
    },
    // Whoever runs it notices, and sweeps what it has written.
    cancelBacktest: async (owner, backtestId) => {
      await change(CANCEL, owner, backtestId);
      return find(owner, backtestId);
    },
    deleteBacktest: (owner, backtestId) => deleteResult(prisma, owner, backtestId),
    claim: (rules) => claim(prisma, rules),
    beat: ({ backtestId, runner }, barsDone) => change(BEAT, backtestId, runner, barsDone),
    addRows: (run, table, rows) => withRetries(() => addRows(prisma, run, table, rows)),
    finish: (run, figures, fillModelVersion) => withRetries(() => showResult(prisma, run, figures, fillModelVersion)),
    fail: ({ backtestId, runner }, failure) => change(FAIL, backtestId, runner, failure),
    release: async ({ backtestId, runner }: Run, isUndone) => {
      await change(RELEASE, backtestId, runner, isUndone ? 1 : 0);
    },
    sweep: (run) => sweepResult(prisma, run),
    sweepAll: () => sweepResults(prisma),
  };
}

function list(prisma: PrismaClient, owner: string, { after, before, limit, backward }: Range<BacktestPlace>) {
  const values: unknown[] = [owner];
  const beyond = (place: BacktestPlace, side: "<" | ">"): string => {
    values.push(place.createdAt.toISOString(), place.backtestId);
    return ` AND (created_at, backtest_id) ${side} ($${values.length - 1}::timestamptz, $${values.length}::uuid)`;
  };
  const within = `${after ? beyond(after, "<") : ""}${before ? beyond(before, ">") : ""}`;
  const order = backward ? "ASC" : "DESC";
  return prisma.$queryRawUnsafe<Backtest[]>(
    `SELECT ${COLUMNS} FROM backtests WHERE owner = $1${within}
       ORDER BY created_at ${order}, backtest_id ${order} LIMIT ${Number(limit)}`,
    ...values,
  );
}

async function add(prisma: PrismaClient, backtest: NewBacktest, waitingMax: number): Promise<boolean> {
  const { backtestId, owner, name, input, signals, barsTotal, createdAt } = backtest;
  const values = [
    backtestId,
    owner,
    name,
    JSON.stringify(input),
    signals,
    barsTotal,
    createdAt.toISOString(),
    waitingMax,
  ];
  const [, added] = await withRetries(() =>
    prisma.$transaction([
      prisma.$executeRaw`SELECT pg_advisory_xact_lock(${ADDING_LOCK})`,
      prisma.$executeRawUnsafe(ADD, ...values),
    ]),
  );
  return added > 0;
}

async function claim(prisma: PrismaClient, { runner, silentSecondsMax, attemptsMax }: ClaimRules) {
  await withRetries(() => prisma.$executeRawUnsafe(GIVE_UP, runner, silentSecondsMax, attemptsMax));
  const [row] = await withRetries(() =>
    prisma.$queryRawUnsafe<(Backtest & { readonly signals: string })[]>(CLAIM, runner, silentSecondsMax),
  );
  if (row === undefined) return undefined;
  const { signals, ...backtest } = row;
  return { backtest, signals };
}
