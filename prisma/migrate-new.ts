// `npm run migrate:new NAME`: writes the migration that leads from the existing ones to schema.prisma.
// `npm run migrate:new -- --first`: writes the first one anew, which only a project without a release may do.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { migrationsFolder, readMigrations } from "../src/store/migrationFiles.ts";
import { diffToSchema } from "./diff.ts";

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const LOCK_FILE = '# Prisma\'s note on what these migrations are for.\nprovider = "postgresql"\n';

async function write(folder: string, sql: string): Promise<void> {
  await mkdir(path.join(migrationsFolder(), folder), { recursive: true });
  await writeFile(path.join(migrationsFolder(), "migration_lock.toml"), LOCK_FILE);
  await writeFile(path.join(migrationsFolder(), folder, "migration.sql"), sql);
  console.log(`wrote prisma/migrations/${folder}/migration.sql`);
}

async function writeNext(name: string): Promise<void> {
  const sql = await diffToSchema(await readMigrations());
  if (sql === "") return console.log("the migrations and schema.prisma agree: nothing to write");
  await write(`${timestamp(new Date())}_${name}`, sql);
}

async function writeFirst(): Promise<void> {
  const [first] = await readMigrations();
  await write(first?.name ?? `${timestamp(new Date())}_desk`, await diffToSchema([]));
}

/** YYYYMMDDhhmmss in UTC, as Prisma names its folders. */
function timestamp(time: Date): string {
  return time.toISOString().replace(/\D/g, "").slice(0, 14);
}

const [name] = process.argv.slice(2);
if (name === "--first") await writeFirst();
else if (name !== undefined && NAME.test(name)) await writeNext(name);
else {
  console.error("usage: npm run migrate:new NAME   (lower-case letters, digits and _)");
  process.exitCode = 2;
}
