// Which points of a symbol's path belong to a position: those of the time while it was held.
import { describe, expect, it } from "vitest";
import type { PricePoint } from "../../src/ports.ts";
import { pointsWithin } from "../../src/services/readPricePath.ts";

const point = (timeMs: number, price: string, low = price, high = price): PricePoint => ({ timeMs, price, low, high });

const PATH = [point(10, "100"), point(20, "101", "90", "110"), point(30, "102", "95", "105"), point(40, "103")];

describe("The path of a position", () => {
  it("has only the last price of a point that may stand for prices from before the entry", () => {
    expect(pointsWithin(PATH, 15)).toEqual([point(20, "101"), point(30, "102", "95", "105"), point(40, "103")]);
    expect(pointsWithin(PATH, 20)).toEqual([point(20, "101"), point(30, "102", "95", "105"), point(40, "103")]);
  });

  it("has the whole path's first point as it is", () => {
    const early = [point(10, "100", "99", "100"), ...PATH.slice(1)];
    expect(pointsWithin(early, 10)).toEqual(early);
    expect(pointsWithin(early, 5)).toEqual(early);
  });

  it("has nothing of what came after the close", () => {
    expect(pointsWithin(PATH, 5, 30)).toEqual(PATH.slice(0, 3));
    expect(pointsWithin(PATH, 5, 29)).toEqual(PATH.slice(0, 2));
  });

  it("is empty where nothing is known of that time", () => {
    expect(pointsWithin(PATH, 41)).toEqual([]);
    expect(pointsWithin(PATH, 1, 9)).toEqual([]);
    expect(pointsWithin([], 1)).toEqual([]);
  });
});
