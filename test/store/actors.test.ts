// A database from before actors were kept: its events name none, those after the upgrade do.
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { expect, it } from "vitest";
import { encodeCursor } from "../../src/events/cursor.ts";
import { openDatabase } from "../../src/store/database.ts";
import { applyMigrations } from "../../src/store/migrate.ts";
import { readMigrations } from "../../src/store/migrationFiles.ts";
import { columnOf } from "../../src/store/tables.ts";
import { graphql } from "../generated/index.ts";
import { startApiDesk } from "../support/apiDesk.ts";
import { Disable } from "../support/documents.ts";
import { silentLog } from "../support/log.ts";
import { freshPostgres, postgresReachable } from "../support/postgres.ts";
import { account, event, position, session } from "../support/rows.ts";
import { take } from "../support/wireClient.ts";

const ToldActors = graphql(`
  subscription ToldActors($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) { __typename actor ... on AccountChanged { change by } }
  }
`);

/** The folder of the migration that began to keep actors. */
const ACTORS = /_actor$/;

async function makeOlder(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const run = async (sql: string) => {
      const result: pg.QueryResult | pg.QueryResult[] = await pool.query(sql);
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
    };
    const migrations = await readMigrations();
    const older = migrations.slice(
      0,
      migrations.findIndex(({ name }) => ACTORS.test(name)),
    );
    await applyMigrations({ adapter: new PrismaPg(pool), run, name: "the older database" }, older);
    const insert = async (table: string, row: object): Promise<void> => {
      const columns = Object.fromEntries(Object.entries(row).map(([field, value]) => [columnOf(field), value]));
      await pool.query(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1::json)`, [
        JSON.stringify(columns, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
      ]);
    };
    await insert("accounts", account({ revision: 1n }));
    await insert("sessions", session({ inMarketMs: 0n }));
    await insert("positions", position({ number: 1, status: "CLOSED", remainingQuantity: "0", tradeCount: 1 }));
    await insert("events", event({ sequence: 1 }));
    await insert(
      "events",
      event({ sequence: 2, type: "AccountChanged", payload: { change: "DEMOTED", by: "key:k1" } }),
    );
  } finally {
    await pool.end();
  }
}

it.skipIf(!postgresReachable)("an upgraded database shows null for what it does not know", async () => {
  const { url, drop } = await freshPostgres();
  await makeOlder(url);
  const database = await openDatabase({ databaseUrl: url, dataDir: "unused", log: silentLog });
  const remove = async () => {
    await database.close();
    await drop();
  };
  const desk = await startApiDesk(async () => ({ database, remove }));
  try {
    const { accountId } = account();
    const columns = await database.prisma.$queryRaw`SELECT sequence, actor FROM events ORDER BY sequence`;
    expect(columns).toEqual([
      { sequence: 1, actor: null },
      { sequence: 2, actor: null },
    ]);
    const id = btoa(`Account:${accountId}`);
    await desk.client.run(Disable, { input: { account: id } });
    const told = await desk.client.follow(ToldActors, {
      account: id,
      after: encodeCursor({ accountId, sequence: 0 }),
    });
    expect((await take(told, 3)).map(({ accountEvents }) => accountEvents)).toEqual([
      { __typename: "PositionOpened", actor: null },
      // Promotions told who did them before all events did.
      { __typename: "AccountChanged", change: "DEMOTED", actor: null, by: "key:k1" },
      { __typename: "AccountChanged", change: "DISABLED", actor: "local", by: null },
    ]);
    await told.return?.();
  } finally {
    await desk.close();
  }
});
