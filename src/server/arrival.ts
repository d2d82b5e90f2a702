// Requests whose body does not come: each has its time, and is then answered with 408.
import type { IncomingMessage, ServerResponse } from "node:http";
import { REQUEST_TIMEOUT_MS } from "./limits.ts";

/** Ends a request that is not there as a whole in `limitMs`. */
export function limitArrival(req: IncomingMessage, res: ServerResponse, limitMs = REQUEST_TIMEOUT_MS): void {
  if (req.method === "GET" || req.method === "HEAD") return;
  const timer = setTimeout(() => {
    if (req.complete) return;
    if (res.headersSent) req.destroy();
    else res.writeHead(408, { Connection: "close", "Content-Length": 0 }).end();
  }, limitMs);
  timer.unref();
  res.once("close", () => clearTimeout(timer));
}
