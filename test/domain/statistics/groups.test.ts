// The groups of a trade in each breakdown, their keys at the edges of hours, days and months, and their order.

import { describe, expect, it } from "vitest";
import {
  BREAKDOWNS,
  compareGroups,
  type GroupedTrade,
  groupKey,
  groupsOf,
} from "../../../src/domain/statistics/groups.ts";

const TRADE: GroupedTrade = {
  symbol: "AAPL",
  patternType: "SPRING",
  side: "LONG",
  campaignId: "spring-24",
  exitReason: "TARGET_1",
  source: "scanner",
  exitTimeMs: Date.UTC(2024, 0, 5, 14, 30),
};

describe("the groups of a trade", () => {
  it("are one of each breakdown", () => {
    expect(groupsOf(TRADE)).toEqual([
      { breakdown: "SYMBOL", key: "AAPL" },
      { breakdown: "PATTERN", key: "SPRING" },
      { breakdown: "SIDE", key: "LONG" },
      { breakdown: "CAMPAIGN", key: "spring-24" },
      { breakdown: "EXIT_REASON", key: "TARGET_1" },
      { breakdown: "SOURCE", key: "scanner" },
      { breakdown: "HOUR", key: "14" },
      { breakdown: "WEEKDAY", key: "FRIDAY" },
      { breakdown: "MONTH", key: "2024-01" },
    ]);
  });

  it("have no key where its signal named no pattern, campaign or source", () => {
    const unnamed = groupsOf({ ...TRADE, patternType: null, campaignId: null, source: null });
    expect(unnamed.filter(({ key }) => key === null).map(({ breakdown }) => breakdown)).toEqual([
      "PATTERN",
      "CAMPAIGN",
      "SOURCE",
    ]);
  });

  it.each([
    ["2024-01-01T00:00:00.000Z", "00", "MONDAY", "2024-01"],
    ["2023-12-31T23:59:59.999Z", "23", "SUNDAY", "2023-12"],
    ["2024-02-29T09:59:59.999Z", "09", "THURSDAY", "2024-02"],
    ["2024-02-29T10:00:00.000Z", "10", "THURSDAY", "2024-02"],
    ["2024-03-02T12:00:00.000Z", "12", "SATURDAY", "2024-03"],
    ["1969-12-30T05:00:00.000Z", "05", "TUESDAY", "1969-12"],
  ])("by the exit's time %s in UTC: hour %s, %s, %s", (time, hour, weekday, month) => {
    const trade = { ...TRADE, exitTimeMs: Date.parse(time) };
    expect((["HOUR", "WEEKDAY", "MONTH"] as const).map((breakdown) => groupKey(breakdown, trade))).toEqual([
      hour,
      weekday,
      month,
    ]);
  });
});

describe("the order of groups", () => {
  const ordered = (breakdown: (typeof BREAKDOWNS)[number], ...keys: (string | null)[]): (string | null)[] =>
    keys
      .map((key) => ({ breakdown, key }))
      .sort(compareGroups)
      .map(({ key }) => key);

  it("is that of the week for weekdays, and of their text for all others", () => {
    expect(ordered("WEEKDAY", "SUNDAY", "FRIDAY", "MONDAY", "WEDNESDAY")).toEqual([
      "MONDAY",
      "WEDNESDAY",
      "FRIDAY",
      "SUNDAY",
    ]);
    expect(ordered("HOUR", "14", "09", "00", "23")).toEqual(["00", "09", "14", "23"]);
    expect(ordered("MONTH", "2024-01", "2023-12", "2024-11")).toEqual(["2023-12", "2024-01", "2024-11"]);
  });

  it("puts the group without a key last", () => {
    expect(ordered("CAMPAIGN", "b", null, "a")).toEqual(["a", "b", null]);
    expect(compareGroups({ breakdown: "SOURCE", key: null }, { breakdown: "SOURCE", key: null })).toBe(0);
  });
});

it("every breakdown gives every trade a group", () => {
  expect(groupsOf(TRADE).map(({ breakdown }) => breakdown)).toEqual([...BREAKDOWNS]);
});
