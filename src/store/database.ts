// Opens the database of the desk: PGlite in DATA_DIR, or the PostgreSQL server of DATABASE_URL.
import path from "node:path";
import type { BaseLogger } from "pino";
import { databaseName, parseDatabaseUrl } from "./databaseUrl.ts";
import { openEmbedded } from "./embedded.ts";
import type { PrismaClient } from "./generated/client.ts";
import { openPostgresql } from "./postgresql.ts";

/** An open and migrated database. `close` may be called more than once. */
export type Database = {
  readonly kind: "pglite" | "postgresql";
  readonly prisma: PrismaClient;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** A PostgreSQL server's URL; without one the embedded database is used. */
  databaseUrl?: string | undefined;
  /** Where the embedded database is kept; relative to the working directory. */
  dataDir: string;
  log: Pick<BaseLogger, "info" | "warn">;
};

/** Opens the database and brings it to this version's schema. Every start problem is a StartError. */
export async function openDatabase({ databaseUrl, dataDir, log }: DatabaseOptions): Promise<Database> {
  const begun = performance.now();
  const kind = databaseUrl === undefined ? "pglite" : "postgresql";
  const where = databaseUrl === undefined ? path.resolve(dataDir) : databaseName(parseDatabaseUrl(databaseUrl));
  const { prisma, applied, close } =
    databaseUrl === undefined
      ? await openEmbedded(where)
      : await openPostgresql(databaseUrl, (error) =>
          log.warn({ error: error.message }, "a database connection was lost"),
        );
  log.info({ kind, where, applied, openedMs: Math.round(performance.now() - begun) }, "database open");
  let closing: Promise<void> | undefined;
  return {
    kind,
    prisma,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
