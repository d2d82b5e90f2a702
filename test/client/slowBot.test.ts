// A bot that is slower than its account: little waits for it, and it misses nothing when the server loses patience.

import { type ConnectionStatus, memoryCursor } from "@papertape/client/node";
import { describe, expect, it } from "vitest";
import { WAITING_EVENTS_MAX } from "../../web/client/src/limits.ts";
import { eventOf, startFakeDesk, type Visit } from "./fakeDesk.ts";
import { follow, range, until } from "./following.ts";

/** Some 20 MB: more than the sockets of both sides hold together. */
const EVENTS = 10_000;
const PADDING = "x".repeat(2000);
/** What one read from a socket can bring beyond the bound: 64 KiB, and as much again that has been read already. */
const READ_EVENTS_MAX = (2 * 64 * 1024) / PADDING.length;
const TOO_SLOW = 4510;

/** What becomes of the first connection when the bot has taken too little for too long. */
const LOSSES = [
  { name: "closed with 4510", told: EVENTS / 2, lose: (visit: Visit) => visit.socket.close(TOO_SLOW, "too slow") },
  { name: "cut off", told: EVENTS, lose: (visit: Visit) => visit.socket.terminate() },
];

describe("a bot that is slow", () => {
  it.each(LOSSES)("has a bounded number of events waiting, is $name, and comes back for the rest", async (loss) => {
    const visits: Visit[] = [];
    const desk = await startFakeDesk([
      (visit) => {
        visits.push(visit);
        tellUpTo(loss.told, visit);
      },
      (visit) => tellUpTo(EVENTS, visit),
    ]);
    const problems: string[] = [];
    const onStatus = (status: ConnectionStatus) => status.kind === "away" && problems.push(status.problem.code);
    const events = follow({ url: desk.url, store: memoryCursor("c0"), onStatus });
    const given: number[] = [];
    let waitingMost = 0;
    for await (const { sequence } of events) {
      given.push(sequence);
      if (sequence === 1) {
        await until(() => events.waiting >= WAITING_EVENTS_MAX);
        for (const visit of visits) {
          // The rest stays at the server.
          expect(visit.socket.bufferedAmount).toBeGreaterThan(PADDING.length);
          loss.lose(visit);
        }
      }
      waitingMost = Math.max(waitingMost, events.waiting);
      if (sequence === EVENTS) break;
    }
    expect(given).toEqual(range(1, EVENTS));
    expect(waitingMost).toBeLessThanOrEqual(WAITING_EVENTS_MAX + READ_EVENTS_MAX);
    expect(problems).toEqual([loss.told === EVENTS ? "CLOSED_1006" : "CLOSED_4510"]);
    expect(desk.asked[0]).toBe("c0");
    if (loss.told < EVENTS) expect(desk.asked[1]).toBe(`c${loss.told}`);
  });
});

/** Tells what follows the visitor's cursor, as fast as the socket takes it. */
function tellUpTo(last: number, visit: Visit): void {
  visit.tell(...range(visit.after + 1, last).map((sequence) => eventOf(sequence, "SignalDeclined", PADDING)));
}
