// Puts the server together: database, desk, API, port, feed; and takes it apart again in order.
import { createSchemaContext, schema } from "../../schema/index.ts";
import type { ReportReads } from "../services/readReport.ts";
import { rebuildMissing } from "../services/rebuildRollups.ts";
import { createCurveStore } from "../store/curves.ts";
import { openDatabase } from "../store/database.ts";
import { createDataSetStore } from "../store/dataSets.ts";
import { createDeskStore } from "../store/deskStore.ts";
import { createExportReads } from "../store/exportReads.ts";
import { createReads } from "../store/reads.ts";
import { createRollupStore } from "../store/rebuild.ts";
import { startBacktests } from "./backtests.ts";
import { type Config, databaseOf, type FeedChoice } from "./config.ts";
import { runDemo } from "./demo.ts";
import { type RunningDesk, startDesk } from "./desk.ts";
import { EXAMPLE_OPERATIONS } from "./exampleOperations.ts";
import { createFindTable } from "./export/findTable.ts";
import { createHttpServer } from "./httpServer.ts";
import type { Log } from "./log.ts";
import { readBarFile } from "./readBarFile.ts";
import { beginningOfPlan, planReplay, playReplay, type ReplayPlan } from "./replay.ts";
import { describeOutcome, describePlan } from "./replaySummary.ts";
import { readSignalJson } from "./signalJson.ts";
import { LOCAL_VIEWER } from "./viewer.ts";

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
    const running = await startDesk({
      ...config,
      clock,
      store: createDeskStore(database),
      curves: createCurveStore(database),
      log,
    });
    undo.push(() => running.close());
    const reads = createReads(database);
    const dataSets = createDataSetStore(database);
    const backtests = startBacktests(database, { dataSets, log });
    undo.push(() => backtests.runs.close());
    const server = createHttpServer({
      schema,
      makeContext: ({ lastEventId }) =>
        createSchemaContext({
          viewer: LOCAL_VIEWER,
          desk: running,
          reads,
          dataSets,
          backtests,
          resumeAfter: lastEventId,
        }),
      log,
      host: config.host,
      port: config.port,
      readiness: async () => {
        await database.prisma.$queryRaw`SELECT 1`;
        return { ready: true };
      },
      examples: EXAMPLE_OPERATIONS,
      exports: createFindTable({
        viewer: LOCAL_VIEWER,
        desk: running.desk,
        reads,
        lists: createExportReads(database.prisma),
        backtests,
      }),
      imports: { store: dataSets, readBarFile, viewer: LOCAL_VIEWER },
    });
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
