// Metrics of HTTP requests by route, whatever became of them.
import type { ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { tallyCounter, tallyGauge, tallyHistogram } from "./tallies.ts";

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
  const requests = tallyCounter(registry, {
    name: "papertape_http_requests_total",
    help: "HTTP requests that have ended",
    labelNames: ["route", "status"],
  });
  const open = tallyGauge(registry, {
    name: "papertape_http_open",
    help: "HTTP requests under way, event streams included",
    labelNames: ["route"],
  });
  const seconds = tallyHistogram(registry, {
    name: "papertape_transfer_seconds",
    help: "How long imports and exports took",
    labelNames: ["route"],
    buckets: TRANSFER_SECONDS,
  });
  return {
    begun: (route, response) => {
      const underWay = open({ route });
      const begunMs = TRANSFERS.has(route) ? performance.now() : undefined;
      underWay.count += 1;
      response.once("close", () => {
        underWay.count -= 1;
        requests({ route, status: statusOf(response) }).count += 1;
        if (begunMs !== undefined) seconds({ route }).observe((performance.now() - begunMs) / 1000);
      });
    },
  };
}

/** `2xx` and so on; `left` where the connection was gone before the answer was. */
function statusOf({ statusCode, writableFinished }: ServerResponse): string {
  return writableFinished ? `${Math.floor(statusCode / 100)}xx` : "left";
}
