// Decimals and moments: what may be made of a text, and what is made of them.
import { type DateTime, type Decimal, dateTime, decimal, parseDecimal, toDate, toNumber } from "@papertape/client";
import { Decimal as Exact } from "decimal.js";
import { describe, expect, expectTypeOf, it } from "vitest";
import { parseDecimal as parseOnServer } from "../../src/domain/decimal.ts";

const TEXTS = [
  ..."0 -0 1 -1 150.03 0.00000001 -0.1 007 12345678901234567890.12345678".split(" "),
  ..."123456789012345678901 0.123456789 1e3 +1 .5 5. 1,5 0x10 NaN Infinity - --1".split(" "),
  ...["", " ", " 1", "1 ", "1\n", "١"],
];

describe("a decimal", () => {
  it.each(TEXTS)("%j is one exactly where the desk takes it", (text) => {
    const isTaken = parseOnServer(text) !== undefined;
    const make = (): Decimal => decimal(text);
    if (isTaken) expect(make()).toBe(text);
    else expect(make).toThrow(`${JSON.stringify(text)} is no decimal`);
  });

  it("is not made of a number, whose digits are not what was meant", () => {
    // @ts-expect-error: the compiler says so, too
    expect(() => decimal(0.1)).toThrow(TypeError);
    // @ts-expect-error: nor of any text that was not looked at
    const unchecked: Decimal = "abc";
    expect(unchecked).toBe("abc");
  });

  it("is exact in a decimal library, and a number only where that is asked for", () => {
    const price = decimal("12345678901234567890.12345678");
    const exact = parseDecimal(price, Exact);
    expectTypeOf(exact).toEqualTypeOf<Exact>();
    expect(exact.toFixed()).toBe(price);
    expect(toNumber(decimal("0.1"))).toBe(0.1);
    expect([parseDecimal(null, Exact), toNumber(null), toDate(null)]).toEqual([null, null, null]);
    expectTypeOf(toNumber(price as Decimal | null)).toEqualTypeOf<number | null>();
  });
});

describe("a moment", () => {
  it("is made of a Date, or a text with a time zone, and becomes a Date again", () => {
    const moment = dateTime(new Date(Date.UTC(2024, 2, 1, 14, 30)));
    expect(moment).toBe("2024-03-01T14:30:00.000Z");
    expectTypeOf(moment).toEqualTypeOf<DateTime>();
    expect(toDate(dateTime("2024-03-01T09:30:00-05:00"))).toEqual(toDate(moment));
  });

  it.each(["2024-03-01", "2024-03-01T14:30:00", "yesterday", "2024-13-01T00:00:00Z"])("is not made of %j", (text) => {
    expect(() => dateTime(text)).toThrow("is no moment");
  });

  it("is not made of an invalid Date", () => {
    expect(() => dateTime(new Date(Number.NaN))).toThrow("is no moment");
  });
});
