// The databases that a suite runs on: PGlite always, PostgreSQL where one answers.
import { type Database, openDatabase } from "../../src/store/database.ts";
import { silentLog } from "./log.ts";
import { freshDataDir } from "./pglite.ts";
import { freshPostgres, postgresReachable } from "./postgres.ts";

/** An empty, migrated database of a suite's own. `remove` closes and deletes it. */
export type TestDatabase = { readonly database: Database; remove(): Promise<void> };

export const databases: readonly { readonly name: string; readonly open: () => Promise<TestDatabase> }[] = [
  { name: "PGlite", open: openPglite },
  ...(postgresReachable ? [{ name: "PostgreSQL", open: openPostgres }] : []),
];

async function openPglite(): Promise<TestDatabase> {
  const { dataDir, remove } = await freshDataDir();
  const database = await openDatabase({ dataDir, log: silentLog });
  return {
    database,
    remove: async () => {
      await database.close();
      await remove();
    },
  };
}

async function openPostgres(): Promise<TestDatabase> {
  const { url, drop } = await freshPostgres();
  const database = await openDatabase({ databaseUrl: url, dataDir: "unused", log: silentLog });
  return {
    database,
    remove: async () => {
      await database.close();
      await drop();
    },
  };
}

/** Empties every table of the desk. */
export async function emptyTables({ prisma }: Database): Promise<void> {
  await prisma.$executeRawUnsafe(
    "TRUNCATE accounts, sessions, signals, positions, trades, events, quotes, price_ranges, rollups, equity_points, deliveries, " +
      "equity_days, data_sets, data_set_chunks, backtests, api_keys",
  );
}
