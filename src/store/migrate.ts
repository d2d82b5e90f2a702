// Brings a database to the schema of this version when it is opened.
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { type Migration, migrationsFolder } from "./migrationFiles.ts";
import { migrationList, NO_FILTERS, startSchemaEngine } from "./schemaEngine.ts";
import { errorCode, StartError } from "./startError.ts";

/** How long another node that is migrating is waited for, in milliseconds; so long a migration may wait for a table too. */
const LOCK_TIMEOUT_MS = 60_000;

/** The migration engine's own advisory lock, the same in every version of it. */
const ENGINE_LOCK = 72_707_369;

/** PostgreSQL's code for a lock that was waited for too long. */
const LOCK_NOT_AVAILABLE = "55P03";

/** One connection, always the same one, on which nothing else runs while it migrates. */
export type MigrationConnection = {
  /** Prisma's adapter for it. */
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  /** Runs statements as they stand; the rows are those of a single one. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** The database's name for people, without secrets. */
  readonly name: string;
};

/**
 * Applies the migrations that the database has not seen, all of them or none, and answers their names. Nodes that start at
 * once wait for each other. Throws a StartError where the database belongs to a newer Papertape or to another program,
 * where an earlier migration was left half done, and where a migration fails.
 */
export async function applyMigrations(
  connection: MigrationConnection,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  if (!(await isBehind(connection, migrations))) return [];
  const applied = await applyAtOnce(connection, migrations).catch((error: unknown) => refuse(connection.name, error));
  await isBehind(connection, migrations);
  return applied;
}

/** Whether migrations are missing; throws where the database holds one that this version does not know. */
async function isBehind({ run, name }: MigrationConnection, migrations: readonly Migration[]): Promise<boolean> {
  const [table] = await run("SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS found");
  if (table?.["found"] !== true) return true;
  const rows = await run(
    "SELECT migration_name, finished_at IS NOT NULL AS done FROM public._prisma_migrations WHERE rolled_back_at IS NULL",
  );
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = rows.find((row) => !known.has(String(row["migration_name"])));
  if (unknown !== undefined) {
    throw new StartError(
      `${name} was written by a newer Papertape or by another program (migration ${unknown["migration_name"]} is unknown ` +
        "to this version): start that version, or choose another database",
    );
  }
  const done = new Set(rows.filter((row) => row["done"] === true).map((row) => String(row["migration_name"])));
  return migrations.some((migration) => !done.has(migration.name));
}

/**
 * One transaction around everything that the engine does: its own statements commit one by one, so that a process that is
 * killed between them would leave a migration behind that no later start could get past. The engine's lock is taken before
 * the engine would, because the engine gives up after 10 s and leaves the wait running on the connection.
 */
async function applyAtOnce(connection: MigrationConnection, migrations: readonly Migration[]): Promise<string[]> {
  const failure: ScriptFailure = { error: undefined };
  const engine = await startSchemaEngine(withWholeScripts(connection, failure));
  try {
    await connection.run("BEGIN");
    await connection.run(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await connection.run(`SELECT pg_advisory_lock(${ENGINE_LOCK})`);
    const migrationsList = migrationList(migrations, migrationsFolder());
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
    await connection.run("COMMIT");
    return appliedMigrationNames;
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw failure.error ?? error;
  } finally {
    await connection.run("SELECT pg_advisory_unlock_all()").catch(() => undefined);
    engine.free();
  }
}

/** The first error of a script, which the engine would bury under the ones that follow from it. */
type ScriptFailure = { error: unknown };

/**
 * The adapters run a script badly: PostgreSQL's splits it at every semicolon, in comments too, and PGlite's does not wait
 * for its end. Here it runs as one.
 */
export function withWholeScripts(
  connection: MigrationConnection,
  failure: ScriptFailure = { error: undefined },
): SqlMigrationAwareDriverAdapterFactory {
  const { adapter } = connection;
  const connect = async (): Promise<SqlDriverAdapter> => {
    const inner = await adapter.connect();
    return Object.assign(Object.create(inner) as SqlDriverAdapter, {
      executeScript: async (script: string) => {
        await connection.run(script).catch((error: unknown) => {
          failure.error ??= error;
          throw error;
        });
      },
      dispose: async () => undefined,
    });
  };
  return { provider: adapter.provider, adapterName: adapter.adapterName, connect, connectToShadowDb: connect };
}

function refuse(name: string, cause: unknown): never {
  if (cause instanceof StartError) throw cause;
  switch (errorCode(cause)) {
    case LOCK_NOT_AVAILABLE:
      throw new StartError(
        `${name} has been in use by another node's migration for ${LOCK_TIMEOUT_MS / 1000} s: try later`,
        {
          cause,
        },
      );
    case "P3005":
      throw new StartError(`${name} holds tables that are not Papertape's: choose an empty database`, { cause });
    case "P3009":
      throw new StartError(
        `${name} holds a migration that failed earlier: restore it from a backup, or mend it with prisma migrate resolve`,
        { cause },
      );
    default:
      throw new StartError(`${name} could not be migrated: ${explain(cause)}`, { cause });
  }
}

function explain(cause: unknown): string {
  const line = firstLine(cause);
  return /permission denied/.test(line) ? `its user may not create tables (${line})` : line;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => line.includes("ERROR:")) ?? lines[0] ?? "unknown error").replace(/^.*ERROR: /, "");
}
