// Backup and restore, by the commands of docs/operations.md: history made, backed up, restored elsewhere, and the same again.
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { rebuild } from "../../src/server/rebuild.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { PROJECT } from "../support/builtServer.ts";
import { databaseUrl, freshPostgres, onServer, postgresReachable } from "../support/postgres.ts";
import { amountOf, readExposition } from "./exposition.ts";
import { ENABLE, PRICE, SIGNAL } from "./watchedServer.ts";

const run = promisify(execFile);
/** Two starts, one of them on a new database, on a busy machine. */
const TIMEOUT_MS = 180_000;
const silent = pino({ level: "silent" });

const toolsFound = ["pg_dump", "pg_restore", "createdb"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
if (!toolsFound) console.warn("left out: pg_dump, pg_restore and createdb are not installed (postgresql-client)");

/** The commands of the page's section on backups, in their order. */
async function commands(): Promise<string[]> {
  const page = await readFile(path.join(PROJECT, "docs/operations.md"), "utf8");
  const section = page.slice(page.indexOf("\n## Backup and restore"), page.indexOf("\n## Upgrades and migrations"));
  return [...section.matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? "");
}

/** A folder of the test's own. */
async function folder(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "papertape-backup-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function start(database: Readonly<Record<string, string>>): Promise<RunningServer> {
  const config = readConfig({ PORT: "0", CHECK_IDENTITIES: "on", MARK_INTERVAL_MS: "100", ...database }, []);
  const server = await serve(config, silent, () => undefined);
  onTestFinished(() => server.close());
  return server;
}

async function ask(server: RunningServer, query: string, variables: object = {}): Promise<unknown> {
  const answer = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: unknown; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

const price = (server: RunningServer, symbol: string, at: string) =>
  ask(server, PRICE, { quotes: [{ symbol, price: at }] });
const signal = (server: RunningServer, signalId: string, symbol: string) => {
  const levels = { entryPrice: "150", stopLoss: "147", target1: "156", target2: "162" };
  return ask(server, SIGNAL, { input: { signalId, symbol, side: "LONG", positionSize: "10", ...levels } });
};

/** A winner, a loser, an open position whose target 1 was reached, and a rejected signal. */
async function makeHistory(server: RunningServer): Promise<void> {
  await ask(server, ENABLE);
  for (const symbol of ["WIN", "LOSE", "HELD"]) {
    await price(server, symbol, "150");
    await signal(server, `signal-${symbol}`, symbol);
  }
  await price(server, "WIN", "157");
  await price(server, "WIN", "163");
  await price(server, "LOSE", "146");
  await price(server, "HELD", "157");
  await signal(server, "signal-none", "NONE");
  const marks = await marksOf(server);
  // The first of them may have begun before the last price.
  await expect.poll(() => marksOf(server), { timeout: 30_000 }).toBeGreaterThan(marks + 1);
}

/** How many marks the desk has made. */
async function marksOf(server: RunningServer): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return amountOf(readExposition(text), "papertape_mark_seconds_count");
}

/** What a user sees of it all, but for what grows with the clock alone. */
const LOOK = `{
  account {
    name status session equity availableFunds currentHeat peakEquity maxDrawdown totalTrades winRate
    totalRealizedPnl totalUnrealizedPnl totalCommissionPaid totalSlippageCost
  }
  report {
    performance { totalTrades winRate profitFactor expectancy netPnl largestWin largestLoss commissions maxDrawdown }
    breakdown(by: SYMBOL) { key totalTrades netPnl }
  }
  positions(status: null) {
    edges { node { id symbol status quantity remainingQuantity stopLoss realizedPnl unrealizedPnl
      trades { id exitReason quantity realizedPnl rMultipleAchieved exitPrice exitTime } } }
  }
  signals { edges { node { signalId status rejections { code } } } }
}`;

const STILL_DECIDED = { executeSignal: { signal: { status: "FILLED" } } };

/** The restored desk shows the same, knows the signals of before, and goes on. */
async function expectSame(server: RunningServer, before: unknown): Promise<void> {
  expect(await ask(server, LOOK)).toEqual(before);
  expect(await signal(server, "signal-WIN", "WIN")).toMatchObject(STILL_DECIDED);
  expect(await ask(server, LOOK)).toEqual(before);
  await price(server, "HELD", "163");
  const { positions } = (await ask(server, "{ positions(status: OPEN) { edges { node { id } } } }")) as {
    positions: { edges: unknown[] };
  };
  expect(positions.edges).toEqual([]);
}

/** The sums of reports are what the trades say. */
async function expectSound(database: Readonly<Record<string, string>>): Promise<void> {
  const said: string[] = [];
  await rebuild(readConfig({ ...database }, ["--rebuild"]), silent, (line) => said.push(line));
  expect(said).toHaveLength(1);
}

describe("a backup", () => {
  it(
    "of DATA_DIR, copied while the server is stopped, restores the desk",
    async () => {
      const [copy = "", restore = ""] = await commands();
      expect(copy).toContain("cp -a data data-backup");
      const directory = await folder();
      const database = { DATA_DIR: path.join(directory, "data") };
      const server = await start(database);
      await makeHistory(server);
      const before = await ask(server, LOOK);
      await server.close();
      await run("bash", ["-ec", copy], { cwd: directory });

      const later = await start(database);
      await price(later, "HELD", "163");
      expect(await ask(later, LOOK)).not.toEqual(before);
      await later.close();
      await run("bash", ["-ec", restore], { cwd: directory });

      await expectSound(database);
      await expectSame(await start(database), before);
    },
    TIMEOUT_MS,
  );

  it.skipIf(!postgresReachable || !toolsFound)(
    "of PostgreSQL, taken while the server runs, restores the desk",
    async () => {
      const [, , dump = "", restore = ""] = await commands();
      expect(dump).toContain("pg_dump");
      const directory = await folder();
      const { url, name, drop } = await freshPostgres();
      onTestFinished(drop);
      const restored = `${name}_restored`;
      onTestFinished(() => onServer(`DROP DATABASE IF EXISTS ${restored} WITH (FORCE)`));
      const server = await start({ DATABASE_URL: url });
      await makeHistory(server);
      const before = await ask(server, LOOK);
      const { hostname, port, username, password } = new URL(url);
      const env = {
        ...process.env,
        DATABASE_URL: url,
        RESTORED_URL: databaseUrl(restored),
        PGHOST: hostname,
        PGPORT: port || "5432",
        PGUSER: decodeURIComponent(username),
        PGPASSWORD: decodeURIComponent(password),
      };
      await run("bash", ["-ec", dump], { cwd: directory, env });
      await price(server, "HELD", "163");
      await run("bash", ["-ec", restore.replaceAll("papertape_restored", restored)], { cwd: directory, env });

      const database = { DATABASE_URL: databaseUrl(restored) };
      await expectSound(database);
      await expectSame(await start(database), before);
    },
    TIMEOUT_MS,
  );
});
