// Puts the server together: database, desk, API, port, feed; and takes it apart again in order.
import { createSchemaContext, schema } from "../../schema/index.ts";
import type { ReportReads } from "../services/readReport.ts";
import { rebuildMissing } from "../services/rebuildRollups.ts";
import { createApiKeyStore } from "../store/apiKeys.ts";
import { createCurveStore } from "../store/curves.ts";
import { openDatabase } from "../store/database.ts";
import { createDataSetStore } from "../store/dataSets.ts";
import { createExportReads } from "../store/exportReads.ts";
import { createReads } from "../store/reads.ts";
import { createRollupStore } from "../store/rebuild.ts";
import { startBacktests } from "./backtests.ts";
import { type Config, databaseOf, type FeedChoice } from "./config.ts";
import { createDashboard } from "./dashboard.ts";
import { runDemo } from "./demo.ts";
import { type RunningDesk, startDesk } from "./desk.ts";
import { EXAMPLE_OPERATIONS } from "./exampleOperations.ts";
import { createFindTable } from "./export/findTable.ts";
import { startGuard } from "./guard.ts";
import { createHttpServer } from "./httpServer.ts";
import { createLiveRoute, startLiveRoute } from "./live.ts";
import type { Log } from "./log.ts";
import { readTrustedDocuments } from "./operationLimits/trustedDocuments.ts";
import { readBarFile } from "./readBarFile.ts";
import { beginningOfPlan, planReplay, playReplay, type ReplayPlan } from "./replay.ts";
import { describeOutcome, describePlan } from "./replaySummary.ts";
import { readSignalJson } from "./signalJson.ts";
import { watchServer } from "./watchServer.ts";

export interface RunningServer {
  /** http://HOST:PORT */
  readonly url: string;
  /** Not ready at once, no new work; resolves when what was under way is done and the database is closed. */
  close(): Promise<void>;
}

/**
 * Starts the server of `config` and answers when it listens; a feed goes on from there and tells people on `say`.
 * Throws a StartError or FeedError, whose message is one line, where it cannot start; nothing is left open then.
 */
export async function serve(config: Config, log: Log, say: (line: string) => void): Promise<RunningServer> {
  const plan = config.feed.kind === "replay" ? await planReplay(config.feed) : undefined;
  const undo: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) await last();
  };
  try {
    const database = await openDatabase({ ...databaseOf(config), log });
    undo.push(() => database.close());
    await rebuildMissing(createRollupStore(database), log);
    const clock = clockOf(config, plan);
    const watched = watchServer(config, database, log);
    const liveRoute = createLiveRoute(config.live, database, log);
    const running = await startDesk({
      ...config,
      clock,
      liveRoute,
      store: watched.deskStore,
      curves: createCurveStore(database),
      watch: watched.deskWatch,
      log,
    });
    undo.push(() => running.close());
    undo.push(startLiveRoute(liveRoute, running.road));
    const reads = createReads(database);
    const dataSets = createDataSetStore(database);
    const backtests = startBacktests(database, { dataSets, log });
    undo.push(() => backtests.runs.close());
    const guard = await startGuard(config, createApiKeyStore(database), log);
    undo.push(() => guard.close());
    const { trustedDocuments: manifest } = config;
    const trustedDocuments = manifest === undefined ? undefined : await readTrustedDocuments(manifest);
    const server = createHttpServer({
      schema,
      access: guard.access,
      mayScrape: guard.mayScrape,
      makeContext: ({ viewer, lastEventId }) =>
        createSchemaContext({
          viewer,
          apiKeys: guard.apiKeys,
          audit: guard.audit,
          desk: running,
          reads,
          dataSets,
          backtests,
          resumeAfter: lastEventId,
        }),
      log,
      watch: watched.watch,
      host: config.host,
      port: config.port,
      readiness: () => ready(),
      operationLimits: config.operationLimits,
      trustedDocuments,
      trustedProxies: config.trustedProxies,
      examples: EXAMPLE_OPERATIONS,
      exports: createFindTable({
        desk: running.desk,
        reads,
        lists: createExportReads(database.prisma),
        backtests,
      }),
      dashboard: createDashboard(),
      imports: { store: dataSets, readBarFile },
    });
    const ready = watched.begin(running, server);
    undo.push(() => server.close());
    const { url } = await server.listen();
    undo.push(startFeed(config.feed, plan, { running, reads }, log, say));
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A replay's time begins with the first thing that it plays, unless CLOCK_START says otherwise. */
function clockOf({ clock }: Config, plan: ReplayPlan | undefined): Config["clock"] {
  if (plan === undefined || clock.kind !== "feed" || clock.startMs !== 0) return clock;
  return { kind: "feed", startMs: beginningOfPlan(plan) };
}

/** Starts the feed, if any, and answers what stops it. */
function startFeed(
  feed: FeedChoice,
  plan: ReplayPlan | undefined,
  { running, reads }: { readonly running: RunningDesk; readonly reads: ReportReads },
  log: Log,
  say: (line: string) => void,
): () => Promise<void> {
  const stop = new AbortController();
  const play = async (): Promise<void> => {
    if (feed.kind === "demo") await runDemo(running, feed.seed, stop.signal);
    if (plan === undefined) return;
    for (const line of describePlan(plan)) say(line);
    const outcome = await playReplay(running, plan, readSignalJson, stop.signal);
    for (const line of await describeOutcome(running, reads, outcome)) say(line);
  };
  const ended = play().catch((error: unknown) => log.error({ err: error }, "the feed ended with an error"));
  return async () => {
    stop.abort();
    await ended;
  };
}
