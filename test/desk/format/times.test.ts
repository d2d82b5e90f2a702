// Moments as people read them, in the time zone of whoever looks, also on the days when its clocks change.
import { afterEach, describe, expect, test, vi } from "vitest";
import { durationOf } from "../../../web/desk/src/format/times.ts";

const own = process.env["TZ"];

/** The formats of a browser in a time zone: they are made once, when the page is loaded. */
async function readIn(zone: string) {
  process.env["TZ"] = zone;
  vi.resetModules();
  return import("../../../web/desk/src/format/times.ts");
}

afterEach(() => {
  if (own === undefined) delete process.env["TZ"];
  else process.env["TZ"] = own;
});

describe("a moment", () => {
  test.each([
    ["UTC", "1 Jan 2024, 03:04:05"],
    ["America/New_York", "31 Dec 2023, 22:04:05"],
    ["Asia/Kolkata", "1 Jan 2024, 08:34:05"],
    ["Pacific/Kiritimati", "1 Jan 2024, 17:04:05"],
  ])("should be told in the reader's time zone: %s", async (zone, expected) => {
    const { momentOf, dayOf, clockOf } = await readIn(zone);
    expect(momentOf("2024-01-01T03:04:05.678Z")).toBe(expected);
    expect(`${dayOf("2024-01-01T03:04:05.678Z")}, ${clockOf("2024-01-01T03:04:05.678Z")}`).toBe(expected);
  });

  test("should jump an hour when summer time begins", async () => {
    const { momentOf } = await readIn("Europe/Berlin");
    expect(momentOf("2024-03-31T00:59:59.999Z")).toBe("31 Mar 2024, 01:59:59");
    expect(momentOf("2024-03-31T01:00:00.000Z")).toBe("31 Mar 2024, 03:00:00");
  });

  test("should go through an hour twice when summer time ends", async () => {
    const { clockOf } = await readIn("America/New_York");
    const halfHours = ["05:00", "05:30", "06:00", "06:30", "07:00"].map((time) => `2024-11-03T${time}:00.000Z`);
    expect(halfHours.map(clockOf)).toEqual(["01:00:00", "01:30:00", "01:00:00", "01:30:00", "02:00:00"]);
  });

  test("should be the same moment, however its zone is written", async () => {
    const { momentOf } = await readIn("UTC");
    const written = ["2024-03-31T01:30:00Z", "2024-03-31T03:30:00+02:00", "2024-03-30T20:30:00.000-05:00"];
    expect(new Set(written.map(momentOf))).toEqual(new Set(["31 Mar 2024, 01:30:00"]));
  });

  test("should begin the day at 00:00:00, and know leap days", async () => {
    const { momentOf } = await readIn("UTC");
    expect(momentOf("2024-02-29T00:00:00.000Z")).toBe("29 Feb 2024, 00:00:00");
    expect(momentOf("1970-01-01T00:00:00.000Z")).toBe("1 Jan 1970, 00:00:00");
  });

  test("should be a dash where there is none", async () => {
    const { momentOf, dayOf, clockOf } = await readIn("UTC");
    for (const write of [momentOf, dayOf, clockOf]) expect([write(null), write(undefined)]).toEqual(["–", "–"]);
  });
});

describe("a duration", () => {
  test.each([
    [0, "0 s"],
    [0.4, "0 s"],
    [0.5, "1 s"],
    [59.4, "59 s"],
    [59.6, "1 min"],
    [61, "1 min 1 s"],
    [300, "5 min"],
    [3599.7, "1 h"],
    [3661, "1 h 1 min"],
    [86_399, "23 h 59 min"],
    [86_400, "1 d"],
    [187_200, "2 d 4 h"],
    [31_536_000, "365 d"],
  ])("should have its two largest units: %s s is %s", (seconds, expected) => {
    expect(durationOf(seconds)).toBe(expected);
  });

  test("should be a dash where there is none", () => {
    expect([durationOf(null), durationOf(undefined)]).toEqual(["–", "–"]);
  });
});
