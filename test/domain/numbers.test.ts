// Numbers (domain.md 1): reading, writing and rounding decimals, checked against scaled integers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, decimal, floorTo, formatDecimal, parseDecimal, q8 } from "../../src/domain/decimal.ts";
import * as reference from "../reference/rational.ts";

const show = (x: Decimal | undefined): string => (x === undefined ? "refused" : formatDecimal(x));

describe("reading a decimal", () => {
  it.each([
    ["0", "0"],
    ["7", "7"],
    ["150.03", "150.03"],
    ["-12.5", "-12.5"],
    ["0.00000001", "0.00000001"],
    ["-0.00000001", "-0.00000001"],
    ["1.0", "1"],
    ["007.50", "7.5"],
    ["99999999999999999999.99999999", "99999999999999999999.99999999"],
    ["-99999999999999999999.99999999", "-99999999999999999999.99999999"],
    ["-0", "0"],
    ["-0.00000000", "0"],
  ])("takes the string %j as %s", (text, digits) => {
    expect(show(parseDecimal(text))).toBe(digits);
  });

  it.each([
    ["a JSON number", 150.03],
    ["a whole JSON number", 1],
    ["NaN itself", Number.NaN],
    ["a big integer", 1n],
    ["null", null],
    ["nothing", undefined],
    ["true", true],
    ["an object", { toString: () => "1" }],
    ["an array", ["1"]],
    ["a String object", Object("1")],
    ["an exponent that would end the process", "1e9000000000"],
    ["a small exponent", "1e2"],
    ["a capital exponent", "1E2"],
    ["a negative exponent", "1e-8"],
    ["NaN", "NaN"],
    ["Infinity", "Infinity"],
    ["-Infinity", "-Infinity"],
    ["hex", "0x10"],
    ["binary", "0b11"],
    ["octal", "0o17"],
    ["underscores", "1_000"],
    ["thousands commas", "1,000"],
    ["a decimal comma", "1,5"],
    ["Arabic-Indic digits", "\u0661\u0665\u0660"],
    ["fullwidth digits", "\uff11\uff15\uff10"],
    ["a mathematical digit", "\u{1d7cf}"],
    ["a superscript", "1\u00b2"],
    ["a Unicode minus", "\u22121"],
    ["a leading +", "+1"],
    ["two signs", "--1"],
    ["a leading space", " 1"],
    ["a trailing space", "1 "],
    ["a trailing newline", "1\n"],
    ["a no-break space", "\u00a01"],
    ["a NUL", "1\0"],
    ["9 decimals", "1.123456789"],
    ["9 decimals that are zeros", "1.000000000"],
    ["21 digits", "100000000000000000000"],
    ["21 digits with leading zeros", "000000000000000000001"],
    ["a megabyte of digits", "1".repeat(1_000_000)],
    ["the empty string", ""],
    ["a lone minus", "-"],
    ["a lone point", "."],
    ["no digit before the point", ".5"],
    ["no digit after the point", "5."],
    ["two points", "1.2.3"],
    ["a currency sign", "$1"],
    ["a percent sign", "1%"],
    ["a fraction", "1/2"],
  ])("refuses %s", (_, text) => {
    expect(show(parseDecimal(text))).toBe("refused");
  });
});

describe("writing a decimal", () => {
  it.each([
    ["0.00000001", "0.00000001"],
    ["-0.00000001", "-0.00000001"],
    ["1e-8", "0.00000001"],
    ["1e20", "100000000000000000000"],
    ["1e30", "1000000000000000000000000000000"],
    ["-0", "0"],
    ["-0.000", "0"],
    ["1.50000000", "1.5"],
    ["100", "100"],
    ["100.00", "100"],
    ["-12.50", "-12.5"],
  ])("shows %s as %s: no exponent, no -0, no trailing zeros", (text, digits) => {
    expect(formatDecimal(new Decimal(text))).toBe(digits);
  });

  it("never shows -0, also where rounding makes one", () => {
    expect(formatDecimal(q8(decimal("-0.000000001")))).toBe("0");
  });
});

describe("q8", () => {
  it.each([
    ["0.000000005", "0"],
    ["0.000000015", "0.00000002"],
    ["0.000000025", "0.00000002"],
    ["0.000000035", "0.00000004"],
    ["0.0000000050000000000000000001", "0.00000001"],
    ["0.0000000149999999999999999999", "0.00000001"],
    ["1.123456785", "1.12345678"],
    ["1.123456775", "1.12345678"],
    ["99999999999999999999.999999995", "100000000000000000000"],
    ["-0.000000005", "0"],
    ["-0.000000015", "-0.00000002"],
    ["-0.000000025", "-0.00000002"],
    ["-0.000000026", "-0.00000003"],
    ["2.5", "2.5"],
  ])("rounds %s to %s, half to even", (text, digits) => {
    expect(formatDecimal(q8(new Decimal(text)))).toBe(digits);
  });
});

describe("arithmetic", () => {
  it("keeps every digit beyond the 20 that the library keeps by default", () => {
    const most = decimal("99999999999999999999.99999999");
    expect(formatDecimal(most.plus(decimal("0.00000001")))).toBe("100000000000000000000");
    expect(formatDecimal(most.minus(decimal("0.00000001")))).toBe("99999999999999999999.99999998");
    // (10^20 − 10^-8) × (10^8 − 10^-8) = 10^28 − 10^12 − 1 + 10^-16
    expect(formatDecimal(most.times(decimal("99999999.99999999")))).toBe(
      "9999999999999998999999999999.0000000000000001",
    );
  });

  it("does not know the errors of binary floating point", () => {
    expect(formatDecimal(decimal("0.1").plus(decimal("0.2")))).toBe("0.3");
    expect(formatDecimal(decimal("1.1").times(decimal("1.1")))).toBe("1.21");
  });

  it("rounds down to a multiple of a step", () => {
    expect(formatDecimal(floorTo(decimal("397.6"), decimal("1")))).toBe("397");
    expect(formatDecimal(floorTo(decimal("3.8314"), decimal("0.01")))).toBe("3.83");
    expect(formatDecimal(floorTo(decimal("0.99"), decimal("1")))).toBe("0");
  });

  it("is not for a figure of the desk that is no number", () => {
    expect(() => decimal("NaN")).toThrow("not a finite decimal: NaN");
    expect(() => decimal("Infinity")).toThrow("not a finite decimal: Infinity");
  });
});

/** All digits that the pattern allows, each length as likely as another. */
const units = fc
  .integer({ min: 1, max: 28 })
  .chain((digits) => fc.bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n }));
const text = units.map((value) => reference.format(reference.rational(value, 100_000_000n)));
const other = text.filter((digits) => digits !== "0");

describe("agreement with a second computation in scaled integers", () => {
  it("reads what it writes and writes what it read", () => {
    fc.assert(
      fc.property(text, (digits) => {
        expect(show(parseDecimal(digits))).toBe(digits);
      }),
    );
  });

  it("reads only what the pattern allows", () => {
    const nearly = fc.string({ unit: fc.constantFrom(..."0123456789.-+e _x"), maxLength: 32 });
    fc.assert(
      fc.property(nearly, (written) => {
        const expected = reference.parseDecimal(written);
        expect(show(parseDecimal(written))).toBe(expected === null ? "refused" : reference.format(expected));
      }),
    );
  });

  it("adds, subtracts and compares alike", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [ra, rb] = [reference.decimal(a), reference.decimal(b)];
        expect(formatDecimal(decimal(a).plus(decimal(b)))).toBe(reference.format(reference.add(ra, rb)));
        expect(formatDecimal(decimal(a).minus(decimal(b)))).toBe(reference.format(reference.sub(ra, rb)));
        expect(decimal(a).lt(decimal(b))).toBe(reference.lt(ra, rb));
      }),
    );
  });

  it("multiplies exactly and rounds products alike", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const product = reference.mul(reference.decimal(a), reference.decimal(b));
        const exact = decimal(a).times(decimal(b));
        expect(exact.times("1e16").toFixed(0)).toBe(((product.num * 10n ** 16n) / product.den).toString());
        expect(formatDecimal(q8(exact))).toBe(reference.format(reference.q8(product)));
      }),
    );
  });

  it("divides and then rounds alike", () => {
    fc.assert(
      fc.property(text, other, (a, b) => {
        const quotient = reference.q8(reference.div(reference.decimal(a), reference.decimal(b)));
        expect(formatDecimal(q8(decimal(a).div(decimal(b))))).toBe(reference.format(quotient));
      }),
    );
  });

  it("rounds numbers of 9 to 16 decimals alike, ties among them", () => {
    const ties = units.chain((value) => fc.constantFrom(value * 10n + 5n, value * 10n - 5n, value));
    fc.assert(
      fc.property(ties, fc.integer({ min: 9, max: 16 }), (value, decimals) => {
        const x = new Decimal(value.toString()).times(`1e-${decimals}`);
        const expected = reference.q8(reference.rational(value, 10n ** BigInt(decimals)));
        expect(formatDecimal(q8(x))).toBe(reference.format(expected));
      }),
    );
  });
});
