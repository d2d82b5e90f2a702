// Event streams as a transport, spoken by hand: single results, errors, keep-alive, slow readers, and the server's end.
import { describe, expect, test } from "vitest";
import { send } from "../server/serving.ts";
import { COMPLETE, type EventStream, nextFrame, openEventStream } from "./eventStreamReader.ts";
import { serveStreams, until } from "./serving.ts";
import { floodText } from "./streamSchema.ts";

const PULSE = "subscription { pulse }";
const pulseFrame = (pulse: number) => nextFrame({ data: { pulse } });

async function wholeStream(stream: EventStream) {
  expect(await stream.ended).toBe("whole");
  return stream.frames();
}

describe("Single results", () => {
  test.each([
    ["a query by POST", "POST", "{ hello }", { hello: "hello" }],
    ["a query by GET", "GET", "{ hello }", { hello: "hello" }],
    ["a mutation by POST", "POST", "mutation { greet }", { greet: "hello" }],
  ] as const)("should be one next and complete for %s", async (_, method, query, data) => {
    const { graphqlUrl } = await serveStreams();
    const stream = await openEventStream(graphqlUrl, { query, method });
    expect(stream.status).toBe(200);
    expect(stream.headers["content-type"]).toBe("text/event-stream");
    expect(await wholeStream(stream)).toEqual([nextFrame({ data }), COMPLETE]);
  });

  test("should not be had of a mutation by GET, which any page can send", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const stream = await openEventStream(graphqlUrl, { query: "mutation { greet }", method: "GET" });
    expect(stream.status).toBe(405);
    expect(JSON.parse((await stream.next()).data ?? "")).toMatchObject({ errors: [{ message: expect.any(String) }] });
    expect(streams.hellos()).toBe(0);
  });
});

describe("A stream that ends by itself", () => {
  test("should be a next for each result, in order, and complete", async () => {
    const { graphqlUrl } = await serveStreams();
    const stream = await openEventStream(graphqlUrl, { query: "subscription { flood(messages: 100, chars: 4) }" });
    const numbers = Array.from({ length: 100 }, (_, index) => nextFrame({ data: { flood: floodText(index + 1, 4) } }));
    expect(await wholeStream(stream)).toEqual([...numbers, COMPLETE]);
  });
});

describe("A document that is wrong", () => {
  test.each([
    ["does not parse", "subscription { pulse", "GRAPHQL_PARSE_FAILED"],
    ["is not valid", "subscription { heartbeat }", "GRAPHQL_VALIDATION_FAILED"],
  ])(
    "should be told in an event of the stream where it %s, as graphql-sse demands, and complete it",
    async (_, query, code) => {
      const { graphqlUrl } = await serveStreams();
      for (const method of ["POST", "GET"] as const) {
        const stream = await openEventStream(graphqlUrl, { query, method });
        expect(stream.status).toBe(200);
        expect(stream.headers["content-type"]).toBe("text/event-stream");
        const [refused, ...rest] = await wholeStream(stream);
        expect(JSON.parse(refused?.data ?? "")).toMatchObject({ errors: [{ extensions: { code } }] });
        expect(rest).toEqual([COMPLETE]);
      }
    },
  );
});

describe("A quiet stream", () => {
  test("should be kept alive by comment lines, which are no events", async () => {
    const { graphqlUrl, streams } = await serveStreams({ limits: { pingEveryMs: 40 } });
    const stream = await openEventStream(graphqlUrl, { query: PULSE });
    await until(() => stream.comments() >= 3, true);
    expect(stream.frames()).toEqual([]);
    const pulse = streams.pulse();
    expect(await stream.next()).toEqual(pulseFrame(pulse));
  });

  test("should be left on the server's side when its reader goes, and no other with it", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    const [going, staying] = [
      await openEventStream(graphqlUrl, { query: PULSE }),
      await openEventStream(graphqlUrl, { query: PULSE }),
    ];
    await until(streams.pulseReaders, 2);
    going.leave();
    await until(streams.pulseReaders, 1);
    const pulse = streams.pulse();
    expect(await staying.next()).toEqual(pulseFrame(pulse));
  });
});

describe("A reader that stops reading", () => {
  const FLOOD = { messages: 1500, chars: 20_000 };
  const query = `subscription { flood(messages: ${FLOOD.messages}, chars: ${FLOOD.chars}) }`;

  test("should be cut without complete, after what was on its way, in order; others go on", async () => {
    // Comments must not count as progress.
    const { graphqlUrl, streams } = await serveStreams({ limits: { stalledAfterMs: 300, pingEveryMs: 50 } });
    const other = await openEventStream(graphqlUrl, { query: PULSE });
    const slow = await openEventStream(graphqlUrl, { query });
    await slow.next();
    slow.pause();
    await until(streams.floodsLeft, 1);
    slow.resume();
    expect(await slow.ended).toBe("cut");
    const frames = slow.frames();
    expect(frames.length).toBeLessThan(FLOOD.messages);
    expect(frames).toEqual(frames.map((_, index) => nextFrame({ data: { flood: floodText(index + 1, FLOOD.chars) } })));
    const pulse = streams.pulse();
    expect(await other.next()).toEqual(pulseFrame(pulse));
  });

  test("should be left alone while it reads at all, also where a single event takes it longer than the limit", async () => {
    const { graphqlUrl } = await serveStreams({ limits: { stalledAfterMs: 700 } });
    const chars = 30_000_000;
    const stream = await openEventStream(graphqlUrl, { query: `subscription { flood(messages: 1, chars: ${chars}) }` });
    stream.readSlowly({ bytes: 2_000_000, pauseMs: 100 });
    expect(await stream.ended).toBe("whole");
    expect(stream.frames()).toEqual([nextFrame({ data: { flood: floodText(1, chars) } }), COMPLETE]);
  });
});

describe("Where a request comes from", () => {
  test.each([
    [403, { origin: "https://example.org" }],
    [403, { origin: "null" }],
    [403, { host: "papertape.example.org" }],
  ])("should be answered with %i to one with %j, and begin nothing", async (status, headers) => {
    const { graphqlUrl, streams } = await serveStreams();
    const url = `${graphqlUrl}?query=${encodeURIComponent(PULSE)}`;
    const answer = await send(url, "GET", { accept: "text/event-stream", ...headers });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).not.toContain("event-stream");
    expect(streams.pulseReaders()).toBe(0);
  });

  test("should be this machine, by any of its names", async () => {
    const { graphqlUrl, streams } = await serveStreams();
    for (const headers of [{ origin: "http://localhost:5173" }, { host: "localhost:1" }]) {
      const stream = await openEventStream(graphqlUrl, { query: PULSE, method: "GET", headers });
      await until(streams.pulseReaders, 1);
      const pulse = streams.pulse();
      expect(await stream.next()).toEqual(pulseFrame(pulse));
      stream.leave();
      await until(streams.pulseReaders, 0);
    }
  });
});

describe("A server that closes", () => {
  const STREAMS = 6;

  test("should end its streams one after another, none with complete, so that their readers come again", async () => {
    const { graphqlUrl, server, streams, lines } = await serveStreams({ limits: { farewellSpreadMs: 600 } });
    const open: EventStream[] = [];
    for (let count = 0; count < STREAMS; count += 1) {
      open.push(await openEventStream(graphqlUrl, { query: PULSE, method: count % 2 === 0 ? "POST" : "GET" }));
    }
    await until(streams.pulseReaders, STREAMS);
    const stillOpen = () => open.filter((stream) => !stream.isEnded()).length;
    const seen = open.map((stream) => stream.ended.then(stillOpen));
    const ended = server.close();
    await Promise.race(seen);
    // Whoever is left hears what happens until his turn comes.
    const pulse = streams.pulse();
    expect(await open.at(-1)?.next()).toEqual(pulseFrame(pulse));
    await ended;
    expect((await Promise.all(seen)).toSorted()).toEqual(open.map((_, index) => index));
    for (const stream of open) expect(stream.frames()).not.toContainEqual(COMPLETE);
    await until(streams.pulseReaders, 0);
    // It did not take the deadline to end them.
    expect(lines).toEqual([]);
  });

  test("should answer who waits for a single result first, with complete", async () => {
    const { graphqlUrl, server, streams } = await serveStreams({ limits: { farewellSpreadMs: 50 } });
    const waiting = openEventStream(graphqlUrl, { query: "{ waits }" });
    const following = await openEventStream(graphqlUrl, { query: PULSE });
    await until(streams.waiting, 1);
    const ended = server.close();
    await following.ended;
    streams.release();
    expect(await wholeStream(await waiting)).toEqual([nextFrame({ data: { waits: "done" } }), COMPLETE]);
    await ended;
  });
});
