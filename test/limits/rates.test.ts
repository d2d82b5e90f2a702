// What operations may cost, how fast and how long, on every transport; and how many sockets and messages a client may have.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { GraphQLInt, GraphQLList, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { describe, expect, test } from "vitest";
import { send, serveToyDesk } from "../server/serving.ts";
import { until } from "../streams/serving.ts";
import { codeOf, openEventStream, openStreamSocket, TRANSPORTS } from "./transports.ts";

/** A schema with a page, whose rows cost. */
function pagedSchema(): GraphQLSchema {
  const row: GraphQLObjectType = new GraphQLObjectType({
    name: "Row",
    fields: () => ({ name: { type: GraphQLString }, rows: page }),
  });
  const edge = new GraphQLObjectType({ name: "RowEdge", fields: { node: { type: row } } });
  const page = {
    type: new GraphQLObjectType({ name: "RowConnection", fields: { edges: { type: new GraphQLList(edge) } } }),
    args: { first: { type: GraphQLInt }, last: { type: GraphQLInt } },
    resolve: () => ({ edges: [] }),
  };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields: { rows: page } }) });
}

const ROWS = "query Rows($first: Int) { rows(first: $first) { edges { node { name } } } }";
const cost = (value: number, limit = 100, remaining = limit - value) => ({ cost: { cost: value, limit, remaining } });

describe.each(TRANSPORTS)("$name", ({ ask }) => {
  test("should refuse what costs too much, by its variables, and tell cost, limit and what costs most", async () => {
    const { graphqlUrl } = await serveToyDesk({ schema: pagedSchema(), operationLimits: { costMax: 100 } });
    expect((await ask(graphqlUrl, { query: ROWS, variables: { first: 90 } })).data).toEqual({ rows: { edges: [] } });
    const refused = await ask(graphqlUrl, { query: ROWS, variables: { first: 190 } });
    expect([400, undefined]).toContain(refused.status);
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "COST_TOO_HIGH", limit: 100, actual: 193 } });
    expect(refused.errors?.[0]?.message).toContain("costs 193; at most 100");
    expect(refused.errors?.[0]?.message).toContain("Query.rows 192");
  });

  test("should tell an operation's cost and what is left where that is asked for, and only there", async () => {
    const operationLimits = { rateCostPerSecond: 0.000001, rateBurst: 100 };
    const { graphqlUrl } = await serveToyDesk({ schema: pagedSchema(), operationLimits });
    const asked = await ask(graphqlUrl, { query: ROWS, variables: { first: 7 }, extensions: { cost: true } });
    const { cost: told } = asked.extensions as ReturnType<typeof cost>;
    expect(told).toMatchObject({ cost: 10, limit: 100 });
    expect(told.remaining).toBeLessThanOrEqual(90);
    expect((await ask(graphqlUrl, { query: ROWS, variables: { first: 7 } })).extensions).toBeUndefined();
  });

  test("should answer an operation that takes too long, and go on", async () => {
    const { graphqlUrl, desk } = await serveToyDesk({ operationLimits: { operationTimeMsMax: 50 } });
    const late = await ask(graphqlUrl, { query: "{ waits }" });
    expect(late.errors?.[0]).toMatchObject({ extensions: { code: "TIMED_OUT", limit: 50 } });
    expect([undefined, 503]).toContain(late.status);
    desk.release();
    expect(await ask(graphqlUrl, { query: "{ waits }" })).toMatchObject({ data: { waits: "done" } });
  });
});

describe.each(TRANSPORTS.filter(({ name }) => name !== "WebSocket"))("$name", ({ ask }) => {
  test("should refuse what comes too fast, tell when to try again, and take it then", async () => {
    const operationLimits = { rateCostPerSecond: 40, rateBurst: 40 };
    const { graphqlUrl } = await serveToyDesk({ schema: pagedSchema(), operationLimits });
    const question = { query: ROWS, variables: { first: 15 } };
    let refused = await ask(graphqlUrl, question);
    for (let asked = 0; refused.errors === undefined && asked < 1000; asked += 1)
      refused = await ask(graphqlUrl, question);
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining("40 of cost are allowed in a second"),
      extensions: { code: "RATE_LIMITED", limit: 40, retryAfterSeconds: 1 },
    });
    expect(refused).toMatchObject({ status: 429, retryAfter: "1" });
    await sleep(1100);
    expect((await ask(graphqlUrl, question)).errors).toBeUndefined();
  });

  test("should let documents that are wrong cost, too: who sends nothing else is refused in the end", async () => {
    const { graphqlUrl } = await serveToyDesk({ operationLimits: { rateCostPerSecond: 1, rateBurst: 60 } });
    const codes = new Set<unknown>();
    for (let index = 0; index < 40; index += 1)
      codes.add(codeOf(await ask(graphqlUrl, { query: `{ wrong${index} }` })));
    expect((await ask(graphqlUrl, { query: "{ wrong }" })).status).toBe(429);
    expect([...codes]).toEqual(["GRAPHQL_VALIDATION_FAILED", "RATE_LIMITED"]);
  });
});

describe("a WebSocket", () => {
  test("should be refused what comes too fast on it, be told when to try again, and have it then", async () => {
    const { graphqlUrl } = await serveToyDesk({ operationLimits: { rateCostPerSecond: 40, rateBurst: 40 } });
    const socket = await openStreamSocket(graphqlUrl);
    for (let index = 0; index < 1000; index += 1) socket.subscribe(`q${index}`, "{ hello }");
    expect(await socket.nextOf("error")).toMatchObject({
      payload: [{ extensions: { code: "RATE_LIMITED", limit: 40, retryAfterSeconds: 1 } }],
    });
    await socket.roundTrip();
    await sleep(1100);
    socket.subscribe("later", "{ hello }");
    expect(await socket.nextFor("later")).toMatchObject({ type: "next", payload: { data: { hello: "hello you" } } });
  });

  test("should stay open, with its subscriptions, when one of its operations is refused", async () => {
    const { graphqlUrl, desk } = await serveToyDesk({ operationLimits: { rateCostPerSecond: 0.001, rateBurst: 60 } });
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("quiet", "subscription { quiet }");
    await desk.until(({ quietReaders }) => quietReaders === 1);
    for (let index = 0; index < 60; index += 1) socket.subscribe(`q${index}`, "{ hello }");
    // A pong may come before answers to what was sent before it.
    const refusals = () => socket.told().filter(({ type }) => type === "error");
    await until(() => refusals().length > 0, true);
    await socket.roundTrip();
    const refused = refusals();
    expect(refused[0]?.payload).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
    expect(socket.isClosed()).toBe(false);
    expect(socket.told("quiet")).toEqual([]);
  });

  test("should be closed with 4429 when it sends too many messages", async () => {
    const operationLimits = { messagesPerSecondMax: 10, messagesBurstMax: 50 };
    const { graphqlUrl } = await serveToyDesk({ operationLimits });
    const socket = await openStreamSocket(graphqlUrl);
    for (let index = 0; index < 200; index += 1) socket.send({ type: "ping" });
    expect(await socket.closed).toEqual({ code: 4429, reason: "Too many messages: at most 10 in a second" });
  });

  test("should be closed with 4429 when it initialises again and again", async () => {
    const { graphqlUrl } = await serveToyDesk();
    const socket = await openStreamSocket(graphqlUrl);
    for (let index = 0; index < 1000; index += 1) socket.send({ type: "connection_init" });
    expect((await socket.closed).code).toBe(4429);
  });
});

/** The first line of the answer to an upgrade. */
function upgrade(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", reject);
    socket.on("data", (bytes) => {
      resolve(String(bytes).split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.write(
      "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    );
  });
}

describe("the sockets of a client", () => {
  test("should be so many, streams and WebSockets together; a place that becomes free can be had again", async () => {
    const { graphqlUrl, port, desk } = await serveToyDesk({ operationLimits: { socketsPerClientMax: 3 } });
    const sockets = [await openStreamSocket(graphqlUrl), await openStreamSocket(graphqlUrl)];
    const stream = await openEventStream(graphqlUrl, { query: "subscription { quiet }" });
    await desk.until(({ quietReaders }) => quietReaders === 1);
    expect(await upgrade(port)).toBe("HTTP/1.1 429 Too Many Requests");
    const body = JSON.stringify({ query: "subscription { quiet }" });
    const headers = { "content-type": "application/json", accept: "text/event-stream" };
    const refused = await send(graphqlUrl, "POST", headers, body);
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.body)).toMatchObject({
      errors: [{ extensions: { code: "TOO_MANY_SOCKETS", limit: 3 } }],
    });
    sockets[0]?.terminate();
    stream.leave();
    await desk.until(({ quietReaders }) => quietReaders === 0);
    await expect.poll(() => upgrade(port), { timeout: 20_000 }).toBe("HTTP/1.1 101 Switching Protocols");
  });

  test("should not be opened faster than its budget allows", async () => {
    const { port } = await serveToyDesk({ operationLimits: { rateCostPerSecond: 0.001, rateBurst: 25 } });
    const answers = [await upgrade(port), await upgrade(port), await upgrade(port)];
    expect(answers.map((line) => line.split(" ")[1])).toEqual(["101", "101", "429"]);
  });
});

describe("the work of an operation that took too long", () => {
  test("should be done all the same, and nothing be left of it", async () => {
    const { graphqlUrl, desk } = await serveToyDesk({ operationLimits: { operationTimeMsMax: 30 } });
    const body = JSON.stringify({ query: "mutation { waits }" });
    const answer = await send(graphqlUrl, "POST", { "content-type": "application/json" }, body);
    expect(JSON.parse(answer.body).errors[0].message).toContain("What it has committed, or commits yet, stays");
    await until(() => desk.contexts.length, 1);
    desk.release();
  });
});
