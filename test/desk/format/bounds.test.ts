// What a form says of a figure that one types: the same bounds as the server's, to the last digit.
import { describe, expect, test } from "vitest";
import { readSettings, type SettingText } from "../../../web/desk/schemaTexts.ts";
import { problemOf } from "../../../web/desk/src/format/bounds.ts";

/** A setting as the API's schema tells it. */
function setting(name: string): SettingText {
  const found = readSettings().find((one) => one.name === name);
  if (found === undefined) throw new Error(`the schema has no setting ${name}`);
  return found;
}

const NO_DECIMAL = "It must be a decimal, such as 0.5, with at most 8 decimals.";

describe("a decimal that one types", () => {
  const field: SettingText = { ...setting("maxTradeRisk"), lowest: "0", highest: "100", withLowest: false };
  const problem = (text: string) => problemOf(field, text);

  test.each(["0.00000001", "1", "99.99999999", "100", "100.0", "007"])("should be taken: %s", (text) => {
    expect(problem(text)).toBeUndefined();
  });

  test.each(["0", "-0", "0.00000000", "-1", "-0.00000001", "100.00000001", "99999999999999999999.99999999"])(
    "should be told its bounds: %s",
    (text) => {
      expect(problem(text)).toBe(`It must be ${field.bounds}.`);
    },
  );

  test.each([
    "",
    " ",
    "1,5",
    "1e2",
    "+1",
    ".5",
    "1.",
    "0x1",
    "NaN",
    "Infinity",
    "1 000",
    "٣",
    "1.000000001",
    "1".repeat(21),
  ])("should be told what a decimal is: %j", (text) => {
    expect(problem(text)).toBe(NO_DECIMAL);
  });

  test("should be compared digit by digit, where floats are the same", () => {
    const narrow = { ...field, highest: "9007199254740992" };
    expect(problemOf(narrow, "9007199254740992")).toBeUndefined();
    expect(problemOf(narrow, "9007199254740992.00000001")).toBe(`It must be ${field.bounds}.`);
    expect(problemOf(narrow, "9007199254740993")).toBe(`It must be ${field.bounds}.`);
  });

  test("should be taken at the lowest where that is allowed, and have no end where none is", () => {
    expect(problemOf({ ...field, withLowest: true }, "0")).toBeUndefined();
    expect(problemOf({ ...field, withLowest: true }, "-0.00")).toBeUndefined();
    expect(problemOf({ ...field, lowest: undefined, highest: undefined }, "-99999999999999999999")).toBeUndefined();
  });
});

describe("a whole number that one types", () => {
  const field = setting("maxPriceAge");

  test("should be one: no decimals, no sign but a minus, not beyond what is exact", () => {
    expect(field.kind).toBe("integer");
    for (const text of ["", "1.5", "1.0", "1e3", "+5", "1".repeat(16)])
      expect(problemOf(field, text), text).toBe("It must be a whole number.");
  });

  test("should be within its bounds, these included", () => {
    const [lowest = "", highest = ""] = [field.lowest, field.highest];
    expect([problemOf(field, lowest), problemOf(field, highest)]).toEqual([undefined, undefined]);
    const beyond = String(BigInt(highest) + 1n);
    expect([problemOf(field, "-1"), problemOf(field, beyond)]).toEqual(Array(2).fill(`It must be ${field.bounds}.`));
  });
});

describe("every setting", () => {
  test("should be good as it usually is", () => {
    expect(readSettings().flatMap((field) => problemOf(field, field.usual) ?? [])).toEqual([]);
  });

  test("should be good at its highest, and bad just above it", () => {
    for (const field of readSettings().filter(({ highest }) => highest !== undefined)) {
      const { highest = "", kind, name } = field;
      expect(problemOf(field, highest), name).toBeUndefined();
      const above = kind === "integer" ? String(BigInt(highest) + 1n) : `${highest.split(".")[0]}.99999999`;
      expect(problemOf(field, above), name).toBe(`It must be ${field.bounds}.`);
    }
  });
});
