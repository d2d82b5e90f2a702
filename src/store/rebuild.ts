// Making a session's rollups and its time in the market anew from the rows of its positions and trades, streamed.
import { setImmediate as nextTurn } from "node:timers/promises";
import { decimal } from "../domain/decimal.ts";
import type { PositionRecord } from "../domain/records.ts";
import { Reckoning } from "../domain/statistics/reckoning.ts";
import {
  ROLLED_FIELDS,
  type RolledTradeRecord,
  type Rollup,
  type RollupRecord,
  rolledTradeOfRecord,
  rollupRecord,
  WHOLE,
} from "../domain/statistics/rollups.ts";
import type { TimeInMarket } from "../domain/statistics/timeInMarket.ts";
import type { NamedSession, RollupStore, SessionKey } from "../ports.ts";
import type { Database } from "./database.ts";
import type { Client } from "./execute.ts";
import { withRetries } from "./retry.ts";
import { writeRollups } from "./rollups.ts";
import { BEFORE_ALL } from "./sessionKeys.ts";
import { POSITIONS, ROLLUPS, selectList, type Table, TRADES } from "./tables.ts";
import { TRANSACTION_WAIT_MS_MAX } from "./transactions.ts";

/** Rows read at a time. */
const PORTION_ROWS = 2_000;
/** A session of millions of trades takes minutes. */
const REBUILD_TIMEOUT_MS = 3_600_000;

type EntryRecord = Pick<PositionRecord, "number" | "quantity" | "entryTime">;

const ofSession = (select: string, table: string): string =>
  `SELECT ${select} FROM ${table} WHERE account_id = $1::uuid AND session = $2::int`;
const inPortions = (select: string, table: string): string =>
  `${ofSession(select, table)} AND number > $3::int ORDER BY number LIMIT ${PORTION_ROWS}`;
const ENTRIES = inPortions(selectList(fieldsOf(POSITIONS, ["number", "quantity", "entryTime"])), "positions");
const EXITS = inPortions(selectList(fieldsOf(TRADES, ROLLED_FIELDS)), "trades");
const ROLLUPS_OF_SESSION = ofSession(selectList(ROLLUPS), "rollups");

const LOCK = "SELECT 1 FROM accounts WHERE account_id = $1::uuid FOR UPDATE";
const REMOVE = "DELETE FROM rollups WHERE account_id = $1::uuid AND session = $2::int";
const CORRECT_TIME = `UPDATE sessions
  SET in_market_ms = $3::bigint, in_market_since = $4::timestamptz, last_exit_at = $5::timestamptz
  WHERE account_id = $1::uuid AND session = $2::int
    AND (in_market_ms, in_market_since, last_exit_at) IS DISTINCT FROM ($3::bigint, $4::timestamptz, $5::timestamptz)`;
/** A desk that has the account in memory sees that it was changed. */
const RAISE_REVISION = "UPDATE accounts SET revision = revision + 1 WHERE account_id = $1::uuid";

const SESSIONS_AFTER = `SELECT s.account_id::text AS "accountId", s.session, a.name
  FROM sessions s JOIN accounts a USING (account_id)
  WHERE (s.account_id, s.session) > ($1::uuid, $2::int) AND ($4::text IS NULL OR s.account_id = $4::text::uuid)
  ORDER BY s.account_id, s.session LIMIT $3::int`;
const WITHOUT_ROLLUPS = `SELECT s.account_id::text AS "accountId", s.session FROM sessions s
  WHERE (s.total_trades > 0 AND NOT EXISTS (SELECT FROM rollups r
      WHERE r.account_id = s.account_id AND r.session = s.session AND r.breakdown = '${WHOLE}'))
    OR (s.in_market_ms = 0 AND s.in_market_since IS NULL AND s.last_exit_at IS NULL
      AND EXISTS (SELECT FROM positions p WHERE p.account_id = s.account_id AND p.session = s.session))
  ORDER BY s.account_id, s.session`;

/** Rebuilds over an open database; each session in a transaction of its own, its account locked. */
export function createRollupStore({ prisma }: Database): RollupStore {
  const options = { timeout: REBUILD_TIMEOUT_MS, maxWait: TRANSACTION_WAIT_MS_MAX };
  return {
    sessionsAfter: (after = BEFORE_ALL, limit, accountId) =>
      prisma.$queryRawUnsafe<NamedSession[]>(SESSIONS_AFTER, after.accountId, after.session, limit, accountId ?? null),
    sessionsWithoutRollups: () => prisma.$queryRawUnsafe<SessionKey[]>(WITHOUT_ROLLUPS),
    rebuild: (session) => withRetries(() => prisma.$transaction((client) => rebuild(client, session), options)),
  };
}

async function rebuild(client: Client, key: SessionKey): Promise<boolean> {
  const { accountId, session } = key;
  await client.$queryRawUnsafe(LOCK, accountId);
  const { rollups, timeInMarket } = await reckon(client, key);
  const stored = await client.$queryRawUnsafe<RollupRecord[]>(ROLLUPS_OF_SESSION, accountId, session);
  const isOther = textOf(stored) !== textOf(rollups.map(rollupRecord));
  if (isOther) await replace(client, key, rollups);
  const isOtherTime = await correctTime(client, key, timeInMarket);
  return isOther || isOtherTime;
}

/** Positions and trades have their numbers from the same log: together they are what happened, in order. */
async function reckon(client: Client, key: SessionKey): Promise<ReturnType<Reckoning["result"]>> {
  const reckoning = new Reckoning();
  const entries = rowsOf<EntryRecord>(client, ENTRIES, key);
  let entry = await entries.next();
  const enterBefore = async (number: number): Promise<void> => {
    for (; !entry.done && entry.value.number < number; entry = await entries.next()) {
      const { value } = entry;
      reckoning.enter({ ...value, quantity: decimal(value.quantity), entryTimeMs: Date.parse(value.entryTime) });
    }
  };
  for await (const exit of rowsOf<RolledTradeRecord>(client, EXITS, key)) {
    await enterBefore(exit.number);
    const { positionNumber, quantity } = exit;
    reckoning.leave({ ...rolledTradeOfRecord(exit), positionNumber, quantity: decimal(quantity) });
  }
  await enterBefore(Number.POSITIVE_INFINITY);
  return reckoning.result();
}

async function* rowsOf<Row extends { readonly number: number }>(
  client: Client,
  statement: string,
  { accountId, session }: SessionKey,
): AsyncGenerator<Row, undefined> {
  for (let after = 0; ; ) {
    await nextTurn();
    const rows = await client.$queryRawUnsafe<Row[]>(statement, accountId, session, after);
    yield* rows;
    after = rows.at(-1)?.number ?? after;
    if (rows.length < PORTION_ROWS) return undefined;
  }
}

async function replace(client: Client, { accountId, session }: SessionKey, rollups: readonly Rollup[]): Promise<void> {
  await client.$executeRawUnsafe(REMOVE, accountId, session);
  await writeRollups(client, rollups);
}

async function correctTime(client: Client, { accountId, session }: SessionKey, time: TimeInMarket): Promise<boolean> {
  const times = [time.sinceMs, time.lastExitMs].map((ms) => (ms === null ? null : new Date(ms).toISOString()));
  const corrected = await client.$executeRawUnsafe(CORRECT_TIME, accountId, session, time.pastMs, ...times);
  if (corrected > 0) await client.$executeRawUnsafe(RAISE_REVISION, accountId);
  return corrected > 0;
}

/** The same text for the same rollups, whatever the order of rows and fields. */
function textOf(records: readonly RollupRecord[]): string {
  const fields = Object.keys(ROLLUPS.columns) as (keyof RollupRecord)[];
  const rows = records.map((record) => JSON.stringify(fields.map((field) => record[field])));
  return rows.sort().join("\n");
}

/** A table with some of its columns. */
function fieldsOf<R, Field extends keyof R & string>(table: Table<R>, fields: readonly Field[]): Table<Pick<R, Field>> {
  const columns = Object.fromEntries(fields.map((field) => [field, table.columns[field]]));
  return { name: table.name, key: [], columns: columns as Table<Pick<R, Field>>["columns"] };
}
