// The starting capital of a session as a form judges it: by the bounds that the API's schema tells.
/// <reference path="../../../web/desk/src/virtual.d.ts" />
import { describe, expect, test, vi } from "vitest";
import { readSettings, readStrategy } from "../../../web/desk/schemaTexts.ts";
import { CAPITAL, problemOfCapital } from "../../../web/desk/src/format/capital.ts";

/** What the build makes of the schema. */
vi.mock("virtual:settings", () => ({ SETTINGS: readSettings(), STRATEGY: readStrategy() }));

describe("a starting capital", () => {
  test("should be good as it usually is, and at its highest", () => {
    expect(CAPITAL.usual).toBe("100000");
    expect([problemOfCapital(CAPITAL.usual), problemOfCapital(CAPITAL.highest ?? "")]).toEqual([undefined, undefined]);
  });

  test("should be more than nothing, and no more than the highest", () => {
    const outside = ["0", "-0", "-1", `${CAPITAL.highest}.00000001`];
    expect(outside.map(problemOfCapital)).toEqual(outside.map(() => `It must be ${CAPITAL.bounds}.`));
  });

  test("should be a figure", () => {
    for (const text of ["", "100k", "$100", "100,000"])
      expect(problemOfCapital(text)).toContain("It must be a decimal");
  });
});
