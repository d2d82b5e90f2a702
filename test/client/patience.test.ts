// When the bots' client tries again, and when it takes a connection for dead: by itself, without a socket or a clock.
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { backoffMs } from "../../web/client/src/backoff.ts";
import { CloseError, NetworkError } from "../../web/client/src/errors.ts";
import { Persistence } from "../../web/client/src/persistence.ts";
import { createPongWatch, type PongWatch } from "../../web/client/src/pongWatch.ts";
import { range } from "./following.ts";

describe("the delay before coming back", () => {
  it("doubles from 250 ms to 15 s, and is anything between nothing and that", () => {
    const longest = range(0, 8).map((attempt) => backoffMs(attempt, () => 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    expect(backoffMs(5000, () => 1)).toBe(15_000);
    expect(range(0, 8).map((attempt) => backoffMs(attempt, () => 0))).toEqual(range(0, 8).map(() => 0));
    expect(backoffMs(3, () => 0.25)).toBe(500);
  });

  it("is left to chance", () => {
    const delays = new Set(range(1, 20).map(() => backoffMs(6)));
    expect(delays.size).toBeGreaterThan(1);
    for (const delay of delays) expect(delay).toBeLessThan(15_000);
  });
});

describe("an attempt that fails", () => {
  const passing = new CloseError(1001, "The server is closing.", true);

  it("is made again, later each time, and soon again after a success", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.01);
    onTestFinished(() => void vi.restoreAllMocks());
    const delays: number[] = [];
    const persistence = new Persistence(new AbortController().signal, (_, delayMs) => delays.push(delayMs));
    const outcomes = ["fail", "fail", "fail", "succeed and fail", "fail", "answer"];
    const answer = await persistence.attempt(async () => {
      const outcome = outcomes.shift();
      if (outcome === "succeed and fail") persistence.succeed();
      if (outcome !== "answer") throw passing;
      return outcome;
    });
    expect(answer).toBe("answer");
    expect(delays).toEqual([2.5, 5, 10, 2.5, 5]);
  });

  it("is not made again where that cannot help, nor after the signal", async () => {
    const stop = new AbortController();
    const persistence = new Persistence(stop.signal, () => stop.abort());
    const fail = (error: Error) => persistence.attempt(() => Promise.reject(error));
    await expect(fail(new Error("a fault"))).rejects.toThrow("a fault");
    await expect(fail(new NetworkError("NO_CODE", "no"))).rejects.toThrow("no");
    await expect(fail(passing)).rejects.toThrow("aborted");
  });
});

describe("the watch over a connection", () => {
  const WAIT_MS = 1000;
  const soon = () => vi.advanceTimersByTime(WAIT_MS - 1);
  const later = () => vi.advanceTimersByTime(2 * WAIT_MS);
  let silences: number;
  let watch: PongWatch;
  beforeEach(() => {
    vi.useFakeTimers();
    silences = 0;
    watch = createPongWatch(WAIT_MS, () => {
      silences += 1;
    });
  });
  afterEach(() => void vi.useRealTimers());

  it("notices a ping that nothing answers", () => {
    later();
    watch.pinged();
    soon();
    watch.ponged();
    later();
    expect(silences).toBe(0);
    watch.pinged();
    later();
    expect(silences).toBe(1);
  });

  it("waits for a pong that is on its way behind other messages, but not for ever", () => {
    watch.pinged();
    for (const _ of range(1, 5)) {
      soon();
      watch.heard();
    }
    expect(silences).toBe(0);
    later();
    expect(silences).toBe(1);
  });

  it("does not take for silence what nobody reads", () => {
    watch.pinged();
    watch.pause();
    later();
    expect(silences).toBe(0);
    watch.resume();
    soon();
    expect(silences).toBe(0);
    later();
    expect(silences).toBe(1);
  });

  it("leaves no timer when it is over", () => {
    watch.pinged();
    watch.stop();
    watch.resume();
    expect(vi.getTimerCount()).toBe(0);
  });
});
