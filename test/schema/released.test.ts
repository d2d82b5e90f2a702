// The API is what its clients were made for: nothing of the released one is taken away without a word.
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildSchema, findBreakingChanges, findDangerousChanges } from "graphql";
import { describe, expect, it } from "vitest";
import { z } from "zod";

/** The version whose API is compared with: a release adds its own beside it, empties the declarations and changes this. */
const RELEASED = "0.1.0";

const SCHEMA = path.join(import.meta.dirname, "../../schema");
const read = (file: string): string => readFileSync(path.join(SCHEMA, file), "utf8");
const now = read("schema.graphql");
const released = read(`released/${RELEASED}.graphql`);

/** A change that breaks clients, in the words of graphql-js, and why it had to be. */
const declarations = z.array(z.strictObject({ change: z.string().min(1), reason: z.string().min(20) }));
const declared = declarations.parse(JSON.parse(read("released/declared.json"))).map(({ change }) => change);

function breaks(before: string, after: string): string[] {
  return findBreakingChanges(buildSchema(before), buildSchema(after)).map(({ description }) => description);
}

// What may grow is not refused, as clients keep a default branch; a careless one may mind all the same.
for (const { description } of findDangerousChanges(buildSchema(released), buildSchema(now)))
  console.log(`since ${RELEASED}: ${description}`);

describe("the API since the last release", () => {
  it("has no breaking change that schema/released/declared.json does not give a reason for", () => {
    expect(breaks(released, now).filter((change) => !declared.includes(change))).toEqual([]);
  });

  it("has every change that is declared", () => {
    const changes = breaks(released, now);
    expect(declared.filter((change) => !changes.includes(change))).toEqual([]);
  });
});

describe("a change that breaks clients", () => {
  it.each([
    [
      "a field is gone",
      "  remainingQuantity: Decimal!",
      "  restQuantity: Decimal!",
      "Position.remainingQuantity was removed.",
    ],
    [
      "a field may be null",
      "  equity: Decimal!",
      "  equity: Decimal",
      "Account.equity changed type from Decimal! to Decimal.",
    ],
    [
      "an enum's value is another",
      "  TRAILING_STOP\n",
      "  TRAILED\n",
      "TRAILING_STOP was removed from enum type ExitReason.",
    ],
    [
      "an input is needed",
      "  maxPriceAge: Int\n",
      "  maxPriceAge: Int!\n",
      "SettingsInput.maxPriceAge changed type from Int to Int!.",
    ],
    [
      "an argument is gone",
      "    points: Int = 500",
      "    count: Int = 500",
      "Query.equityCurve arg points was removed.",
    ],
  ])("is found where %s", (_, before, after, change) => {
    expect(released).toContain(before);
    expect(breaks(released, released.replaceAll(before, after))).toContain(change);
  });

  it("is none where something is only added", () => {
    const more = released.replace(
      "type Account implements Node {",
      "type Account implements Node {\n  nickname: String\n",
    );
    expect(more).not.toBe(released);
    expect(breaks(released, more)).toEqual([]);
  });
});
