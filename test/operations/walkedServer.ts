// A server as the page's walk leaves it: keys by its command, started with its variables, in a process and DATA_DIR of its own.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { checkBuild } from "../support/builtServer.ts";
import { type ServerProcess, startServer } from "../support/serverProcess.ts";
import { blockOf, inPlace } from "./page.ts";
import { runBlock, temporaryFolder } from "./programs.ts";

export const WALK = "From nothing to a served desk";
/** The name by which the page calls the server. */
export const HOST_NAME = "desk.example.com";

export interface Keys {
  /** Files with the secrets. */
  readonly firstFile: string;
  readonly prometheusFile: string;
  /** The first one's secret, which may do everything. */
  readonly first: string;
}

/** Makes the keys of the page's walk; only the folder of their files is another. */
export async function makeKeys(folder: string, dataDir: string): Promise<Keys> {
  await checkBuild();
  const [firstFile, prometheusFile] = [path.join(folder, "first.key"), path.join(folder, "prometheus.key")];
  const block = await blockOf(WALK, "bash", "key -- create");
  await runBlock(inPlace(block, { "first.key": firstFile, "prometheus.key": prometheusFile }), { DATA_DIR: dataDir });
  return { firstFile, prometheusFile, first: (await readFile(firstFile, "utf8")).trim() };
}

/** The variables of the page's command that starts the server. */
export async function startVariables(): Promise<Record<string, string>> {
  const [, variables = ""] = /^((?:[A-Z_]+=\S+ )+)npm start\n$/.exec(await blockOf(WALK, "bash", "npm start")) ?? [];
  const pairs = variables
    .trim()
    .split(" ")
    .map((variable) => variable.split("=") as [string, string]);
  return Object.fromEntries(pairs);
}

export interface WalkedServer extends Keys {
  readonly folder: string;
  readonly server: ServerProcess;
  /** An operation with the first key, past every proxy; throws where it has errors. */
  ask(query: string, variables?: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts it on a free port; `changes` are variables that the page does not set. */
export async function startWalkedServer(changes: Readonly<Record<string, string>> = {}): Promise<WalkedServer> {
  const folder = await temporaryFolder();
  const dataDir = path.join(folder.path, "data");
  const keys = await makeKeys(folder.path, dataDir);
  const server = await startServer({ ...(await startVariables()), DATA_DIR: dataDir, ...changes });
  return {
    ...keys,
    folder: folder.path,
    server,
    ask: (query, variables) => askAt(server.url, keys.first, query, variables),
    close: async () => {
      await server.kill("SIGTERM");
      await folder.remove();
    },
  };
}

/** The data of an operation; throws where it has errors. */
export async function askAt(url: string, secret: string, query: string, variables: object = {}): Promise<unknown> {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
