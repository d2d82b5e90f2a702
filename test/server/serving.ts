// Starts servers over the toy desk on free ports, and speaks raw HTTP where fetch would not.
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { Writable } from "node:stream";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { createHttpServer, type HttpServerOptions } from "../../src/server/httpServer.ts";
import { createToyDesk } from "./toyDesk.ts";

/** A log that keeps its lines. */
export function createKeptLog() {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  return { log: pino({ level: "info" }, destination), lines };
}

/** A server over a toy desk; it is closed when the test is finished. */
export async function serveToyDesk(changes: Partial<HttpServerOptions> = {}) {
  const desk = createToyDesk();
  const { log, lines } = createKeptLog();
  const server = createHttpServer({
    schema: desk.schema,
    makeContext: desk.makeContext,
    log,
    host: "127.0.0.1",
    port: 0,
    readiness: () => ({ ready: true }),
    examples: [],
    ...changes,
  });
  const { url, port } = await server.listen();
  onTestFinished(async () => {
    desk.release();
    await server.close();
  });
  return { desk, server, url, port, lines, graphqlUrl: `${url}/graphql` };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose headers (Host, Origin) are sent as given. */
export function send(
  url: string,
  method: string,
  headers: OutgoingHttpHeaders = {},
  body?: string,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json" };

/** Executes one operation over HTTP and gives the parsed answer. */
export async function ask(graphqlUrl: string, query: string, variables?: object) {
  const { status, body } = await send(graphqlUrl, "POST", JSON_HEADERS, JSON.stringify({ query, variables }));
  return { status, ...(JSON.parse(body) as { data?: unknown; errors?: { message: string; extensions?: object }[] }) };
}
