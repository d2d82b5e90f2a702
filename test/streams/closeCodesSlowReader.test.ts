// A client that stops reading: closed with 4510 when nothing has moved for too long, and told what was on its way first.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";
import { declineSignals, enableAccount, LARGE_EVENTS, numbersUpTo, placeOf } from "./manyEvents.ts";
import { serveStreams, until } from "./serving.ts";
import { floodText } from "./streamSchema.ts";
import { openStreamSocket, type StreamSocket } from "./streamSocket.ts";

/** More than all buffers between a server and a client hold: 30 MB. */
const FLOOD = { messages: 1500, chars: 20_000 };
const FLOOD_QUERY = `subscription { flood(messages: ${FLOOD.messages}, chars: ${FLOOD.chars}) }`;

const limits = { stalledAfterMs: 500 };

function floodTexts(socket: StreamSocket, id = "flood"): unknown[] {
  return socket.told(id).map(({ payload }) => (payload as { data?: { flood: string } } | undefined)?.data?.flood);
}

function textsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => floodText(index + 1, FLOOD.chars));
}

describe("A client that stops reading", () => {
  test("should be closed with 4510, and get what was on its way when it reads on: in order, without a gap", async () => {
    const { graphqlUrl, streams } = await serveStreams({ limits });
    const slow = await openStreamSocket(graphqlUrl);
    slow.subscribe("flood", FLOOD_QUERY);
    await slow.nextFor("flood");
    slow.pause();
    await until(streams.floodsLeft, 1);
    slow.resume();
    expect(await slow.closed).toEqual({ code: 4510, reason: expect.stringMatching(/^too slow/i) });
    const texts = floodTexts(slow);
    expect(texts.length).toBeLessThan(FLOOD.messages);
    expect(texts).toEqual(textsUpTo(texts.length));
  });

  test("should keep nobody else from anything, before it is closed and after", async () => {
    const { graphqlUrl, streams } = await serveStreams({ limits });
    const slow = await openStreamSocket(graphqlUrl);
    const other = await openStreamSocket(graphqlUrl);
    slow.subscribe("flood", FLOOD_QUERY);
    await slow.nextFor("flood");
    slow.pause();
    other.subscribe("flood", FLOOD_QUERY);
    other.subscribe("pulse", "subscription { pulse }");
    await until(streams.pulseReaders, 1);
    const before = streams.pulse();
    expect(await other.nextFor("pulse")).toMatchObject({ payload: { data: { pulse: before } } });
    await until(() => other.told("flood").length, FLOOD.messages + 1);
    expect(floodTexts(other).slice(0, -1)).toEqual(textsUpTo(FLOOD.messages));
    await until(streams.floodsLeft, 2);
    const after = streams.pulse();
    expect(await other.nextFor("pulse")).toMatchObject({ payload: { data: { pulse: after } } });
    expect(other.isClosed()).toBe(false);
  });

  test("should end all its subscriptions with it, the quiet ones too", async () => {
    const { graphqlUrl, streams } = await serveStreams({ limits });
    const slow = await openStreamSocket(graphqlUrl);
    slow.subscribe("pulse", "subscription { pulse }");
    slow.subscribe("flood", FLOOD_QUERY);
    await slow.nextFor("flood");
    slow.pause();
    await until(() => [streams.floodsLeft(), streams.pulseReaders()], [1, 0]);
  });

  test("should be left alone while it reads at all, however slowly, and get everything", async () => {
    const { graphqlUrl } = await serveStreams({ limits: { stalledAfterMs: 700 } });
    const slow = await openStreamSocket(graphqlUrl);
    slow.subscribe("flood", FLOOD_QUERY);
    // Its pauses are twice the limit in all, and none of them comes near it.
    for (let read = 0; read < FLOOD.messages; read += 1) {
      if (read % 100 === 0) {
        slow.pause();
        await sleep(100);
        slow.resume();
      }
      await slow.nextFor("flood");
    }
    expect(await slow.nextFor("flood")).toEqual({ type: "complete", id: "flood" });
    expect(floodTexts(slow).slice(0, -1)).toEqual(textsUpTo(FLOOD.messages));
  });

  test("should be left alone where there is nothing to read for it", async () => {
    const { graphqlUrl, streams } = await serveStreams({ limits });
    const [quiet, slow] = await Promise.all([openStreamSocket(graphqlUrl), openStreamSocket(graphqlUrl)]);
    quiet.subscribe("pulse", "subscription { pulse }");
    await until(streams.pulseReaders, 1);
    quiet.pause();
    slow.subscribe("flood", FLOOD_QUERY);
    await slow.nextFor("flood");
    slow.pause();
    await until(streams.floodsLeft, 1);
    quiet.resume();
    const pulse = streams.pulse();
    expect(await quiet.nextFor("pulse")).toMatchObject({ payload: { data: { pulse } } });
  });
});

describe("A client that stops reading while thousands of events are made", () => {
  const EVENTS = 3000;

  let desk: ServedDesk;
  beforeAll(async () => {
    desk = await startServedDesk();
  });
  afterAll(() => desk.close());

  test("should be closed with 4510, and go on after its last cursor: every event once, in order", async () => {
    const { beginning } = await enableAccount(desk, "slow");
    const { graphqlUrl, server } = await desk.serve({ limits });
    const slow = await openStreamSocket(graphqlUrl);
    slow.subscribe("events", LARGE_EVENTS, { variables: { account: "slow", after: beginning } });
    await slow.nextFor("events");
    slow.pause();
    await declineSignals(desk, "slow", EVENTS);
    await until(() => server.subscriptions().streams, 0);
    slow.resume();
    expect(await slow.closed).toMatchObject({ code: 4510 });
    const first = slow.told("events").map(({ payload }) => placeOf(payload));
    expect(first.length).toBeLessThan(EVENTS);
    const again = await openStreamSocket((await desk.serve()).graphqlUrl);
    again.subscribe("events", LARGE_EVENTS, { variables: { account: "slow", after: first.at(-1)?.cursor } });
    await until(() => again.told().length, 1 + EVENTS - first.length);
    const second = again.told("events").map(({ payload }) => placeOf(payload));
    expect([...first, ...second].map(({ sequence }) => sequence)).toEqual(numbersUpTo(1 + EVENTS));
  });
});
