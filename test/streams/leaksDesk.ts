// A desk of its own served in process, for tests of leaks: its reads can be made to wait or to fail, and nothing is kept.
import { onTestFinished } from "vitest";
import { createSchemaContext, schema } from "../../schema/index.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { createHttpServer, type HttpServer } from "../../src/server/httpServer.ts";
import { createLog } from "../../src/server/log.ts";
import { LOCAL_VIEWER } from "../../src/server/viewer.ts";
import { createDataSetStore } from "../../src/store/dataSets.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { START } from "../support/apiDesk.ts";
import { type Client, createClient } from "../support/client.ts";
import { databases } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";
import { idleBacktests } from "../support/noRuns.ts";

export interface LeaksDesk {
  readonly running: RunningDesk;
  readonly client: Client;
  /** Whether reads of events fail. */
  failing: boolean;
  /** Subscriptions do not get beyond the reading of their log's head until the answered function is called. */
  hold(): () => void;
  /** Serves it on a free port until the test is finished. */
  serve(): Promise<{ readonly server: HttpServer; readonly graphqlUrl: string }>;
  close(): Promise<void>;
}

export async function startLeaksDesk(): Promise<LeaksDesk> {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  const { database, remove } = await pglite.open();
  const store = createDeskStore(database);
  const readEvents: typeof store.readEvents = async (accountId, after, limit) => {
    if (desk.failing) throw new Error("the log cannot be read");
    return store.readEvents(accountId, after, limit);
  };
  const running = await startDesk({
    store: { ...store, readEvents },
    log: silentLog,
    clock: { kind: "feed", startMs: Date.parse(START) },
    markIntervalMs: 1000,
  });
  let held = Promise.resolve();
  const stored = createReads(database);
  const findHead: typeof stored.findHead = async (owner, accountId) => {
    await held;
    return stored.findHead(owner, accountId);
  };
  const reads = { ...stored, findHead };
  const dataSets = createDataSetStore(database);
  const makeContext = ({ lastEventId }: { readonly lastEventId?: string | undefined } = {}) =>
    createSchemaContext({
      viewer: LOCAL_VIEWER,
      desk: running,
      reads,
      dataSets,
      backtests: idleBacktests(database, dataSets),
      resumeAfter: lastEventId,
    });
  const desk: LeaksDesk = {
    running,
    client: createClient(schema, makeContext),
    failing: false,
    hold: () => {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    serve: async () => {
      const server = createHttpServer({
        schema,
        makeContext,
        log: createLog("silent"),
        host: "127.0.0.1",
        port: 0,
        readiness: () => ({ ready: true }),
        examples: [],
        limits: { farewellSpreadMs: 0 },
      });
      const { url } = await server.listen();
      onTestFinished(() => server.close());
      return { server, graphqlUrl: `${url}/graphql` };
    },
    close: async () => {
      await running.close();
      await remove();
    },
  };
  return desk;
}
