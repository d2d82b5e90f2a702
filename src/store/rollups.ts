// Writing rollups: what a batch's trades add to them, in the transaction that writes the trades.
import type { Trade } from "../domain/lot.ts";
import {
  afterTrades,
  type Rollup,
  type RollupRecord,
  rollupOfRecord,
  rollupRecord,
  rollupsOf,
} from "../domain/statistics/rollups.ts";
import { type Client, execute, query } from "./execute.ts";
import { ROLLUPS, selectList, upsertStatement } from "./tables.ts";

const UPSERT_ROLLUPS = upsertStatement(ROLLUPS);
const FIND_ROLLUPS = `SELECT ${selectList(ROLLUPS)} FROM rollups
  WHERE (account_id, session, breakdown, key) IN (
    SELECT r."accountId", r."session", r."breakdown", r."key"
    FROM json_to_recordset($1::json) AS r("accountId" uuid, "session" int, "breakdown" text, "key" text))`;

/** Adds trades, in the order of their numbers, to the rollups of their sessions. Their accounts are locked. */
export async function addToRollups(client: Client, trades: readonly Trade[]): Promise<void> {
  if (trades.length === 0) return;
  const added = rollupsOf(trades);
  const stored = await findRollups(client, added);
  await writeRollups(client, afterTrades(stored, added));
}

/** Writes rollups over those with the same keys. */
export function writeRollups(client: Client, rollups: readonly Rollup[]): Promise<void> {
  return execute(client, UPSERT_ROLLUPS, rollups.map(rollupRecord));
}

async function findRollups(client: Client, wanted: readonly Rollup[]): Promise<Rollup[]> {
  const keys = wanted.map(({ accountId, session, breakdown, key }) => ({ accountId, session, breakdown, key }));
  return (await query<RollupRecord>(client, FIND_ROLLUPS, keys)).map(rollupOfRecord);
}
