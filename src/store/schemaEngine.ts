// Prisma's own migrate engine in WebAssembly, loaded when there is something to migrate.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { Migration } from "./migrationFiles.ts";

type EngineModule = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");

/** Nothing in the schema is managed by anyone else. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

const ENGINE_MODULE = "@prisma/schema-engine-wasm/schema_engine_bg";

let loaded: Promise<EngineModule> | undefined;

/** Starts an engine on a database. Free it after use. */
export async function startSchemaEngine(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  loaded ??= load();
  const { SchemaEngine } = await loaded;
  return SchemaEngine.new({ datamodels: undefined }, () => undefined, bindMigrationAwareSqlAdapterFactory(adapter));
}

/** Migrations in the engine's own words. */
export function migrationList(migrations: readonly Migration[], baseDir: string): MigrationList {
  return {
    baseDir,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
}

/** The package's own entry imports its .wasm as a module, which Node cannot do yet: its parts are joined by hand. */
async function load(): Promise<EngineModule> {
  const engine: EngineModule = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const file = path.join(path.dirname(createRequire(import.meta.url).resolve(ENGINE_MODULE)), "schema_engine_bg.wasm");
  const program = await WebAssembly.compile(await readFile(file));
  const { exports } = await WebAssembly.instantiate(program, { "./schema_engine_bg.js": { ...engine } });
  engine.__wbg_set_wasm(exports);
  const begin = exports["__wbindgen_start"];
  if (typeof begin !== "function") throw new Error(`${ENGINE_MODULE} has no start function`);
  begin();
  return engine;
}
