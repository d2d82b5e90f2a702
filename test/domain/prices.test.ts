// Prices (domain.md 4): quotes and bars that are refused, those that are stale, and what a bar leaves on the board.

import { describe, expect, it } from "vitest";
import {
  type BarInput,
  isStaleBar,
  isStaleQuote,
  type QuoteInput,
  quoteAfterBar,
  readBar,
  readQuote,
} from "../../src/domain/price.ts";
import { at, barOf, plain, quoteOf } from "../support/builders.ts";

const quote = (change: Partial<Record<keyof QuoteInput, unknown>> = {}): unknown =>
  plain(readQuote({ symbol: "AAPL", price: "150", time: new Date(at(5)), ...change } as QuoteInput, at(60)));

const bar = (change: Partial<Record<keyof BarInput, unknown>> = {}): unknown =>
  plain(
    readBar({
      symbol: "AAPL",
      open: "100",
      high: "110",
      low: "90",
      close: "105",
      start: new Date(at(0)),
      intervalSeconds: 60,
      ...change,
    } as BarInput),
  );

const HOSTILE = ["1e9000000000", "NaN", "Infinity", "0x10", "1_000", "+1", " 1", "1.123456789", "", "-", ".5", "5."];
const OUT_OF_TIME = ["1899-12-31T23:59:59.999Z", "+010000-01-01T00:00:00.000Z", "no time at all"];

describe("a quote", () => {
  it("has price, bid, ask, volume and time", () => {
    expect(quote({ price: "150.030", bid: "150.02", ask: "150.04", volume: "12.50" })).toEqual({
      symbol: "AAPL",
      price: "150.03",
      bid: "150.02",
      ask: "150.04",
      volume: "12.5",
      timeMs: at(5),
      source: "QUOTE",
    });
  });

  it("without a time is of now; bid, ask and volume may be left out", () => {
    expect(quote({ time: null, bid: null })).toEqual({
      symbol: "AAPL",
      price: "150",
      bid: null,
      ask: null,
      volume: null,
      timeMs: at(60),
      source: "QUOTE",
    });
  });

  it.each(["price", "bid", "ask"].flatMap((name) => ["0", "0.0", "-1", "1000000000000"].map((text) => [name, text])))(
    "with a %s of %s is refused",
    (name, text) => {
      expect(quote({ [String(name)]: text })).toBe(
        `${name} is ${text}, but must be above 0 and below 1,000,000,000,000`,
      );
    },
  );

  it.each(["price", "bid", "ask"].flatMap((name) => HOSTILE.map((text) => [name, text])))(
    "with a %s of %j is refused",
    (name, text) => {
      expect(quote({ [String(name)]: text })).toBe(`${name} must be a decimal such as "150.03", with up to 8 decimals`);
    },
  );

  it("may have a volume of 0, but not a negative or malformed one", () => {
    const refusal = "volume must be a decimal of 0 or more, with up to 8 decimals";
    expect(quote({ volume: "0" })).toMatchObject({ volume: "0" });
    expect(quote({ volume: "-0.00000001" })).toBe(refusal);
    expect(quote({ volume: "1e3" })).toBe(refusal);
  });

  it.each(["", "aapl", "AAPL ", "X".repeat(21)])("of a symbol %j is refused", (symbol) => {
    expect(quote({ symbol })).toBe("symbol must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'");
  });

  it.each(OUT_OF_TIME)("of %s is refused", (time) => {
    expect(quote({ time: new Date(time) })).toBe("time must lie between the years 1900 and 9999");
  });
});

describe("a bar", () => {
  it("has open, high, low, close, volume, start and interval", () => {
    expect(bar({ volume: "1000" })).toEqual({
      symbol: "AAPL",
      open: "100",
      high: "110",
      low: "90",
      close: "105",
      volume: "1000",
      startMs: at(0),
      endMs: at(60),
    });
  });

  it("may have one price for all four", () => {
    expect(bar({ open: "1", high: "1.0", low: "1", close: "1.00" })).toMatchObject({ open: "1", close: "1" });
  });

  it("may open and close at its high and low", () => {
    expect(bar({ open: "110", close: "90" })).toMatchObject({ open: "110", close: "90" });
  });

  it.each<[string, object, string]>([
    ["its high is below its low", { high: "90", low: "90.00000001" }, "high 90 is below low 90.00000001"],
    ["its open is above the range", { open: "110.00000001" }, "open 110.00000001 is outside low 90 to high 110"],
    ["its open is below the range", { open: "89.99999999" }, "open 89.99999999 is outside low 90 to high 110"],
    ["its close is above the range", { close: "110.00000001" }, "close 110.00000001 is outside low 90 to high 110"],
    ["its close is below the range", { close: "89.99999999" }, "close 89.99999999 is outside low 90 to high 110"],
    ["its interval is 0", { intervalSeconds: 0 }, "intervalSeconds is 0, but must be from 1 to 31622400"],
    ["its interval is negative", { intervalSeconds: -60 }, "intervalSeconds is -60, but must be from 1 to 31622400"],
    [
      "its interval is no whole number",
      { intervalSeconds: 0.5 },
      "intervalSeconds is 0.5, but must be from 1 to 31622400",
    ],
    [
      "its interval is longer than a leap year",
      { intervalSeconds: 31_622_401 },
      "intervalSeconds is 31622401, but must be from 1 to 31622400",
    ],
    ["its volume is negative", { volume: "-1" }, "volume must be a decimal of 0 or more, with up to 8 decimals"],
    ["its symbol is none", { symbol: "" }, "symbol must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'"],
    [
      "it ends after the year 9999",
      { start: new Date("9999-12-31T23:59:30Z") },
      "start + intervalSeconds must lie between the years 1900 and 9999",
    ],
  ])("is refused where %s", (_, change, reason) => {
    expect(bar(change)).toBe(reason);
  });

  it.each(["open", "high", "low", "close"].flatMap((name) => ["0", "-1", "1000000000000"].map((text) => [name, text])))(
    "with a %s of %s is refused",
    (name, text) => {
      expect(bar({ [String(name)]: text })).toBe(`${name} is ${text}, but must be above 0 and below 1,000,000,000,000`);
    },
  );

  it.each(["open", "high", "low", "close"].flatMap((name) => HOSTILE.map((text) => [name, text])))(
    "with a %s of %j is refused",
    (name, text) => {
      expect(bar({ [String(name)]: text })).toBe(`${name} must be a decimal such as "150.03", with up to 8 decimals`);
    },
  );

  it.each(OUT_OF_TIME)("that starts at %s is refused", (time) => {
    expect(bar({ start: new Date(time) })).toBe("start must lie between the years 1900 and 9999");
  });
});

describe("the board", () => {
  const onBoard = quoteOf("150", 60);

  it("takes the first price of a symbol, whatever it is", () => {
    expect(isStaleQuote(undefined, quoteOf("150", -9999))).toBe(false);
    expect(isStaleBar(undefined, barOf(["1", "1", "1", "1"], -9999))).toBe(false);
  });

  it("drops a quote that is older than its own", () => {
    expect(isStaleQuote(onBoard, quoteOf("151", 59.999))).toBe(true);
    expect(isStaleQuote(onBoard, quoteOf("151", 60.001))).toBe(false);
  });

  it("drops an exact repeat, however its price is written, but takes another price of the same time", () => {
    expect(isStaleQuote(onBoard, quoteOf("150.00", 60))).toBe(true);
    expect(isStaleQuote(onBoard, quoteOf("150.00000001", 60))).toBe(false);
    expect(isStaleQuote(onBoard, quoteOf("150", 61))).toBe(false);
  });

  it("drops a quote that repeats what a bar left", () => {
    const left = quoteAfterBar(barOf(["100", "110", "90", "105"], 0));
    expect(isStaleQuote(left, quoteOf("105", 60))).toBe(true);
    expect(isStaleQuote(left, quoteOf("106", 60))).toBe(false);
  });

  it("drops a bar that starts before the time of its quote", () => {
    expect(isStaleBar(onBoard, barOf(["1", "1", "1", "1"], 59.999))).toBe(true);
    expect(isStaleBar(onBoard, barOf(["1", "1", "1", "1"], 60))).toBe(false);
  });

  it("drops a bar that comes again, and takes the one that follows", () => {
    const first = barOf(["100", "110", "90", "105"], 0);
    expect(isStaleBar(quoteAfterBar(first), first)).toBe(true);
    expect(isStaleBar(quoteAfterBar(first), barOf(["105", "106", "104", "104"], 60))).toBe(false);
  });

  it("holds a bar's close at start + interval after it, with its volume and neither bid nor ask", () => {
    expect(plain(quoteAfterBar(barOf(["100", "110", "90", "105"], 0)))).toEqual({
      symbol: "AAPL",
      price: "105",
      bid: null,
      ask: null,
      volume: null,
      timeMs: at(60),
      source: "BAR",
    });
  });
});
