// Sums of trades: worked digits, merging of groups and of runs in the order of trades, and the record.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal } from "../../../src/domain/decimal.ts";
import { isOpen } from "../../../src/domain/position.ts";
import { joinStreaks, NO_STREAKS, streaksOfTrade } from "../../../src/domain/statistics/streaks.ts";
import {
  addTrade,
  entryValueOf,
  mergeSums,
  NO_TRADES,
  sumsOfTrade,
  type TradeSums,
} from "../../../src/domain/statistics/tradeSums.ts";
import { tradeSumsOfRecord, tradeSumsRecord } from "../../../src/domain/statistics/tradeSumsRecord.ts";
import { plain, positionOf, settingsOf } from "../../support/builders.ts";
import { closeLots, closesArbitrary, threeLots } from "./trades.ts";

const sumUp = (trades: readonly Parameters<typeof sumsOfTrade>[0][]): TradeSums => trades.reduce(addTrade, NO_TRADES);
const merged = (groups: readonly TradeSums[]): TradeSums => groups.reduce(mergeSums, NO_TRADES);
const tradesArbitrary = closesArbitrary.map((closes) => closes.map(({ trade }) => trade));
/** The record without what depends on the order of trades. */
const unordered = (sums: TradeSums) => {
  const { longestWinningStreak, longestLosingStreak, firstRun, lastRun, ...same } = tradeSumsRecord(sums);
  return same;
};

describe("the sums of three lots worked out by hand", () => {
  const trades = threeLots().map(({ trade }) => trade);

  it("have these digits", () => {
    // 40 of the long: (4399.12 − 0.2) − (4000.8 + 0.2) = 397.92; R 9.958 / 5.02
    // 60 of the long: (5698.86 − 0.3) − (6001.2 + 0.3) = −302.94; R −5.039 / 5.02
    // the short: (1999.6 − 0.05) − (1900.38 + 0.05) = 99.12; R 9.922 / 10.04
    const { counts } = sumUp(trades).holdingTimes;
    expect(tradeSumsRecord(sumUp(trades))).toEqual({
      totalTrades: 3,
      winningTrades: 2,
      totalRealizedPnl: "194.1",
      grossWins: "497.04",
      grossLosses: "-302.94",
      largestWin: "397.92",
      largestLoss: "-302.94",
      sumOfR: "1.96812749",
      commissions: "1.1",
      slippage: "4.8",
      tradedValue: "23999.96",
      holdingMs: "2460000",
      shortestHoldingMs: 60_000,
      longestHoldingMs: 1_800_000,
      holdingTimeCounts: [...counts].sort(([a], [b]) => a - b),
      longestWinningStreak: 1,
      longestLosingStreak: 1,
      firstRun: 1,
      lastRun: 1,
    });
    expect([...counts.values()]).toEqual([1, 1, 1]);
  });

  it("know each lot's part of its entry's value, though trades do not keep it", () => {
    expect(plain(trades.map(entryValueOf))).toEqual(["4000.8", "6001.2", "1999.6"]);
  });

  it("of no trades are 0, and null where there is no largest", () => {
    expect(tradeSumsRecord(NO_TRADES)).toMatchObject({ totalTrades: 0, totalRealizedPnl: "0", largestWin: null });
  });
});

describe("a trade that makes nothing", () => {
  it("is a loss of 0", () => {
    const free = settingsOf({ useRealisticFills: false, commissionPerShare: "0" });
    const [close] = closeLots(positionOf({}, free), [{ quantity: "100", price: "100", seconds: 1 }], free);
    if (close === undefined) throw new Error("no lot was closed");
    expect(tradeSumsRecord(sumsOfTrade(close.trade))).toMatchObject({
      winningTrades: 0,
      largestWin: null,
      largestLoss: "0",
      lastRun: -1,
    });
  });
});

describe("the value of the entry that a trade tells", () => {
  it("is what the lot took from its position, to the last digit", () => {
    fc.assert(
      fc.property(closesArbitrary, (closes) => {
        for (const [index, { trade, position }] of closes.entries()) {
          const before = closes[index - 1]?.position;
          const left = before !== undefined && isOpen(before) ? before.entryValueLeft : position.entryFill.value;
          expect(plain(entryValueOf(trade))).toBe(plain(left.minus(position.entryValueLeft)));
        }
      }),
    );
  });

  it("sums over the lots to that of the whole entry", () => {
    const position = positionOf({ positionSize: "7", entry: "100.01" });
    const lots = closeLots(position, [
      { quantity: "2", price: "103.3", seconds: 1 },
      { quantity: "2", price: "99.7", seconds: 2 },
      { quantity: "3", price: "101.1", seconds: 3 },
    ]);
    const parts = lots.map(({ trade }) => entryValueOf(trade));
    expect(plain(parts.reduce((sum, part) => sum.plus(part)))).toBe(plain(position.entryFill.value));
  });
});

describe("merging", () => {
  it("of consecutive runs of trades gives the whole, wherever they are cut", () => {
    fc.assert(
      fc.property(tradesArbitrary, fc.array(fc.nat(40), { maxLength: 5 }), (trades, cuts) => {
        const ends = [0, ...cuts.map((cut) => Math.min(cut, trades.length)).sort((a, b) => a - b), trades.length];
        const runs = ends.slice(1).map((end, index) => sumUp(trades.slice(ends[index], end)));
        expect(tradeSumsRecord(merged(runs))).toEqual(tradeSumsRecord(sumUp(trades)));
      }),
    );
  });

  it("is associative, and no trades change nothing", () => {
    fc.assert(
      fc.property(tradesArbitrary, tradesArbitrary, tradesArbitrary, (x, y, z) => {
        const [a, b, c] = [sumUp(x), sumUp(y), sumUp(z)];
        const left = tradeSumsRecord(mergeSums(mergeSums(a, b), c));
        expect(tradeSumsRecord(mergeSums(a, mergeSums(b, c)))).toEqual(left);
        expect(tradeSumsRecord(mergeSums(NO_TRADES, a))).toEqual(tradeSumsRecord(a));
        expect(tradeSumsRecord(mergeSums(a, NO_TRADES))).toEqual(tradeSumsRecord(a));
      }),
    );
  });

  it("of the groups of any partition gives the whole, but for the runs, which are each group's own", () => {
    fc.assert(
      fc.property(tradesArbitrary, fc.infiniteStream(fc.nat(3)), (trades, groups) => {
        const groupOf = trades.map(() => groups.next().value);
        const sums = [0, 1, 2, 3].map((group) => sumUp(trades.filter((_, index) => groupOf[index] === group)));
        expect(unordered(merged(sums))).toEqual(unordered(sumUp(trades)));
      }),
    );
  });

  it("leaves what it merges as it was", () => {
    const [first, second] = threeLots().map(({ trade }) => sumsOfTrade(trade));
    if (first === undefined || second === undefined) throw new Error("no lots");
    const before = [tradeSumsRecord(first), tradeSumsRecord(second)];
    mergeSums(first, second);
    expect([tradeSumsRecord(first), tradeSumsRecord(second)]).toEqual(before);
  });
});

describe("the longest runs of wins and losses", () => {
  const streaksOf = (wins: readonly boolean[]) =>
    wins.reduce((streaks, won) => joinStreaks(streaks, streaksOfTrade(won)), NO_STREAKS);
  const read = (letters: string): boolean[] => [...letters].map((letter) => letter === "W");

  it.each([
    ["", 0, 0, 0, 0],
    ["W", 1, 0, 1, 1],
    ["L", 0, 1, -1, -1],
    ["WWW", 3, 0, 3, 3],
    ["WWLWWWLL", 3, 2, 2, -2],
    ["LLLLWL", 1, 4, -4, -1],
    ["LWWWWW", 5, 1, -1, 5],
  ])("of %j are %s wins and %s losses; it begins with %s and ends with %s", (letters, wins, losses, first, last) => {
    expect(streaksOf(read(letters))).toEqual({
      trades: letters.length,
      longestWinning: wins,
      longestLosing: losses,
      first,
      last,
    });
  });

  it("are those that a search through the letters finds, however the row is cut in two", () => {
    const longest = (letters: string, run: RegExp): number =>
      Math.max(0, ...(letters.match(run) ?? []).map((found) => found.length));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("W", "L"), maxLength: 30 }), fc.nat(30), (letters, cut) => {
        const joined = joinStreaks(streaksOf(read(letters.slice(0, cut))), streaksOf(read(letters.slice(cut))));
        expect(joined).toEqual(streaksOf(read(letters)));
        expect([joined.longestWinning, joined.longestLosing]).toEqual([
          longest(letters, /W+/g),
          longest(letters, /L+/g),
        ]);
        expect([Math.abs(joined.first), Math.abs(joined.last)]).toEqual([
          longest(letters, /^(W+|L+)/g),
          longest(letters, /(W+|L+)$/g),
        ]);
      }),
    );
  });
});

describe("the record", () => {
  it("is JSON from which the same sums are read back, to which trades can be added", () => {
    fc.assert(
      fc.property(tradesArbitrary, tradesArbitrary, (trades, more) => {
        const sums = sumUp(trades);
        const back = tradeSumsOfRecord(JSON.parse(JSON.stringify(tradeSumsRecord(sums))));
        expect(plain(back)).toEqual(plain(sums));
        expect(back.holdingTimes.counts).toEqual(sums.holdingTimes.counts);
        expect(tradeSumsRecord(more.reduce(addTrade, back))).toEqual(tradeSumsRecord(sumUp([...trades, ...more])));
      }),
    );
  });

  it("keeps decimals beyond what binary floating point holds", () => {
    const sums: TradeSums = { ...NO_TRADES, tradedValue: decimal("99999999999999999999.99999999") };
    expect(tradeSumsRecord(sums).tradedValue).toBe("99999999999999999999.99999999");
    expect(plain(tradeSumsOfRecord(tradeSumsRecord(sums)).tradedValue)).toBe("99999999999999999999.99999999");
  });
});
