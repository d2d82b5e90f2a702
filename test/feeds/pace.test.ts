// How fast a replay runs.
import { describe, expect, it } from "vitest";
import { FeedError } from "../../src/feeds/feedError.ts";
import { parseSpeed, waitMilliseconds } from "../../src/feeds/pace.ts";

const noon = new Date("2024-01-02T12:00:00Z");
const later = (seconds: number) => new Date(noon.getTime() + seconds * 1000);

describe("a speed", () => {
  it("is a multiple of the market's, or max", () => {
    expect(["60x", "600X", "0.5x", "max", "MAX"].map(parseSpeed)).toEqual([
      60,
      600,
      0.5,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it.each(["", "60", "x", "0x", "-1x", "1e3x", "0.001x", "200000x", " 60x", "fast", "Infinityx"])(
    "is not %j",
    (text) => {
      expect(() => parseSpeed(text)).toThrow(FeedError);
      expect(() => parseSpeed(text)).toThrow("is not max or a multiple such as 60x, from 0.01x to 100000x");
    },
  );
});

describe("the wait between two market times", () => {
  it("is their difference at the speed", () => {
    expect(waitMilliseconds(noon, later(60), 60)).toBe(1000);
    expect(waitMilliseconds(noon, later(60), 600)).toBe(100);
    expect(waitMilliseconds(noon, later(60), 0.5)).toBe(120_000);
    expect(waitMilliseconds(noon, later(60), parseSpeed("max"))).toBe(0);
  });

  it("takes a night or a weekend for an hour, and is never longer than two minutes", () => {
    expect(waitMilliseconds(noon, later(17.5 * 3600), 600)).toBe(6000);
    expect(waitMilliseconds(noon, later(65 * 3600), 60)).toBe(60_000);
    expect(waitMilliseconds(noon, later(65 * 3600), 1)).toBe(120_000);
  });

  it("is nothing where time stands still or goes back", () => {
    expect(waitMilliseconds(noon, noon, 1)).toBe(0);
    expect(waitMilliseconds(later(60), noon, 1)).toBe(0);
  });
});
