// Whatever happens to rings, reads and pages, and in which order: each reader takes every event once, in order.
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { HistoryPlayer, history } from "./logReaderHistory.ts";

/** How many histories are tried: `LOG_HISTORIES=5000` tries more, `LOG_HISTORIES_SEED` tries the same again. */
const HISTORIES = Number(process.env["LOG_HISTORIES"] ?? 200);
const SEED = process.env["LOG_HISTORIES_SEED"];

/** How many events the logs keep in memory: so few that pages are given up in the middle of everything. */
const cache = vi.hoisted(() => ({ eventsMax: 0 }));

vi.mock(import("../../src/events/logPages.ts"), async (original) => {
  const actual = await original();
  class FewLogPages extends actual.LogPages {
    constructor(...[read]: ConstructorParameters<typeof actual.LogPages>) {
      super(read, cache.eventsMax);
    }
  }
  return { ...actual, LogPages: FewLogPages };
});

test.each([250, 60])(
  `${HISTORIES} random histories, %i events in memory: each reader takes every event once, in order`,
  async (eventsMax) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    onTestFinished(() => void vi.useRealTimers());
    cache.eventsMax = eventsMax;
    const tried = { readers: 0, taken: 0 };
    const property = fc.asyncProperty(history, async (steps) => {
      const player = new HistoryPlayer(eventsMax);
      await player.play(steps);
      const outcomes = await player.finish();
      for (const { taken, expected } of outcomes) expect(taken).toEqual(expected);
      expect(player.close()).toEqual([0, 0]);
      tried.readers += outcomes.length;
      tried.taken += outcomes.reduce((sum, { taken }) => sum + taken.length, 0);
    });
    await fc.assert(property, { numRuns: HISTORIES, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
    // Histories in which nobody takes anything would prove nothing.
    expect(tried.readers).toBeGreaterThan(HISTORIES);
    expect(tried.taken).toBeGreaterThan(100 * HISTORIES);
  },
);
