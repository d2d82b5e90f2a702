// Migrated embedded databases for tests: one is made and kept as a template, every test gets a copy of it.
import { createHash } from "node:crypto";
import { cpSync, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../src/store/database.ts";
import { LOCK_FOLDER, lockDataDir } from "../../src/store/lock.ts";
import { readMigrations } from "../../src/store/migrationFiles.ts";
import { StartError } from "../../src/store/startError.ts";
import { silentLog } from "./log.ts";

const TEMPLATES = path.join(tmpdir(), "papertape-templates");
const BUILD_POLL_MS = 100;
const TEMPLATE_KEPT_MS = 86_400_000;

/** A directory of a test's own; `remove` deletes it. */
export type TestDir = { readonly dataDir: string; remove(): Promise<void> };

/** A DATA_DIR that does not exist yet, in a temporary directory. */
export async function emptyDataDir(): Promise<TestDir> {
  const parent = await mkdtemp(path.join(tmpdir(), "papertape-"));
  return { dataDir: path.join(parent, "data"), remove: () => rm(parent, { recursive: true, force: true }) };
}

/**
 * A DATA_DIR with an empty, migrated database, closed: `openDatabase` opens it in 0.5 s instead of 4. The template is made
 * once for each state of the migrations and kept in the system's temporary directory.
 */
export async function freshDataDir(): Promise<TestDir> {
  const from = await template();
  const made = await emptyDataDir();
  cpSync(from, made.dataDir, { recursive: true });
  return made;
}

async function template(): Promise<string> {
  const key = await templateKey();
  const ready = path.join(TEMPLATES, key);
  if (existsSync(ready)) return ready;
  await mkdir(TEMPLATES, { recursive: true });
  const lock = await waitForLock(TEMPLATES);
  try {
    if (!existsSync(ready)) await build(ready);
    return ready;
  } finally {
    await lock.release();
  }
}

/** Templates that nobody has used for long are removed on the way. */
async function build(ready: string): Promise<void> {
  for (const name of await readdir(TEMPLATES)) {
    const isOld = Date.now() - (await stat(path.join(TEMPLATES, name))).mtimeMs > TEMPLATE_KEPT_MS;
    if (name !== LOCK_FOLDER && isOld) await rm(path.join(TEMPLATES, name), { recursive: true, force: true });
  }
  const { dataDir, remove } = await emptyDataDir();
  const database = await openDatabase({ dataDir, log: silentLog });
  await database.close();
  await rm(path.join(dataDir, LOCK_FOLDER), { recursive: true });
  await rename(dataDir, ready);
  await remove();
}

async function waitForLock(folder: string): ReturnType<typeof lockDataDir> {
  for (;;) {
    try {
      return await lockDataDir(folder);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      await sleep(BUILD_POLL_MS);
    }
  }
}

async function templateKey(): Promise<string> {
  const pglite = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const hash = createHash("sha256").update(pglite);
  for (const { name, sql } of await readMigrations()) hash.update(name).update(sql);
  return hash.digest("hex").slice(0, 16);
}
