// What one client's large or refused requests take of the others' time: pieces, turns and places of its own.
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep, setImmediate as turnOfTheLoop } from "node:timers/promises";
import { buildSchema, GraphQLError } from "graphql";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { WebSocket } from "ws";
import {
  BODY_FREE_BYTES,
  OPERATION_LIMITS,
  RATE_BURST_SECONDS,
  WAITING_OF_A_CLIENT_MAX,
} from "../../src/server/limits.ts";
import type { OperationOrigin } from "../../src/server/operation.ts";
import { AtOnce } from "../../src/server/operationLimits/atOnce.ts";
import { OperationGuard } from "../../src/server/operationLimits/guard.ts";
import { TimeShares } from "../../src/server/operationLimits/timeShares.ts";
import { TokenBuckets } from "../../src/server/operationLimits/tokenBuckets.ts";
import { ReadingTurns, Sender } from "../../src/server/readingTurns.ts";
import { readInTurns, SocketReading } from "../../src/server/socketReading.ts";

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

describe("large pieces on the WebSockets of a client", () => {
  test("should each have their turn, also those of one that came later", async () => {
    const turns = new ReadingTurns();
    const read: string[] = [];
    const open = (name: string) => {
      const stream = new EventEmitter();
      const send = () => {
        read.push(name);
        if (read.length < 6) stream.emit("data", Buffer.alloc(64 * 1024));
      };
      const socket = { pause: () => undefined, resume: send } as unknown as WebSocket;
      readInTurns(turns, "heavy", stream as Socket, new SocketReading(socket));
      stream.emit("data", Buffer.alloc(64 * 1024));
    };
    open("first");
    open("second");
    while (read.length < 6) await turnOfTheLoop();
    expect(read).toEqual(["first", "second", "first", "second", "first", "second"]);
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

  test("should be owed for no longer than what a budget spares, whatever was read", () => {
    const { shares, work, pass } = clock();
    work(60 * 60_000);
    pass(RATE_BURST_SECONDS * 1000 - 1);
    expect(shares.turn(nameOf)).toBeInstanceOf(Promise);
    const later = clock();
    later.work(60 * 60_000);
    later.pass(RATE_BURST_SECONDS * 1000);
    expect(later.shares.turn(nameOf)).toBeUndefined();
  });
});

describe("those who wait for their share of the time", () => {
  const nameOf = () => "heavy";
  const OWED_MS = 20;
  const setUp = () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    const shares = new TimeShares(SHARE);
    shares.spend("heavy", OWED_MS / (1 / SHARE - 1));
    return shares;
  };

  test("should be let go faster and faster where nothing is owed, though all of them ask again", async () => {
    const shares = setUp();
    let answered = 0;
    const askOnAndOn = async () => {
      while (answered < 1_000) {
        await shares.turn(nameOf);
        answered += 1;
      }
    };
    for (let count = 0; count < 64; count += 1) void askOnAndOn();
    await vi.advanceTimersByTimeAsync(OWED_MS + 100);
    expect(answered).toBeGreaterThanOrEqual(1_000);
  });

  test("should be let go one by one again where one of them took time", async () => {
    const shares = setUp();
    let answered = 0;
    for (let count = 0; count < 100; count += 1) void shares.turn(nameOf)?.then(() => (answered += 1));
    await vi.advanceTimersByTimeAsync(OWED_MS + 6);
    const before = answered;
    expect(before).toBeGreaterThan(3);
    shares.spend("heavy", 5);
    await vi.advanceTimersByTimeAsync(19);
    expect(answered).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toBe(before + 1);
  });

  test("should take no turn when they have left", async () => {
    const shares = setUp();
    const called: string[] = [];
    const ask = (name: string, hasLeft: boolean) => {
      void shares
        .turn(nameOf, () => hasLeft)
        ?.then(() => {
          called.push(name);
          if (!hasLeft) shares.spend("heavy", 5);
        });
    };
    for (let count = 0; count < 500; count += 1) ask("left", true);
    ask("first", false);
    ask("second", false);
    await vi.advanceTimersByTimeAsync(OWED_MS);
    expect(called.filter((name) => name !== "left")).toEqual(["first"]);
    // Nobody holds on to them either.
    expect(called).toHaveLength(501);
    await vi.advanceTimersByTimeAsync(20);
    expect(called.at(-1)).toBe("second");
  });

  test("should be so many, not counting those who have left", async () => {
    const shares = setUp();
    const left = new Set<number>();
    let over = 0;
    for (let id = 0; id < WAITING_OF_A_CLIENT_MAX; id += 1) {
      expect(shares.crowdedMs("heavy", WAITING_OF_A_CLIENT_MAX)).toBeUndefined();
      void shares.turn(nameOf, () => left.has(id))?.then(() => (over += 1));
    }
    expect(shares.crowdedMs("heavy", WAITING_OF_A_CLIENT_MAX)).toBe(OWED_MS);
    expect(shares.crowdedMs("another", WAITING_OF_A_CLIENT_MAX)).toBeUndefined();
    left.add(500);
    expect(shares.crowdedMs("heavy", WAITING_OF_A_CLIENT_MAX)).toBeUndefined();
    await Promise.resolve();
    expect(over).toBe(1);
    expect(shares.turn(nameOf)).toBeInstanceOf(Promise);
    expect(shares.crowdedMs("heavy", WAITING_OF_A_CLIENT_MAX)).toBe(OWED_MS);
  });
});

describe("what is refused unread", () => {
  const origin = {} as OperationOrigin;
  const start = () => {
    const limits = { ...OPERATION_LIMITS, rateCostPerSecond: 0.001, rateBurst: 10, readingShareOfAClient: SHARE };
    const guard = new OperationGuard(buildSchema("type Query { a: Int }"), limits, () => "heavy");
    const chargeBody = (isRead: boolean) => guard.chargeBody(() => origin, 16 * BODY_FREE_BYTES, isRead);
    const turn = () =>
      guard.turn(
        () => origin,
        () => false,
      );
    return { guard, chargeBody, turn };
  };

  test("should take none of a client's time, as what is let in does, and what was read already", () => {
    const { chargeBody, turn, guard } = start();
    guard.chargeWork(origin, 10);
    expect(chargeBody(false)).toBeInstanceOf(GraphQLError);
    expect(turn()).toBeUndefined();
    expect(chargeBody(true)).toBeInstanceOf(GraphQLError);
    expect(turn()).toBeInstanceOf(Promise);
    const other = start();
    expect(other.chargeBody(false)).toBeUndefined();
    expect(other.turn()).toBeInstanceOf(Promise);
  });

  test("should be told to whom as many wait as may, with when to try again", () => {
    const { chargeBody, turn, guard } = start();
    chargeBody(true);
    for (let count = 0; count < WAITING_OF_A_CLIENT_MAX; count += 1) void turn();
    expect(guard.crowded("another")).toBeUndefined();
    expect(guard.crowded("heavy")).toMatchObject({
      message: expect.stringContaining("1,000 of your requests wait for their turn. Try again in 1 second."),
      extensions: { code: "RATE_LIMITED", limit: WAITING_OF_A_CLIENT_MAX, retryAfterSeconds: 1 },
    });
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
