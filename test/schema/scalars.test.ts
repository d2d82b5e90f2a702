// Scalars: what goes in, what comes out, and what is refused.
import { Decimal as OtherDecimal } from "decimal.js";
import { GraphQLError, type GraphQLScalarType, Kind } from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../schema/index.ts";
import { decimal } from "../../src/domain/decimal.ts";
import { Prisma } from "../../src/store/generated/client.ts";

function scalar(name: string): GraphQLScalarType {
  return schema.getType(name) as GraphQLScalarType;
}

describe("Decimal", () => {
  const type = scalar("Decimal");

  it("shows decimals of the desk, of Prisma and of records alike: no exponent, no trailing zeros, no -0", () => {
    expect(type.serialize(decimal("150.03"))).toBe("150.03");
    expect(type.serialize(decimal("0.00000001"))).toBe("0.00000001");
    expect(type.serialize(decimal("-0"))).toBe("0");
    expect(type.serialize(new Prisma.Decimal("123456789012345678901234567890.12345678"))).toBe(
      "123456789012345678901234567890.12345678",
    );
    expect(type.serialize(new Prisma.Decimal("1.50000000"))).toBe("1.5");
    expect(type.serialize(new Prisma.Decimal("-0"))).toBe("0");
    expect(type.serialize(new OtherDecimal("1e-8"))).toBe("0.00000001");
    expect(type.serialize("-12.5")).toBe("-12.5");
    expect(type.serialize("-0")).toBe("0");
  });

  it("takes strings of at most 64 characters as they are: whether they are decimals is judged for each item", () => {
    expect(type.parseValue("150.03")).toBe("150.03");
    expect(type.parseValue("1e9000000000")).toBe("1e9000000000");
    expect(type.parseLiteral({ kind: Kind.STRING, value: "NaN" }, {})).toBe("NaN");
    expect(() => type.parseValue("1".repeat(65))).toThrow(/at most 64 characters/);
  });

  it.each([150.03, 1, true, {}, [], ["1"]])("refuses %j with a clear request error", (value) => {
    expect(() => type.parseValue(value)).toThrow(GraphQLError);
    expect(() => type.parseValue(value)).toThrow(/Decimal must be a string such as "150.03"/);
  });

  it("refuses number literals", () => {
    expect(() => type.parseLiteral({ kind: Kind.INT, value: "1" }, {})).toThrow(/must be a string/);
    expect(() => type.parseLiteral({ kind: Kind.FLOAT, value: "1.5" }, {})).toThrow(/must be a string/);
  });
});

describe("DateTime", () => {
  const type = scalar("DateTime");
  const read = (text: unknown): string => (type.parseValue(text) as Date).toISOString();

  it("shows moments in UTC with milliseconds", () => {
    expect(type.serialize(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    expect(type.serialize("2024-03-01T14:30:00.123Z")).toBe("2024-03-01T14:30:00.123Z");
  });

  it.each([
    ["2024-03-01T14:30:00Z", "2024-03-01T14:30:00.000Z"],
    ["2024-03-01T14:30:00.1Z", "2024-03-01T14:30:00.100Z"],
    ["2024-03-01T14:30:00.123456789Z", "2024-03-01T14:30:00.123Z"],
    ["2024-03-01t14:30:00z", "2024-03-01T14:30:00.000Z"],
    ["2024-03-01T14:30:00-05:00", "2024-03-01T19:30:00.000Z"],
    ["2024-03-01T00:15:00+05:30", "2024-02-29T18:45:00.000Z"],
    ["2024-02-29T23:59:59.999+00:00", "2024-02-29T23:59:59.999Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ])("reads %s", (text, moment) => {
    expect(read(text)).toBe(moment);
  });

  it.each([
    "2024-03-01",
    "2024-03-01T14:30:00",
    "2024-03-01T14:30Z",
    "2024-03-01 14:30:00Z",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-00-10T00:00:00Z",
    "2024-03-01T24:00:00Z",
    "2024-03-01T23:59:60Z",
    "2024-03-01T14:30:00+24:00",
    "2024-03-01T14:30:00+05:60",
    "2024-03-01T14:30:00+0530",
    "2024-03-01T14:30:00.Z",
    "+002024-03-01T14:30:00Z",
    "",
    1709303400000,
    null,
  ])("refuses %j", (value) => {
    expect(() => type.parseValue(value)).toThrow(/RFC 3339 date and time with a zone/);
  });
});

describe("LogCursor", () => {
  it("takes strings of at most 64 characters", () => {
    expect(scalar("LogCursor").parseValue("abc")).toBe("abc");
    expect(() => scalar("LogCursor").parseValue("a".repeat(65))).toThrow(/at most 64 characters/);
    expect(() => scalar("LogCursor").parseValue(7)).toThrow(/LogCursor must be a string/);
  });
});

describe("JSON", () => {
  it("takes any JSON, also as literals", () => {
    expect(scalar("JSON").parseValue({ a: [1, null] })).toEqual({ a: [1, null] });
    expect(scalar("JSON").parseLiteral({ kind: Kind.LIST, values: [{ kind: Kind.INT, value: "3" }] }, {})).toEqual([3]);
  });
});
