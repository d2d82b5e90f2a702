// All metrics of a server, in one registry of their own.
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { packageVersion } from "../version.ts";
import { type ConnectionMetrics, createConnectionMetrics } from "./connectionMetrics.ts";
import { createDeskMetrics, type DeskMetrics } from "./deskMetrics.ts";
import { createHttpMetrics, type HttpMetrics } from "./httpMetrics.ts";
import { createOperationMetrics, type OperationMetrics } from "./operationMetrics.ts";
import { OperationNames } from "./operationNames.ts";
import {
  type CountBacktests,
  type CountPending,
  createBacktestMetrics,
  createDeliveryMetrics,
} from "./storedMetrics.ts";

export interface MetricsOptions {
  /** Names of operations that always have a place of their own. */
  readonly knownOperations?: Iterable<string>;
  /** How many backtests are in each state. */
  readonly backtests?: CountBacktests;
  /** What waits to be delivered to the live route. */
  readonly pendingDeliveries?: CountPending;
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

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { knownOperations, backtests, pendingDeliveries, node = true } = options;
  const registry = new Registry();
  if (node) collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: "papertape_info",
    help: "Always 1; the version is its label",
    labelNames: ["version"],
    registers: [registry],
  });
  info.set({ version: packageVersion() }, 1);
  if (backtests !== undefined) createBacktestMetrics(registry, backtests);
  if (pendingDeliveries !== undefined) createDeliveryMetrics(registry, pendingDeliveries);
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
