// A real server on a database of a suite's own, with its client; it can be killed and started again on what it had.
import { freshDataDir } from "./pglite.ts";
import { freshPostgres, postgresReachable } from "./postgres.ts";
import { type Environment, type ServerProcess, startServer } from "./serverProcess.ts";
import { createWireClient, type WireClient } from "./wireClient.ts";

/** Where a server keeps what it knows. */
export interface Place {
  readonly env: Environment;
  remove(): Promise<void>;
}

export interface WireDesk {
  readonly client: WireClient;
  readonly server: ServerProcess;
  /** Ends the process, SIGKILL by default, and starts another on the same database. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the process and removes its database. */
  stop(): Promise<void>;
}

export async function embeddedPlace(): Promise<Place> {
  const { dataDir, remove } = await freshDataDir();
  return { env: { DATA_DIR: dataDir }, remove };
}

export async function postgresPlace(): Promise<Place> {
  const { url, drop } = await freshPostgres();
  return { env: { DATABASE_URL: url }, remove: drop };
}

/** PGlite always, PostgreSQL where one answers. */
export const places: readonly { readonly name: string; readonly open: () => Promise<Place> }[] = [
  { name: "PGlite", open: embeddedPlace },
  ...(postgresReachable ? [{ name: "PostgreSQL", open: postgresPlace }] : []),
];

/** Starts a server with an environment (the feed's clock by default) at a fresh place. */
export async function startWireDesk(
  env: Environment = { CLOCK: "feed" },
  open: () => Promise<Place> = embeddedPlace,
): Promise<WireDesk> {
  const place = await open();
  const start = async () => {
    try {
      const server = await startServer({ ...place.env, ...env });
      return { server, client: createWireClient(server.url) };
    } catch (error) {
      await place.remove();
      throw error;
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    await running.client.close();
    await running.server.kill(signal);
  };
  let running = await start();
  return {
    get client() {
      return running.client;
    },
    get server() {
      return running.server;
    },
    restart: async (signal = "SIGKILL") => {
      await end(signal);
      running = await start();
    },
    stop: async () => {
      await end("SIGKILL");
      await place.remove();
    },
  };
}
