// Exits (domain.md 7): stops, targets and trailing stops on quotes and bars, LONG and its mirror SHORT.

import { describe, expect, it } from "vitest";
import { type Judgement, judge } from "../../src/domain/exits.ts";
import type { Position } from "../../src/domain/position.ts";
import type { Price } from "../../src/domain/price.ts";
import type { SettingsInput } from "../../src/domain/settings.ts";
import {
  at,
  barPrice,
  closePart,
  FREE,
  type OpenHighLowClose,
  type PositionChange,
  plain,
  positionOf,
  quotePrice,
  secondsOf,
  settingsOf,
} from "../support/builders.ts";

/** An exit in short: its reason, quantity, reference price, whether it gapped, and its second. */
type Exit = [reason: string, quantity: string, reference: string, gapped: boolean, second: number];

const exitsOf = ({ closes }: Judgement): Exit[] =>
  closes.map(({ trade: { exitReason, quantity, exitFill } }) => [
    exitReason,
    quantity.toFixed(),
    exitFill.reference.price.toFixed(),
    exitFill.gapped,
    secondsOf(exitFill.timeMs),
  ]);

interface Walked {
  readonly exits: Exit[];
  readonly position: Position;
}

/** What a row of prices does to a position, one after the other. */
function walk(position: Position, prices: readonly Price[], change: SettingsInput = {}): Walked {
  const settings = settingsOf({ ...FREE, ...change });
  const exits: Exit[] = [];
  let now = position;
  for (const price of prices) {
    const judgement = judge(now, price, settings);
    exits.push(...exitsOf(judgement));
    now = judgement.position;
  }
  return { exits, position: now };
}

/** Quotes at seconds 1, 2, 3 … */
const quotes = (...texts: string[]): Price[] => texts.map((text, index) => quotePrice(text, index + 1));
/** Bars of a minute, the first from second 0. */
const bars = (...given: OpenHighLowClose[]): Price[] => given.map((bar, index) => barPrice(bar, index * 60));

/** 100 at 100: LONG with stop 95 and targets 105 and 110, SHORT with stop 105 and targets 95 and 90. */
const long = (change: PositionChange = {}): Position => positionOf({ side: "LONG", ...change });
const short = (change: PositionChange = {}): Position => positionOf({ side: "SHORT", ...change });
const stopOf = ({ position }: Walked): unknown => [plain(position.stopLoss), position.stopMovedBy];

describe("the stop on a quote", () => {
  it.each<[string, Position, string, Exit[]]>([
    ["LONG above it", long(), "95.00000001", []],
    ["LONG at it", long(), "95", [["STOP_LOSS", "100", "95", false, 1]]],
    ["LONG gapped through it: at the gapped price", long(), "93", [["STOP_LOSS", "100", "93", true, 1]]],
    ["SHORT below it", short(), "104.99999999", []],
    ["SHORT at it", short(), "105", [["STOP_LOSS", "100", "105", false, 1]]],
    ["SHORT gapped through it: at the gapped price", short(), "107", [["STOP_LOSS", "100", "107", true, 1]]],
  ])("%s", (_, position, price, exits) => {
    expect(walk(position, quotes(price)).exits).toEqual(exits);
  });

  it("closes all that is left after a partial close", () => {
    expect(walk(long(), quotes("105", "95")).exits).toEqual([
      ["TARGET_1", "50", "105", false, 1],
      ["STOP_LOSS", "50", "95", false, 2],
    ]);
  });
});

describe("the targets on a quote", () => {
  it.each<[string, Position, string, Exit[]]>([
    ["LONG below target 1", long(), "104.99999999", []],
    ["LONG at target 1: half is closed", long(), "105", [["TARGET_1", "50", "105", false, 1]]],
    ["LONG beyond target 1: at the quote's price", long(), "106", [["TARGET_1", "50", "106", true, 1]]],
    ["LONG at target 2, before target 1: all is closed", long(), "110", [["TARGET_2", "100", "110", false, 1]]],
    ["LONG beyond target 2: at the quote's price", long(), "111", [["TARGET_2", "100", "111", true, 1]]],
    ["SHORT above target 1", short(), "95.00000001", []],
    ["SHORT at target 1: half is closed", short(), "95", [["TARGET_1", "50", "95", false, 1]]],
    ["SHORT beyond target 1: at the quote's price", short(), "94", [["TARGET_1", "50", "94", true, 1]]],
    ["SHORT at target 2, before target 1: all is closed", short(), "90", [["TARGET_2", "100", "90", false, 1]]],
    ["SHORT beyond target 2: at the quote's price", short(), "89", [["TARGET_2", "100", "89", true, 1]]],
  ])("%s", (_, position, price, exits) => {
    expect(walk(position, quotes(price)).exits).toEqual(exits);
  });

  it.each<[string, Position, string[], Exit[]]>([
    [
      "LONG",
      long(),
      ["105", "104", "106", "110"],
      [
        ["TARGET_1", "50", "105", false, 1],
        ["TARGET_2", "50", "110", false, 4],
      ],
    ],
    [
      "SHORT",
      short(),
      ["95", "96", "94", "90"],
      [
        ["TARGET_1", "50", "95", false, 1],
        ["TARGET_2", "50", "90", false, 4],
      ],
    ],
  ])("target 1 is reached once in the life of a %s, then target 2 closes the rest", (_, position, texts, exits) => {
    const walked = walk(position, quotes(...texts));
    expect(walked.exits).toEqual(exits);
    expect(plain(walked.position)).toMatchObject({ remaining: "0", target1Reached: true, tradeCount: 2 });
  });
});

describe("what target 1 closes", () => {
  const coins = { symbol: "BTC-USD", assetClass: "CRYPTO" } as const;
  const lots = { symbol: "EUR/USD", assetClass: "FOREX", positionSizeUnit: "LOTS" } as const;
  it.each<[string, PositionChange, SettingsInput, string]>([
    ["101 shares × 0.5, rounded down to whole shares", { positionSize: "101" }, {}, "50"],
    ["1 share × 0.999 rounds to none", { positionSize: "1" }, { target1Fraction: "0.999" }, "none"],
    ["100 shares × 0.33333333", {}, { target1Fraction: "0.33333333" }, "33"],
    ["2.5 shares × 0.5 = 1.25", { positionSize: "2.5" }, {}, "1"],
    ["0.33 lots × 0.5 = 0.165, rounded down to 0.16 lots", { ...lots, positionSize: "0.33" }, {}, "16000"],
    ["0.01 lots × 0.5 rounds to none", { ...lots, positionSize: "0.01" }, {}, "none"],
    ["0.00000003 coins × 0.5", { ...coins, positionSize: "0.00000003" }, {}, "0.00000001"],
    ["0.00000001 coins × 0.5 rounds to none", { ...coins, positionSize: "0.00000001" }, {}, "none"],
    ["all, with a fraction of 1", {}, { target1Fraction: "1.0" }, "100"],
    ["all, without a target 2", { target2: null }, {}, "100"],
    ["all, however little, without a target 2", { target2: null, positionSize: "0.5" }, {}, "0.5"],
  ])("%s", (_, change, settings, closed) => {
    for (const [position, price] of [
      [long(change), "105"],
      [short(change), "95"],
    ] as const) {
      const walked = walk(position, quotes(price), settings);
      expect(walked.exits.map(([reason, quantity]) => [reason, quantity])).toEqual(
        closed === "none" ? [] : [["TARGET_1", closed]],
      );
      expect(walked.position.target1Reached).toBe(true);
    }
  });

  it("is of the original quantity, and at most what is left", () => {
    const settings = settingsOf(FREE);
    const after40 = closePart(long(), "40", "101", settings).position;
    expect(walk(after40, quotes("105")).exits).toEqual([["TARGET_1", "50", "105", false, 1]]);
    const after80 = closePart(long(), "80", "101", settings).position;
    const walked = walk(after80, quotes("105", "110"));
    expect(walked.exits).toEqual([["TARGET_1", "20", "105", false, 1]]);
    expect(plain(walked.position.remaining)).toBe("0");
  });

  it("where rounding leaves none: nothing, and target 1 is not reached again", () => {
    const walked = walk(long({ positionSize: "1" }), quotes("105", "106", "110"));
    expect(walked.exits).toEqual([["TARGET_2", "1", "110", false, 3]]);
  });
});

const BREAKEVEN = { breakevenAfterTarget1: true };

describe("breakeven after target 1", () => {
  it.each<[string, Position, string[], string, Exit[]]>([
    [
      "LONG",
      long(),
      ["105", "100"],
      "100",
      [
        ["TARGET_1", "50", "105", false, 1],
        ["STOP_LOSS", "50", "100", false, 2],
      ],
    ],
    [
      "SHORT",
      short(),
      ["95", "100"],
      "100",
      [
        ["TARGET_1", "50", "95", false, 1],
        ["STOP_LOSS", "50", "100", false, 2],
      ],
    ],
  ])("%s: the stop moves to the entry price", (_, position, texts, stop, exits) => {
    const walked = walk(position, quotes(...texts), BREAKEVEN);
    expect(stopOf(walked)).toEqual([stop, "BREAKEVEN"]);
    expect(walked.exits).toEqual(exits);
  });

  it("is to the price of the entry's fill, slippage included", () => {
    const settings = settingsOf(BREAKEVEN);
    const { position } = judge(positionOf({ side: "LONG" }, settings), quotePrice("105", 1), settings);
    expect(plain(position.stopLoss)).toBe("100.02");
    const mirror = judge(positionOf({ side: "SHORT" }, settings), quotePrice("95", 1), settings);
    expect(plain(mirror.position.stopLoss)).toBe("99.98");
  });

  it("is not done without the setting", () => {
    expect(stopOf(walk(long(), quotes("105")))).toEqual(["95", null]);
  });

  it("is done also where rounding leaves nothing to close", () => {
    const walked = walk(long({ positionSize: "1" }), quotes("105", "100"), BREAKEVEN);
    expect(walked.exits).toEqual([["STOP_LOSS", "1", "100", false, 2]]);
    const mirror = walk(short({ positionSize: "1" }), quotes("95", "100"), BREAKEVEN);
    expect(mirror.exits).toEqual([["STOP_LOSS", "1", "100", false, 2]]);
  });

  it("moves the stop only if that is tighter", () => {
    // The trailing stop is already at 104 − 3 = 101, above the entry; the SHORT's at 96 + 3 = 99, below it.
    const trailed = walk(long({ trailingStop: { activation: "104", offset: "3" } }), quotes("104", "105"), BREAKEVEN);
    expect(stopOf(trailed)).toEqual(["102", "TRAILING"]);
    const mirror = walk(short({ trailingStop: { activation: "96", offset: "3" } }), quotes("96", "95"), BREAKEVEN);
    expect(stopOf(mirror)).toEqual(["98", "TRAILING"]);
  });
});

describe("a bar", () => {
  it.each<[string, Position, OpenHighLowClose, Exit[]]>([
    ["LONG that touches nothing", long(), ["100", "104", "96", "103"], []],
    ["LONG with its low at the stop", long(), ["100", "104", "95", "103"], [["STOP_LOSS", "100", "95", false, 60]]],
    [
      "LONG with its low below the stop: at the level",
      long(),
      ["100", "104", "90", "103"],
      [["STOP_LOSS", "100", "95", false, 60]],
    ],
    [
      "LONG with stop and both targets: a stop",
      long(),
      ["100", "112", "94", "111"],
      [["STOP_LOSS", "100", "95", false, 60]],
    ],
    ["LONG that opens at the stop", long(), ["95", "112", "95", "111"], [["STOP_LOSS", "100", "95", false, 0]]],
    [
      "LONG that opens below the stop: at the open",
      long(),
      ["93", "112", "92", "111"],
      [["STOP_LOSS", "100", "93", true, 0]],
    ],
    [
      "LONG that opens beyond target 2: at the open",
      long(),
      ["112", "113", "94", "94"],
      [["TARGET_2", "100", "112", true, 0]],
    ],
    [
      "LONG with its high at target 1: at the level",
      long(),
      ["100", "105", "99", "101"],
      [["TARGET_1", "50", "105", false, 60]],
    ],
    [
      "LONG with both targets in its high: each at its level",
      long(),
      ["100", "115", "96", "112"],
      [
        ["TARGET_1", "50", "105", false, 60],
        ["TARGET_2", "50", "110", false, 60],
      ],
    ],
    [
      "LONG that opens at target 1 and falls to the stop",
      long(),
      ["105", "108", "94", "107"],
      [
        ["TARGET_1", "50", "105", false, 0],
        ["STOP_LOSS", "50", "95", false, 60],
      ],
    ],
    [
      "LONG that opens beyond target 1 and rises to target 2",
      long(),
      ["106", "110", "96", "107"],
      [
        ["TARGET_1", "50", "106", true, 0],
        ["TARGET_2", "50", "110", false, 60],
      ],
    ],
    ["SHORT that touches nothing", short(), ["100", "104", "96", "97"], []],
    ["SHORT with its high at the stop", short(), ["100", "105", "96", "97"], [["STOP_LOSS", "100", "105", false, 60]]],
    [
      "SHORT with its high above the stop: at the level",
      short(),
      ["100", "110", "96", "97"],
      [["STOP_LOSS", "100", "105", false, 60]],
    ],
    [
      "SHORT with stop and both targets: a stop",
      short(),
      ["100", "106", "88", "89"],
      [["STOP_LOSS", "100", "105", false, 60]],
    ],
    [
      "SHORT that opens above the stop: at the open",
      short(),
      ["107", "108", "88", "89"],
      [["STOP_LOSS", "100", "107", true, 0]],
    ],
    [
      "SHORT that opens beyond target 2: at the open",
      short(),
      ["88", "106", "87", "106"],
      [["TARGET_2", "100", "88", true, 0]],
    ],
    [
      "SHORT with its low at target 1: at the level",
      short(),
      ["100", "101", "95", "99"],
      [["TARGET_1", "50", "95", false, 60]],
    ],
    [
      "SHORT with both targets in its low: each at its level",
      short(),
      ["100", "104", "85", "88"],
      [
        ["TARGET_1", "50", "95", false, 60],
        ["TARGET_2", "50", "90", false, 60],
      ],
    ],
    [
      "SHORT that opens at target 1 and rises to the stop",
      short(),
      ["95", "106", "92", "93"],
      [
        ["TARGET_1", "50", "95", false, 0],
        ["STOP_LOSS", "50", "105", false, 60],
      ],
    ],
  ])("%s", (_, position, bar, exits) => {
    expect(walk(position, bars(bar)).exits).toEqual(exits);
  });

  it("without a target 2 closes all at target 1", () => {
    expect(walk(long({ target2: null }), bars(["100", "120", "96", "119"])).exits).toEqual([
      ["TARGET_1", "100", "105", false, 60],
    ]);
  });

  it("where target 1 closes nothing still reaches target 2", () => {
    expect(walk(long({ positionSize: "1" }), bars(["100", "115", "96", "112"])).exits).toEqual([
      ["TARGET_2", "1", "110", false, 60],
    ]);
  });

  it("tells its fills' own times: the open's exits its start, all others its end", () => {
    const { closes } = judge(long(), barPrice(["105", "108", "94", "107"], 0), settingsOf(FREE));
    expect(closes.map(({ trade }) => trade.exitFill.reference.timeMs)).toEqual([at(0), at(60)]);
    expect(closes.map(({ trade }) => trade.exitFill.reference.source)).toEqual(["BAR", "BAR"]);
  });
});

describe("a stop that moved", () => {
  it.each<[string, Position, OpenHighLowClose, Exit[], string]>([
    [
      "LONG: at the open, judged at the low",
      long(),
      ["105", "107", "99", "106"],
      [
        ["TARGET_1", "50", "105", false, 0],
        ["STOP_LOSS", "50", "100", false, 60],
      ],
      "0",
    ],
    [
      "LONG: at the high, not judged at the low before it but at the close",
      long(),
      ["101", "106", "99", "100"],
      [
        ["TARGET_1", "50", "105", false, 60],
        ["STOP_LOSS", "50", "100", false, 60],
      ],
      "0",
    ],
    [
      "LONG: at the high, with a close above it",
      long(),
      ["101", "106", "96", "104"],
      [["TARGET_1", "50", "105", false, 60]],
      "50",
    ],
    [
      "SHORT: at the open, judged at the high",
      short(),
      ["95", "101", "93", "94"],
      [
        ["TARGET_1", "50", "95", false, 0],
        ["STOP_LOSS", "50", "100", false, 60],
      ],
      "0",
    ],
    [
      "SHORT: at the low, not judged at the high before it but at the close",
      short(),
      ["99", "101", "94", "100"],
      [
        ["TARGET_1", "50", "95", false, 60],
        ["STOP_LOSS", "50", "100", false, 60],
      ],
      "0",
    ],
  ])("is first judged at the next step, %s", (_, position, bar, exits, left) => {
    const walked = walk(position, bars(bar), BREAKEVEN);
    expect(walked.exits).toEqual(exits);
    expect(plain(walked.position.remaining)).toBe(left);
  });

  it("that the close gaps through fills at the close", () => {
    const walked = walk(long(), bars(["101", "106", "97", "98"]), BREAKEVEN);
    expect(walked.exits).toEqual([
      ["TARGET_1", "50", "105", false, 60],
      ["STOP_LOSS", "50", "98", true, 60],
    ]);
  });
});

/** Trails 3 behind from 106 on (LONG), from 94 on (SHORT); the targets are far away. */
const trailingLong = (change: PositionChange = {}): Position =>
  long({ target1: "150", target2: null, trailingStop: { activation: "106", offset: "3" }, ...change });
const trailingShort = (change: PositionChange = {}): Position =>
  short({ target1: "50", target2: null, trailingStop: { activation: "94", offset: "3" }, ...change });
const bestOf = ({ position }: Walked): unknown => plain(position.trailing?.bestPrice);

describe("a trailing stop", () => {
  it.each<[string, Position, string[], string, string | null]>([
    ["LONG is quiet below its activation", trailingLong(), ["105.99999999"], "95", null],
    ["LONG begins at its activation", trailingLong(), ["106"], "103", "106"],
    ["LONG follows the best price", trailingLong(), ["106", "108.5"], "105.5", "108.5"],
    ["LONG does not loosen", trailingLong(), ["106", "108", "106.5", "107"], "105", "108"],
    ["LONG goes on below its activation once it has begun", trailingLong(), ["106", "104", "105"], "103", "106"],
    ["SHORT is quiet above its activation", trailingShort(), ["94.00000001"], "105", null],
    ["SHORT begins at its activation", trailingShort(), ["94"], "97", "94"],
    ["SHORT follows the best price", trailingShort(), ["94", "91.5"], "94.5", "91.5"],
    ["SHORT does not loosen", trailingShort(), ["94", "92", "93.5", "93"], "95", "92"],
  ])("%s", (_, position, texts, stop, best) => {
    const walked = walk(position, quotes(...texts));
    expect(walked.exits).toEqual([]);
    expect(stopOf(walked)).toEqual([stop, best === null ? null : "TRAILING"]);
    expect(bestOf(walked)).toBe(best);
  });

  it.each<[string, Position, string[], Exit[]]>([
    ["LONG", trailingLong(), ["106", "108", "105"], [["TRAILING_STOP", "100", "105", false, 3]]],
    ["LONG gapped", trailingLong(), ["106", "108", "99"], [["TRAILING_STOP", "100", "99", true, 3]]],
    ["SHORT", trailingShort(), ["94", "92", "95"], [["TRAILING_STOP", "100", "95", false, 3]]],
    ["SHORT gapped", trailingShort(), ["94", "92", "101"], [["TRAILING_STOP", "100", "101", true, 3]]],
  ])("closes a %s as TRAILING_STOP", (_, position, texts, exits) => {
    expect(walk(position, quotes(...texts)).exits).toEqual(exits);
  });

  it("that has begun without moving the stop leaves it a STOP_LOSS", () => {
    // 101 − 8 = 93 is no tighter than 95; the mirror 99 + 8 = 107 no tighter than 105.
    const loose = { target1: "150", target2: null, trailingStop: { activation: "101", offset: "8" } };
    const walked = walk(long(loose), quotes("101", "95"));
    expect(bestOf(walked)).toBe("101");
    expect(walked.exits).toEqual([["STOP_LOSS", "100", "95", false, 2]]);
    const mirror = { target1: "50", target2: null, trailingStop: { activation: "99", offset: "8" } };
    expect(walk(short(mirror), quotes("99", "105")).exits).toEqual([["STOP_LOSS", "100", "105", false, 2]]);
  });

  it("that reaches just the level of the stop has not moved it", () => {
    const walked = walk(trailingLong({ trailingStop: { activation: "101", offset: "6" } }), quotes("101"));
    expect(stopOf(walked)).toEqual(["95", null]);
    expect(bestOf(walked)).toBe("101");
  });

  it("does not count the entry's own price", () => {
    const position = trailingLong({ trailingStop: { activation: "99", offset: "3" } });
    expect(position.trailing?.bestPrice).toBeNull();
    expect(plain(position.stopLoss)).toBe("95");
    expect(stopOf(walk(position, quotes("98.5")))).toEqual(["95", null]);
    expect(stopOf(walk(position, quotes("99.5")))).toEqual(["96.5", "TRAILING"]);
  });

  it.each<[string, Position, OpenHighLowClose, string, Exit[]]>([
    [
      "LONG: the open counts, and is judged at the low",
      trailingLong(),
      ["106", "107", "102", "105"],
      "106",
      [["TRAILING_STOP", "100", "103", false, 60]],
    ],
    [
      "LONG: the high counts, and is not judged at the low before it",
      trailingLong(),
      ["100", "108", "96", "107"],
      "108",
      [],
    ],
    [
      "LONG: the high counts, and is judged at the close",
      trailingLong(),
      ["100", "108", "96", "104"],
      "108",
      [["TRAILING_STOP", "100", "104", true, 60]],
    ],
    [
      "LONG: at the close, exactly at the level",
      trailingLong(),
      ["100", "108", "96", "105"],
      "108",
      [["TRAILING_STOP", "100", "105", false, 60]],
    ],
    [
      "SHORT: the open counts, and is judged at the high",
      trailingShort(),
      ["94", "98", "93", "95"],
      "94",
      [["TRAILING_STOP", "100", "97", false, 60]],
    ],
    [
      "SHORT: the low counts, and is not judged at the high before it",
      trailingShort(),
      ["100", "104", "92", "93"],
      "92",
      [],
    ],
    [
      "SHORT: the low counts, and is judged at the close",
      trailingShort(),
      ["100", "104", "92", "96"],
      "92",
      [["TRAILING_STOP", "100", "96", true, 60]],
    ],
  ])("in a bar, %s", (_, position, bar, best, exits) => {
    const walked = walk(position, bars(bar));
    expect(walked.exits).toEqual(exits);
    expect(bestOf(walked)).toBe(best);
  });

  it("moves after the exits of its step: target 1 and the trailing stop at one quote", () => {
    const position = long({ trailingStop: { activation: "105", offset: "3" } });
    const walked = walk(position, quotes("105"));
    expect(walked.exits).toEqual([["TARGET_1", "50", "105", false, 1]]);
    expect(stopOf(walked)).toEqual(["102", "TRAILING"]);
  });

  it("after breakeven at one quote: the last move gives the reason", () => {
    const near = long({ trailingStop: { activation: "105", offset: "3" } });
    // Breakeven to 100, then trailing to 102.
    expect(walk(near, quotes("105", "102"), BREAKEVEN).exits.at(-1)).toEqual(["TRAILING_STOP", "50", "102", false, 2]);
    const far = long({ trailingStop: { activation: "104", offset: "6" } });
    // Trailing to 98, breakeven to 100; trailing to 99 is no tighter.
    expect(walk(far, quotes("104", "105", "100"), BREAKEVEN).exits.at(-1)).toEqual([
      "STOP_LOSS",
      "50",
      "100",
      false,
      3,
    ]);
    const farShort = short({ trailingStop: { activation: "96", offset: "6" } });
    expect(walk(farShort, quotes("96", "95", "100"), BREAKEVEN).exits.at(-1)).toEqual([
      "STOP_LOSS",
      "50",
      "100",
      false,
      3,
    ]);
  });

  it("goes on after target 1 has closed a part", () => {
    const position = long({ trailingStop: { activation: "105", offset: "3" } });
    expect(walk(position, quotes("105", "108", "105")).exits).toEqual([
      ["TARGET_1", "50", "105", false, 1],
      ["TRAILING_STOP", "50", "105", false, 3],
    ]);
  });

  it("is not moved by the price that closes the position", () => {
    const walked = walk(long({ trailingStop: { activation: "105", offset: "3" } }), quotes("110"));
    expect(walked.exits).toEqual([["TARGET_2", "100", "110", false, 1]]);
    expect(stopOf(walked)).toEqual(["95", null]);
    expect(bestOf(walked)).toBeNull();
  });
});

describe("which prices a position is judged on", () => {
  const entered = long({ entrySeconds: 30 });
  const settings = settingsOf(FREE);

  it("quotes with a time at or after its entry time", () => {
    expect(exitsOf(judge(entered, quotePrice("95", 29.999), settings))).toEqual([]);
    expect(exitsOf(judge(entered, quotePrice("95", 30), settings))).toEqual([["STOP_LOSS", "100", "95", false, 30]]);
  });

  it("bars with a start at or after its entry time, and no other in any part", () => {
    const bar: OpenHighLowClose = ["100", "115", "90", "95"];
    expect(exitsOf(judge(entered, barPrice(bar, 29.999), settings))).toEqual([]);
    expect(exitsOf(judge(entered, barPrice(bar, 30), settings))).toEqual([["STOP_LOSS", "100", "95", false, 90]]);
  });

  it("what is not judged moves neither stop nor best price: it answers the very same position", () => {
    const trailing = trailingLong({ entrySeconds: 30 });
    expect(judge(trailing, quotePrice("120", 29.999), settings).position).toBe(trailing);
    expect(judge(trailing, barPrice(["110", "120", "100", "115"], 29.999), settings).position).toBe(trailing);
  });

  it("where nothing happens it answers the very same position", () => {
    const position = long();
    expect(judge(position, quotePrice("100", 1), settings).position).toBe(position);
    expect(judge(position, barPrice(["100", "104", "96", "101"], 60), settings).position).toBe(position);
  });
});

describe("an exit's fill", () => {
  it("keeps its reference price, the source and time of that price, the model and the settings", () => {
    const settings = settingsOf({ slippagePercentage: "1", commissionPerShare: "0.01" });
    const [close] = judge(long(), quotePrice("93", 7), settings).closes;
    // Selling 100 at 93 × 0.99 = 92.07
    expect(plain(close?.trade.exitFill)).toEqual({
      price: "92.07",
      quantity: "100",
      value: "9207",
      timeMs: at(7),
      reference: { price: "93", source: "QUOTE", timeMs: at(7) },
      gapped: true,
      commission: "1",
      slippageCost: "93",
      modelVersion: 1,
      settings: { slippagePercentage: "1", commissionPerShare: "0.01", useRealisticFills: true },
    });
  });

  it("takes the slippage from the level where a bar is filled at one", () => {
    const [close] = judge(short(), barPrice(["100", "120", "99", "110"], 0), settingsOf()).closes;
    // Buying at the stop of 105 × 1.0002
    expect(plain(close?.trade.exitFill.price)).toBe("105.021");
  });

  it("uses the settings of its own time, not those of the entry", () => {
    const position = positionOf({ side: "LONG" }, settingsOf({ target1Fraction: "0.5" }));
    const walked = walk(position, quotes("105"), { target1Fraction: "0.25" });
    expect(walked.exits).toEqual([["TARGET_1", "25", "105", false, 1]]);
  });
});
