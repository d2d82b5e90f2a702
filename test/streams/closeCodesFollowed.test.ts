// The protocol where a subscription follows an account's log, whose messages take a way of their own to the socket.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";
import { declineSignals, enableAccount } from "./manyEvents.ts";
import { until } from "./serving.ts";
import { openStreamSocket, type StreamSocket } from "./streamSocket.ts";
import { TELLING_IDS } from "./tellingIds.ts";

let desk: ServedDesk;
beforeAll(async () => {
  desk = await startServedDesk();
});
afterAll(() => desk.close());

const next = (id: string, sequence: number) => ({
  type: "next",
  id,
  payload: { data: { accountEvents: { sequence } } },
});

/** A socket to a server of its own, whose `follow` subscribes to the log of a new account. */
async function followedAccount(account: string) {
  const { beginning } = await enableAccount(desk, account);
  const { graphqlUrl, server } = await desk.serve();
  const follow = (socket: StreamSocket, id: string, after: string | null = null) =>
    socket.subscribe(
      id,
      "subscription ($account: ID, $after: LogCursor) { accountEvents(account: $account, after: $after) { sequence } }",
      { variables: { account, after } },
    );
  return {
    beginning,
    follow,
    connect: () => openStreamSocket(graphqlUrl),
    makeEvent: () => declineSignals(desk, account, 1),
    /** How many follow the log on this server. */
    followers: () => server.subscriptions().streams,
  };
}

describe("A subscription that follows the log", () => {
  test("should have any text for its id, and each event told once under each", async () => {
    const { beginning, follow, connect, makeEvent, followers } = await followedAccount("ids");
    const socket = await connect();
    for (const id of TELLING_IDS) follow(socket, id, beginning);
    for (const id of TELLING_IDS) expect(await socket.nextFor(id)).toEqual(next(id, 1));
    await makeEvent();
    for (const id of TELLING_IDS) expect(await socket.nextFor(id)).toEqual(next(id, 2));
    for (const [index, id] of TELLING_IDS.entries()) {
      socket.send({ type: "complete", id });
      await until(followers, TELLING_IDS.length - 1 - index);
    }
    await makeEvent();
    await socket.roundTrip();
    expect(socket.told()).toHaveLength(2 * TELLING_IDS.length);
  });

  test("should tell nothing after its complete was taken, and leave its id for another", async () => {
    const { beginning, follow, connect, makeEvent, followers } = await followedAccount("left");
    const socket = await connect();
    for (const id of ["left", "kept"]) follow(socket, id, beginning);
    for (const id of ["left", "kept"]) expect(await socket.nextFor(id)).toEqual(next(id, 1));
    socket.send({ type: "complete", id: "left" });
    await until(followers, 1);
    await makeEvent();
    expect(await socket.nextFor("kept")).toEqual(next("kept", 2));
    await socket.roundTrip();
    expect(socket.told("left")).toEqual([next("left", 1)]);
    follow(socket, "left", beginning);
    for (const sequence of [1, 2]) expect(await socket.nextFor("left")).toEqual(next("left", sequence));
  });

  test("should have its id free at once after its complete, also for one that follows in the same breath", async () => {
    const { beginning, follow, connect, makeEvent, followers } = await followedAccount("anew");
    const socket = await connect();
    follow(socket, "1", beginning);
    expect(await socket.nextFor("1")).toEqual(next("1", 1));
    for (let again = 0; again < 20; again += 1) {
      socket.send({ type: "complete", id: "1" });
      follow(socket, "1", beginning);
    }
    expect(await socket.nextFor("1")).toEqual(next("1", 1));
    await until(followers, 1);
    await makeEvent();
    await until(() => socket.told("1").at(-1), next("1", 2));
    await socket.roundTrip();
    expect(socket.told("1").map(({ type }) => type)).not.toContain("complete");
    const second = JSON.stringify(next("1", 2).payload);
    expect(socket.told("1").filter(({ payload }) => JSON.stringify(payload) === second)).toHaveLength(1);
    expect(followers()).toBe(1);
  });

  test("should close its socket with 4409 where its id is taken again, and end with it; others go on", async () => {
    const { follow, connect, makeEvent, followers } = await followedAccount("twice");
    const [socket, other] = [await connect(), await connect()];
    for (const one of [socket, other]) follow(one, "1");
    await until(followers, 2);
    follow(socket, "1");
    expect(await socket.closed).toMatchObject({ code: 4409 });
    await until(followers, 1);
    await makeEvent();
    expect(await other.nextFor("1")).toEqual(next("1", 2));
  });

  test("should be refused as a result with errors and complete, and leave its id for another", async () => {
    const { beginning, follow, connect } = await followedAccount("refused");
    const socket = await connect();
    follow(socket, "1", "of no log at all");
    expect(await socket.nextFor("1")).toMatchObject({
      type: "next",
      payload: { errors: [{ extensions: { code: "BAD_CURSOR" } }] },
    });
    expect(await socket.nextFor("1")).toEqual({ type: "complete", id: "1" });
    follow(socket, "1", beginning);
    expect(await socket.nextFor("1")).toEqual(next("1", 1));
  });

  test("should end where its client goes without a word", async () => {
    const { follow, connect, followers } = await followedAccount("gone");
    const [going, staying] = [await connect(), await connect()];
    for (const socket of [going, staying]) for (const id of ["1", "2"]) follow(socket, id);
    await until(followers, 4);
    going.terminate();
    await until(followers, 2);
  });
});
