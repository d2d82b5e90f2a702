// The embedded database: created, reopened, guarded, and refused in one clear line where it cannot be used.
import { spawn } from "node:child_process";
import { existsSync, truncateSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { MARKER_FILE } from "../../src/store/dataDir.ts";
import { PGLITE_POSTGRES_MAJOR } from "../../src/store/embedded.ts";
import { StartError } from "../../src/store/startError.ts";
import { startChild } from "../support/child.ts";
import { silentLog } from "../support/log.ts";
import { emptyDataDir, freshDataDir, type TestDir } from "../support/pglite.ts";
import { account } from "../support/rows.ts";

const open = (dataDir: string) => openDatabase({ dataDir, log: silentLog });

/** The message with which a start is refused; never a stack or a second line. */
async function refusal(dataDir: string): Promise<string> {
  const error = await open(dataDir).then(
    async (database) => {
      await database.close();
      return new Error("it opened");
    },
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(StartError);
  const { message } = error as StartError;
  expect(message).not.toContain("\n");
  return message;
}

describe("a new DATA_DIR", () => {
  let dir: TestDir;
  let database: Database;

  beforeAll(async () => {
    dir = await emptyDataDir();
    database = await open(dir.dataDir);
  });

  afterAll(async () => {
    await database.close();
    await dir.remove();
  });

  it("gets a migrated database of PGlite's own PostgreSQL", async () => {
    expect(database.kind).toBe("pglite");
    expect(await database.prisma.account.count()).toBe(0);
    expect((await readFile(path.join(dir.dataDir, "db/PG_VERSION"), "utf8")).trim()).toBe(PGLITE_POSTGRES_MAJOR);
  });

  it("keeps what was written when it is opened again, and can be closed twice", async () => {
    await database.prisma.account.create({ data: account() });
    await Promise.all([database.close(), database.close()]);
    database = await open(dir.dataDir);
    expect(await database.prisma.account.findMany()).toEqual([account()]);
  });
});

describe("a directory that is not ours to write to", () => {
  let dir: TestDir;
  const at = (...names: string[]) => path.join(dir.dataDir, ...names);

  beforeEach(async () => {
    dir = await emptyDataDir();
  });

  afterEach(() => dir.remove());

  it("is refused if it is a file, or lies below one", async () => {
    const file = at("file");
    await mkdir(dir.dataDir);
    await writeFile(file, "");
    expect(await refusal(file)).toBe(`DATA_DIR ${file} is a file: it must be a directory`);
    expect(await refusal(path.join(file, "data"))).toMatch(/cannot be read \(ENOTDIR\)/);
  });

  it("is refused if it holds someone else's files, and none of them is touched", async () => {
    const foreign = at("foreign");
    await mkdir(foreign, { recursive: true });
    await writeFile(path.join(foreign, "thesis.txt"), "mine");
    expect(await refusal(foreign)).toBe(
      `DATA_DIR ${foreign} holds files that are not Papertape's (thesis.txt): choose an empty or a new directory`,
    );
    expect(await readdir(foreign)).toEqual(["thesis.txt"]);
  });

  it("is refused if it may not be written to", async () => {
    const readOnly = at("readOnly");
    await mkdir(readOnly, { recursive: true });
    await chmod(readOnly, 0o555);
    await chmod(path.dirname(dir.dataDir), 0o755);
    expect(await openAsNobody(readOnly)).toBe(`DATA_DIR ${readOnly} is not writable (EACCES)`);
  });
});

describe("a DATA_DIR that cannot be used", () => {
  let dir: TestDir;
  const at = (...names: string[]) => path.join(dir.dataDir, ...names);

  beforeEach(async () => {
    dir = await freshDataDir();
  });

  afterEach(() => dir.remove());

  it("is refused while another process has it open, and opens at once after that one was killed", async () => {
    const other = await startChild("openChild.ts");
    expect(await other.ask({ dataDir: dir.dataDir })).toEqual({ kind: "pglite", accounts: 0 });
    expect(await refusal(dir.dataDir)).toBe(
      `DATA_DIR ${dir.dataDir} is in use by process ${other.pid}: stop it first, or choose another DATA_DIR`,
    );
    await other.kill("SIGKILL");
    await (await open(dir.dataDir)).close();
  });

  it("is refused if it was written by a newer Papertape, in its layout or in its migrations", async () => {
    const database = await open(dir.dataDir);
    await database.prisma.$executeRaw`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
      VALUES ('x', 'x', '29990101000000_future', now())`;
    await database.close();
    expect(await refusal(dir.dataDir)).toMatch(/newer Papertape .*29990101000000_future/);
    await writeFile(at(MARKER_FILE), JSON.stringify({ format: 2, layout: "new" }));
    expect(await refusal(dir.dataDir)).toBe(
      `DATA_DIR ${dir.dataDir} was written by a newer Papertape: start that version, or a newer one`,
    );
  });

  it("is refused if its files are of another PostgreSQL", async () => {
    await writeFile(at("db/PG_VERSION"), "17\n");
    expect(await refusal(dir.dataDir)).toMatch(/was written by PostgreSQL 17, and this version reads 18/);
  });

  const damages: Record<string, () => Promise<void> | void> = {
    "an unreadable marker": () => writeFile(at(MARKER_FILE), "{"),
    "no database": () => rm(at("db"), { recursive: true }),
    "no PG_VERSION": () => rm(at("db/PG_VERSION")),
    "an empty PG_VERSION": () => writeFile(at("db/PG_VERSION"), ""),
    "no control file": () => rm(at("db/global/pg_control")),
    "a control file cut short": () => truncateSync(at("db/global/pg_control"), 100),
    "no log": () => rm(at("db/pg_wal"), { recursive: true }),
    "an empty log": async () => {
      for (const name of await readdir(at("db/pg_wal"))) await rm(at("db/pg_wal", name), { recursive: true });
    },
    "a catalog cut off": async () => {
      for (const name of await readdir(at("db/base/5"))) truncateSync(at("db/base/5", name), 0);
    },
    "no configuration": () => rm(at("db/postgresql.conf")),
  };
  it.each(Object.entries(damages))("is refused with %s", async (_, damage) => {
    await damage();
    expect(await refusal(dir.dataDir)).toMatch(/^DATA_DIR .* is damaged \(.+\): restore it from a backup/);
  });

  it("is refused if the file of a table is missing", async () => {
    const database = await open(dir.dataDir);
    const [table] = await database.prisma.$queryRaw<
      { file: string }[]
    >`SELECT pg_relation_filepath('positions') AS file`;
    await database.close();
    await rm(at("db", table?.file ?? ""));
    expect(await refusal(dir.dataDir)).toMatch(/is damaged \(a table cannot be read\)/);
  });

  it("is made anew if its creation was cut short", async () => {
    await writeFile(at(MARKER_FILE), JSON.stringify({ format: 1, state: "unfinished" }));
    await rm(at("db/global"), { recursive: true });
    const database = await open(dir.dataDir);
    expect(await database.prisma.account.count()).toBe(0);
    await database.close();
  });

  it("gives the lock back when it is refused", async () => {
    await rm(at("db/PG_VERSION"));
    await refusal(dir.dataDir);
    expect(existsSync(at("lock"))).toBe(true);
    expect(await readdir(at("lock"))).toEqual([]);
  });
});

/** A superuser may write anywhere, so that another user has to try. */
async function openAsNobody(dataDir: string): Promise<string> {
  const asRoot = process.getuid?.() === 0;
  const script = `
    const { openDatabase } = await import(${JSON.stringify(path.resolve("src/store/database.ts"))});
    ${asRoot ? "process.setgid(65534); process.setuid(65534);" : ""}
    const log = { info() {}, warn() {} };
    await openDatabase({ dataDir: ${JSON.stringify(dataDir)}, log }).catch((error) => console.log(error.message));`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  let said = "";
  for await (const chunk of child.stdout) said += String(chunk);
  return said.trim();
}
