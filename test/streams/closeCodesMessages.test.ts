// What graphql-transport-ws says about messages, sentence by sentence, on a raw socket.
import { describe, expect, test } from "vitest";
import { serveStreams, until } from "./serving.ts";
import { openStreamSocket } from "./streamSocket.ts";
import { TELLING_IDS } from "./tellingIds.ts";

const next = (id: string, data: object) => ({ type: "next", id, payload: { data } });
const complete = (id: string) => ({ type: "complete", id });
const PULSE = "subscription { pulse }";

describe("connection_init", () => {
  test.each([
    ["no payload", { type: "connection_init" }],
    ["null", { type: "connection_init", payload: null }],
    ["an object", { type: "connection_init", payload: { key: { deep: ["k"] } } }],
  ])("should be acknowledged with %s", async (_, message) => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    socket.send(message);
    expect(await socket.nextOf("connection_ack")).toEqual({ type: "connection_ack" });
  });
});

describe("ping and pong", () => {
  const payload = { sent: 'at "noon"\n', deep: [{ é: null }] };

  test("should be answered before connection_init, while the server decides, and after, with their payload", async () => {
    let decide: (admitted: boolean) => void = () => undefined;
    const decided = new Promise<boolean>((resolve) => {
      decide = resolve;
    });
    const { graphqlUrl } = await serveStreams({ admit: () => decided });
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    const isAnswered = async () => {
      socket.send({ type: "ping", payload });
      expect(await socket.nextOf("pong")).toEqual({ type: "pong", payload });
    };
    await isAnswered();
    socket.send({ type: "connection_init" });
    await isAnswered();
    decide(true);
    await socket.nextOf("connection_ack");
    await isAnswered();
  });

  test("should be answered without a payload where there is none", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.send({ type: "ping" });
    expect(await socket.nextOf("pong")).toEqual({ type: "pong" });
    socket.send({ type: "ping", payload: null });
    expect((await socket.nextOf("pong")).payload ?? null).toBeNull();
  });

  test("should be answered at once, also where an operation of the socket takes its time", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("slow", "{ waits }");
    await until(streams.waiting, 1);
    await socket.roundTrip();
    expect(socket.told()).toEqual([]);
  });

  test("should be taken where a pong was not asked for, before connection_init and after", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    socket.send({ type: "pong" });
    socket.send({ type: "pong", payload });
    socket.send({ type: "connection_init" });
    await socket.nextOf("connection_ack");
    socket.send({ type: "pong", payload: null });
    await socket.roundTrip();
    expect(socket.isClosed()).toBe(false);
  });
});

describe("next, error and complete", () => {
  test("should be one next and complete for queries and mutations", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("query", "{ hello }");
    socket.subscribe("mutation", "mutation { greet }");
    await Promise.all(["query", "mutation"].map((id) => socket.nextFor(id).then(() => socket.nextFor(id))));
    await socket.roundTrip();
    expect(socket.told("query")).toEqual([next("query", { hello: "hello" }), complete("query")]);
    expect(socket.told("mutation")).toEqual([next("mutation", { greet: "hello" }), complete("mutation")]);
  });

  test("should be a next for each result of a stream, in order, and complete at its end", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("flood", "subscription { flood(messages: 100, chars: 3) }");
    for (let number = 1; number <= 101; number += 1) await socket.nextFor("flood");
    await socket.roundTrip();
    const numbers = Array.from({ length: 100 }, (_, index) => next("flood", { flood: `${index + 1}`.padEnd(3, ".") }));
    expect(socket.told("flood")).toEqual([...numbers, complete("flood")]);
  });

  test.each([
    ["a document that does not parse", "{ hello"],
    ["a document that is not valid", "{ goodbye }"],
    ["an operation that is not there", "fragment F on Query { hello }"],
  ])("should be one error, and no complete, for %s; the id is free again", async (_, query) => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("wrong", query);
    expect(await socket.nextFor("wrong")).toMatchObject({ type: "error", payload: [{ message: expect.any(String) }] });
    await socket.roundTrip();
    expect(socket.told()).toHaveLength(1);
    socket.subscribe("wrong", "{ hello }");
    expect(await socket.nextFor("wrong")).toEqual(next("wrong", { hello: "hello" }));
  });

  test("should be mixed on one socket as they come, each with the id of its own", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("slow", "{ waits }");
    socket.subscribe("a", PULSE);
    socket.subscribe("b", PULSE);
    await until(() => [streams.waiting(), streams.pulseReaders()], [1, 2]);
    const first = streams.pulse();
    await Promise.all(["a", "b"].map((id) => socket.nextFor(id)));
    streams.release();
    expect(await socket.nextFor("slow")).toEqual(next("slow", { waits: "done" }));
    const second = streams.pulse();
    await Promise.all(["a", "b"].map((id) => socket.nextFor(id)));
    for (const id of ["a", "b"]) {
      expect(socket.told(id)).toEqual([next(id, { pulse: first }), next(id, { pulse: second })]);
    }
  });
});

describe("complete from the client", () => {
  test("should end a subscription: nothing is told of it any more, and its id is free", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("1", PULSE);
    socket.subscribe("other", PULSE);
    await until(streams.pulseReaders, 2);
    const first = streams.pulse();
    await socket.nextFor("1");
    socket.send(complete("1"));
    await until(streams.pulseReaders, 1);
    const second = streams.pulse();
    await socket.roundTrip();
    expect(socket.told("1")).toEqual([next("1", { pulse: first })]);
    expect(socket.told("other")).toEqual([next("other", { pulse: first }), next("other", { pulse: second })]);
    socket.subscribe("1", PULSE);
    await until(streams.pulseReaders, 2);
    const third = streams.pulse();
    await socket.roundTrip();
    expect(socket.told("1")).toEqual([next("1", { pulse: first }), next("1", { pulse: third })]);
  });

  test("should stop a flood: what comes after the next answer is none of it", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("flood", "subscription { flood(messages: 100000, chars: 20000) }");
    await socket.nextFor("flood");
    socket.send(complete("flood"));
    await socket.roundTrip();
    const told = socket.told("flood").length;
    await until(streams.floodsLeft, 1);
    await socket.roundTrip();
    expect(socket.told("flood")).toHaveLength(told);
  });

  test("should keep back the result of a query that is not answered yet", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("left", "{ waits }");
    socket.subscribe("kept", "{ waits }");
    await until(streams.waiting, 2);
    socket.send(complete("left"));
    await socket.roundTrip();
    streams.release();
    expect(await socket.nextFor("kept")).toEqual(next("kept", { waits: "done" }));
    await socket.roundTrip();
    expect(socket.told("left")).toEqual([]);
  });

  test("should be ignored for ids that are unknown, or of operations that have ended", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("done", "{ hello }");
    socket.subscribe("failed", "{ goodbye }");
    await Promise.all(["done", "failed"].map((id) => socket.nextFor(id)));
    for (const id of ["done", "done", "failed", "never", "__proto__", "constructor"]) socket.send(complete(id));
    await socket.roundTrip();
    expect(socket.isClosed()).toBe(false);
    expect(socket.told()).toHaveLength(3);
  });

  test("should be allowed before connection_init was acknowledged, as of an id that is unknown", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    socket.send(complete("never"));
    socket.send({ type: "connection_init" });
    await socket.nextOf("connection_ack");
  });
});

describe("ids", () => {
  test("should be any text: it comes back as it was with next, error and complete", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    for (const id of TELLING_IDS) {
      socket.subscribe(id, "{ hello }");
      expect(await socket.nextFor(id)).toEqual(next(id, { hello: "hello" }));
      expect(await socket.nextFor(id)).toEqual(complete(id));
      socket.subscribe(id, "{ goodbye }");
      expect(await socket.nextFor(id)).toMatchObject({ type: "error", id });
    }
    expect(socket.told()).toHaveLength(3 * TELLING_IDS.length);
  });

  test("should be kept apart: subscriptions with all of them hear the same, and each can be left", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    for (const id of TELLING_IDS) socket.subscribe(id, PULSE);
    await until(streams.pulseReaders, TELLING_IDS.length);
    const pulse = streams.pulse();
    for (const id of TELLING_IDS) expect(await socket.nextFor(id)).toEqual(next(id, { pulse }));
    for (const [index, id] of TELLING_IDS.entries()) {
      socket.send(complete(id));
      await until(streams.pulseReaders, TELLING_IDS.length - 1 - index);
    }
    expect(socket.told()).toHaveLength(TELLING_IDS.length);
  });
});

describe("the payload of subscribe", () => {
  const query = "query A { hello } query B { again: hello }";

  test.each([
    ["an operation of several by its name", { query, operationName: "B" }, { again: "hello" }],
    ["null for what is not given", { query: "{ hello }", operationName: null, variables: null, extensions: null }],
    ["extensions", { query: "{ hello }", extensions: { trace: { id: 1 } } }],
    ["variables", { query: "query ($no: Boolean!) { hello @skip(if: $no) }", variables: { no: false } }],
    ["variables", { query: "query ($no: Boolean!) { hello @skip(if: $no) }", variables: { no: true } }, {}],
  ])("should take %s", async (_, payload, data: object = { hello: "hello" }) => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.send({ type: "subscribe", id: "1", payload });
    expect(await socket.nextFor("1")).toEqual(next("1", data));
  });

  test("should be answered with an error on its id where it names no operation of the document", async () => {
    const { graphqlUrl } = await serveStreams();
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("1", query, { operationName: "C" });
    expect(await socket.nextFor("1")).toMatchObject({ type: "error", payload: [{ message: expect.any(String) }] });
    await socket.roundTrip();
    expect(socket.told()).toHaveLength(1);
  });
});
