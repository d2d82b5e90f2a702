// Puts together what watches a server: metrics, spans, the feed's age, readiness.
import type { DeskStore } from "../ports.ts";
import { countBacktests } from "../store/backtestCounts.ts";
import type { Database } from "../store/database.ts";
import { countPendingDeliveries } from "../store/deliveryCounts.ts";
import { createDeskStore } from "../store/deskStore.ts";
import type { Config } from "./config.ts";
import type { DeskWatch, RunningDesk } from "./desk.ts";
import { createDeskWatch, watchStore } from "./deskWatch.ts";
import { EXAMPLE_OPERATIONS } from "./exampleOperations.ts";
import { createFeedAge } from "./feedAge.ts";
import type { HttpServer } from "./httpServer.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics/metrics.ts";
import type { Readiness } from "./plainPages.ts";
import { createReadiness } from "./readiness.ts";
import { createTraces } from "./traces.ts";
import { createWatch, type ServerWatch } from "./watch.ts";

export interface WatchedServer {
  /** The store of the desk, its transactions watched. */
  readonly deskStore: DeskStore;
  readonly deskWatch: DeskWatch;
  /** Undefined where METRICS is off. */
  readonly watch: ServerWatch | undefined;
  /** Watches the desk and the server that are there now, and answers what tells whether they are ready. */
  begin(running: RunningDesk, server: HttpServer): () => Promise<Readiness>;
}

export function watchServer(config: Config, database: Database, log: Log): WatchedServer {
  const feed = createFeedAge();
  const traces = config.metrics ? createTraces() : undefined;
  const metrics = config.metrics
    ? createMetrics({
        knownOperations: exampleNames(),
        backtests: () => countBacktests(database),
        pendingDeliveries: () => countPendingDeliveries(database),
      })
    : undefined;
  const store = createDeskStore(database, () => metrics?.desk.retried());
  return {
    deskStore: metrics === undefined ? store : watchStore(store, metrics.desk, traces),
    deskWatch: createDeskWatch({ feed, metrics: metrics?.desk, traces }),
    watch: metrics && createWatch({ metrics, log, traces }),
    begin: (running, server) => {
      metrics?.desk.watch({ waiting: () => running.road.waiting(), feedAgeMs: () => feed.ageMs() });
      metrics?.connections.watchLogs(() => running.logs.lag());
      const sources = {
        askDatabase: () => database.prisma.$queryRaw`SELECT 1`,
        feedAgeMs: () => feed.ageMs(),
        logBlindMs: () => running.logs.lag().blindMs,
        deliveryDelayMs: () => server.deliveryDelay(),
      };
      return createReadiness(sources, config.readyLimits);
    },
  };
}

/** The names of the operations that GraphiQL offers: they are told apart whatever clients send. */
function exampleNames(): string[] {
  return EXAMPLE_OPERATIONS.flatMap(({ query }) =>
    [...query.matchAll(/\b(?:query|mutation|subscription)\s+(\w+)/g)].map(([, name]) => name ?? ""),
  );
}
