// What a closed lot has seen of the price that closed it: the steps up to its exit, in their order, LONG and SHORT.

import { describe, expect, it } from "vitest";
import { decimal } from "../../src/domain/decimal.ts";
import { judge } from "../../src/domain/exits.ts";
import type { Position } from "../../src/domain/position.ts";
import type { Price } from "../../src/domain/price.ts";
import type { SettingsInput } from "../../src/domain/settings.ts";
import { barPrice, FREE, type PositionChange, plain, positionOf, quotePrice, settingsOf } from "../support/builders.ts";

/** 100 at 100: LONG with stop 95 and targets 105 and 110, SHORT with stop 105 and targets 95 and 90. */
const long = (change: PositionChange = {}): Position => positionOf({ side: "LONG", ...change });
const short = (change: PositionChange = {}): Position => positionOf({ side: "SHORT", ...change });

/** Trades in short: why, and the lowest and the highest price seen. Before it, the position has seen 99 to 101. */
function seenBy(position: Position, price: Price, change: SettingsInput = {}): unknown {
  const before = { lowest: decimal("99"), highest: decimal("101") };
  const { closes } = judge(position, price, settingsOf({ ...FREE, ...change }), () => before);
  return closes.map(({ trade }) => plain([trade.exitReason, trade.seen?.lowest, trade.seen?.highest]));
}

describe("a quote that closes a lot is seen by it", () => {
  it.each<[string, Position, string, unknown[]]>([
    ["LONG at its stop", long(), "95", ["STOP_LOSS", "95", "101"]],
    ["LONG beyond its stop", long(), "93", ["STOP_LOSS", "93", "101"]],
    ["LONG at target 1", long(), "105", ["TARGET_1", "99", "105"]],
    ["LONG beyond target 2", long(), "112", ["TARGET_2", "99", "112"]],
    ["SHORT beyond its stop", short(), "107", ["STOP_LOSS", "99", "107"]],
    ["SHORT beyond target 2", short(), "88", ["TARGET_2", "88", "101"]],
  ])("%s", (_, position, price, trade) => {
    expect(seenBy(position, quotePrice(price, 1))).toEqual([trade]);
  });
});

describe("of a bar a lot sees", () => {
  it("nothing but the open, where it is closed there", () => {
    expect(seenBy(long(), barPrice(["94", "120", "80", "100"]))).toEqual([["STOP_LOSS", "94", "101"]]);
    expect(seenBy(short(), barPrice(["106", "120", "80", "100"]))).toEqual([["STOP_LOSS", "99", "106"]]);
  });

  it("the open and its stop, where it is closed on the way to the adverse extreme: neither that nor the other one", () => {
    expect(seenBy(long(), barPrice(["102", "120", "80", "100"]))).toEqual([["STOP_LOSS", "95", "102"]]);
    expect(seenBy(short(), barPrice(["98", "120", "80", "100"]))).toEqual([["STOP_LOSS", "98", "105"]]);
  });

  it("the adverse extreme, and the way to each target as far as its level", () => {
    expect(seenBy(long(), barPrice(["100", "120", "96", "100"]))).toEqual([
      ["TARGET_1", "96", "105"],
      ["TARGET_2", "96", "110"],
    ]);
    expect(seenBy(short(), barPrice(["100", "104", "80", "100"]))).toEqual([
      ["TARGET_1", "95", "104"],
      ["TARGET_2", "90", "104"],
    ]);
  });

  it("the favourable extreme, where it is closed at the close: what is left after target 1 has seen more than its lot", () => {
    const change = { breakevenAfterTarget1: true };
    expect(seenBy(long(), barPrice(["100", "108", "96", "99.5"]), change)).toEqual([
      ["TARGET_1", "96", "105"],
      ["STOP_LOSS", "96", "108"],
    ]);
    expect(seenBy(short(), barPrice(["100", "104", "92", "100.5"]), change)).toEqual([
      ["TARGET_1", "95", "104"],
      ["STOP_LOSS", "92", "104"],
    ]);
  });

  it("the open at which target 1 was reached, and then the stop on the way to the adverse extreme", () => {
    expect(seenBy(long(), barPrice(["106", "109", "90", "100"]))).toEqual([
      ["TARGET_1", "99", "106"],
      ["STOP_LOSS", "95", "106"],
    ]);
    expect(seenBy(short(), barPrice(["94", "110", "91", "100"]))).toEqual([
      ["TARGET_1", "94", "101"],
      ["STOP_LOSS", "94", "105"],
    ]);
  });

  it("all of it, where a stop that trailed to the favourable extreme is reached at the close", () => {
    const trailing = { target1: "150", target2: null, trailingStop: { activation: "103", offset: "2" } };
    expect(seenBy(long(trailing), barPrice(["100", "108", "97", "104"]))).toEqual([["TRAILING_STOP", "97", "108"]]);
  });
});

describe("what a lot has seen", () => {
  it("is asked for only where something is closed", () => {
    const never = (): never => {
      throw new Error("nothing was closed");
    };
    const { closes } = judge(long(), barPrice(["100", "104", "96", "101"]), settingsOf(FREE), never);
    expect(closes).toEqual([]);
  });

  it("is not known where it is not known what was seen before", () => {
    const { closes } = judge(long(), quotePrice("90", 1), settingsOf(FREE), () => null);
    expect(closes.map(({ trade }) => trade.seen)).toEqual([null]);
  });
});
