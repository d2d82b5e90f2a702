// How the times of files are read: forms, zones, two-digit years and daylight saving.
import { describe, expect, it } from "vitest";
import { createTimeReader, readTimezone } from "../../src/feeds/marketTime.ts";

function readAll(texts: readonly string[], timezone = "America/New_York"): string[] {
  const read = createTimeReader(readTimezone(timezone));
  return texts.map((text) => {
    const result = read(text);
    return result.kind === "time" ? result.time.toISOString() : result.reason;
  });
}

const readOne = (text: string, timezone?: string) => readAll([text], timezone)[0];

describe("a time", () => {
  it.each([
    ["2017-01-03", "2017-01-03T05:00:00.000Z"],
    ["2017-07-03", "2017-07-03T04:00:00.000Z"],
    ["1/3/2017", "2017-01-03T05:00:00.000Z"],
    ["01/03/2017 09:30", "2017-01-03T14:30:00.000Z"],
    ["1/3/2017 4:00 PM", "2017-01-03T21:00:00.000Z"],
    ["1/3/2017 12:05 am", "2017-01-03T05:05:00.000Z"],
    ["2020-12-15 09:30", "2020-12-15T14:30:00.000Z"],
    ["2020-12-15 09:30:15", "2020-12-15T14:30:15.000Z"],
    ["2020-12-15T09:30:15.1239", "2020-12-15T14:30:15.123Z"],
    ["2020-12-15T09:30:15Z", "2020-12-15T09:30:15.000Z"],
    ["2020-12-15 09:30:15+00", "2020-12-15T09:30:15.000Z"],
    ["2020-12-15 09:30:15 -0500", "2020-12-15T14:30:15.000Z"],
    ["2020-12-15T09:30+05:45", "2020-12-15T03:45:00.000Z"],
    ["1/3/69", "1969-01-03T05:00:00.000Z"],
    ["1/3/68", "2068-01-03T05:00:00.000Z"],
    ["01/03/17", "2017-01-03T05:00:00.000Z"],
    ["2/29/2016", "2016-02-29T05:00:00.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(readOne(text)).toBe(expected);
  });

  it.each([
    ["", "the time is empty"],
    ["2/29/2017", "there is no time"],
    ["13/1/2017", "there is no time"],
    ["2017-01-03 24:00", "there is no time"],
    ["2017-01-03 13:00 PM", "there is no time"],
    ["2017-01-03 09:60", "there is no time"],
    ["0001-01-03", "not between the years 1900 and 9999"],
    ["2017-01-03T09:30+15:00", "not one up to 14:00"],
    ["1483453800", "is not YYYY-MM-DD or M/D/YYYY"],
    ["yesterday", "is not YYYY-MM-DD or M/D/YYYY"],
    ["2017-01-03 ".padEnd(1000, "9"), "is not YYYY-MM-DD or M/D/YYYY"],
  ])("%s is a fault", (text, reason) => {
    expect(readOne(text)).toContain(reason);
  });

  it("without a zone is in the zone of the file", () => {
    expect(readOne("2017-01-03 09:30", "Asia/Tokyo")).toBe("2017-01-03T00:30:00.000Z");
    expect(readOne("2017-01-03", "UTC")).toBe("2017-01-03T00:00:00.000Z");
  });
});

describe("daylight saving", () => {
  it("makes a fault of a time that does not exist", () => {
    expect(readAll(["2024-03-10 01:59", "2024-03-10 02:30", "2024-03-10 03:00"])).toEqual([
      "2024-03-10T06:59:00.000Z",
      'daylight saving skips "2024-03-10 02:30" in America/New_York',
      "2024-03-10T07:00:00.000Z",
    ]);
  });

  it("begins a day that has no midnight at its first moment", () => {
    expect(readOne("2018-11-04", "America/Sao_Paulo")).toBe("2018-11-04T03:00:00.000Z");
  });

  it("reads the hour that comes twice in the direction of the file", () => {
    const local = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"].map((time) => `2024-11-03 ${time}`);
    const utc = ["04:30", "05:00", "05:30", "06:00", "06:30", "07:00"].map((time) => `2024-11-03T${time}:00.000Z`);
    expect(readAll(local)).toEqual(utc);
    expect(readAll(local.toReversed())).toEqual(utc.toReversed());
    expect(readOne("2024-11-03 01:30")).toBe("2024-11-03T05:30:00.000Z");
  });
});
