// Every file of real market data beside the project is read as it should be.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readCsvBars } from "../../src/feeds/csvBars.ts";
import { parseReplayArgument } from "../../src/feeds/replayArgument.ts";

const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const isThere = existsSync(DATA);
if (!isThere) console.log("left out: the real market data files, for ../shared/data is not there");

async function read(name: string) {
  const [source] = parseReplayArgument(`${DATA}${name}`);
  if (source === undefined) throw new Error("no file");
  return readCsvBars(source);
}

describe.skipIf(!isThere)("the real market data", () => {
  it.each([
    ["daily/AAPL.csv", "AAPL", 753, 86_400, "2015-01-02T05:00:00.000Z", "2017-12-29T05:00:00.000Z"],
    ["daily/COKE.csv", "COKE", 754, 86_400, "2015-01-02T05:00:00.000Z", "2017-12-29T05:00:00.000Z"],
    ["daily/GOOGL.csv", "GOOGL", 754, 86_400, "2015-01-02T05:00:00.000Z", "2017-12-29T05:00:00.000Z"],
    ["daily/TSLA.csv", "TSLA", 754, 86_400, "2015-01-02T05:00:00.000Z", "2017-12-29T05:00:00.000Z"],
    ["daily/YHOO.csv", "YHOO", 619, 86_400, "2015-01-02T05:00:00.000Z", "2017-06-16T04:00:00.000Z"],
    [
      "daily/MSFT-1990-2022.csv",
      "MSFT-1990-2022",
      8111,
      86_400,
      "1990-01-02T05:00:00.000Z",
      "2022-03-10T05:00:00.000Z",
    ],
    ["minute/AAPL.csv", "AAPL", 8211, 60, "2016-04-15T13:30:00.000Z", "2016-05-13T20:00:00.000Z"],
    ["minute/MSFT.csv", "MSFT", 8211, 60, "2016-04-15T13:30:00.000Z", "2016-05-13T20:00:00.000Z"],
    ["minute/SPY.csv", "SPY", 1564, 60, "2020-12-15T14:30:00.000Z", "2020-12-18T21:00:00.000Z"],
    ["messy/penny.csv", "PENNY", 533, 86_400, "2018-12-21T05:00:00.000Z", "2021-02-03T05:00:00.000Z"],
    ["messy/mismatch.csv", "MISMATCH", 502, 86_400, "2016-01-18T05:00:00.000Z", "2018-12-31T05:00:00.000Z"],
  ])("%s is read whole", async (name, symbol, count, intervalSeconds, first, last) => {
    const { bars, faults, rows, symbol: named } = await read(name);
    expect({ named, faults, rows }).toEqual({ named: symbol, faults: [], rows: count });
    expect(bars).toHaveLength(count);
    expect(new Set(bars.map((bar) => bar.intervalSeconds))).toEqual(new Set([intervalSeconds]));
    expect([bars[0]?.start.toISOString(), bars.at(-1)?.start.toISOString()]).toEqual([first, last]);
  });

  it("messy/bad.csv gives its good rows and tells every other by line", async () => {
    const { bars, faults, rows } = await read("messy/bad.csv");
    expect([rows, bars.length, faults.length]).toEqual([502, 341, 161]);
    const lines = (words: string) => faults.filter((fault) => fault.reason.includes(words)).map((fault) => fault.line);
    expect(lines("the time is empty")).toEqual(Array.from({ length: 50 }, (_, index) => 202 + index));
    expect(lines("open is 0")).toEqual(Array.from({ length: 51 }, (_, index) => 400 + index));
    expect(lines("open is empty")).toEqual(Array.from({ length: 51 }, (_, index) => 451 + index));
    expect(lines("negative")).toEqual([356, 358, 359, 360]);
    expect(lines("below low")).toEqual([362, 363]);
    expect(lines("outside")).toEqual([253, 257, 361]);
  });

  it("messy/zeros.csv and messy/toobig.csv have no good row, and fail", async () => {
    await expect(read("messy/zeros.csv")).rejects.toThrow("all 200 are bad, the first at line 2: open is 0");
    await expect(read("messy/toobig.csv")).rejects.toThrow("all 1246 are bad, the first at line 2: open");
  });
});
