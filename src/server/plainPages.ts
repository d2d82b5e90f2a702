// The small answers around the API: the front page, health, and plain refusals.
import type { IncomingMessage, ServerResponse } from "node:http";
import { GRAPHQL_PATH } from "./yoga.ts";

/** Whether the server can do its work now, and if not, why: each reason is a sentence. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reasons: readonly string[] };

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const headers = { "Content-Type": `${type}; charset=utf-8`, "Content-Length": Buffer.byteLength(text) };
  response
    .writeHead(status, { ...headers, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store" })
    .end(text);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, "text/plain", `${text}\n`);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, "application/json", `${JSON.stringify(value)}\n`);
}

export function sendLiveness(response: ServerResponse): void {
  sendJson(response, 200, { status: "live" });
}

export function sendReadiness(response: ServerResponse, readiness: Readiness): void {
  if (readiness.ready) sendJson(response, 200, { status: "ready" });
  else sendJson(response, 503, { status: "not ready", reasons: readiness.reasons });
}

const FRONT_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Papertape</title>
<h1>Papertape</h1>
<p>The paper desk that trading software plugs into: trade signals in, paper fills, stops, trades and figures out.</p>
<ul>
<li><a href="${GRAPHQL_PATH}">GraphiQL</a>: the API in the browser, with example operations in its tabs
<li><code>POST ${GRAPHQL_PATH}</code>: GraphQL over HTTP; WebSocket on the same path: subscriptions (graphql-transport-ws)
<li><a href="/health/live">/health/live</a>, <a href="/health/ready">/health/ready</a>
<li>README.md and docs/ in the project's folder: the guide
</ul>
`;

/** What is answered to those who come when the end has begun. */
export const CLOSING: Readiness = { ready: false, reasons: ["The server is closing."] };

export function sendFrontPage(response: ServerResponse): void {
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  send(response, 200, "text/html", FRONT_PAGE);
}

/** True for the methods that only look. */
export function isLook({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}
