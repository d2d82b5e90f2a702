// Cursors: the same bytes for ever, and nothing but what was given out is one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "../../src/events/cursor.ts";

const PLACE = { accountId: "8d0f7c9e-6a44-5d9b-9f1f-0f6d2c0a7b11", sequence: 12 };
const CURSOR = "jQ98nmpEXZufHw9tLAp7EQAAAAyDsUqFIg";

const anyPlace = fc.record({ accountId: fc.uuid(), sequence: fc.integer({ min: 0, max: 2 ** 32 - 1 }) });

describe("A cursor", () => {
  it("has the form that clients have kept since the first version", () => {
    expect(encodeCursor(PLACE)).toBe(CURSOR);
    expect(decodeCursor(CURSOR)).toEqual(PLACE);
  });

  it("tells its place, whatever it is", () => {
    fc.assert(
      fc.property(anyPlace, (place) => {
        expect(decodeCursor(encodeCursor(place))).toEqual(place);
      }),
    );
  });

  it("is none any more when a character of it is changed, left out or added", () => {
    for (let at = 0; at < CURSOR.length; at++) {
      const other = CURSOR[at] === "A" ? "B" : "A";
      expect(decodeCursor(CURSOR.slice(0, at) + other + CURSOR.slice(at + 1))).toBeUndefined();
      expect(decodeCursor(CURSOR.slice(0, at) + CURSOR.slice(at + 1))).toBeUndefined();
    }
    expect(decodeCursor(`${CURSOR}A`)).toBeUndefined();
    expect(decodeCursor("")).toBeUndefined();
  });
});
