// Exposure: the share of a session's time in which a position was open, also where times come out of order.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDecimal } from "../../../src/domain/decimal.ts";
import { figureValue } from "../../../src/domain/statistics/figure.ts";
import {
  afterEntryAt,
  afterExitAt,
  exposureOf,
  NEVER_IN_MARKET,
  type TimeInMarket,
} from "../../../src/domain/statistics/timeInMarket.ts";

type Step = readonly [act: "enter" | "leave", timeMs: number];

/** The time in the market after entries and exits in the order in which the desk made them. */
function timeAfter(...steps: Step[]): TimeInMarket {
  let open = 0;
  return steps.reduce((time, [act, timeMs]) => {
    open += act === "enter" ? 1 : -1;
    return act === "enter" ? afterEntryAt(time, timeMs) : afterExitAt(time, timeMs, open);
  }, NEVER_IN_MARKET);
}

/** The exposure of a session from 0 to `atMs`. */
function exposure(atMs: number, ...steps: Step[]): string | null {
  const told = figureValue(exposureOf(timeAfter(...steps), 0, atMs));
  return told && formatDecimal(told);
}

describe("the exposure of a session", () => {
  it.each<[string, Step[], string]>([
    ["in which nothing was opened is 0", [], "0"],
    [
      "counts from entry to exit",
      [
        ["enter", 100],
        ["leave", 350],
      ],
      "25",
    ],
    [
      "counts a stretch with several positions once",
      [
        ["enter", 100],
        ["enter", 200],
        ["leave", 300],
        ["enter", 350],
        ["leave", 500],
        ["leave", 600],
      ],
      "50",
    ],
    [
      "sums separate stretches",
      [
        ["enter", 0],
        ["leave", 100],
        ["enter", 400],
        ["leave", 423],
      ],
      "12.3",
    ],
    ["counts what is still open up to now", [["enter", 400]], "60"],
    [
      "ends a stretch with its latest exit, though another was made after it",
      [
        ["enter", 0],
        ["enter", 0],
        ["leave", 500],
        ["leave", 300],
      ],
      "50",
    ],
    [
      "counts no time twice, where an entry precedes the end of the bar that closed the last position",
      [
        ["enter", 0],
        ["leave", 600],
        ["enter", 540],
        ["leave", 700],
      ],
      "70",
    ],
    [
      "counts nothing for an entry and an exit before the last exit",
      [
        ["enter", 0],
        ["leave", 600],
        ["enter", 540],
        ["leave", 560],
      ],
      "60",
    ],
    [
      "is never above 100: an exit can carry the end of a bar that is yet to come",
      [
        ["enter", 0],
        ["leave", 1060],
      ],
      "100",
    ],
    ["is never below 0: an entry can carry a time that is yet to come", [["enter", 1060]], "0"],
  ])("%s", (_, steps, expected) => {
    expect(exposure(1000, ...steps)).toBe(expected);
  });

  it("rounds to 8 decimals", () => {
    expect(exposure(3, ["enter", 1])).toBe("66.66666667");
  });

  it("is missing in the moment of its beginning, with the reason", () => {
    expect(exposureOf(NEVER_IN_MARKET, 5, 5)).toEqual({ kind: "missing", reason: "the session has only just begun" });
  });

  it("is the share of the milliseconds in which something was open, counted one by one", () => {
    const spans = fc.array(fc.tuple(fc.nat(99), fc.nat(99)), { maxLength: 8 });
    fc.assert(
      fc.property(spans, (drawn) => {
        const positions = drawn.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
        const steps: Step[] = positions.flatMap(([from, to]) => [
          ["enter", from],
          ["leave", to],
        ]);
        // In the order of time; of several at once, entries come first.
        steps.sort(([a, x], [b, y]) => x - y || a.localeCompare(b));
        const open = Array.from({ length: 100 }, (_, ms) => positions.some(([from, to]) => from <= ms && ms < to));
        expect(exposure(100, ...steps)).toBe(String(open.filter(Boolean).length));
      }),
    );
  });
});
