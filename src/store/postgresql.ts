// The grown database: a PostgreSQL server by DATABASE_URL, new enough, writable and in our time zone.
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { connectionProblem } from "./connectionProblem.ts";
import { databaseName, parseDatabaseUrl } from "./databaseUrl.ts";
import { PrismaClient } from "./generated/client.ts";
import { applyMigrations } from "./migrate.ts";
import { readMigrations } from "./migrationFiles.ts";
import { StartError } from "./startError.ts";

/** The oldest PostgreSQL that is supported (its major version). */
export const POSTGRESQL_MAJOR_MIN = 14;

/** Connections that one process opens at most. */
export const POOL_CONNECTIONS_MAX = 10;

/** How long a connection may take to be ready, in milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

/**
 * What each connection is set to. Prisma's adapter sends and reads times without their zone, so that anything but UTC
 * would shift them.
 */
const CONNECTION_SETTINGS = "SET TimeZone TO 'UTC'; SET DateStyle TO 'ISO'";

/** An open PostgreSQL database. */
export type PostgresqlDatabase = { prisma: PrismaClient; applied: readonly string[]; close(): Promise<void> };

/**
 * Connects, checks the server and migrates. Throws a StartError for all that an operator can mend; `onLost` hears of idle
 * connections that break later.
 */
export async function openPostgresql(databaseUrl: string, onLost: (error: Error) => void): Promise<PostgresqlDatabase> {
  const url = parseDatabaseUrl(databaseUrl);
  const name = databaseName(url);
  const config = {
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "papertape",
    onConnect: (client: pg.ClientBase) => client.query(CONNECTION_SETTINGS),
  };
  const applied = await migrate(config, name);
  const adapter = new PrismaPg({ ...config, max: POOL_CONNECTIONS_MAX }, { onPoolError: onLost });
  const prisma = new PrismaClient({ adapter });
  return { prisma, applied, close: () => prisma.$disconnect() };
}

/** The engine's lock and its transaction are the session's: a pool of one connection, which no second one replaces. */
async function migrate(config: pg.PoolConfig, name: string): Promise<readonly string[]> {
  let connections = 0;
  const onConnect = async (client: pg.ClientBase) => {
    connections += 1;
    if (connections > 1) throw new Error("the connection was lost");
    await client.query(CONNECTION_SETTINGS);
  };
  const pool = new pg.Pool({ ...config, max: 1, idleTimeoutMillis: 0, onConnect });
  pool.on("error", () => undefined);
  try {
    await checkServer(pool, name);
    const run = async (sql: string) => rowsOf(await pool.query<Record<string, unknown>>(sql));
    return await applyMigrations({ adapter: new PrismaPg(pool), run, name }, await readMigrations());
  } catch (error) {
    throw error instanceof StartError ? error : connectionProblem(error, name);
  } finally {
    await pool.end();
  }
}

/** pg answers several statements with a list of results, which its types do not know. */
function rowsOf<Row extends pg.QueryResultRow>(result: pg.QueryResult<Row> | pg.QueryResult<Row>[]): Row[] {
  return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
}

const SERVER_QUERY = `SELECT current_setting('server_version_num')::int AS version,
  current_setting('server_version') AS version_name,
  current_setting('server_encoding') AS encoding,
  pg_is_in_recovery() AS standby,
  current_setting('transaction_read_only') = 'on' AS read_only,
  current_schema() AS schema`;

type Server = {
  version: number;
  version_name: string;
  encoding: string;
  standby: boolean;
  read_only: boolean;
  schema: string | null;
};

async function checkServer(pool: pg.Pool, name: string): Promise<void> {
  const { rows } = await pool.query<Server>(SERVER_QUERY);
  const server = rows[0];
  if (server === undefined) throw new StartError(`${name} does not tell its version`);
  if (server.version < POSTGRESQL_MAJOR_MIN * 10_000) {
    throw new StartError(
      `${name} is PostgreSQL ${server.version_name}, and Papertape needs ${POSTGRESQL_MAJOR_MIN} or newer`,
    );
  }
  if (server.standby || server.read_only) {
    throw new StartError(
      `${name} is read only${server.standby ? " (a standby)" : ""}: Papertape needs one it can write to`,
    );
  }
  if (server.encoding !== "UTF8") {
    throw new StartError(`${name} is encoded in ${server.encoding}: Papertape needs a database in UTF8`);
  }
  if (server.schema !== "public") {
    throw new StartError(
      `${name} has search_path set to ${server.schema ?? "no schema that exists"}: Papertape uses public`,
    );
  }
}
