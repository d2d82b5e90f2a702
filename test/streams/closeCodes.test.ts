// Every close code of graphql-transport-ws on a raw socket, and those of WebSocket itself that the server uses: the
// socket that earned it is closed at once, and the others of the server hear nothing of it.
import { describe, expect, test } from "vitest";
import type { HttpServerOptions } from "../../src/server/httpServer.ts";
import { BODY_BYTES_MAX } from "../../src/server/limits.ts";
import type { OperationOrigin } from "../../src/server/operation.ts";
import { LOCAL_VIEWER } from "../../src/server/viewer.ts";
import { type ServedStreams, serveStreams, until } from "./serving.ts";
import { type Close, openStreamSocket, type SocketOptions, type StreamSocket } from "./streamSocket.ts";

const SUBSCRIBE = { type: "subscribe", id: "1", payload: { query: "{ hello }" } };

/** Two sockets beside the one that a test is about: they hear each pulse, and nothing else, while it comes and goes. */
async function openNeighbours({ graphqlUrl, streams }: ServedStreams) {
  const neighbours = await Promise.all([openStreamSocket(graphqlUrl), openStreamSocket(graphqlUrl)]);
  for (const neighbour of neighbours) neighbour.subscribe("pulse", "subscription { pulse }");
  await until(streams.pulseReaders, neighbours.length);
  return {
    count: neighbours.length,
    areUntouched: async () => {
      const pulse = streams.pulse();
      for (const neighbour of neighbours) {
        await neighbour.roundTrip();
        expect(neighbour.told()).toEqual([{ type: "next", id: "pulse", payload: { data: { pulse } } }]);
        neighbour.subscribe("query", "{ hello }");
        expect(await neighbour.nextFor("query")).toMatchObject({ payload: { data: { hello: "hello" } } });
      }
    },
  };
}

interface Offence {
  readonly act: (socket: StreamSocket) => unknown;
  readonly socket?: SocketOptions;
  readonly server?: Partial<HttpServerOptions>;
}

/** How a socket that does this is closed; the socket's subscriptions end, and its neighbours are as they were. */
async function closeOf({ act, socket: options = {}, server = {} }: Offence): Promise<Close & { lines: object[] }> {
  const served = await serveStreams(server);
  const neighbours = await openNeighbours(served);
  const socket = await openStreamSocket(served.graphqlUrl, options);
  await act(socket);
  const close = await socket.closed;
  await until(served.streams.pulseReaders, neighbours.count);
  await neighbours.areUntouched();
  return { ...close, lines: served.lines };
}

const payload = (change: object) => ({ ...SUBSCRIBE, payload: { ...SUBSCRIBE.payload, ...change } });

describe("4400, a message that is none of the protocol", () => {
  test.each<[string, string]>([
    ["text that is not JSON", "not JSON"],
    ["no text at all", ""],
    ["JSON that is cut off", '{"type":"ping"'],
    ["null", "null"],
    ["a number", "7"],
    ["a list", "[]"],
    ["a list of messages", JSON.stringify([SUBSCRIBE])],
    ["no type", JSON.stringify({ id: "1" })],
    ["a type that is no text", JSON.stringify({ type: 1 })],
    ["an unknown type", JSON.stringify({ ...SUBSCRIBE, type: "start" })],
    ["a type of objects in general", JSON.stringify({ type: "constructor" })],
    ["a message that only servers send: next", JSON.stringify({ type: "next", id: "1", payload: {} })],
    ["a message that only servers send: error", JSON.stringify({ type: "error", id: "1", payload: [{ message: "" }] })],
    ["a message that only servers send: connection_ack", JSON.stringify({ type: "connection_ack" })],
    ["a ping with a payload that is no object", JSON.stringify({ type: "ping", payload: "now" })],
    ["a pong with a payload that is no object", JSON.stringify({ type: "pong", payload: [1] })],
    ["a subscribe without an id", JSON.stringify({ ...SUBSCRIBE, id: undefined })],
    ["a subscribe with an empty id", JSON.stringify({ ...SUBSCRIBE, id: "" })],
    ["a subscribe whose id is a number", JSON.stringify({ ...SUBSCRIBE, id: 1 })],
    ["a subscribe without a payload", JSON.stringify({ ...SUBSCRIBE, payload: undefined })],
    ["a subscribe whose payload is a list", JSON.stringify({ ...SUBSCRIBE, payload: [] })],
    ["a subscribe without a query", JSON.stringify(payload({ query: undefined }))],
    ["a subscribe whose query is no text", JSON.stringify(payload({ query: { kind: "Document" } }))],
    ["a subscribe whose variables are a list", JSON.stringify(payload({ variables: [] }))],
    ["a subscribe whose variables are text", JSON.stringify(payload({ variables: "{}" }))],
    ["a subscribe whose operationName is no text", JSON.stringify(payload({ operationName: 1 }))],
    ["a subscribe whose extensions are no object", JSON.stringify(payload({ extensions: true }))],
    ["a complete without an id", JSON.stringify({ type: "complete" })],
    ["a complete whose id is no text", JSON.stringify({ type: "complete", id: 1 })],
  ])("should close after %s", async (_, text) => {
    const { code, reason } = await closeOf({
      act: (socket) => {
        socket.subscribe("own", "subscription { pulse }");
        socket.sendText(text);
      },
    });
    expect(code).toBe(4400);
    expect(reason).not.toBe("");
  });

  test("should close after a connection_init with a payload that is no object", async () => {
    for (const wrong of ["key", 1, ["key"]]) {
      const act = (socket: StreamSocket) => socket.send({ type: "connection_init", payload: wrong });
      expect(await closeOf({ socket: { initialise: false }, act })).toMatchObject({ code: 4400 });
    }
  });

  test("should close after bytes that are no text", async () => {
    const act = (socket: StreamSocket) => socket.sendText(Buffer.from([0xc3, 0x28, 0x00]));
    expect(await closeOf({ act })).toMatchObject({ code: 4400 });
  });
});

describe("4401, an operation before connection_init was acknowledged", () => {
  const unauthorized = { code: 4401, reason: "Unauthorized" };

  test("should close where there was no connection_init", async () => {
    expect(await closeOf({ socket: { initialise: false }, act: (socket) => socket.send(SUBSCRIBE) })).toMatchObject(
      unauthorized,
    );
  });

  test("should close where the server has not decided yet", async () => {
    const admit = ({ connectionParams }: OperationOrigin) =>
      connectionParams?.["wait"] === true ? new Promise<boolean>(() => undefined) : true;
    const act = (socket: StreamSocket) => {
      socket.send({ type: "connection_init", payload: { wait: true } });
      socket.send(SUBSCRIBE);
    };
    expect(await closeOf({ server: { admit }, socket: { initialise: false }, act })).toMatchObject(unauthorized);
  });
});

describe("4403, a visitor whom the server does not admit", () => {
  const isWelcome = ({ connectionParams }: OperationOrigin) => connectionParams?.["key"] !== "wrong";
  test.each([
    ["at once", isWelcome],
    ["after a while", async (origin: OperationOrigin) => isWelcome(origin)],
  ])("should close at connection_init where admit says so %s", async (_, admit) => {
    const act = (socket: StreamSocket) => socket.send({ type: "connection_init", payload: { key: "wrong" } });
    expect(await closeOf({ server: { admit }, socket: { initialise: false }, act })).toMatchObject({
      code: 4403,
      reason: "Forbidden",
    });
  });

  test("should be decided once for each socket, by its transport, headers and connection_init", async () => {
    const origins: OperationOrigin[] = [];
    const admit = (origin: OperationOrigin) => origins.push(origin) > 0;
    const { graphqlUrl } = await serveStreams({ admit });
    const socket = await openStreamSocket(graphqlUrl, { connectionParams: { key: "right" } });
    for (const id of ["1", "2"]) {
      socket.subscribe(id, "{ hello }");
      expect(await socket.nextFor(id)).toMatchObject({ type: "next" });
    }
    expect(origins).toEqual([
      {
        transport: "websocket",
        connectionParams: { key: "right" },
        viewer: LOCAL_VIEWER,
        address: "127.0.0.1",
        requestId: expect.any(String),
        headers: expect.objectContaining({ upgrade: "websocket" }),
      },
    ]);
  });
});

describe("4406, a subprotocol that the server does not speak", () => {
  test.each([[[]], [["graphql-ws"]], [["chat", "graphql-ws"]]])(
    "should close after the handshake where %j is offered",
    async (protocols) => {
      const close = await closeOf({ socket: { protocols, initialise: false }, act: () => undefined });
      expect(close).toMatchObject({ code: 4406, reason: "Subprotocol not acceptable" });
    },
  );

  test("should not be used where graphql-transport-ws is one of those that are offered", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl, { protocols: ["graphql-ws", "graphql-transport-ws"] });
    expect(socket.protocol()).toBe("graphql-transport-ws");
  });
});

describe("4408, no connection_init in time", () => {
  const limits = { connectionInitWaitMs: 100 };
  const tooLate = { code: 4408, reason: "Connection initialisation timeout" };

  test.each<[string, (socket: StreamSocket) => void]>([
    ["a socket that says nothing", () => undefined],
    ["a socket that says everything but that", (socket) => socket.send({ type: "ping" })],
  ])("should close %s", async (_, act) => {
    expect(await closeOf({ server: { limits }, socket: { initialise: false }, act })).toMatchObject(tooLate);
  });

  test("should come as soon as the server's limit says", async () => {
    const { graphqlUrl: patient } = await serveStreams();
    const { graphqlUrl: impatient } = await serveStreams({ limits });
    const kept = await openStreamSocket(patient, { initialise: false });
    const closed = await openStreamSocket(impatient, { initialise: false });
    expect(await closed.closed).toEqual(tooLate);
    expect(kept.isClosed()).toBe(false);
  });

  test("should not be used where the server itself takes longer to decide", async () => {
    let decide: (admitted: boolean) => void = () => undefined;
    const decided = new Promise<boolean>((resolve) => {
      decide = resolve;
    });
    const { graphqlUrl } = await serveStreams({ limits, admit: () => decided });
    const slow = await openStreamSocket(graphqlUrl, { initialise: false });
    slow.send({ type: "connection_init" });
    // It comes after the other, and is sent away after the other would have been.
    const silent = await openStreamSocket(graphqlUrl, { initialise: false });
    expect(await silent.closed).toEqual(tooLate);
    decide(true);
    await slow.nextOf("connection_ack");
  });
});

describe("4409, an id that is in use on the same socket", () => {
  test.each([
    ["a short id", "1"],
    ["an id that is longer than a close frame", "1".repeat(1000)],
    ["an id whose bytes are more than its characters", "é".repeat(100)],
  ])("should close for %s", async (_, id) => {
    const { code, reason } = await closeOf({
      act: (socket) => {
        socket.subscribe(id, "subscription { pulse }");
        socket.subscribe(id, "{ hello }");
      },
    });
    expect(code).toBe(4409);
    expect(reason).toMatch(/^Subscriber for /);
    if (id === "1") expect(reason).toBe("Subscriber for 1 already exists");
  });

  test("should not be used for an id that another socket uses", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    for (const socket of await Promise.all([openStreamSocket(graphqlUrl), openStreamSocket(graphqlUrl)])) {
      socket.subscribe("1", "subscription { pulse }");
    }
    await until(streams.pulseReaders, 2);
  });
});

describe("4429, connection_init twice", () => {
  test.each([
    ["after the answer", true],
    ["before the answer", false],
  ])("should close %s", async (_, initialise) => {
    const act = (socket: StreamSocket) => {
      socket.send({ type: "connection_init" });
      if (!initialise) socket.send({ type: "connection_init" });
    };
    expect(await closeOf({ socket: { initialise }, act })).toMatchObject({
      code: 4429,
      reason: "Too many initialisation requests",
    });
  });
});

describe("4500, a fault of the server", () => {
  const breakDown = ({ connectionParams }: OperationOrigin): boolean => {
    if (connectionParams?.["key"] === "breaks") throw new Error("the server's secret");
    return true;
  };

  test.each([
    ["throws", breakDown],
    ["rejects", async (origin: OperationOrigin) => breakDown(origin)],
  ])("should close where admit %s, with the fault in the log and not in the reason", async (_, admit) => {
    const act = (socket: StreamSocket) => socket.send({ type: "connection_init", payload: { key: "breaks" } });
    const close = await closeOf({ server: { admit }, socket: { initialise: false }, act });
    expect(close).toMatchObject({ code: 4500, reason: "Internal server error" });
    expect(close.lines).toMatchObject([{ level: 50, err: { message: "the server's secret" } }]);
  });
});

describe("1009, a message that is too large", () => {
  test("should close", async () => {
    const act = (socket: StreamSocket) => socket.subscribe("large", "x".repeat(BODY_BYTES_MAX));
    expect(await closeOf({ act })).toMatchObject({ code: 1009 });
  });
});

describe("A socket that is closed for a fault", () => {
  test.each([
    ["4400", "not JSON", true],
    ["4401", JSON.stringify(SUBSCRIBE), false],
    ["4429", JSON.stringify({ type: "connection_init" }), true],
  ])("should have nothing executed that comes after it (%s)", async (code, text, initialise) => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl, { initialise });
    socket.sendText(text);
    if (!initialise) socket.send({ type: "connection_init" });
    socket.subscribe("late", "mutation { greet }");
    expect(await socket.closed).toMatchObject({ code: Number(code) });
    expect(socket.told()).toEqual([]);
    expect(streams.hellos()).toBe(0);
  });
});
