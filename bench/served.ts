// A bench's desk served over HTTP by this process, and loaded by another.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createSchemaContext, type SchemaContext, schema } from "../schema/index.ts";
import { createHttpServer } from "../src/server/httpServer.ts";
import { createLog } from "../src/server/log.ts";
import { LOCAL_VIEWER } from "../src/server/viewer.ts";
import { createDataSetStore } from "../src/store/dataSets.ts";
import { createReads } from "../src/store/reads.ts";
import { idleBacktests } from "../test/support/noRuns.ts";
import type { Load } from "./load.ts";
import type { BenchDesk } from "./support.ts";

export interface ServedDesk {
  readonly url: string;
  close(): Promise<void>;
}

/** Makes the context of an operation on the desk. */
export function benchContext({ running, database }: BenchDesk): () => SchemaContext {
  const reads = createReads(database);
  const dataSets = createDataSetStore(database);
  const backtests = idleBacktests(database, dataSets);
  return () => createSchemaContext({ viewer: LOCAL_VIEWER, desk: running, reads, dataSets, backtests });
}

/** Serves the desk on a free port. */
export async function serveBenchDesk(desk: BenchDesk): Promise<ServedDesk> {
  const server = createHttpServer({
    schema,
    makeContext: benchContext(desk),
    log: createLog("error"),
    host: "127.0.0.1",
    port: 0,
    readiness: () => ({ ready: true }),
    examples: [],
  });
  const { url } = await server.listen();
  return { url, close: () => server.close() };
}

/** Loads a server with single signals from 64 connections. */
export async function load(url: string, seconds: number, account: string): Promise<Load> {
  const file = path.join(import.meta.dirname, "load.ts");
  const child = fork(file, [url, "64", String(seconds), account], { execArgv: ["--import", "tsx"] });
  const [answer] = (await once(child, "message")) as [Load];
  if (answer.failed > 0) throw new Error(`${answer.failed} requests failed`);
  return answer;
}
