// Figures as people read them: every digit that is shown is the server's, and none has passed through a float.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  count,
  directionOf,
  gain,
  money,
  multiple,
  NOTHING,
  percent,
  price,
  quantity,
  ratio,
  signedPercent,
} from "../../../web/desk/src/format/numbers.ts";

const WRITERS = { money, gain, percent, signedPercent, price, quantity, ratio, multiple };

describe("a figure", () => {
  test.each([
    [money("100000"), "$100,000.00"],
    [money("-1234.5"), "-$1,234.50"],
    [gain("41.6"), "+$41.60"],
    [gain("-20.35"), "-$20.35"],
    [percent("12.5"), "12.50 %"],
    [signedPercent("0.09298"), "+0.09 %"],
    [signedPercent("-3"), "-3.00 %"],
    [price("150.03"), "150.03"],
    [price("145.9708"), "145.9708"],
    [price("0.00000001"), "0.00000001"],
    [quantity("1000000"), "1,000,000"],
    [quantity("0.5"), "0.5"],
    [ratio("1.5"), "1.50"],
    [multiple("-1.33966997"), "-1.34 R"],
    [count(12345), "12,345"],
  ])("should be written as %s", (written, expected) => {
    expect(written).toBe(expected);
  });

  test("should be a dash where there is none", () => {
    for (const write of Object.values(WRITERS)) expect([write(null), write(undefined)]).toEqual([NOTHING, NOTHING]);
    expect([count(null), count(undefined), count(0)]).toEqual([NOTHING, NOTHING, "0"]);
  });

  test("should have no sign where it is zero, however that is written", () => {
    for (const [name, write] of Object.entries(WRITERS)) {
      const written = ["0", "-0", "0.00", "-0.00000000"].map(write);
      expect(new Set(written), name).toEqual(new Set([expect.stringMatching(/^\$?0(\.00)?( %| R)?$/)]));
    }
  });

  test("should have no sign where all digits that are shown are zero", () => {
    expect([money("-0.004"), gain("-0.004"), gain("0.004")]).toEqual(["$0.00", "$0.00", "$0.00"]);
    expect([percent("-0.001"), signedPercent("0.00499999"), ratio("-0.00000001")]).toEqual([
      "0.00 %",
      "0.00 %",
      "0.00",
    ]);
    expect(price("-0.00000001")).toBe("-0.00000001");
  });

  test("should keep every digit that a float would lose", () => {
    const long = "12345678901234567890.12345678";
    expect(price(long)).toBe("12,345,678,901,234,567,890.12345678");
    expect(quantity(`-${long}`)).toBe("-12,345,678,901,234,567,890.12345678");
    expect(money(long)).toBe("$12,345,678,901,234,567,890.12");
    expect(gain("9007199254740993.01")).toBe("+$9,007,199,254,740,993.01");
    expect(percent("99999999999999999999.99499999")).toBe("99,999,999,999,999,999,999.99 %");
    expect(money("99999999999999999999.99999999")).toBe("$100,000,000,000,000,000,000.00");
  });

  test("should be rounded to the cent, halves away from zero, as its digits are written", () => {
    expect([money("1.005"), percent("1.005"), ratio("8.575"), gain("-1.005")]).toEqual([
      "$1.01",
      "1.01 %",
      "8.58",
      "-$1.01",
    ]);
    expect(money("1.00499999")).toBe("$1.00");
  });
});

describe("the direction of a figure", () => {
  test.each([
    ["0.00000001", "gain"],
    ["12345678901234567890.1", "gain"],
    ["-0.00000001", "loss"],
    ["-5", "loss"],
    ["0", "even"],
    ["-0", "even"],
    ["0.00000000", "even"],
    ["-0.00", "even"],
    [null, "even"],
    [undefined, "even"],
  ] as const)("should be that of %s: %s", (figure, direction) => {
    expect(directionOf(figure)).toBe(direction);
  });
});

describe("the dashboard's sources", () => {
  const folder = path.join(import.meta.dirname, "../../../web/desk/src");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(ts|vue)$/.test(file));
  const linesWith = (pattern: RegExp) =>
    sources.flatMap((file) => {
      const lines = readFileSync(path.join(folder, file), "utf8").split("\n");
      return lines.filter((line) => pattern.test(line)).map((line) => `${file}: ${line.trim()}`);
    });

  test("should show no figure that was a float: floats are for drawing and for sorting", () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(linesWith(/\.to(Fixed|Precision|Exponential)\(|parseFloat|\btoNumber\(/)).toEqual([]);
    expect(linesWith(/\{\{[^}]*\b(drawn|Number)\(/)).toEqual([]);
  });
});
