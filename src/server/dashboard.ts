// The dashboard as it was built: the page with its security policy, and what it loads, kept in memory and compressed once.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { lookup } from "mrmime";
import { packageRoot } from "../store/migrationFiles.ts";
import { sendText } from "./plainPages.ts";
import { ASSETS_PATH, pathOf } from "./routes.ts";

/** Stands in the page where each answer has a number of its own. */
const NONCE_MARK = "__NONCE__";
const NONCE_BYTES = 16;
/** What compressing would not make smaller. */
const IS_COMPRESSED = /\.(woff2?|png)$/;

/** Answers the page, or one of the files that it loads. */
export type ServeDashboard = (request: IncomingMessage, response: ServerResponse) => void;

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer | undefined;
  readonly etag: string;
}

/** Whether a path is the dashboard's, where there is one. */
export function isDashboardPath(at: string): boolean {
  return at === "/" || at.startsWith(ASSETS_PATH);
}

/** Where `npm run build` puts it. */
export function dashboardFolder(): string {
  return path.join(packageRoot(), "web", "desk", "dist");
}

/**
 * The dashboard of a folder; undefined where none was built there. It is read when it is first asked for, and then stays
 * as it is: a new build, made meanwhile, is served after the next start, and never half of each.
 */
export function createDashboard(folder = dashboardFolder()): ServeDashboard | undefined {
  const page = path.join(folder, "index.html");
  if (!existsSync(page)) return undefined;
  const html = readFileSync(page, "utf8");
  let assets: ReadonlyMap<string, Asset> | undefined;
  return (request, response) => {
    assets ??= readAssets(path.join(folder, ASSETS_PATH));
    const at = pathOf(request.url);
    if (at === "/") return sendPage(html, request, response);
    const asset = assets.get(at.slice(ASSETS_PATH.length));
    if (asset === undefined) return sendText(response, 404, "There is nothing here.");
    sendAsset(asset, request, response);
  };
}

function readAssets(folder: string): ReadonlyMap<string, Asset> {
  return new Map(readdirSync(folder).map((name) => [name, readAsset(path.join(folder, name))]));
}

function readAsset(file: string): Asset {
  const body = readFileSync(file);
  return {
    type: lookup(file) ?? "application/octet-stream",
    body,
    gzipped: IS_COMPRESSED.test(file) ? undefined : gzipSync(body),
    etag: `"${createHash("sha256").update(body).digest("base64url")}"`,
  };
}

function sendAsset(asset: Asset, request: IncomingMessage, response: ServerResponse): void {
  const takesGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const body = takesGzip ? (asset.gzipped ?? asset.body) : asset.body;
  response.setHeader("X-Content-Type-Options", "nosniff");
  // Their names hold a hash of what they are.
  response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
  response.setHeader("ETag", asset.etag);
  response.setHeader("Vary", "Accept-Encoding");
  if (request.headers["if-none-match"] === asset.etag) return void response.writeHead(304).end();
  if (body === asset.gzipped) response.setHeader("Content-Encoding", "gzip");
  response.writeHead(200, { "Content-Type": asset.type, "Content-Length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

function sendPage(html: string, request: IncomingMessage, response: ServerResponse): void {
  const nonce = randomBytes(NONCE_BYTES).toString("base64");
  const body = Buffer.from(html.replaceAll(NONCE_MARK, nonce));
  response.setHeader("Content-Security-Policy", contentSecurityPolicy(nonce, request.headers.host ?? ""));
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Its own files, styles that carry the page's nonce, and no other host. `host` was checked to be this one. */
function contentSecurityPolicy(nonce: string, host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
