// Metrics of HTTP requests by route, whatever became of them.
import type { ServerResponse } from "node:http";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Routes as metrics name them: a path is the client's word. */
export type Route = "graphql" | "import" | "export" | "health" | "metrics" | "page" | "other";

/** Files take seconds where operations take milliseconds. */
const TRANSFER_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900];

const TRANSFERS: ReadonlySet<Route> = new Set(["import", "export"]);

export interface HttpMetrics {
  /** Follows a request from its beginning to the end of its answer. */
  begun(route: Route, response: ServerResponse): void;
}

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: "papertape_http_requests_total",
    help: "HTTP requests that have ended",
    labelNames: ["route", "status"],
    registers,
  });
  const open = new Gauge({
    name: "papertape_http_open",
    help: "HTTP requests under way, event streams included",
    labelNames: ["route"],
    registers,
  });
  const seconds = new Histogram({
    name: "papertape_transfer_seconds",
    help: "How long imports and exports took",
    labelNames: ["route"],
    buckets: TRANSFER_SECONDS,
    registers,
  });
  return {
    begun: (route, response) => {
      const begunMs = performance.now();
      open.inc({ route });
      response.once("close", () => {
        open.dec({ route });
        requests.inc({ route, status: statusOf(response) });
        if (TRANSFERS.has(route)) seconds.observe({ route }, (performance.now() - begunMs) / 1000);
      });
    },
  };
}

/** `2xx` and so on; `left` where the connection was gone before the answer was. */
function statusOf({ statusCode, writableFinished }: ServerResponse): string {
  return writableFinished ? `${Math.floor(statusCode / 100)}xx` : "left";
}
