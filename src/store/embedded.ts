// The embedded database: PGlite in DATA_DIR, alone in it, and whole.
import { readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { beginDatabase, DATABASE_FOLDER, finishDatabase, inspectDataDir, makeDataDir } from "./dataDir.ts";
import { PrismaClient } from "./generated/client.ts";
import { lockDataDir } from "./lock.ts";
import { applyMigrations } from "./migrate.ts";
import { readMigrations } from "./migrationFiles.ts";
import { errorCode, StartError } from "./startError.ts";

/** The major version of PostgreSQL that PGlite is; its files cannot be read by another one. */
export const PGLITE_POSTGRES_MAJOR = "18";

/** Files without which PGlite would fail with a riddle, or make a new database over the remains of the old. */
const ESSENTIAL_FILES = ["global/pg_control", "base", "pg_wal", "pg_xact", "postgresql.conf"];

/** An open embedded database. */
export type EmbeddedDatabase = { prisma: PrismaClient; applied: readonly string[]; close(): Promise<void> };

/** Opens (or creates) and migrates the database in a directory. Throws a StartError for all that an operator can mend. */
export async function openEmbedded(dataDir: string): Promise<EmbeddedDatabase> {
  await inspectDataDir(dataDir);
  await makeDataDir(dataDir);
  const folder = await realpath(dataDir);
  const lock = await lockDataDir(folder);
  try {
    const { pglite, applied } = await openLocked(folder);
    const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
    const close = async () => {
      await prisma.$disconnect();
      await pglite.close();
      await lock.release();
    };
    return { prisma, applied, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What a directory holds is asked once more, for only now can nobody change it. */
async function openLocked(dataDir: string): Promise<{ pglite: PGlite; applied: readonly string[] }> {
  const isNew = (await inspectDataDir(dataDir)) !== "ready";
  const files = path.join(dataDir, DATABASE_FOLDER);
  if (isNew) await beginDatabase(dataDir);
  else await checkFiles(dataDir, files);
  const pglite = await start(dataDir, files, isNew);
  try {
    const applied = await migrate(pglite, dataDir);
    if (isNew) await finishDatabase(dataDir);
    else await checkTables(pglite, dataDir);
    return { pglite, applied };
  } catch (error) {
    await pglite.close().catch(() => undefined);
    throw error;
  }
}

async function checkFiles(dataDir: string, files: string): Promise<void> {
  const version = await readFile(path.join(files, "PG_VERSION"), "utf8").catch((cause: unknown) =>
    damaged(dataDir, "db/PG_VERSION is missing", cause),
  );
  const major = version.trim();
  if (/^\d+$/.test(major) && major !== PGLITE_POSTGRES_MAJOR) {
    throw new StartError(
      `DATA_DIR ${dataDir} was written by PostgreSQL ${major}, and this version reads ${PGLITE_POSTGRES_MAJOR}: ` +
        "start the Papertape that wrote it, or choose another DATA_DIR",
    );
  }
  for (const file of ESSENTIAL_FILES) {
    await stat(path.join(files, file)).catch((cause: unknown) => damaged(dataDir, `db/${file} is missing`, cause));
  }
}

async function start(dataDir: string, files: string, isNew: boolean): Promise<PGlite> {
  try {
    return await PGlite.create(files);
  } catch (cause) {
    if (!isNew) damaged(dataDir, "its database does not start", cause);
    throw new StartError(`DATA_DIR ${dataDir}: the database could not be created (${errorCode(cause)})`, { cause });
  }
}

async function migrate(pglite: PGlite, dataDir: string): Promise<readonly string[]> {
  const run = async (sql: string) => (await pglite.exec(sql)).at(-1)?.rows ?? [];
  const connection = { adapter: new PrismaPGlite(pglite), run, name: `The database in DATA_DIR ${dataDir}` };
  return applyMigrations(connection, await readMigrations());
}

/** A table whose file is gone or cut off is found now and not at the first trade. */
async function checkTables(pglite: PGlite, dataDir: string): Promise<void> {
  try {
    const { rows } = await pglite.query<{ name: string }>(
      "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    for (const { name } of rows) await pglite.query(`SELECT 1 FROM public.${name} LIMIT 1`);
  } catch (cause) {
    damaged(dataDir, "a table cannot be read", cause);
  }
}

function damaged(dataDir: string, what: string, cause: unknown): never {
  throw new StartError(
    `DATA_DIR ${dataDir} is damaged (${what}): restore it from a backup, or choose another DATA_DIR`,
    { cause },
  );
}
