// GraphiQL as one file that needs no other host: rendered once, compressed once, cached by browsers.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fetcherScript } from "./graphiqlFetcher.ts";

/** A tab that GraphiQL opens with: an operation to try, and its variables as JSON text. */
export interface ExampleOperation {
  readonly query: string;
  readonly variables?: string;
}

interface Page {
  readonly html: Buffer;
  readonly gzipped: Buffer;
  readonly scriptHash: string;
  readonly etag: string;
}

function sha256(text: string, encoding: "base64" | "base64url"): string {
  return createHash("sha256").update(text).digest(encoding);
}

const SCRIPT = /<script>([\s\S]*)<\/script>/;

/**
 * Options that are no JSON, and so cannot go through `renderGraphiQL`. What the headers tab holds is a secret: it is kept
 * in the browser's storage only by those who switch that on in GraphiQL's settings.
 */
const LIVE_OPTIONS = "{ fetcher: papertapeFetcher, shouldPersistHeaders: undefined }";

/** The end of the page's script, which hands the options over: on one line, as JSON. */
const RENDERS =
  /(YogaGraphiQL\.renderYogaGraphiQL\(\s*window\.document\.querySelector\('#root'\),\s*)(\{.*\})(,\s*\);\s*<\/script>)/;

/** Puts our own fetcher into the page. Throws where the page is not made as we know it. */
function withFetcher(html: string, script: string): string {
  if (!RENDERS.test(html)) throw new Error("GraphiQL's page takes its options in another way than it did");
  const ours = (_: string, call: string, options: string, end: string) =>
    `${script}\n${call}Object.assign(${options}, ${LIVE_OPTIONS})${end}`;
  return html.replace(RENDERS, ours);
}

async function render(title: string, examples: readonly ExampleOperation[]): Promise<Page> {
  // Its assets are 9 MB of text: they are loaded when the first browser asks.
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const rendered = renderGraphiQL({ title, defaultTabs: examples.map((tab) => ({ ...tab })) }).trim();
  // HTML parsers read line ends as \n, and the hash of the script must be the hash of what they read.
  const html = withFetcher(rendered, await fetcherScript()).replace(/\r\n?/g, "\n");
  const script = SCRIPT.exec(html)?.[1];
  if (script === undefined) throw new Error("GraphiQL's page holds no script");
  return {
    html: Buffer.from(html),
    gzipped: await promisify(gzip)(html),
    scriptHash: sha256(script, "base64"),
    etag: sha256(html, "base64url"),
  };
}

/** Its one script by its hash, the editor's workers from blobs, and no other host. `host` was checked to be this one. */
function contentSecurityPolicy(page: Page, host: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${page.scriptHash}' blob:`,
    "worker-src blob:",
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src data:",
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** True if a browser asks for a page, rather than a GraphQL client for an answer. */
export function wantsPage({ method, headers }: IncomingMessage): boolean {
  return (method === "GET" || method === "HEAD") && headers.accept?.includes("text/html") === true;
}

/** Serves GraphiQL, with `examples` in its tabs for those who open it for the first time; they may not hold "</". */
export function createGraphiqlPage(title: string, examples: readonly ExampleOperation[]) {
  // The page holds them inside its script, which the text of one must not end.
  if (JSON.stringify(examples).includes("</")) throw new Error('an example operation holds "</"');
  let rendered: Promise<Page> | undefined;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    rendered ??= render(title, examples);
    const page = await rendered;
    const compressed = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    const etag = `"${page.etag}${compressed ? "-gzip" : ""}"`;
    response.setHeader("ETag", etag);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Vary", "Accept, Accept-Encoding");
    response.setHeader("Content-Security-Policy", contentSecurityPolicy(page, request.headers.host ?? ""));
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    const body = compressed ? page.gzipped : page.html;
    if (compressed) response.setHeader("Content-Encoding", "gzip");
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Length": body.length }).end(body);
  };
}
