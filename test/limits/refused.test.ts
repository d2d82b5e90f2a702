// Whoever watches the server sees each operation that is refused once, whichever transport and place refuses it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type Access, LOCAL_ACCESS } from "../../src/server/access.ts";
import type { HttpServerOptions } from "../../src/server/httpServer.ts";
import {
  BODY_BYTES_MAX,
  OPERATIONS_PER_SOCKET_MAX,
  SOCKET_COST,
  SOCKET_MESSAGE_BYTES_MAX,
  UNSIZED_BODY_BYTES_MAX,
} from "../../src/server/limits.ts";
import { createMetrics } from "../../src/server/metrics/metrics.ts";
import { parseManifest } from "../../src/server/operationLimits/trustedDocuments.ts";
import { createWatch } from "../../src/server/watch.ts";
import { DeskBusyError } from "../../src/services/writeRoad.ts";
import { readExposition } from "../metrics/exposition.ts";
import { createKeptLog, send, serveToyDesk } from "../server/serving.ts";
import { until } from "../streams/serving.ts";
import { codeOf, openEventStream, openStreamSocket, type Question, TRANSPORTS } from "./transports.ts";

const text = { type: GraphQLString };
const never = new Promise<string>(() => undefined);
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: "Query",
    fields: {
      hello: {
        ...text,
        args: { count: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 1 } },
        resolve: () => "hello",
      },
      never: { ...text, resolve: () => never },
      busy: {
        ...text,
        resolve: () => {
          throw new DeskBusyError();
        },
      },
      breaks: {
        type: new GraphQLNonNull(GraphQLString),
        resolve: () => {
          throw new Error("a fault");
        },
      },
    },
  }),
  mutation: new GraphQLObjectType({ name: "Mutation", fields: { put: { ...text, resolve: () => "put" } } }),
  subscription: new GraphQLObjectType({
    name: "Subscription",
    fields: {
      follow: {
        ...text,
        args: { count: { type: GraphQLInt } },
        async *subscribe() {
          yield { follow: "one" };
        },
      },
      silent: {
        ...text,
        async *subscribe() {
          yield { silent: await never };
        },
      },
      busy: {
        ...text,
        subscribe: () => {
          throw new DeskBusyError();
        },
      },
    },
  }),
});

type Counted = Readonly<Record<string, number>>;

/** A server over the schema above, and what its metrics say of operations. */
async function serveWatched(changes: Partial<HttpServerOptions> = {}) {
  const metrics = createMetrics({ node: false });
  const served = await serveToyDesk({ schema, watch: createWatch({ metrics, log: createKeptLog().log }), ...changes });
  const counted = async (name: string, labels: readonly string[]): Promise<Counted> => {
    const samples = readExposition((await metrics.page()).text).get(name)?.samples ?? [];
    return Object.fromEntries(
      samples.map((sample) => [labels.map((label) => sample.labels[label]).join(" "), sample.value]),
    );
  };
  return {
    ...served,
    refused: () => counted("papertape_operations_refused_total", ["transport", "code"]),
    executed: () => counted("papertape_operations_total", ["transport", "outcome"]),
  };
}

const HELLO = "{ hello }";
const trusted = parseManifest(JSON.stringify({ [createHash("sha256").update(HELLO).digest("hex")]: HELLO }), "m.json");
const operationLimits = (limits: object) => ({ operationLimits: limits });

interface Refusal {
  readonly what: string;
  readonly code: string;
  readonly options?: Partial<HttpServerOptions>;
  /** What a client may spend, besides what opening a WebSocket costs. */
  readonly budget?: number;
  readonly questions: readonly Question[];
}

/** Each is refused on every transport, as a query or as a subscription. */
const REFUSALS: readonly Refusal[] = [
  {
    what: "a syntax error",
    code: "GRAPHQL_PARSE_FAILED",
    questions: [{ query: "{ hello" }, { query: "subscription {" }],
  },
  {
    what: "a document that is not valid",
    code: "GRAPHQL_VALIDATION_FAILED",
    questions: [{ query: "{ helo }" }, { query: "subscription { helo }" }],
  },
  {
    what: "an operation that the document does not have",
    code: "OPERATION_RESOLUTION_FAILURE",
    questions: [
      { query: "query A { hello }", operationName: "B" },
      { query: "subscription A { follow }", operationName: "B" },
    ],
  },
  {
    what: "a document beyond a limit",
    code: "DOCUMENT_TOO_DEEP",
    questions: [{ query: "{ a ".repeat(200) }, { query: `subscription ${"{ a ".repeat(200)}` }],
  },
  {
    what: "what costs too much",
    code: "COST_TOO_HIGH",
    options: operationLimits({ costMax: 0 }),
    questions: [{ query: HELLO }, { query: "subscription { follow }" }],
  },
  {
    what: "what comes too fast",
    code: "RATE_LIMITED",
    budget: 1,
    questions: [{ query: HELLO }, { query: "subscription { follow }" }],
  },
  {
    what: "what comes too fast when its document has been paid for",
    code: "RATE_LIMITED",
    budget: 2,
    questions: [{ query: HELLO }, { query: "subscription { follow }" }],
  },
  {
    what: "a document that is too fast to be read",
    code: "RATE_LIMITED",
    budget: 10,
    questions: [{ query: `{ ${"hello ".repeat(60)} }` }],
  },
  {
    what: "a document that is not trusted",
    code: "DOCUMENT_NOT_TRUSTED",
    options: { trustedDocuments: trusted },
    questions: [{ query: "{ hello hello }" }, { query: "subscription { follow }" }, { documentId: "sha256:0" }],
  },
  {
    what: "introspection where it is off",
    code: "GRAPHQL_VALIDATION_FAILED",
    options: operationLimits({ introspection: "off" }),
    questions: [{ query: "{ __schema { queryType { name } } }" }],
  },
];

const CASES = TRANSPORTS.flatMap((transport) =>
  REFUSALS.flatMap((refusal) => refusal.questions.map((question) => ({ ...transport, ...refusal, question }))),
);

describe("what is refused before it is executed", () => {
  test.each(CASES)("should count once: $what, over $name ($question.query)", async (one) => {
    const { ask, label, code, options, budget, question } = one;
    // One who has spent all in opening his WebSocket would not be let in.
    const rateBurst = budget !== undefined && label === "websocket" ? budget + SOCKET_COST : budget;
    const limits = rateBurst === undefined ? {} : operationLimits({ rateCostPerSecond: 0.001, rateBurst });
    const { graphqlUrl, refused, executed, desk } = await serveWatched({ ...options, ...limits });
    expect(codeOf(await ask(graphqlUrl, question))).toBe(code);
    expect(await refused()).toEqual({ [`${label} ${code}`]: 1 });
    expect(await executed()).toEqual({});
    expect(desk.contexts.length).toBeLessThanOrEqual(1);
    // One who has spent his budget cannot even open a WebSocket.
    if (code === "RATE_LIMITED") return;
    expect(codeOf(await ask(graphqlUrl, question))).toBe(code);
    expect(await refused()).toEqual({ [`${label} ${code}`]: 2 });
  });
});

interface Execution {
  readonly what: string;
  readonly outcome: "ok" | "errors" | "failed";
  readonly options?: Partial<HttpServerOptions>;
  readonly question: Question;
}

/** Each is executed, whatever comes of it: that is where it counts. */
const EXECUTIONS: readonly Execution[] = [
  { what: "a query", outcome: "ok", question: { query: HELLO } },
  { what: "a busy desk", outcome: "errors", question: { query: "{ busy }" } },
  {
    what: "a busy desk that is followed",
    outcome: "errors",
    question: { query: "subscription { busy }" },
  },
  {
    what: "a wrong variable",
    outcome: "errors",
    question: { query: "query ($count: Int!) { hello(count: $count) }", variables: { count: "x" } },
  },
  {
    what: "a wrong variable of a subscription",
    outcome: "errors",
    question: { query: "subscription ($count: Int!) { follow(count: $count) }", variables: { count: "x" } },
  },
  { what: "an unexpected error that leaves no data", outcome: "failed", question: { query: "{ breaks }" } },
];

describe("what is executed", () => {
  test.each(TRANSPORTS.flatMap((transport) => EXECUTIONS.map((execution) => ({ ...transport, ...execution }))))(
    "should not count as refused: $what, over $name",
    async ({ ask, label, outcome, options, question }) => {
      const { graphqlUrl, refused, executed } = await serveWatched(options);
      await ask(graphqlUrl, question);
      expect(await refused()).toEqual({});
      expect(await executed()).toEqual({ [`${label} ${outcome}`]: 1 });
    },
  );

  test.each(TRANSPORTS)("should not count as refused where it takes too long, over $name", async ({ ask }) => {
    const { graphqlUrl, refused } = await serveWatched(operationLimits({ operationTimeMsMax: 20 }));
    expect(codeOf(await ask(graphqlUrl, { query: "{ never }" }))).toBe("TIMED_OUT");
    expect(await refused()).toEqual({});
  });
});

const JSON_TYPE = { "content-type": "application/json" };
const ACCEPTS = [
  ["http", "application/json"],
  ["event stream", "text/event-stream"],
] as const;

describe.each(ACCEPTS)("a request of %s that is not read", (label, accept) => {
  const counts = async (
    code: string,
    status: number,
    asked: (graphqlUrl: string) => ReturnType<typeof send>,
    options?: Partial<HttpServerOptions>,
  ) => {
    const { graphqlUrl, refused, executed } = await serveWatched(options);
    expect((await asked(graphqlUrl)).status).toBe(status);
    expect(await refused()).toEqual({ [`${label} ${code}`]: 1 });
    expect(await executed()).toEqual({});
  };
  const body = JSON.stringify({ query: HELLO });

  test.each([
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "text/plain, application/json",
    undefined,
  ])("should count once for its content type: %s", (type) =>
    counts("UNSUPPORTED_MEDIA_TYPE", 415, (url) =>
      send(url, "POST", { accept, ...(type === undefined ? {} : { "content-type": type }) }, body),
    ),
  );

  test("should count once where it is too large", () =>
    counts("REQUEST_ENTITY_TOO_LARGE", 413, (url) =>
      send(url, "POST", { ...JSON_TYPE, accept, "content-length": BODY_BYTES_MAX + 1 }, "x".repeat(BODY_BYTES_MAX + 1)),
    ));

  test("should count once where it is large and does not say how large", () =>
    counts("LENGTH_REQUIRED", 411, (url) =>
      send(
        url,
        "POST",
        { ...JSON_TYPE, accept, "transfer-encoding": "chunked" },
        "x".repeat(UNSIZED_BODY_BYTES_MAX + 1),
      ),
    ));

  test("should count once where its sender has spent his budget", () =>
    counts(
      "RATE_LIMITED",
      429,
      async (url) => {
        const large = JSON.stringify({ query: HELLO, variables: { filler: "x".repeat(100_000) } });
        return send(url, "POST", { ...JSON_TYPE, accept }, large);
      },
      operationLimits({ rateCostPerSecond: 0.001, rateBurst: 1 }),
    ));

  test.each(["{", "[]", "null", '{"query":1}', '{"query":"{ hello }","more":1}'])(
    "should count once where it is no request of GraphQL: %s",
    async (wrong) => {
      const { graphqlUrl, refused, executed } = await serveWatched();
      expect((await send(graphqlUrl, "POST", { ...JSON_TYPE, accept }, wrong)).status).toBeGreaterThanOrEqual(200);
      const all = Object.entries(await refused());
      expect(all.map(([key, count]) => [key.startsWith(`${label} `), count])).toEqual([[true, 1]]);
      expect(await executed()).toEqual({});
    },
  );

  test("should count once where its parameters are no JSON", () =>
    counts("BAD_USER_INPUT", 400, (url) => send(`${url}?query={hello}&variables=x`, "GET", { accept })));

  test("should count once for a mutation by GET", async () => {
    const { graphqlUrl, refused, executed } = await serveWatched();
    await send(`${graphqlUrl}?query=mutation{put}`, "GET", { accept });
    expect(await refused()).toEqual({ [`${label} BAD_REQUEST`]: 1 });
    expect(await executed()).toEqual({});
  });

  test("should count once where nobody is let in with it", () => {
    const refusal = { kind: "refused", message: "No." } as const;
    const access: Access = { ...LOCAL_ACCESS, isGuarded: true, authenticate: () => refusal };
    return counts("UNAUTHENTICATED", 401, (url) => send(url, "POST", { ...JSON_TYPE, accept }, body), { access });
  });
});

describe("an event stream that is one too many", () => {
  test("should count once", async () => {
    const { graphqlUrl, refused } = await serveWatched(operationLimits({ socketsPerClientMax: 1 }));
    const question = { query: "subscription { silent }" };
    expect((await openEventStream(graphqlUrl, question)).status).toBe(200);
    expect((await openEventStream(graphqlUrl, question)).status).toBe(429);
    expect(await refused()).toEqual({ "event stream TOO_MANY_SOCKETS": 1 });
  });
});

describe("a WebSocket", () => {
  test("should count once where it is one too many, or opened too fast", async () => {
    for (const [limits, code] of [
      [{ socketsPerClientMax: 0 }, "TOO_MANY_SOCKETS"],
      [{ rateCostPerSecond: 0.001, rateBurst: SOCKET_COST + 1 }, "RATE_LIMITED"],
    ] as const) {
      const { graphqlUrl, refused } = await serveWatched(operationLimits(limits));
      if (code === "RATE_LIMITED") await openStreamSocket(graphqlUrl);
      const socket = new WebSocket(graphqlUrl.replace("http", "ws"), ["graphql-transport-ws"]);
      onTestFinished(() => socket.terminate());
      socket.on("error", () => undefined);
      await once(socket, "unexpected-response");
      expect(await refused()).toEqual({ [`websocket ${code}`]: 1 });
    }
  });

  test("should count once where its opener has nothing left to spend", async () => {
    const { graphqlUrl, refused } = await serveWatched(operationLimits({ rateCostPerSecond: 0.001, rateBurst: 1 }));
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    socket.send({ type: "connection_init" });
    expect((await socket.closed).code).toBe(1013);
    expect(await refused()).toEqual({ "websocket RATE_LIMITED": 1 });
  });

  test("should count once where it sends a message that is too large", async () => {
    const { graphqlUrl, refused } = await serveWatched();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("1", HELLO, { variables: { filler: "x".repeat(SOCKET_MESSAGE_BYTES_MAX) } });
    expect((await socket.closed).code).toBe(1009);
    expect(await refused()).toEqual({ "websocket REQUEST_ENTITY_TOO_LARGE": 1 });
  });

  test("should count once where it sends too many messages", async () => {
    const { graphqlUrl, refused } = await serveWatched(
      operationLimits({ messagesPerSecondMax: 1, messagesBurstMax: 20 }),
    );
    const socket = await openStreamSocket(graphqlUrl);
    for (let index = 0; index < 100; index += 1) socket.send({ type: "ping" });
    expect((await socket.closed).code).toBe(4429);
    expect(await refused()).toEqual({ "websocket TOO_MANY_MESSAGES": 1 });
  });

  test("should count each operation that is one too many on it", async () => {
    const { graphqlUrl, refused } = await serveWatched();
    const socket = await openStreamSocket(graphqlUrl);
    for (let index = 0; index < OPERATIONS_PER_SOCKET_MAX + 2; index += 1) socket.subscribe(`q${index}`, "{ never }");
    await until(() => socket.told().length, 2);
    expect(await refused()).toEqual({ "websocket TOO_MANY_OPERATIONS": 2 });
  });
});
