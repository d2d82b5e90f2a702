// A desk with its API, in process, on a database of its own; time is the feed's.
import { createSchemaContext, type SchemaContext, schema } from "../../schema/index.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { DataSetStore } from "../../src/backtestPorts.ts";
import { type BacktestOptions, startBacktests } from "../../src/server/backtests.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import type { Backtests } from "../../src/services/backtests.ts";
import type { Database } from "../../src/store/database.ts";
import { createDataSetStore } from "../../src/store/dataSets.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { type Client, createClient } from "./client.ts";
import { databases, type TestDatabase } from "./databases.ts";
import { silentLog } from "./log.ts";
import { idleBacktests } from "./noRuns.ts";

/** When the feed's time begins. */
export const START = "2024-03-01T14:30:00.000Z";

type ContextStart = Parameters<typeof createSchemaContext>[0];

export interface ApiDesk {
  readonly running: RunningDesk;
  readonly database: Database;
  readonly reads: ContextStart["reads"];
  readonly dataSets: DataSetStore;
  readonly backtests: Backtests;
  /** The client of the owner who is alone on this computer. */
  readonly client: Client;
  clientOf(owner: string): Client;
  /** The context of one operation of somebody's. */
  contextOf(who: Omit<ContextStart, "desk" | "reads" | "dataSets" | "backtests">): SchemaContext;
  /** How many queries the work sends to the database, those of transactions included. */
  queriesIn(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

/** Starts a desk on a fresh database, PGlite where none is given. It runs backtests where `runs` says how. */
export async function startApiDesk(
  open: () => Promise<TestDatabase> = openPglite,
  runs?: Partial<BacktestOptions>,
): Promise<ApiDesk> {
  const { database, remove } = await open();
  let queries = 0;
  const counted = countQueries(database, () => {
    queries += 1;
  });
  const running = await startDesk({
    store: createDeskStore(counted),
    log: silentLog,
    clock: { kind: "feed", startMs: Date.parse(START) },
    markIntervalMs: 1000,
    checkIdentities: true,
  });
  const reads = createReads(counted);
  const dataSets = createDataSetStore(counted);
  const runner = runs === undefined ? undefined : startBacktests(counted, { log: silentLog, ...runs, dataSets });
  const backtests = runner ?? idleBacktests(counted, dataSets);
  const contextOf: ApiDesk["contextOf"] = (who) =>
    createSchemaContext({ ...who, desk: running, reads, dataSets, backtests });
  const clientOf = (owner: string): Client => createClient(schema, () => contextOf({ viewer: ownerViewer(owner) }));
  return {
    running,
    database,
    reads,
    dataSets,
    backtests,
    client: clientOf("local"),
    clientOf,
    contextOf,
    queriesIn: async (work) => {
      const before = queries;
      await work();
      return queries - before;
    },
    close: async () => {
      await runner?.runs.close();
      await running.close();
      await remove();
    },
  };
}

function openPglite(): Promise<TestDatabase> {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  return pglite.open();
}

function countQueries(database: Database, count: () => void): Database {
  const prisma = database.prisma.$extends({
    query: {
      $allOperations: ({ args, query }) => {
        count();
        return query(args);
      },
    },
  });
  return { ...database, prisma: prisma as unknown as Database["prisma"] };
}
