// Log injection: whatever clients write into headers, names, paths and values, an entry is one line of JSON without controls.
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createHttpServer } from "../../src/server/httpServer.ts";
import { logOptions } from "../../src/server/log.ts";
import { createMetrics } from "../../src/server/metrics/metrics.ts";
import { createWatch } from "../../src/server/watch.ts";
import { send } from "../server/serving.ts";
import { createToyDesk } from "../server/toyDesk.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";

const FORGED = '{"level":30,"msg":"all is well"}';
/** What ends lines, moves the cursor, colours or hides text, or closes a JSON text, somewhere. */
const HOSTILE = [
  `\n${FORGED}`,
  `\r\n${FORGED}`,
  `"}\n${FORGED}`,
  "\u001b[2J\u001b[1;31mred\u001b]0;title\u0007",
  "\u009b2J\u0085\u0090\u007f\u0000\b\f\v",
  "\u2028\u2029",
  "\u202eevil\u2066\u200f",
  "\\u001b[2J\\n",
];
const CONTROLS = /[\p{Cc}\u2028-\u202e\u2066-\u2069\u200e\u200f\u061c]/u;

let desk: ServedDesk;
beforeAll(async () => {
  desk = await startServedDesk();
});
afterAll(() => desk.close());

/** A log of everything, as the server makes it, whose text is kept. */
function createRawLog() {
  let text = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { log: pino(logOptions("trace"), destination), text: () => text };
}

/** Every line of a log as an entry; each is checked to be one value, without controls. */
function entriesOf(text: string): Record<string, unknown>[] {
  expect(text.endsWith("\n")).toBe(true);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => {
      expect(line).not.toMatch(CONTROLS);
      const entry = JSON.parse(line) as Record<string, unknown>;
      expect(entry["msg"]).not.toBe("all is well");
      expect(entry).toHaveProperty("time");
      return entry;
    });
}

/** What may stand in a header: node sends nothing else, nor takes it. */
const inHeader = (text: string): string =>
  Buffer.from(text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?"), "latin1").toString("latin1");

it("should write whatever it is told as one line, and give it back as it was", () => {
  const { log, text } = createRawLog();
  for (const hostile of HOSTILE) {
    log.info({ [hostile]: hostile, err: new Error(hostile), deep: { list: [hostile] } }, hostile);
  }
  const entries = text().slice(0, -1).split("\n");
  expect(entries).toHaveLength(HOSTILE.length);
  for (const [index, line] of entries.entries()) {
    expect(line).not.toMatch(CONTROLS);
    const entry = JSON.parse(line);
    const hostile = HOSTILE[index] ?? "";
    expect(entry).toMatchObject({ [hostile]: hostile, msg: hostile, deep: { list: [hostile] } });
  }
});

it("should write a line for each request and operation, whatever clients send on every road", async () => {
  const { log, text } = createRawLog();
  const metrics = createMetrics({ knownOperations: [] });
  const { graphqlUrl } = await desk.serve({ log, watch: createWatch({ metrics, log }) });
  const url = graphqlUrl.replace("/graphql", "");
  for (const hostile of HOSTILE) {
    const header = inHeader(hostile);
    const headers = {
      "x-request-id": header,
      "user-agent": header,
      referer: header,
      traceparent: header,
      "x-forwarded-for": header,
      "content-type": "application/json",
      accept: "application/json",
    };
    const query = "query Named($account: ID) { account(account: $account) { name } }";
    const variables = { account: hostile };
    for (const operationName of ["Named", hostile]) {
      await send(graphqlUrl, "POST", headers, JSON.stringify({ query, variables, operationName }));
      const search = new URLSearchParams({ query, operationName, variables: JSON.stringify(variables) });
      await send(`${graphqlUrl}?${search}`, "GET", headers);
    }
    const enable = "mutation Make($name: String!) { enable(input: { name: $name }) { __typename } }";
    await send(graphqlUrl, "POST", headers, JSON.stringify({ query: enable, variables: { name: hostile } }));
    await send(graphqlUrl, "POST", { ...headers, origin: header }, JSON.stringify({ query }));
    await send(`${url}/export/${encodeURIComponent(hostile)}?account=${encodeURIComponent(hostile)}`, "GET", headers);
    await send(`${url}/${encodeURIComponent(hostile)}`, "GET", headers);
    await send(
      `${url}/import/bars?symbol=${encodeURIComponent(hostile)}`,
      "POST",
      { ...headers, "content-type": "text/csv" },
      hostile,
    );
    const socket = await openStreamSocket(graphqlUrl, {
      connectionParams: { authorization: hostile, [hostile]: hostile },
    });
    socket.subscribe(hostile, query, { variables, operationName: hostile });
    await socket.nextFor(hostile);
  }
  const entries = entriesOf(text());
  expect(entries.filter(({ msg }) => msg === "request").length).toBeGreaterThan(8 * HOSTILE.length);
  expect(entries.filter(({ msg }) => msg === "operation").length).toBeGreaterThan(HOSTILE.length);
  for (const { requestId } of entries) expect(String(requestId)).toMatch(/^[A-Za-z0-9._:/+=-]{1,64}$/);
});

it("should write what goes wrong unexpectedly as one line, whatever it says", async () => {
  const { log, text } = createRawLog();
  const toy = createToyDesk();
  let hostile = "";
  const server = createHttpServer({
    schema: toy.schema,
    makeContext: () => {
      throw new Error(hostile);
    },
    log,
    host: "127.0.0.1",
    port: 0,
    readiness: () => ({ ready: true }),
    examples: [],
  });
  const { url } = await server.listen();
  onTestFinished(() => server.close());
  for (hostile of HOSTILE) {
    const headers = { "content-type": "application/json", "x-request-id": inHeader(hostile) };
    const { body } = await send(`${url}/graphql`, "POST", headers, '{"query":"{ __typename }"}');
    expect(body).toContain("Unexpected error.");
  }
  expect(entriesOf(text()).filter(({ msg }) => msg === "unexpected error")).toHaveLength(HOSTILE.length);
});
