// GraphQL over WebSocket, spoken by graphql-ws' own client and, where it would not, by hand.
import { type Client, createClient } from "graphql-ws";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { BODY_BYTES_MAX, DOCUMENT_TOKENS_MAX, OPERATIONS_PER_SOCKET_MAX } from "../../src/server/limits.ts";
import { openSocket, type RawSocket, upgradeStatus } from "./rawSocket.ts";
import { serveToyDesk } from "./serving.ts";

function connect(graphqlUrl: string): Client {
  const url = graphqlUrl.replace("http", "ws");
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true });
  onTestFinished(() => client.dispose() as Promise<void>);
  return client;
}

async function collect(client: Client, query: string, variables?: Record<string, unknown>): Promise<unknown[]> {
  const results: unknown[] = [];
  for await (const result of client.iterate({ query, ...(variables === undefined ? {} : { variables }) })) {
    results.push(result);
  }
  return results;
}

async function answersStill(socket: RawSocket): Promise<void> {
  socket.subscribe("still-there", "{ hello }");
  expect(await socket.nextFor("still-there")).toMatchObject({
    type: "next",
    payload: { data: { hello: "hello you" } },
  });
}

describe("GraphQL over WebSocket", () => {
  test("should execute queries, mutations and subscriptions", async () => {
    const { graphqlUrl, desk } = await serveToyDesk();
    const client = connect(graphqlUrl);
    expect(await collect(client, "{ caller }")).toEqual([{ data: { caller: "somebody" } }]);
    const put = "mutation Put($ticket: Ticket!) { put(ticket: $ticket) }";
    expect(await collect(client, put, { ticket: { id: "a", lots: 1 } })).toEqual([{ data: { put: "a: 1" } }]);
    const ticks = await collect(client, "subscription { tick(to: 3) }");
    expect(ticks).toEqual([{ data: { tick: 1 } }, { data: { tick: 2 } }, { data: { tick: 3 } }]);
    expect(desk.contexts.length).toBe(3);
  });

  test("should tell the maker of contexts where the operation came from", async () => {
    const origins: object[] = [];
    const makeContext = (origin: object) => {
      origins.push(origin);
      return { caller: "somebody" };
    };
    const { graphqlUrl } = await serveToyDesk({ makeContext });
    const url = graphqlUrl.replace("http", "ws");
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { key: "k" }, retryAttempts: 0 });
    await collect(client, "{ caller }");
    await client.dispose();
    expect(origins).toMatchObject([
      { transport: "websocket", connectionParams: { key: "k" }, headers: { upgrade: "websocket" } },
    ]);
  });

  test.each([
    [
      "a syntax error",
      "{ hello",
      { message: expect.stringContaining("Syntax Error"), extensions: { code: "GRAPHQL_PARSE_FAILED" } },
    ],
    ["an unknown field", "{ goodbye }", { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
    [
      "too many tokens",
      `{ hello(name: [${"x ".repeat(DOCUMENT_TOKENS_MAX)}]) }`,
      { message: expect.stringContaining(String(DOCUMENT_TOKENS_MAX)) },
    ],
    ["no operation", "fragment F on Query { hello }", {}],
  ])("should answer %s on its own id and leave the rest of the socket alone", async (_, query, error) => {
    const { graphqlUrl, desk } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    socket.subscribe("quiet", "subscription { quiet }");
    await desk.until(({ quietReaders }) => quietReaders === 1);
    socket.subscribe("bad", query);
    const answer = await socket.nextFor("bad");
    expect(answer).toMatchObject({ type: "error", payload: [error] });
    expect(JSON.stringify(answer)).not.toContain('"http"');
    await answersStill(socket);
    await desk.until(({ quietReaders }) => quietReaders === 1);
  });

  test("should mask unexpected errors of fields, contexts and streams, and keep those thrown on purpose", async () => {
    const { graphqlUrl, lines } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    socket.subscribe("bursts", "{ bursts }");
    const masked = {
      message: "Unexpected error.",
      extensions: { code: "INTERNAL_SERVER_ERROR", errorId: expect.any(String) },
    };
    expect(await socket.nextFor("bursts")).toMatchObject({
      type: "next",
      payload: { data: { bursts: null }, errors: [masked] },
    });
    socket.subscribe("breaks", "subscription { breaks }");
    expect(await socket.nextFor("breaks")).toMatchObject({ type: "next", payload: { data: { breaks: 1 } } });
    const broken = await socket.nextFor("breaks");
    expect(broken).toMatchObject({ type: "error", payload: [masked] });
    expect(JSON.stringify(broken)).not.toMatch(/secret|unexpected"/);
    socket.subscribe("refuses", "{ refuses }");
    const refused = await socket.nextFor("refuses");
    expect(refused).toMatchObject({
      payload: { errors: [{ message: "Not this one.", extensions: { code: "CONFLICT" } }] },
    });
    expect(JSON.stringify(refused)).not.toContain("409");
    await answersStill(socket);
    expect(lines).toHaveLength(2);
  });

  test("should mask what making a context throws, and stay open", async () => {
    const makeContext = () => Promise.reject(new Error("the context's secret"));
    const { graphqlUrl } = await serveToyDesk({ makeContext });
    const socket = await openSocket(graphqlUrl);
    for (const id of ["first", "second"]) {
      socket.subscribe(id, "{ hello }");
      expect(await socket.nextFor(id)).toMatchObject({ type: "error", payload: [{ message: "Unexpected error." }] });
    }
  });

  test("should stop a stream when its reader completes it, and when the socket goes", async () => {
    const { graphqlUrl, desk } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    socket.subscribe("a", "subscription { quiet }");
    socket.subscribe("b", "subscription { quiet }");
    await desk.until(({ quietReaders }) => quietReaders === 2);
    socket.send({ type: "complete", id: "a" });
    await desk.until(({ quietReaders }) => quietReaders === 1);
    socket.terminate();
    await desk.until(({ quietReaders }) => quietReaders === 0);
  });

  test("should refuse one operation more than a socket may hold, and take it when another has gone", async () => {
    const { graphqlUrl, desk } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    for (let index = 0; index < OPERATIONS_PER_SOCKET_MAX; index += 1) {
      socket.subscribe(`quiet-${index}`, "subscription { quiet }");
    }
    await desk.until(({ quietReaders }) => quietReaders === OPERATIONS_PER_SOCKET_MAX);
    socket.subscribe("more", "{ hello }");
    expect(await socket.nextFor("more")).toMatchObject({
      type: "error",
      payload: [
        {
          message: expect.stringContaining(`${OPERATIONS_PER_SOCKET_MAX} operations`),
          extensions: { code: "TOO_MANY_OPERATIONS" },
        },
      ],
    });
    socket.send({ type: "complete", id: "quiet-0" });
    await desk.until(({ quietReaders }) => quietReaders === OPERATIONS_PER_SOCKET_MAX - 1);
    await answersStill(socket);
  });

  test("should close a socket whose message is larger than the limit", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    socket.subscribe("large", "x".repeat(BODY_BYTES_MAX));
    expect(await socket.closed).toBe(1009);
  });

  test("should close a socket that speaks another protocol, or out of turn", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const impatient = await openSocket(graphqlUrl, { initialise: false });
    impatient.subscribe("early", "{ hello }");
    expect(await impatient.closed).toBe(4401);
    const babbling = await openSocket(graphqlUrl);
    babbling.sendText("not JSON");
    expect(await babbling.closed).toBe(4400);
  });

  test.each([
    [403, "/graphql", { origin: "https://example.org" }],
    [403, "/graphql", { host: "papertape.example.org" }],
    [404, "/elsewhere", {}],
    [101, "/graphql", { origin: "http://localhost:5173" }],
  ])("should answer %i to an upgrade of %s with %j", async (status, path, headers) => {
    const { url } = await serveToyDesk();
    expect(await upgradeStatus(`${url}${path}`, headers)).toBe(status);
  });
});
