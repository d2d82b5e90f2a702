// What one client's large or refused requests take of the others' time: pieces, turns and places of its own.
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { AtOnce } from "../../src/server/operationLimits/atOnce.ts";
import { TimeShares } from "../../src/server/operationLimits/timeShares.ts";
import { TokenBuckets } from "../../src/server/operationLimits/tokenBuckets.ts";
import { ReadingTurns, Sender } from "../../src/server/readingTurns.ts";

const SHARE = 0.2;

describe("pieces of large bodies", () => {
  test("should be read one in a turn of the event loop, of each client in its turn, one body after the other", async () => {
    const turns = new ReadingTurns();
    const read: string[] = [];
    const send = (client: string, body: string, pieces: number) => {
      const sender = new Sender(client);
      const next = (piece: number) =>
        turns.wait(sender, () => {
          read.push(`${body}${piece}`);
          if (piece < pieces) next(piece + 1);
        });
      next(1);
    };
    send("a", "first", 3);
    send("a", "second", 2);
    send("b", "other", 2);
    const seen: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      await turnOfTheLoop();
      seen.push(read.length);
    }
    expect(read).toEqual(["first1", "other1", "first2", "other2", "first3", "second1", "second2"]);
    expect(Math.max(...seen.map((count, turn) => count - (seen[turn - 1] ?? 0)))).toBe(1);
  });
});

describe("a client's share of the time", () => {
  const clock = () => {
    let nowMs = 1_000;
    const shares = new TimeShares(SHARE, () => nowMs);
    const pass = (ms: number): void => {
      nowMs += ms;
    };
    return { shares, pass, work: (ms: number) => shares.timed(nameOf, () => pass(ms)) };
  };
  const nameOf = () => "heavy";

  test("should be its own again when the others have had theirs", () => {
    const { shares, work, pass } = clock();
    expect(shares.turn(nameOf)).toBeUndefined();
    work(10);
    const owedMs = 10 / SHARE - 10;
    pass(owedMs - 1);
    expect(shares.turn(() => "another")).toBeUndefined();
    expect(shares.turn(nameOf)).toBeInstanceOf(Promise);
    const later = clock();
    later.work(10);
    later.pass(owedMs);
    expect(later.shares.turn(nameOf)).toBeUndefined();
  });

  test("should not be asked for by what takes next to nothing", () => {
    const { shares, work } = clock();
    for (let time = 0; time < 1_000; time += 1) work(0.1);
    expect(shares.turn(nameOf)).toBeUndefined();
  });

  test("should count work that fails, and let those who wait go one by one, in order", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
    try {
      const shares = new TimeShares(SHARE);
      const failing = () => {
        vi.advanceTimersByTime(5);
        throw new Error("not valid");
      };
      expect(() => shares.timed(nameOf, failing)).toThrow("not valid");
      const called: string[] = [];
      for (const name of ["first", "second"]) {
        void shares.turn(nameOf)?.then(() => {
          called.push(name);
          // What the first one takes is paid back before it is the second one's turn.
          if (name === "first") shares.spend("heavy", 5);
        });
      }
      await vi.advanceTimersByTimeAsync(19);
      expect(called).toEqual([]);
      await vi.advanceTimersByTimeAsync(10);
      expect(called).toEqual(["first"]);
      await vi.advanceTimersByTimeAsync(20);
      expect(called).toEqual(["first", "second"]);
      expect(shares.turn(nameOf)).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("what comes all at once", () => {
  test("should happen at an even pace for each client, after so many at once, and be refused where it waits too long", () => {
    let nowMs = 0;
    const pace = new TokenBuckets({ perSecond: 100, burst: 3 }, 2, () => nowMs);
    const places = (client: string, count: number) => Array.from({ length: count }, () => pace.placeMs(client, 25));
    expect(places("one", 7)).toEqual([0, 0, 0, 10, 20, undefined, undefined]);
    expect(places("other", 1)).toEqual([0]);
    nowMs = 20;
    expect(places("one", 3)).toEqual([10, 20, undefined]);
    nowMs = 10_000;
    expect(places("one", 4)).toEqual([0, 0, 0, 10]);
    expect(places("third", 1)).toEqual([0]);
    expect(pace.size).toBe(2);
  });
});

describe("work that a client may have under way", () => {
  test("should be so much at once, each client for itself, failed work too", async () => {
    const places = new AtOnce(2);
    let [underWay, most] = [0, 0];
    const work = async (fails: boolean) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(1);
      underWay -= 1;
      if (fails) throw new Error("failed");
      return "done";
    };
    const all = Array.from({ length: 9 }, (_, index) => places.run("heavy", () => work(index % 3 === 0)));
    const other = places.run("another", () => Promise.resolve("at once"));
    expect(await other).toBe("at once");
    const ended = await Promise.allSettled(all);
    expect(ended.map(({ status }) => status).filter((status) => status === "fulfilled")).toHaveLength(6);
    expect(most).toBe(2);
    expect(places.size).toBe(0);
  });
});
