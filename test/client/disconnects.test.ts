// A bot's client against a desk that fails in every way: it comes back where that helps, and gives up where it does not.
import { EventEmitter, once } from "node:events";
import type { ConnectionStatus } from "@papertape/client/node";
import { describe, expect, it } from "vitest";
import { eventOf, startFakeDesk, tellNext, type Visit } from "./fakeDesk.ts";
import { follow, freePort, freshFile, range, sequencesOf, takeEvents } from "./following.ts";

/** Of a close: 1006 is what a broken connection is called. */
const PASSING = [1000, 1001, 1006, 1011, 1012, 1013, 4408, 4500, 4504, 4510];
const FATAL = [1002, 1008, 1009, 4400, 4401, 4403, 4406, 4409, 4429];

describe("a bot whose connection ends", () => {
  it("comes back after the newest event, whatever it ended with, and gets each event once", async () => {
    const desk = await startFakeDesk([
      ...PASSING.map((code) => (visit: Visit) => {
        tellNext(visit, 2);
        if (code === 1006) visit.socket.terminate();
        else visit.socket.close(code);
      }),
      (visit) => tellNext(visit, 2),
    ]);
    const problems: string[] = [];
    const onStatus = (status: ConnectionStatus) => status.kind === "away" && problems.push(status.problem.code);
    const events = follow({ url: desk.url, cursorFile: await freshFile(), onStatus });
    const last = 2 * PASSING.length + 2;
    expect(sequencesOf(await takeEvents(events, last))).toEqual(range(1, last));
    // A connection that is cut off may take its last messages with it: they are asked for again.
    expect(desk.asked).toHaveLength(PASSING.length + 1);
    expect(problems).toEqual(PASSING.map((code) => `CLOSED_${code}`));
  });

  it.each(FATAL)("gives up after a close with %i, which it would only meet again", async (code) => {
    const desk = await startFakeDesk([(visit) => visit.socket.close(code, "because")]);
    const events = follow({ url: desk.url, cursorFile: await freshFile() });
    await expect(takeEvents(events, 1)).rejects.toMatchObject({
      code: `CLOSED_${code}`,
      message: expect.stringContaining("because"),
    });
    expect(desk.asked).toHaveLength(1);
  });

  it.each([
    ["next", "BAD_CURSOR"],
    ["next", "ACCOUNT_NOT_FOUND"],
    ["error", "GRAPHQL_VALIDATION_FAILED"],
  ] as const)("gives up after a %s with the error %s, when it has dealt with what came before", async (type, code) => {
    const desk = await startFakeDesk([
      (visit) => {
        tellNext(visit, 3);
        visit.refuse(type, code);
      },
    ]);
    const given: number[] = [];
    const followAll = async () => {
      const events = follow({ url: desk.url, cursorFile: await freshFile() });
      for await (const { sequence } of events) given.push(sequence);
    };
    await expect(followAll()).rejects.toMatchObject({ name: "ApiError", code, message: expect.stringContaining(code) });
    expect(given).toEqual([1, 2, 3]);
  });

  it.each([
    ["next", "INTERNAL_SERVER_ERROR"],
    ["error", "SERVER_CLOSING"],
  ] as const)("comes back after a %s with the error %s", async (type, code) => {
    const desk = await startFakeDesk([(visit) => visit.refuse(type, code), (visit) => tellNext(visit, 1)]);
    const events = follow({ url: desk.url, cursorFile: await freshFile() });
    expect(sequencesOf(await takeEvents(events, 1))).toEqual([1]);
    expect(desk.asked).toEqual(["c0", "c0"]);
  });

  it("comes back when the server only seems to be there", async () => {
    const desk = await startFakeDesk([(visit) => tellNext(visit, 1)], { answersPings: false });
    const problems: string[] = [];
    const onStatus = (status: ConnectionStatus) => status.kind === "away" && problems.push(status.problem.code);
    const events = follow({ url: desk.url, cursorFile: await freshFile(), keepAliveMs: 100, onStatus });
    expect(sequencesOf(await takeEvents(events, 3))).toEqual([1, 2, 3]);
    // On a slow machine it may have gone away once more before the third event was taken.
    expect(desk.asked.slice(0, 3)).toEqual(["c0", "c1", "c2"]);
    expect(problems.slice(0, 2)).toEqual(["SILENCE", "SILENCE"]);
  });
});

describe("a bot that finds no desk", () => {
  it("waits for it: while nobody listens, and while it answers 503", async () => {
    const port = await freePort();
    const problems: string[] = [];
    const missed = new EventEmitter();
    const onStatus = (status: ConnectionStatus) => {
      if (status.kind !== "away") return;
      problems.push(status.problem.code);
      missed.emit("away");
    };
    const url = `http://127.0.0.1:${port}`;
    const away = once(missed, "away");
    const taken = takeEvents(follow({ url, cursorFile: await freshFile(), onStatus }), 1);
    await away;
    const answers = ["503 Service Unavailable", "503 Service Unavailable"];
    await startFakeDesk([(visit) => tellNext(visit, 1)], { port, refusal: () => answers.shift() });
    expect(sequencesOf(await taken)).toEqual([1]);
    expect(new Set(problems)).toEqual(new Set(["ECONNREFUSED", "HTTP_503"]));
  });

  it("gives up where something else answers", async () => {
    const { url } = await startFakeDesk([], { refusal: () => "404 Not Found" });
    const events = follow({ url, cursorFile: await freshFile() });
    await expect(takeEvents(events, 1)).rejects.toMatchObject({ code: "HTTP_404" });
    expect(() => follow({ url: "localhost:4000", cursorFile: "unused" })).toThrow("no address of a server");
  });
});

describe("a server that breaks its promise", () => {
  it.each([
    ["leaves an event out", [1, 2, 4], "event 4 came after event 2"],
    ["tells an event twice", [1, 2, 2], "event 2 came after event 2"],
  ])("and %s is found out", async (_, told, message) => {
    const desk = await startFakeDesk([(visit) => visit.tell(...told.map((sequence) => eventOf(sequence)))]);
    const given: number[] = [];
    const followAll = async () => {
      for await (const { sequence } of follow({ url: desk.url, cursorFile: await freshFile() })) given.push(sequence);
    };
    await expect(followAll()).rejects.toThrow(`The server broke its promise: ${message}.`);
    expect(given).toEqual([1, 2]);
  });

  it("is found out after a disconnect, too", async () => {
    const desk = await startFakeDesk([
      (visit) => {
        visit.tell(eventOf(1));
        visit.socket.close(1001);
      },
      (visit) => visit.tell(eventOf(3)),
    ]);
    const events = follow({ url: desk.url, cursorFile: await freshFile() });
    await expect(takeEvents(events, 2)).rejects.toMatchObject({ code: "BROKEN_SEQUENCE" });
  });
});
