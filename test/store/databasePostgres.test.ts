// PostgreSQL by DATABASE_URL: migrated by whoever comes first, and refused in one clear line where it cannot be used.
import { once } from "node:events";
import { createServer } from "node:net";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { readMigrations } from "../../src/store/migrationFiles.ts";
import { StartError } from "../../src/store/startError.ts";
import { type Child, startChild } from "../support/child.ts";
import { fakePostgres } from "../support/fakePostgres.ts";
import { silentLog } from "../support/log.ts";
import { databaseUrl, freshPostgres, onServer, postgresReachable, type TestPostgres } from "../support/postgres.ts";
import { account } from "../support/rows.ts";

const open = (url: string) => openDatabase({ databaseUrl: url, dataDir: "unused", log: silentLog });

/** The message with which a start is refused: one line, and no password in it. */
async function refusal(url: string): Promise<string> {
  const error = await open(url).then(
    async (database) => {
      await database.close();
      return new Error("it opened");
    },
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(StartError);
  const { message } = error as StartError;
  expect(message).not.toMatch(/\n|hunter2/);
  return message;
}

async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("a DATABASE_URL that leads nowhere", () => {
  it.each([
    ["hunter2", /^DATABASE_URL is not a URL/],
    ["postgresql://user:hunter2%@127.0.0.1/desk", /^DATABASE_URL is not a URL/],
    ["postgresql://user:hunter2@127.0.0.1:99999/desk", /^DATABASE_URL is not a URL/],
    ["mysql://user:hunter2@127.0.0.1/desk", /^DATABASE_URL begins with mysql:/],
    ["postgresql://user:hunter2@127.0.0.1/desk?schema=mine", /asks for the schema mine/],
    ["postgresql://user:hunter2@no-such-host.invalid/desk", /on no-such-host.invalid:5432 cannot be reached/],
  ])("is refused: %s", async (url, message) => {
    expect(await refusal(url)).toMatch(message);
  });

  it("is refused where nobody listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    server.close();
    expect(await refusal(`postgresql://user:hunter2@127.0.0.1:${port}/desk`)).toBe(
      `The database desk on 127.0.0.1:${port} cannot be reached (ECONNREFUSED): check DATABASE_URL and that the server runs`,
    );
  });

  it("is refused where a server accepts and never answers", async () => {
    const silent = await fakePostgres(null);
    expect(await refusal(silent.url)).toMatch(/cannot be reached \(no answer in time\)/);
    await silent.close();
  });
});

describe("a server that cannot serve the desk", () => {
  const good = {
    version: "150004",
    version_name: "15.4",
    encoding: "UTF8",
    standby: "f",
    read_only: "f",
    schema: "public",
  };

  it.each([
    [
      "older than PostgreSQL 14",
      { version: "130012", version_name: "13.12" },
      /is PostgreSQL 13.12, .* needs 14 or newer/,
    ],
    ["a standby", { standby: "t", read_only: "t" }, /is read only \(a standby\)/],
    ["read only", { read_only: "t" }, /is read only/],
  ])("is refused if it is %s", async (_, odd, message) => {
    const server = await fakePostgres({ ...good, ...odd });
    expect(await refusal(server.url)).toMatch(message);
    await server.close();
  });
});

describe.skipIf(!postgresReachable)("a PostgreSQL database", () => {
  let database: TestPostgres;
  const children: Child[] = [];

  beforeEach(async () => {
    database = await freshPostgres();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await database.drop();
  });

  it("is migrated when it is opened first, and keeps what was written", async () => {
    const first = await open(database.url);
    expect(first.kind).toBe("postgresql");
    await first.prisma.account.create({ data: account() });
    await first.close();
    const second = await open(database.url);
    expect(await second.prisma.account.findMany()).toEqual([account()]);
    await second.close();
  });

  it("is migrated once by four processes that open it at once", async () => {
    children.push(...(await Promise.all(Array.from({ length: 4 }, () => startChild("openChild.ts")))));
    const answers = await Promise.all(
      children.map((child) => child.ask({ databaseUrl: database.url, dataDir: "unused" })),
    );
    expect(answers).toEqual(answers.map(() => ({ kind: "postgresql", accounts: 0 })));
    const applied = await rowsOf(
      database.url,
      "SELECT migration_name AS name FROM _prisma_migrations ORDER BY started_at",
    );
    expect(applied).toEqual((await readMigrations()).map(({ name }) => ({ name })));
  });

  it("is waited for while another node migrates it", async () => {
    const node = new pg.Client({ connectionString: database.url });
    await node.connect();
    await node.query("SELECT pg_advisory_lock(72707369)");
    const opening = open(database.url);
    await expect.poll(() => rowsOf(database.url, WAITING), { timeout: 30_000 }).toHaveLength(1);
    await node.end();
    await (await opening).close();
  });

  it("can be migrated again after a process was killed while it migrated", async () => {
    const node = new pg.Client({ connectionString: database.url });
    await node.connect();
    // The process gets as far as its own tables, and waits there for ours.
    await node.query("BEGIN; CREATE TABLE quotes (); SELECT pg_advisory_xact_lock(1)");
    const child = await startChild("openChild.ts");
    children.push(child);
    const answer = child.ask({ databaseUrl: database.url, dataDir: "unused" }).catch(() => "killed");
    await expect.poll(() => rowsOf(database.url, WAITING), { timeout: 30_000 }).toHaveLength(1);
    await child.kill("SIGKILL");
    expect(await answer).toBe("killed");
    await node.query("ROLLBACK");
    await node.end();
    await (await open(database.url)).close();
  });

  it("reads and writes the same times whatever the time zone and date style of the server", async () => {
    await onServer(`ALTER DATABASE ${database.name} SET timezone = 'America/New_York'`);
    await onServer(`ALTER DATABASE ${database.name} SET datestyle = 'German'`);
    const opened = await open(database.url);
    await opened.prisma.account.create({ data: account() });
    expect(await opened.prisma.account.findMany()).toEqual([account()]);
    const [row] = await opened.prisma.$queryRaw<{ ms: number }[]>`
      SELECT (extract(epoch FROM created_at) * 1000)::float8 AS ms FROM accounts`;
    expect(row?.ms).toBe(account().createdAt.getTime());
    await opened.close();
  });

  it("is refused if it does not exist", async () => {
    expect(await refusal(databaseUrl("papertape_no_such"))).toMatch(
      /papertape_no_such on .* does not exist: create it/,
    );
  });

  it("is refused if its user does not exist", async () => {
    const url = databaseUrl(database.name, { name: "papertape_nobody", password: "hunter2" });
    expect(await refusal(url)).toMatch(/refuses the user or the password of DATABASE_URL/);
  });

  it("is refused if it is set to read only", async () => {
    await onServer(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    expect(await refusal(database.url)).toMatch(/is read only/);
    await onServer(`ALTER DATABASE ${database.name} RESET default_transaction_read_only`);
  });

  it("is refused if it is another program's, and is left as it is", async () => {
    await onServer("CREATE TABLE recipes (id int)", database.url);
    expect(await refusal(database.url)).toMatch(/holds tables that are not Papertape's: choose an empty database/);
    expect(await rowsOf(database.url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([
      { tablename: "recipes" },
    ]);
  });

  it("is refused if a newer Papertape has migrated it", async () => {
    await (await open(database.url)).close();
    await onServer(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_future', now())",
      database.url,
    );
    expect(await refusal(database.url)).toMatch(/newer Papertape .*29990101000000_future/);
  });

  it("is refused if its user may not create tables in it", async () => {
    const user = { name: `${database.name}_reader`, password: "hunter2" };
    await onServer(`CREATE ROLE ${user.name} LOGIN PASSWORD '${user.password}'`);
    try {
      await onServer("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database.url);
      expect(await refusal(databaseUrl(database.name, user))).toMatch(
        /could not be migrated: its user may not create tables/,
      );
    } finally {
      await onServer(`DROP ROLE ${user.name}`);
    }
  });
});

const WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
