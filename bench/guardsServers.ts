// The servers of the bench of guards: built ones, each a process with a database of its own, that differ in their guards.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { runKeyCommand } from "../src/server/keyCommand.ts";
import { freshDataDir } from "../test/support/pglite.ts";
import { freshPostgres } from "../test/support/postgres.ts";
import { startServer } from "../test/support/serverProcess.ts";
import { SYMBOL } from "./support.ts";

export interface Guards {
  readonly auth: boolean;
  readonly rate: boolean;
  readonly metrics: boolean;
}

export type DatabaseKind = "PGlite" | "PostgreSQL";

export interface GuardedServer {
  readonly name: string;
  readonly url: string;
  /** What a client sends to be let in. */
  readonly headers: Readonly<Record<string, string>>;
  /** The CPU time that the process has taken so far, in µs. */
  cpuMicros(): Promise<number>;
  /** The data of an operation. Throws where it has errors. */
  ask(query: string, variables: object): Promise<unknown>;
  close(): Promise<void>;
}

/** So much that what there is to do for it is done and nobody is ever refused. */
const RATE_COST_PER_SECOND = "999999999";
/** Marks would be noise: none comes. */
const MARK_INTERVAL_MS = "3600000";
export async function startGuarded(name: string, guards: Guards, kind: DatabaseKind): Promise<GuardedServer> {
  const { environment, remove } = await openPlace(kind);
  const headers: Record<string, string> = {};
  if (guards.auth) headers["authorization"] = `Bearer ${await makeKey(environment)}`;
  const server = await startServer({
    ...environment,
    MARK_INTERVAL_MS,
    AUTH: guards.auth ? "on" : "off",
    METRICS: guards.metrics ? "on" : "off",
    RATE_COST_PER_SECOND: guards.rate ? RATE_COST_PER_SECOND : "0",
  });
  const ask = async (query: string, variables: object): Promise<unknown> => {
    const body = JSON.stringify({ query, variables });
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    const { data, errors } = (await answer.json()) as { data?: unknown; errors?: unknown };
    if (errors !== undefined) throw new Error(`${name}: ${JSON.stringify(errors)}`);
    return data;
  };
  await ask(`mutation { publishQuotes(quotes: [{ symbol: "${SYMBOL}", price: "100" }]) { accepted } }`, {});
  return {
    name,
    url: server.url,
    headers,
    cpuMicros: () => cpuMicrosOf(server.pid),
    ask,
    close: async () => {
      await server.kill("SIGTERM");
      await remove();
    },
  };
}

/** An account with money and limits enough for whatever the bench does. */
export async function enableRichBy({ ask }: GuardedServer, account: string): Promise<void> {
  const settings = {
    startingCapital: "100000000",
    maxTradeRisk: "100",
    maxPortfolioHeat: "100",
    maxCampaignRisk: "100",
  };
  const enable = "mutation Enable($input: EnableInput!) { enable(input: $input) { __typename } }";
  const answer = JSON.stringify(await ask(enable, { input: { name: account, settings } }));
  if (!answer.includes("EnablePayload")) throw new Error(`not enabled: ${answer}`);
}

async function openPlace(kind: DatabaseKind) {
  if (kind === "PGlite") {
    const { dataDir, remove } = await freshDataDir();
    return { environment: { DATA_DIR: dataDir }, remove };
  }
  const { url, drop } = await freshPostgres();
  return { environment: { DATABASE_URL: url }, remove: drop };
}

async function makeKey(environment: Readonly<Record<string, string>>): Promise<string> {
  const lines: string[] = [];
  await runKeyCommand(["create", "--name", "bench", "--scopes", "admin"], environment, (line) => lines.push(line));
  const secret = lines.at(-1);
  if (secret === undefined) throw new Error("no key was made");
  return secret;
}

/** To the nanosecond, where `stat` counts hundredths of a second; of all threads, as node's helpers collect garbage. */
async function cpuMicrosOf(pid: number): Promise<number> {
  const folder = `/proc/${pid}/task`;
  const threads = await readdir(folder);
  const texts = await Promise.all(threads.map((thread) => readFile(path.join(folder, thread, "schedstat"), "utf8")));
  return texts.reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1000, 0);
}
