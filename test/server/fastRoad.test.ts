// The fast road and Yoga itself give the same answers to the same requests.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { requestIdOf } from "../../src/server/requestIds.ts";
import { LOCAL_VIEWER } from "../../src/server/viewer.ts";
import { createGraphqlYoga, type ServerContext } from "../../src/server/yoga.ts";
import { createKeptLog, send, serveToyDesk } from "./serving.ts";
import { createToyDesk } from "./toyDesk.ts";

async function serveYogaAlone(): Promise<string> {
  const { schema, makeContext } = createToyDesk();
  const yoga = createGraphqlYoga({ schema, makeContext, log: createKeptLog().log });
  const server = createServer((req, res) => {
    const context: ServerContext = {
      origin: { transport: "http", headers: req.headers, requestId: requestIdOf(req), viewer: LOCAL_VIEWER },
      req,
      res,
    };
    void yoga.handle(req, res, context);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

const ACCEPTS = [
  undefined,
  "*/*",
  "application/json",
  "application/graphql-response+json",
  "application/json, text/plain, */*",
  "application/json, multipart/mixed",
  "application/json, application/graphql-response+json",
  "application/graphql-response+json, application/json",
  "application/graphql-response+json,application/json;q=0.9",
  "application/graphql-response+json, application/json;q=0.9",
  "text/html",
  "text/event-stream",
  "multipart/mixed",
  "image/png",
  "application/json; charset=latin1",
];

const PUT = "mutation Put($ticket: Ticket!) { put(ticket: $ticket) }";
const TWO = 'query A { hello } mutation B { put(ticket: { id: "b", lots: 1 }) }';

const BODIES: readonly (readonly [string, unknown])[] = [
  ["a query", { query: "{ hello }" }],
  ["a mutation with variables", { query: PUT, variables: { ticket: { id: "é✓", lots: 1 } } }],
  ["null for all that may be left out", { query: "{ hello }", variables: null, operationName: null, extensions: null }],
  ["introspection", { query: "{ __schema { types { name } } __typename }" }],
  ["aliases and a fragment", { query: '{ a: hello ...F } fragment F on Query { b: hello(name: "f") }' }],
  ["one operation of two", { query: TWO, operationName: "B" }],
  ["none of two operations", { query: TWO }],
  ["an unknown operation", { query: TWO, operationName: "C" }],
  ["an empty operation name", { query: "{ hello }", operationName: "" }],
  ["an operation name that is a number", { query: "{ hello }", operationName: 1 }],
  ["a missing variable", { query: PUT }],
  ["a wrong variable", { query: PUT, variables: { ticket: { id: "a", lots: "one" } } }],
  ["a refusal with a status", { query: "{ refuses hello }" }],
  ["an unexpected error", { query: "{ bursts hello }" }],
  ["an unexpected error without data", { query: "{ mustNotBurst }" }],
  ["a syntax error", { query: "{ hello" }],
  ["an unknown field", { query: "{ goodbye }" }],
  ["an empty document", { query: "" }],
  ["no query", { variables: {} }],
  ["a query that is a number", { query: 1 }],
  ["variables that are a list", { query: "{ hello }", variables: [] }],
  ["variables that are text", { query: "{ hello }", variables: "{}" }],
  ["extensions that are text", { query: "{ hello }", extensions: "x" }],
  ["an unknown parameter", { query: "{ hello }", more: 1 }],
  ["an unknown parameter that is null", { query: "{ hello }", more: null }],
  ["a batch", [{ query: "{ hello }" }]],
  ["null", null],
  ["text", "{ hello }"],
];

const RAW: readonly (readonly [string, string])[] = [
  ["malformed JSON", "{"],
  ["nothing", ""],
  ["a byte-order mark", '\uFEFF{"query":"{ hello }"}'],
];

const TYPES = [
  "application/json",
  "application/json; charset=utf-8",
  "application/graphql",
  "text/plain",
  "APPLICATION/JSON",
];

/** Ids of errors differ by nature; V8's words about malformed JSON are the same on both sides. */
function comparable({ status, headers, body }: Awaited<ReturnType<typeof send>>) {
  const { "content-type": type, allow } = headers;
  return { status, type, allow, body: body.replace(/"(errorId|requestId)":"[^"]+"/g, '"$1":""') };
}

describe("the fast road", () => {
  test.each([...BODIES.map(([name, body]) => [name, JSON.stringify(body)] as const), ...RAW])(
    "should answer as Yoga does to %s",
    async (_, body) => {
      const { graphqlUrl } = await serveToyDesk();
      const yogaUrl = await serveYogaAlone();
      for (const accept of ACCEPTS) {
        const headers = { "content-type": "application/json", ...(accept === undefined ? {} : { accept }) };
        // Twice: the second time the document is known.
        for (const time of ["first", "second"]) {
          const fast = comparable(await send(graphqlUrl, "POST", headers, body));
          const yoga = comparable(await send(yogaUrl, "POST", headers, body));
          expect({ accept, time, ...fast }).toEqual({ accept, time, ...yoga });
        }
      }
    },
  );

  test.each(TYPES)("should answer as Yoga does to the content type %s", async (type) => {
    const { graphqlUrl } = await serveToyDesk();
    const headers = { "content-type": type };
    const body = '{"query":"{ hello }"}';
    expect(comparable(await send(graphqlUrl, "POST", headers, body))).toEqual(
      comparable(await send(await serveYogaAlone(), "POST", headers, body)),
    );
  });

  test("should leave a subscription that is asked for as JSON to Yoga", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const yogaUrl = await serveYogaAlone();
    const body = JSON.stringify({ query: "subscription { tick(to: 2) }" });
    const headers = { "content-type": "application/json", accept: "application/json" };
    const fast = comparable(await send(graphqlUrl, "POST", headers, body));
    expect(fast).toEqual(comparable(await send(yogaUrl, "POST", headers, body)));
  });
});
