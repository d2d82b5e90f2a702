// The log names each request and never a secret, and nothing that a client sends can make a line of its own.
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logOptions } from "../../src/server/log.ts";
import { send, serveToyDesk } from "../server/serving.ts";
import { startWatchedServer, type WatchedServer } from "./watchedServer.ts";

/** The lines that a log of this level writes. */
function linesOf(write: (log: pino.Logger) => void): string[] {
  const lines: string[] = [];
  const destination = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  write(pino(logOptions("debug"), destination));
  return lines;
}

const KEY = "ptk_0123456789abcdefghijABCDEFGHIJ0123456789abcde";
const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl";

describe("a secret", () => {
  it.each([
    ["a key in a header", { headers: { authorization: `Bearer ${KEY}` } }],
    ["a key in the payload of connection_init", { connectionParams: { authorization: KEY } }],
    ["a key deep inside", { request: { headers: { authorization: KEY, cookie: `session=${KEY}` } } }],
    ["a key in the message of an error", { err: new Error(`the key ${KEY} is not known`) }],
    ["a token in a text", { reason: `refused: ${TOKEN}` }],
    ["credentials in a text", { reason: `Basic ${Buffer.from("user:password").toString("base64")} was sent` }],
    ["the password of an address", { err: new Error("cannot reach postgresql://user:hunter22@host:5432/desk") }],
    ["a key as the name of a field", { [KEY]: 1 }],
  ])("is not written: %s", (_what, details) => {
    const [line = ""] = linesOf((log) => log.info(details, "told"));
    expect(line).not.toMatch(new RegExp(`${KEY}|${TOKEN}|hunter22|dXNlcjpwYXNz`));
    expect(JSON.parse(line)).toMatchObject({ msg: "told" });
  });

  it("leaves the beginning of a key, by which people tell keys apart", () => {
    expect(linesOf((log) => log.info({ key: "ptk_01234" }, "revoked"))[0]).toContain("ptk_01234");
  });
});

describe("what clients send", () => {
  let server: WatchedServer;
  beforeAll(async () => {
    server = await startWatchedServer();
  });
  afterAll(() => server?.close());
  const FORGED = 'x"}\n{"level":60,"msg":"all is lost"}\r\n\u001b[2J';

  it("never makes a line of its own", async () => {
    await server.ask("query Forged($account: String) { __typename @include(if: true) }", { account: FORGED });
    await server.ask("query Forged { __typename }", { account: FORGED, input: { account: FORGED } });
    await server.ask("query Forged { __typename }", {}, { operationName: FORGED });
    await fetch(`${server.url}/${encodeURIComponent(FORGED)}?${encodeURIComponent(FORGED)}`);
    await expect.poll(() => server.lines.some((line) => line.includes(encodeURIComponent("all is lost")))).toBe(true);
    expect(server.lines.filter((line) => line.includes("all is lost")).length).toBeGreaterThan(0);
    for (const line of server.lines) {
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(line).not.toContain("\u001b");
      expect(JSON.parse(line)).not.toMatchObject({ msg: "all is lost" });
    }
  });

  it("is told with the request's id, the operation and the account", async () => {
    const headers = { "content-type": "application/json", "x-request-id": "desk-7:42" };
    const body = JSON.stringify({ query: "query Told { __typename }", variables: { input: { account: "main" } } });
    const answer = await send(`${server.url}/graphql`, "POST", headers, body);
    expect(answer.headers["x-request-id"]).toBe("desk-7:42");
    const told = (): unknown[] =>
      server.lines.map((line) => JSON.parse(line)).filter((line) => line.requestId === "desk-7:42");
    await expect.poll(() => told().length).toBe(2);
    expect(told()).toMatchObject([
      {
        level: 20,
        msg: "operation",
        operation: "Told",
        kind: "query",
        transport: "http",
        outcome: "ok",
        account: "main",
      },
      { level: 20, msg: "request", method: "POST", path: "/graphql", status: 200, tookMs: expect.any(Number) },
    ]);
  });
});

describe("the id of a request", () => {
  it.each(["", " ", "a b", 'quote"', "ü", "x".repeat(65), "<script>"])(
    "is a new one where the client's is %j",
    async (given) => {
      const { url } = await serveToyDesk();
      const { headers } = await send(`${url}/health/live`, "GET", {
        "x-request-id": Buffer.from(given).toString("latin1"),
      });
      expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it.each(["application/json", "text/html, application/json;q=0.1"])(
    "is in an unexpected error and its line of the log, whichever road it went (Accept: %s)",
    async (accept) => {
      const { graphqlUrl, lines } = await serveToyDesk();
      const headers = { "content-type": "application/json", accept, "x-request-id": "mine-1" };
      const { body } = await send(graphqlUrl, "POST", headers, JSON.stringify({ query: "{ bursts }" }));
      const [error] = (JSON.parse(body) as { errors: { extensions: { errorId: string } }[] }).errors;
      expect(error).toMatchObject({ extensions: { code: "INTERNAL_SERVER_ERROR", requestId: "mine-1" } });
      expect(lines).toMatchObject([
        { msg: "unexpected error", requestId: "mine-1", errorId: error?.extensions.errorId },
      ]);
    },
  );

  it("is not told of errors that were meant", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const headers = { "content-type": "application/json", "x-request-id": "mine-2" };
    const { body } = await send(graphqlUrl, "POST", headers, JSON.stringify({ query: "{ refuses }" }));
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: "CONFLICT" } }] });
    expect(body).not.toContain("mine-2");
  });
});
