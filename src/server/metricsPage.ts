// GET /metrics: the page for Prometheus, for those who may see it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { isLoopbackHost } from "./loopback.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { sendText } from "./plainPages.ts";

/** Whether one may see the metrics. */
export type MayScrape = (request: IncomingMessage) => boolean | Promise<boolean>;

const IPV4_IN_IPV6 = "::ffff:";

/** Who asks on this machine himself: what a proxy passes on comes from somebody else. */
export function asksFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  const { remoteAddress = "" } = socket;
  const address = remoteAddress.startsWith(IPV4_IN_IPV6) ? remoteAddress.slice(IPV4_IN_IPV6.length) : remoteAddress;
  const isPassedOn = headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined;
  return isLoopbackHost(address) && !isPassedOn;
}

/** Answers with the metrics, or with 403. */
export async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: Metrics,
  mayScrape: MayScrape = asksFromThisMachine,
): Promise<void> {
  if (!(await mayScrape(request))) return sendText(response, 403, "Metrics are not for everybody.");
  const { type, text } = await metrics.page();
  response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" });
  response.end(request.method === "HEAD" ? undefined : text);
}
