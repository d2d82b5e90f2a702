// The random walk and the strategy of the demonstration.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readQuote } from "../../src/domain/price.ts";
import { readSignal } from "../../src/domain/signal.ts";
import { formatCents, parseCents } from "../../src/feeds/cents.ts";
import { type DemoSignal, startDemoStrategy, stepDemoStrategy } from "../../src/feeds/demoStrategy.ts";
import type { FeedQuote } from "../../src/feeds/feedPrices.ts";
import { DEMO_SYMBOLS, startWalk, stepWalk } from "../../src/feeds/randomWalk.ts";

const START = new Date("2024-01-02T14:30:00Z");
const TICK_MILLISECONDS = 250;
const TICKS = (10 * 60 * 1000) / TICK_MILLISECONDS;

/** The quotes of the first ten minutes. */
function tenMinutes(seed: number): FeedQuote[] {
  let walk = startWalk(seed);
  return Array.from({ length: TICKS }, (_, tick) => {
    const step = stepWalk(walk, new Date(START.getTime() + tick * TICK_MILLISECONDS));
    walk = step.walk;
    return step.quotes;
  }).flat();
}

function runStrategy(quotes: readonly FeedQuote[]): DemoSignal[] {
  let state = startDemoStrategy("test");
  return quotes.flatMap((quote) => {
    const step = stepDemoStrategy(state, quote);
    state = step.state;
    return step.signals;
  });
}

/** How and when the desk would close the position of a signal, were it filled at its price. */
function closeOf(signal: DemoSignal, quotes: readonly FeedQuote[]): { how: string; time: Date } | undefined {
  const towardsProfit = signal.side === "LONG" ? 1 : -1;
  for (const { symbol, price, time } of quotes) {
    if (symbol !== signal.symbol || time <= signal.generatedAt) continue;
    if (time >= signal.expiresAt) return { how: "EXPIRED", time };
    const reaches = (level: string) => towardsProfit * (parseCents(price) - parseCents(level));
    if (reaches(signal.stopLoss) <= 0) return { how: "STOP_LOSS", time };
    if (reaches(signal.target2) >= 0) return { how: "TARGET_2", time };
  }
  return undefined;
}

describe("whole cents", () => {
  it("become decimal strings and come back", () => {
    expect([15003, 15000, 15010, 7, 70, 100].map(formatCents)).toEqual(["150.03", "150", "150.1", "0.07", "0.7", "1"]);
    fc.assert(fc.property(fc.nat(), (cents) => parseCents(formatCents(cents)) === cents));
    expect(() => parseCents("1.234")).toThrow(RangeError);
  });
});

describe("the random walk", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(tenMinutes(7)).toEqual(tenMinutes(7));
    expect(tenMinutes(7)).not.toEqual(tenMinutes(8));
  });

  it("begins with the digits that this seed has always had", () => {
    expect(
      tenMinutes(1)
        .slice(0, 8)
        .map((quote) => `${quote.symbol} ${quote.price}`),
    ).toMatchInlineSnapshot(`
      [
        "DEMO.A 150.78",
        "DEMO.B 80.32",
        "DEMO.C 249.4",
        "DEMO.D 42.05",
        "DEMO.A 150.79",
        "DEMO.B 80.53",
        "DEMO.C 249.3",
        "DEMO.D 42.07",
      ]
    `);
  });

  it("gives a quote of each symbol at each tick, that the desk accepts, between half and twice the first price", () => {
    const quotes = tenMinutes(3);
    for (const [index, quote] of quotes.entries()) {
      const from = DEMO_SYMBOLS[index % DEMO_SYMBOLS.length];
      expect(quote.symbol).toBe(from?.symbol);
      expect(quote.time.getTime()).toBe(START.getTime() + Math.floor(index / DEMO_SYMBOLS.length) * TICK_MILLISECONDS);
      expect(readQuote(quote, 0)).toBeTypeOf("object");
      const cents = parseCents(quote.price);
      expect(cents).toBeGreaterThanOrEqual((from?.startCents ?? 0) / 2);
      expect(cents).toBeLessThanOrEqual((from?.startCents ?? 0) * 2);
    }
  });
});

describe("the strategy of the demonstration", () => {
  it.each([1, 2, 3, 42])("opens and closes a fair number both ways within ten minutes (seed %i)", (seed) => {
    const quotes = tenMinutes(seed);
    const signals = runStrategy(quotes);
    const closes = signals.map((signal) => closeOf(signal, quotes));
    const count = (how: string) => closes.filter((close) => close?.how === how).length;
    for (const side of ["LONG", "SHORT"])
      expect(signals.filter((signal) => signal.side === side).length).toBeGreaterThan(10);
    expect(signals.filter((signal) => signal.trailingStop).length).toBeGreaterThan(5);
    expect(count("STOP_LOSS")).toBeGreaterThan(5);
    expect(count("TARGET_2")).toBeGreaterThan(5);
  });

  it.each([1, 2, 3, 42])("opens its first position, and closes one, within the first minute (seed %i)", (seed) => {
    const quotes = tenMinutes(seed);
    const signals = runStrategy(quotes);
    const minute = START.getTime() + 60_000;
    expect(signals[0]?.generatedAt.getTime()).toBeLessThan(START.getTime() + 30_000);
    expect(
      signals.some((signal) => (closeOf(signal, quotes)?.time.getTime() ?? Number.POSITIVE_INFINITY) < minute),
    ).toBe(true);
  });

  it("sends signals with ids of their own, prices in the right order, and never two at once for a symbol", () => {
    const quotes = tenMinutes(5);
    const signals = runStrategy(quotes);
    expect(new Set(signals.map((signal) => signal.signalId)).size).toBe(signals.length);
    const openUntil = new Map<string, Date>();
    for (const signal of signals) {
      const { stopLoss, entryPrice, target1, target2 } = signal;
      const levels = [stopLoss, entryPrice, target1, target2].map(parseCents);
      const rising = levels.toSorted((a, b) => a - b);
      expect(levels).toEqual(signal.side === "LONG" ? rising : rising.toReversed());
      expect(new Set(levels).size).toBe(4);
      expect(signal).not.toHaveProperty("positionSize");
      expect(readSignal(signal)).toMatchObject({ kind: "signal" });
      expect(signal.generatedAt.getTime()).toBeGreaterThanOrEqual(openUntil.get(signal.symbol)?.getTime() ?? 0);
      openUntil.set(signal.symbol, closeOf(signal, quotes)?.time ?? signal.expiresAt);
    }
  });
});
