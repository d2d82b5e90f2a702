// The routes of the server, by the path of a request, as metrics and spans name them.
import { EXPORT_PATH } from "./export/exportRequest.ts";
import { IMPORT_PATH } from "./importRequest.ts";
import type { Route } from "./metrics/httpMetrics.ts";
import { GRAPHQL_PATH } from "./yoga.ts";

export const METRICS_PATH = "/metrics";
/** What the dashboard loads. */
export const ASSETS_PATH = "/assets/";

/** The path of a request's URL. */
export function pathOf(url = "/"): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** The route of a request's URL, whether or not anything is served there. */
export function routeOf(url: string | undefined): Route {
  const path = pathOf(url);
  if (path === GRAPHQL_PATH) return "graphql";
  if (path === METRICS_PATH) return "metrics";
  if (path === IMPORT_PATH) return "import";
  if (path === "/" || path.startsWith(ASSETS_PATH)) return "page";
  if (path.startsWith("/health/")) return "health";
  return path.startsWith(EXPORT_PATH) ? "export" : "other";
}
