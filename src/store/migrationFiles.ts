// The migrations on disk, found from the sources and from the compiled program alike.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A migration: the name of its folder, which begins with its time, and its SQL. */
export type Migration = { readonly name: string; readonly sql: string };

/** The package's folder: the nearest one above this file, outside `dist/`, that has a package.json and the migrations. */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package.json")) && existsSync(path.join(folder, "prisma"))) return folder;
    if (path.dirname(folder) === folder) throw new Error(`no package.json beside prisma/ above ${import.meta.dirname}`);
  }
}

/** Where the migrations are kept. */
export function migrationsFolder(): string {
  return path.join(packageRoot(), "prisma", "migrations");
}

/** Reads every migration, oldest first. */
export async function readMigrations(folder = migrationsFolder()): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(path.join(folder, name, "migration.sql"), "utf8") })),
  );
}
