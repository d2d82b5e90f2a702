// GraphQL over HTTP, and what else the port answers.
import { connect } from "node:net";
import { auditServer } from "graphql-http";
import { describe, expect, test } from "vitest";
import { createHttpServer } from "../../src/server/httpServer.ts";
import { BODY_BYTES_MAX, DOCUMENT_TOKENS_MAX, UNSIZED_BODY_BYTES_MAX } from "../../src/server/limits.ts";
import { StartError } from "../../src/store/startError.ts";
import { ask, createKeptLog, send, serveToyDesk } from "./serving.ts";

const PUT = "mutation Put($ticket: Ticket!) { put(ticket: $ticket) }";

describe("GraphQL over HTTP", () => {
  test("should pass the official audit", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const results = await auditServer({ url: graphqlUrl });
    const faults = results
      .filter(({ status }) => status !== "ok")
      .map(({ id, name, status }) => ({ id, name, status }));
    expect(faults).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });

  test("should execute queries and mutations, each in a context of its own", async () => {
    const { graphqlUrl, desk } = await serveToyDesk();
    expect(await ask(graphqlUrl, PUT, { ticket: { id: "a", lots: 2 } })).toEqual({
      status: 200,
      data: { put: "a: 2" },
    });
    expect(await ask(graphqlUrl, "{ caller }")).toEqual({ status: 200, data: { caller: "somebody" } });
    expect(desk.contexts.length).toBe(2);
  });

  test("should let errors that are thrown on purpose through, with their code", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const { data, errors } = await ask(graphqlUrl, "{ refuses }");
    expect(data).toEqual({ refuses: null });
    expect(errors).toMatchObject([{ message: "Not this one.", path: ["refuses"], extensions: { code: "CONFLICT" } }]);
    expect(errors?.[0]?.extensions).not.toHaveProperty("http");
  });

  test("should mask unexpected errors, and log them under the id that the client sees", async () => {
    const { graphqlUrl, lines } = await serveToyDesk();
    const { data, errors } = await ask(graphqlUrl, "{ bursts hello }");
    expect(data).toEqual({ bursts: null, hello: "hello you" });
    expect(errors).toEqual([
      {
        message: "Unexpected error.",
        path: ["bursts"],
        locations: [{ line: 1, column: 3 }],
        extensions: {
          code: "INTERNAL_SERVER_ERROR",
          errorId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
    expect(lines).toHaveLength(1);
    const seen = errors?.[0]?.extensions as { errorId: string; requestId: string } | undefined;
    expect(lines[0]).toMatchObject({ errorId: seen?.errorId, requestId: seen?.requestId });
    expect(lines[0]).toMatchObject({ path: "bursts", err: { message: "the desk's secret" } });
  });

  test("should mask what making a context throws", async () => {
    const makeContext = () => {
      throw new Error("the context's secret");
    };
    const { graphqlUrl, lines } = await serveToyDesk({ makeContext });
    const { status, errors } = await ask(graphqlUrl, "{ hello }");
    expect(status).toBe(500);
    expect(errors).toMatchObject([{ message: "Unexpected error.", extensions: { code: "INTERNAL_SERVER_ERROR" } }]);
    expect(lines).toMatchObject([{ err: { message: "the context's secret" } }]);
  });

  test("should refuse a body above the limit and say the limit, and take one just below it", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const json = { "content-type": "application/json" };
    const start = '{"query":"{ hello }","extensions":{"padding":"';
    const fits = `${start}${"x".repeat(BODY_BYTES_MAX - start.length - 3)}"}}`;
    expect(Buffer.byteLength(fits)).toBe(BODY_BYTES_MAX);
    expect((await send(graphqlUrl, "POST", json, fits)).status).toBe(200);
    const { status, body } = await send(graphqlUrl, "POST", json, `${fits} `);
    expect(status).toBe(413);
    expect(JSON.parse(body).errors[0].message).toContain(`${BODY_BYTES_MAX} bytes`);
  });

  test("should take a body without a length up to a limit of its own, and say that beyond it", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const chunked = { "content-type": "application/json", "transfer-encoding": "chunked" };
    const start = '{"query":"{ hello }","extensions":{"padding":"';
    const fits = `${start}${"x".repeat(UNSIZED_BODY_BYTES_MAX - start.length - 3)}"}}`;
    expect((await send(graphqlUrl, "POST", chunked, fits)).status).toBe(200);
    const { status, body } = await send(graphqlUrl, "POST", chunked, `${fits} `);
    expect(status).toBe(411);
    expect(JSON.parse(body).errors[0].message).toContain(`${UNSIZED_BODY_BYTES_MAX} bytes needs a Content-Length`);
  });

  test("should refuse a document of too many tokens", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const { errors } = await ask(graphqlUrl, `{ hello(name: [${"x ".repeat(DOCUMENT_TOKENS_MAX)}]) }`);
    expect(errors?.[0]?.message).toContain(String(DOCUMENT_TOKENS_MAX));
  });

  test("should say which parameter of a URL is not JSON", async () => {
    const { graphqlUrl } = await serveToyDesk();
    for (const name of ["variables", "extensions"]) {
      const answer = await send(`${graphqlUrl}?query={hello}&${name}=nojson`, "GET", { accept: "application/json" });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toEqual({
        errors: [{ message: `${name} is not JSON.`, extensions: { code: "BAD_USER_INPUT" } }],
      });
    }
  });

  test("should refuse batches and uploads", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const batch = JSON.stringify([{ query: "{ hello }" }]);
    const batched = await send(graphqlUrl, "POST", { "content-type": "application/json" }, batch);
    expect(batched).toMatchObject({ status: 400, body: expect.stringContaining("Batching is not supported.") });
    const upload = { "content-type": "multipart/form-data; boundary=x" };
    expect((await send(graphqlUrl, "POST", upload, "--x--")).status).toBe(415);
  });

  test("should stream a subscription as server-sent events, and stop when the client leaves", async () => {
    const { graphqlUrl, desk } = await serveToyDesk();
    const headers = { "content-type": "application/json", accept: "text/event-stream" };
    const body = JSON.stringify({ query: "subscription { tick(to: 2) }" });
    const posted = await send(graphqlUrl, "POST", headers, body);
    expect(posted.headers["content-type"]).toBe("text/event-stream");
    const events = (text: string) => [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
    expect(events(posted.body)).toEqual([{ data: { tick: 1 } }, { data: { tick: 2 } }]);
    const query = encodeURIComponent("subscription { tick(to: 1) }");
    const got = await send(`${graphqlUrl}?query=${query}`, "GET", { accept: "text/event-stream" });
    expect(events(got.body)).toEqual([{ data: { tick: 1 } }]);

    const leaving = new AbortController();
    const quiet = JSON.stringify({ query: "subscription { quiet }" });
    await fetch(graphqlUrl, { method: "POST", headers, body: quiet, signal: leaving.signal });
    await desk.until(({ quietReaders }) => quietReaders === 1);
    leaving.abort();
    await desk.until(({ quietReaders }) => quietReaders === 0);
  });
});

describe("the machine's own pages and programs", () => {
  test.each([
    ["Host", { host: "papertape.example.org" }],
    ["Host", { host: "127.0.0.1.example.org:4000" }],
    ["Host", { host: "192.168.0.7" }],
    ["Origin", { origin: "https://example.org" }],
    ["Origin", { origin: "null" }],
    ["Origin", { origin: "http://localhost.example.org" }],
  ])("should be the only ones: a foreign %s is refused, %j", async (_, headers) => {
    const { graphqlUrl, url, desk } = await serveToyDesk();
    const json = { "content-type": "application/json", ...headers };
    expect((await send(graphqlUrl, "POST", json, '{"query":"{ hello }"}')).status).toBe(403);
    expect((await send(url, "GET", headers)).status).toBe(403);
    expect(desk.contexts).toEqual([]);
  });

  test.each([
    { host: "localhost:4000" },
    { host: "[::1]:4000" },
    { host: "127.0.0.1" },
    { origin: "http://localhost:5173" },
    { origin: "http://127.0.0.1:4000" },
    { origin: "http://[::1]" },
  ])("should be served with %j, without CORS", async (headers) => {
    const { graphqlUrl } = await serveToyDesk();
    const json = { "content-type": "application/json", ...headers };
    const { status, headers: answered } = await send(graphqlUrl, "POST", json, '{"query":"{ hello }"}');
    expect(status).toBe(200);
    expect(answered).not.toHaveProperty("access-control-allow-origin");
  });
});

describe("the other paths", () => {
  test("should tell that the process lives, and whether it is ready and why not", async () => {
    const { url } = await serveToyDesk();
    expect((await send(`${url}/health/live`, "GET")).status).toBe(200);
    expect(await send(`${url}/health/ready`, "GET")).toMatchObject({ status: 200, body: '{"status":"ready"}\n' });
    const reasons = ["The database does not answer."];
    const ill = await serveToyDesk({ readiness: () => ({ ready: false, reasons }) });
    const { status, body } = await send(`${ill.url}/health/ready`, "GET");
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 503, body: { status: "not ready", reasons } });
    const broken = await serveToyDesk({ readiness: () => Promise.reject(new Error("secret")) });
    expect((await send(`${broken.url}/health/ready`, "GET")).status).toBe(503);
    expect((await send(`${broken.url}/health/live`, "GET")).status).toBe(200);
  });

  test("should have a front page that leads to GraphiQL, and nothing else", async () => {
    const { url } = await serveToyDesk();
    const front = await send(url, "GET", { accept: "text/html" });
    expect(front).toMatchObject({ status: 200, body: expect.stringContaining('href="/graphql"') });
    for (const path of ["/metrics", "/graphql/", "/favicon.ico", "/../etc/passwd", "/health"]) {
      expect((await send(`${url}${path}`, "GET")).status).toBe(404);
    }
    expect((await send(url, "POST")).status).toBe(404);
  });

  test("should say in one line that the port is taken", async () => {
    const { port, desk } = await serveToyDesk();
    const { schema, makeContext } = desk;
    const { log } = createKeptLog();
    const readiness = () => ({ ready: true }) as const;
    const second = createHttpServer({ schema, makeContext, log, host: "127.0.0.1", port, readiness, examples: [] });
    await expect(second.listen()).rejects.toThrow(StartError);
    await expect(second.listen()).rejects.toThrow(
      `127.0.0.1:${port} is taken by another process: set PORT to a free one`,
    );
  });

  test("should survive bytes that are not HTTP", async () => {
    const { port, url } = await serveToyDesk();
    const socket = connect(port, "127.0.0.1").end("\u0000\u0001 nonsense\r\n\r\n");
    await new Promise((resolve) => socket.on("close", resolve).resume());
    expect((await send(`${url}/health/live`, "GET")).status).toBe(200);
  });
});
