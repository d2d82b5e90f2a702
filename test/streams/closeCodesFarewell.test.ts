// The end of a server, as its sockets hear it: 1001, one after another, answers first.
import { describe, expect, test } from "vitest";
import { serveStreams, until } from "./serving.ts";
import { openStreamSocket } from "./streamSocket.ts";

const SOCKETS = 6;
const GOING_AWAY = { code: 1001, reason: expect.stringContaining("closing") };

describe("1001, the server is closing", () => {
  test("should be told to all, one after another, also to those without subscriptions", async () => {
    const { graphqlUrl, server, streams } = await serveStreams({ limits: { farewellSpreadMs: 600 } });
    const sockets = await Promise.all(
      Array.from({ length: SOCKETS }, (_, index) => openStreamSocket(graphqlUrl, { initialise: index > 0 })),
    );
    for (const socket of sockets.slice(2)) socket.subscribe("pulse", "subscription { pulse }");
    await until(streams.pulseReaders, SOCKETS - 2);
    const stillOpen = () => sockets.filter((socket) => !socket.isClosed()).length;
    const seen = sockets.map((socket) => socket.closed.then(stillOpen));
    const ended = server.close();
    // Whoever is left hears what happens until his turn comes.
    await Promise.race(seen);
    const pulse = streams.pulse();
    const last = sockets.at(-1);
    expect(await last?.nextFor("pulse")).toMatchObject({ payload: { data: { pulse } } });
    await ended;
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(sockets.map(() => GOING_AWAY));
    expect((await Promise.all(seen)).toSorted()).toEqual(sockets.map((_, index) => index));
    await until(streams.pulseReaders, 0);
  });

  test("should come after the answers that a socket waits for, and ends its subscriptions without complete", async () => {
    const { graphqlUrl, server, streams } = await serveStreams({ limits: { farewellSpreadMs: 50 } });
    const waiting = await openStreamSocket(graphqlUrl);
    const other = await openStreamSocket(graphqlUrl);
    waiting.subscribe("query", "{ waits }");
    waiting.subscribe("again", "{ waits }");
    waiting.subscribe("pulse", "subscription { pulse }");
    await until(() => [streams.waiting(), streams.pulseReaders()], [2, 1]);
    const ended = server.close();
    expect(await other.closed).toEqual(GOING_AWAY);
    expect(waiting.isClosed()).toBe(false);
    streams.release();
    expect(await waiting.closed).toEqual(GOING_AWAY);
    await ended;
    for (const id of ["query", "again"]) {
      expect(waiting.told(id)).toEqual([
        { type: "next", id, payload: { data: { waits: "done" } } },
        { type: "complete", id },
      ]);
    }
    expect(waiting.told("pulse")).toEqual([]);
  });

  test("should be told to a socket that is open and begins something new only after it was refused", async () => {
    const { graphqlUrl, server, streams } = await serveStreams({ limits: { farewellSpreadMs: 50 } });
    const socket = await openStreamSocket(graphqlUrl);
    socket.subscribe("slow", "{ waits }");
    await until(streams.waiting, 1);
    const ended = server.close();
    socket.subscribe("late", "subscription { pulse }");
    expect(await socket.nextFor("late")).toMatchObject({
      type: "error",
      payload: [{ extensions: { code: "SERVER_CLOSING" } }],
    });
    expect(streams.pulseReaders()).toBe(0);
    streams.release();
    expect(await socket.closed).toEqual(GOING_AWAY);
    await ended;
  });
});
