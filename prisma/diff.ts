// What separates the migrations from schema.prisma, told by Prisma's engine on a throw-away PGlite.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { withWholeScripts } from "../src/store/migrate.ts";
import { type Migration, migrationsFolder, packageRoot } from "../src/store/migrationFiles.ts";
import { migrationList, NO_FILTERS, startSchemaEngine } from "../src/store/schemaEngine.ts";

/** Prisma wants the schema public to be created, for which a server's user may have no right; it is always there. */
const CREATE_PUBLIC = /-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n/;

/** The SQL that leads from these migrations to schema.prisma; empty where they agree. */
export async function diffToSchema(migrations: readonly Migration[]): Promise<string> {
  const schema = path.join(packageRoot(), "prisma", "schema.prisma");
  const pglite = await PGlite.create();
  const run = async (sql: string) => (await pglite.exec(sql)).at(-1)?.rows ?? [];
  const engine = await startSchemaEngine(withWholeScripts({ adapter: new PrismaPGlite(pglite), run, name: "PGlite" }));
  try {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: "migrations", ...migrationList(migrations, migrationsFolder()) },
      to: { tag: "schemaDatamodel", files: [{ path: schema, content: await readFile(schema, "utf8") }] },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    });
    return exitCode === 0 ? "" : (stdout ?? "").replace(CREATE_PUBLIC, "");
  } finally {
    engine.free();
    await pglite.close();
  }
}
