// Half-open connections are found by pings of the WebSocket protocol: who does not answer is cut.
import { describe, expect, test } from "vitest";
import { serveStreams, until } from "./serving.ts";
import { openStreamSocket } from "./streamSocket.ts";

const limits = { pingEveryMs: 60 };
/** As many as a client that answers none can never see. */
const PINGS = 4;

describe("A client that does not answer pings", () => {
  test("should be cut, and what it followed left; those who answer are kept", async () => {
    const { graphqlUrl, streams } = await serveStreams({ limits });
    const answering = await openStreamSocket(graphqlUrl);
    const silent = await openStreamSocket(graphqlUrl, { autoPong: false });
    for (const socket of [answering, silent]) socket.subscribe("pulse", "subscription { pulse }");
    await until(streams.pulseReaders, 2);
    expect(await silent.closed).toEqual({ code: 1006, reason: "" });
    await until(streams.pulseReaders, 1);
    await until(() => answering.pings() >= PINGS, true);
    const pulse = streams.pulse();
    expect(await answering.nextFor("pulse")).toMatchObject({ payload: { data: { pulse } } });
    expect(silent.pings()).toBeLessThan(PINGS);
  });

  test("should be cut also where it talks, and where it has not sent connection_init", async () => {
    const { graphqlUrl } = await serveStreams({ limits });
    const talking = await openStreamSocket(graphqlUrl, { autoPong: false });
    const waiting = await openStreamSocket(graphqlUrl, { autoPong: false, initialise: false });
    while (!talking.isClosed()) await talking.roundTrip().catch(() => undefined);
    expect(await talking.closed).toMatchObject({ code: 1006 });
    expect(await waiting.closed).toMatchObject({ code: 1006 });
  });
});
