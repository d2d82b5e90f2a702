// All metrics of a server, in one registry of their own.
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { packageVersion } from "../version.ts";
import { type ConnectionMetrics, createConnectionMetrics } from "./connectionMetrics.ts";
import { createDeskMetrics, type DeskMetrics } from "./deskMetrics.ts";
import { createHttpMetrics, type HttpMetrics } from "./httpMetrics.ts";
import { createOperationMetrics, type OperationMetrics } from "./operationMetrics.ts";
import { OperationNames } from "./operationNames.ts";

/** How long the page waits for what has to be asked for. */
const ASKED_MS_MAX = 1000;

export interface MetricsOptions {
  /** Names of operations that always have a place of their own. */
  readonly knownOperations?: Iterable<string>;
  /** How many backtests are in each state. */
  readonly backtests?: () => Promise<Readonly<Record<string, number>>>;
  /** Whether node's own metrics are there too: of the process, its memory, its event loop. On by default. */
  readonly node?: boolean;
}

export interface Metrics {
  readonly names: OperationNames;
  readonly operations: OperationMetrics;
  readonly http: HttpMetrics;
  readonly desk: DeskMetrics;
  readonly connections: ConnectionMetrics;
  /** The text that Prometheus reads, and its media type. */
  page(): Promise<{ readonly type: string; readonly text: string }>;
}

export function createMetrics({ knownOperations, backtests, node = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (node) collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: "papertape_info",
    help: "Always 1; the version is its label",
    labelNames: ["version"],
    registers: [registry],
  });
  info.set({ version: packageVersion() }, 1);
  if (backtests !== undefined) backtestMetrics(registry, backtests);
  const scrapes = new Counter({
    name: "papertape_scrapes_total",
    help: "How often this page was made",
    registers: [registry],
  });
  return {
    names: new OperationNames(knownOperations),
    operations: createOperationMetrics(registry),
    http: createHttpMetrics(registry),
    desk: createDeskMetrics(registry),
    connections: createConnectionMetrics(registry),
    page: async () => {
      scrapes.inc();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** A database that does not answer leaves them out rather than keep the page waiting. */
function backtestMetrics(registry: Registry, count: () => Promise<Readonly<Record<string, number>>>): void {
  const backtests = new Gauge({
    name: "papertape_backtests",
    help: "Backtests that are kept, by their state",
    labelNames: ["status"],
    registers: [registry],
    collect: async () => {
      const counts = await Promise.race([count().catch(() => ({})), nothingAfter(ASKED_MS_MAX)]);
      backtests.reset();
      for (const [status, value] of Object.entries(counts)) backtests.set({ status }, value);
    },
  });
}

function nothingAfter(waitMs: number): Promise<Readonly<Record<string, number>>> {
  return new Promise((resolve) => setTimeout(() => resolve({}), waitMs).unref());
}
