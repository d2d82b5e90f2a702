// Pages of other sites that were allowed to call the server (ALLOWED_ORIGINS): browsers ask first, and let them read.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "./access.ts";

const HEADERS = "Authorization, Content-Type, Accept, Last-Event-ID, X-Request-Id";
const ASKED_AGAIN_AFTER_SECONDS = "600";

/** Tells a browser that the page may read the answer. True where it had only asked, which is answered then. */
export function answerCrossOrigin(access: Access, req: IncomingMessage, res: ServerResponse): boolean {
  const { origin } = req.headers;
  if (origin === undefined || !access.isAllowedOrigin(origin)) return false;
  res.setHeader("Access-Control-Allow-Origin", origin);
  res.appendHeader("Vary", "Origin");
  if (req.method !== "OPTIONS" || req.headers["access-control-request-method"] === undefined) return false;
  res.writeHead(204, {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": HEADERS,
    "Access-Control-Max-Age": ASKED_AGAIN_AFTER_SECONDS,
  });
  res.end();
  return true;
}
