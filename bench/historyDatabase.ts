// A PostgreSQL database with two accounts of the same two years: one with few trades, one with very many.
import pg from "pg";
import type { DeskStore } from "../src/ports.ts";
import { startDesk } from "../src/server/desk.ts";
import { createLog, type Log } from "../src/server/log.ts";
import { enableAccount } from "../src/services/enableAccount.ts";
import { rebuildRollups } from "../src/services/rebuildRollups.ts";
import { openDatabase } from "../src/store/database.ts";
import { createDeskStore } from "../src/store/deskStore.ts";
import { createRollupStore } from "../src/store/rebuild.ts";
import { freshPostgres } from "../test/support/postgres.ts";
import { figureStatements } from "./historyFigures.ts";
import { type History, historyStatements, TRADES_OF_GROUP } from "./historyRows.ts";
import { VIEWER } from "./support.ts";

export const SMALL = "small";
export const LARGE = "large";
export const SMALL_TRADES = 1_000;
const LARGE_TRADES = 1_000_000;
const LOG_LEVEL = "warn";
const MARK_NEVER_MS = 2 ** 30;
/** Enough that no history loses it all. */
const SETTINGS = { startingCapital: "10000000" };

/** How many trades the large account has: HISTORY_TRADES, or a million. */
export function largeTrades(): number {
  const trades = Number(process.env["HISTORY_TRADES"] ?? LARGE_TRADES);
  if (Number.isInteger(trades) && trades > 0 && trades % TRADES_OF_GROUP === 0) return trades;
  throw new Error(`HISTORY_TRADES must be a multiple of ${TRADES_OF_GROUP}`);
}

export interface HistoryDatabase {
  readonly url: string;
  /** How long the project's own rebuild of the rollups took, in ms. */
  readonly rebuiltMs: number;
  drop(): Promise<void>;
}

/** Makes the database: accounts by the desk, rows and figures by the script, rollups by the desk's own rebuild. */
export async function makeHistories(trades: number): Promise<HistoryDatabase> {
  const { url, drop } = await freshPostgres();
  const log = createLog(LOG_LEVEL);
  try {
    const database = await openDatabase({ databaseUrl: url, dataDir: "", log });
    try {
      const histories = await enableAccounts(createDeskStore(database), log, trades);
      const begunMs = performance.now();
      await runStatements(
        url,
        histories.flatMap((history) => [...historyStatements(history), ...figureStatements(history)]),
      );
      console.log(`  rows: ${((performance.now() - begunMs) / 1000).toFixed(0)} s`);
      // Without knowing how many rows there are the database sorts a whole session for each portion of it.
      await runStatements(url, ["VACUUM ANALYZE"]);
      const rebuildMs = performance.now();
      await rebuildRollups(createRollupStore(database), () => undefined);
      const rebuiltMs = performance.now() - rebuildMs;
      console.log(`  rollups: ${(rebuiltMs / 1000).toFixed(0)} s`);
      await runStatements(url, ["ANALYZE rollups"]);
      return { url, rebuiltMs, drop };
    } finally {
      await database.close();
    }
  } catch (error) {
    await drop();
    throw error;
  }
}

async function enableAccounts(store: DeskStore, log: Log, trades: number): Promise<History[]> {
  const running = await startDesk({ store, log, clock: { kind: "system" }, markIntervalMs: MARK_NEVER_MS });
  const enable = async (name: string): Promise<string> => {
    const enabling = await enableAccount(running.road, VIEWER, { name, settings: SETTINGS });
    if (enabling.kind !== "enabled") throw new Error(`${name} could not be enabled`);
    return enabling.account.account.accountId;
  };
  const histories = [
    { accountId: await enable(SMALL), trades: SMALL_TRADES },
    { accountId: await enable(LARGE), trades },
  ];
  await running.close();
  return histories;
}

async function runStatements(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET TimeZone TO 'UTC'");
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
