// A whole server in this process, on a fresh PGlite, whose log is kept and whose metrics are read.
import { Writable } from "node:stream";
import { pino } from "pino";
import { readConfig } from "../../src/server/config.ts";
import { logOptions } from "../../src/server/log.ts";
import { serve } from "../../src/server/serve.ts";
import { freshDataDir } from "../support/pglite.ts";
import { type Family, readExposition } from "./exposition.ts";

export interface Asked<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

export interface WatchedServer {
  readonly url: string;
  /** The lines of the log as they were written. */
  readonly lines: readonly string[];
  metrics(): Promise<ReadonlyMap<string, Family>>;
  /** Posts an operation. */
  ask<Data = Record<string, unknown>>(query: string, variables?: object, more?: object): Promise<Asked<Data>>;
  close(): Promise<void>;
}

/** Starts a server with an environment as a user would set it. */
export async function startWatchedServer(environment: Readonly<Record<string, string>> = {}): Promise<WatchedServer> {
  const folder = await freshDataDir();
  const config = readConfig({ PORT: "0", DATA_DIR: folder.dataDir, CHECK_IDENTITIES: "on", ...environment }, []);
  const lines: string[] = [];
  const destination = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const server = await serve(config, pino(logOptions("debug"), destination), () => undefined);
  return {
    url: server.url,
    lines,
    metrics: async () => readExposition(await (await fetch(`${server.url}/metrics`)).text()),
    ask: async <Data>(query: string, variables: object = {}, more: object = {}) => {
      const answer = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables, ...more }),
      });
      return (await answer.json()) as Asked<Data>;
    },
    close: async () => {
      await server.close();
      await folder.remove();
    },
  };
}

export const ENABLE = "mutation Enable { enable { __typename ... on InvalidInput { issues { message } } } }";
export const PRICE = `mutation Price($quotes: [QuoteInput!]!) {
  publishQuotes(quotes: $quotes) { accepted stale refused { index message } }
}`;
export const SIGNAL = `mutation Signal($input: ExecuteSignalInput!) {
  executeSignal(input: $input) { __typename ... on ExecuteSignalPayload { signal { status position { id } } } }
}`;
