// Starts that cannot be: one clear line on standard error, exit code 2, no stack trace, and nothing served.
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDataDir, type TestDir } from "../support/pglite.ts";
import { databaseUrl, postgresReachable } from "../support/postgres.ts";
import { type Environment, runServer, startServer } from "../support/serverProcess.ts";

let folder: string;
let template: TestDir;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "papertape-starts-"));
  template = await freshDataDir();
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await template.remove();
});

/** The line that a start ends with. */
async function refusal(env: Environment, args: readonly string[] = []): Promise<string> {
  const unused = path.join(folder, "not-made");
  const { code, stdout, stderr } = await runServer({ DATA_DIR: unused, LOG_LEVEL: "warn", ...env }, args);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^papertape: [^\n]+\n$/);
  expect(code).toBe(2);
  return stderr.slice("papertape: ".length, -1);
}

/** A file of the test's own. */
async function fileOf(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

describe.concurrent("A bad variable", () => {
  it("is refused together with all others, each with its rule, and without the passwords in them", async () => {
    const line = await refusal({
      PORT: "70000",
      AUTH: "maybe",
      DATABASE_URL: "mysql://desk:secret@localhost/desk",
      NATS_URL: "nats://desk:secret@localhost",
      MARK_INTERVAL_MS: "9",
      CLOCK: "x",
      CLOCK_START: "yesterday",
      CHECK_IDENTITIES: "yes",
      LOG_LEVEL: "loud",
    });
    expect(line.split("; ")).toEqual([
      'PORT is "70000": it must be a whole number from 0 to 65535',
      'AUTH is "maybe": it must be on or off',
      "DATABASE_URL is refused: it must be an address such as postgresql://user:password@host:5432/database",
      "NATS_URL is refused: several nodes are not built yet, leave it unset",
      'MARK_INTERVAL_MS is "9": it must be a whole number from 10 to 3600000',
      'CLOCK is "x": it must be system or feed',
      expect.stringMatching(/^CLOCK_START is "yesterday": it must be an instant with its zone/),
      'CHECK_IDENTITIES is "yes": it must be on or off',
      expect.stringMatching(/^LOG_LEVEL is "loud": it must be one of fatal, /),
    ]);
  });

  it("may also be one that needs another", async () => {
    expect(await refusal({ CLOCK_START: "2024-01-02" })).toBe("CLOCK_START needs CLOCK=feed");
    expect(await refusal({ HOST: "0.0.0.0" })).toMatch(/^HOST is "0\.0\.0\.0".*AUTH=on/);
  });
});

describe.concurrent("A bad option", () => {
  it.each([
    [
      ["--replay", "A.csv", "--speed", "fast"],
      'the speed "fast" is not max or a multiple such as 60x, from 0.01x to 100000x',
    ],
    [["--fast"], "unknown option '--fast'"],
  ])("is refused: %j", async (args, words) => {
    expect(await refusal({}, args)).toContain(words);
  });

  it("may also be a file that is not there", async () => {
    const missing = path.join(folder, "AAPL.csv");
    expect(await refusal({}, ["--replay", missing])).toContain(missing);
  });

  it("may also be a file without one good bar, or a file of signals that is not there", async () => {
    const header = "time,open,high,low,close,volume\n";
    const bad = await fileOf("BAD.csv", `${header}2024-03-01T14:30:00Z,1,1,2,1,1\nnonsense\n`);
    expect(await refusal({}, ["--replay", bad])).toContain(bad);
    const good = await fileOf("GOOD.csv", `${header}2024-03-01T14:30:00Z,1,1,1,1,1\n`);
    const signals = path.join(folder, "missing.jsonl");
    expect(await refusal({}, ["--replay", good, "--signals", signals])).toContain(signals);
  });
});

describe.concurrent("A port", () => {
  it("that is taken is refused, and the database is free again", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    const { dataDir, remove } = await freshDataDir();
    expect(await refusal({ DATA_DIR: dataDir, PORT: `${port}` })).toBe(
      `127.0.0.1:${port} is taken by another process: set PORT to a free one, or to 0 for any`,
    );
    const server = await startServer({ DATA_DIR: dataDir });
    await server.kill();
    await new Promise((resolve) => taken.close(resolve));
    await remove();
  });
});

describe.concurrent("A DATA_DIR", () => {
  it("that another process uses is refused, and that process goes on", async () => {
    const { dataDir, remove } = await freshDataDir();
    const holder = await startServer({ DATA_DIR: dataDir });
    expect(await refusal({ DATA_DIR: dataDir })).toBe(
      `DATA_DIR ${dataDir} is in use by process ${holder.pid}: stop it first, or choose another DATA_DIR`,
    );
    expect((await fetch(`${holder.url}/health/ready`)).status).toBe(200);
    await holder.kill();
    await remove();
  });

  it("that is a file is refused", async () => {
    const file = await fileOf("a-file", "");
    expect(await refusal({ DATA_DIR: file })).toBe(`DATA_DIR ${file} is a file: it must be a directory`);
  });

  it("that holds something else is refused, and left as it is", async () => {
    const foreign = await mkdtemp(path.join(folder, "foreign-"));
    await writeFile(path.join(foreign, "thesis.txt"), "mine");
    expect(await refusal({ DATA_DIR: foreign })).toBe(
      `DATA_DIR ${foreign} holds files that are not Papertape's (thesis.txt): choose an empty or a new directory`,
    );
  });

  it.each<[string, (dataDir: string) => Promise<void>, RegExp]>([
    ["its marker is torn", (dir) => writeFile(path.join(dir, "papertape.json"), "{"), /is damaged \(papertape.json/],
    [
      "a newer version wrote it",
      (dir) => writeFile(path.join(dir, "papertape.json"), '{"format":2}'),
      /newer Papertape/,
    ],
    ["its control file is empty", (dir) => writeFile(path.join(dir, "db/global/pg_control"), ""), /is damaged \(/],
    [
      "its tables are gone",
      (dir) => rm(path.join(dir, "db/base"), { recursive: true }),
      /is damaged \(db\/base is missing\)/,
    ],
  ])("is refused where %s", async (words, spoil, expected) => {
    const damaged = path.join(folder, words.replaceAll(" ", "-"));
    await cp(template.dataDir, damaged, { recursive: true });
    await spoil(damaged);
    const line = await refusal({ DATA_DIR: damaged });
    expect(line).toMatch(expected);
    expect(line).toContain(`DATA_DIR ${damaged}`);
  });
});

describe.concurrent("A DATABASE_URL", () => {
  it("that nobody answers is refused, without its password", async () => {
    expect(await refusal({ DATABASE_URL: "postgresql://desk:secret@127.0.0.1:1/desk" })).toBe(
      "The database desk on 127.0.0.1:1 cannot be reached (ECONNREFUSED): check DATABASE_URL and that the server runs",
    );
  });

  it.skipIf(!postgresReachable)("of a database that is not there is refused", async () => {
    const line = await refusal({ DATABASE_URL: databaseUrl("papertape_not_there") });
    expect(line).toMatch(/^The database papertape_not_there on .* does not exist: create it, or name another one/);
  });
});
