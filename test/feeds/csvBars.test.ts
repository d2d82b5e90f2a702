// What becomes of the rows of a bar file: prices, ranges, order, intervals and faults by line.
import { tmpdir } from "node:os";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBar } from "../../src/domain/price.ts";
import { readCsvBars } from "../../src/feeds/csvBars.ts";
import type { CsvRow } from "../../src/feeds/csvRow.ts";
import { CSV_LINE_CHARACTERS_MAX, streamCsvRows } from "../../src/feeds/csvStream.ts";
import { FeedError } from "../../src/feeds/feedError.ts";
import { useTemporaryFiles } from "./temporaryFiles.ts";

const HEADER = "date,open,high,low,close,volume";
const GOOD = "2017-01-03,212.61,213.35,211.52,212.80,96708880";
const write = useTemporaryFiles();

async function read(content: string | Buffer, timezone = "America/New_York") {
  return readCsvBars({ file: await write(content), symbol: "SPY", timezone });
}

/** The faults of one row that stands at line 3, below a good one. */
async function faultOf(row: string): Promise<string | undefined> {
  const { faults } = await read(`${HEADER}\n${GOOD}\n${row}\n`);
  expect(faults.length).toBeLessThanOrEqual(1);
  if (faults[0]) expect(faults[0].line).toBe(3);
  return faults[0]?.reason;
}

async function failureOf(content: string | Buffer): Promise<string> {
  const failure: unknown = await read(content).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(FeedError);
  return (failure as FeedError).message;
}

describe("a bar file", () => {
  it("gives bars with decimal strings and a start in UTC", async () => {
    expect(await read(`${HEADER}\n${GOOD}\n`)).toEqual({
      symbol: "SPY",
      bars: [
        {
          symbol: "SPY",
          open: "212.61",
          high: "213.35",
          low: "211.52",
          close: "212.8",
          volume: "96708880",
          start: new Date("2017-01-03T05:00:00Z"),
          intervalSeconds: 86_400,
        },
      ],
      faults: [],
      rows: 1,
    });
  });

  it("may have a byte-order mark, capitals, any order, other columns, tabs and any line ending", async () => {
    const expected = (await read(`${HEADER}\n${GOOD}\n`)).bars;
    const columns = "Volume,LOW,High,Dividend,Timestamp,Open,Close";
    const row = "96708880,211.52,213.35,0.0,1/3/2017,212.61,212.80";
    expect((await read(`\uFEFF${columns}\r\n${row}\r\n`)).bars).toEqual(expected);
    expect((await read(`${columns.replaceAll(",", "\t")}\n${row.replaceAll(",", "\t")}`)).bars).toEqual(expected);
    expect((await read(`${columns}\r${row}\r`)).bars).toEqual(expected);
    expect((await read(`"${columns.replaceAll(",", '","')}"\n"${row.replaceAll(",", '","')}"\n`)).bars).toEqual(
      expected,
    );
    expect((await read(`\n\n Time , open,high,low,close,volume,\n${GOOD},\n`)).bars).toEqual(expected);
  });

  it("may leave the volume out, in the header or in a row", async () => {
    expect((await read("date,open,high,low,close\n2017-01-03,1,1,1,1")).bars[0]).not.toHaveProperty("volume");
    expect((await read(`${HEADER}\n2017-01-03,1,1,1,1,`)).bars[0]).not.toHaveProperty("volume");
  });

  it("fails when a column is missing, naming what is missing and what was found", async () => {
    const message = await failureOf("day,open,high,Adj Close,volume\n");
    expect(message).toContain("no column time (or date, or timestamp), low, close");
    expect(message).toContain('found: "day", "open", "high", "Adj Close", "volume"');
  });

  it("fails when a column is there twice", async () => {
    expect(await failureOf("date,time,open,high,low,close\n")).toContain(
      "more than one column for the time (date, time)",
    );
    expect(await failureOf("date,open,high,low,close,close\n")).toContain("more than one column close");
  });

  it("fails when it is empty, missing, a directory, or has no good row", async () => {
    expect(await failureOf("")).toContain("is empty");
    expect(await failureOf("\uFEFF\n \n")).toContain("is empty");
    expect(await failureOf(`${HEADER}\n`)).toContain("nothing below its header");
    expect(await failureOf(`${HEADER}\n01/03/17,0.00,0.00,0.00,0.00,0.00\n`)).toContain(
      "all 1 are bad, the first at line 2: open is 0",
    );
    await expect(readCsvBars({ file: "no/such/file.csv", symbol: "SPY" })).rejects.toThrow("there is no such file");
    await expect(readCsvBars({ file: tmpdir(), symbol: "SPY" })).rejects.toThrow("it is a directory");
  });

  it("fails when the time zone is unknown", async () => {
    await expect(read(`${HEADER}\n${GOOD}`, "Mars/Olympus")).rejects.toThrow('"Mars/Olympus" is no time zone');
  });

  it("fails on a binary file without filling the memory", async () => {
    expect(await failureOf(Buffer.alloc(1_000_000, 0xff))).toContain("no column");
  });
});

describe("the faults of a row", () => {
  it.each([
    ["2017-01-04,1e2,213,212,213,1", 'open "1e2" is not a plain decimal number'],
    ["2017-01-04,1,NaN,1,1,1", 'high "NaN" is not a plain decimal number'],
    ["2017-01-04,1,1,Infinity,1,1", 'low "Infinity" is not a plain decimal number'],
    ["2017-01-04,1,1,1,n/a,1", 'close "n/a" is not a plain decimal number'],
    ["2017-01-04,+1,1,1,1,1", 'open "+1" is not a plain decimal number'],
    ["2017-01-04,0x10,1,1,1,1", 'open "0x10" is not a plain decimal number'],
    ["2017-01-04,1_0,1,1,1,1", 'open "1_0" is not a plain decimal number'],
    ["2017-01-04,١,1,1,1,1", 'open "١" is not a plain decimal number'],
    ["2017-01-04,-1,1,1,1,1", 'open "-1" is negative'],
    ["2017-01-04,-0,1,1,1,1", "open is 0"],
    ["2017-01-04,1,1,1,0.00,1", "close is 0"],
    ["2017-01-04,1,1,0.000000005,1,1", 'low "0.000000005" is 0 when rounded to 8 decimals'],
    ["2017-01-04,1000000000000,1,1,1,1", 'open "1000000000000" is not below 1,000,000,000,000'],
    ["2017-01-04,1,999999999999.999999999,1,1,1", 'high "999999999999.999999999" is not below 1,000,000,000,000'],
    ["2017-01-04,1,1,1,1,-5", 'volume "-5" is negative'],
    ["2017-01-04,1,1,1,1,many", 'volume "many" is not a plain decimal number'],
    ["2017-01-04,1,1,1,1,100000000000000000000", 'volume "100000000000000000000" has more than 20 digits'],
    ["2017-01-04,,,,,", "open is empty; high is empty; low is empty; close is empty"],
    [",1,1,1,1,1", "the time is empty"],
    ["2017-01-04,270.77,269.09,267.22,268.21,1", "open 270.77 is outside low 267.22 to high 269.09"],
    ["2017-01-04,268,269.09,267.22,267.2,1", "close 267.2 is outside low 267.22 to high 269.09"],
    ["2017-01-04,267.71,255.06,267.53,269,1", "high 255.06 is below low 267.53"],
    ["2017-01-04,212,61,213,35,211,52,212,80,1", "the row has 10 columns, the header 6"],
    ["2017-01-04,212.61,213.35,211.52,212.", "the row has 5 columns, the header 6"],
    ['2017-01-04,"1,1,1,1,1', "a quotation mark is not closed"],
    [HEADER, 'time "date" is not YYYY-MM-DD or M/D/YYYY, with or without a time of day'],
  ])("%s", async (row, reason) => {
    expect(await faultOf(row)).toContain(reason);
  });

  it("say so when the line or a number is endless", async () => {
    expect(await faultOf(`2017-01-04,${"9".repeat(CSV_LINE_CHARACTERS_MAX)},1,1,1,1`)).toContain(
      "longer than 4096 characters",
    );
    expect(await faultOf(`2017-01-04,${"9".repeat(65)},1,1,1,1`)).toContain("open is longer than 64 characters");
  });

  it("are told by the line that an editor shows, and spoil no other row", async () => {
    const { faults, bars, rows } = await read(
      [
        HEADER,
        "",
        "2017-01-03,1,1,1,1,1",
        '2017-01-04,"1,1,1,1,1',
        "",
        'x"y,"z',
        "2017-01-05,1,1,1,1,1",
        "2017-01-06,0,1,1,1,1",
      ].join("\r\n"),
    );
    expect(faults.map((fault) => fault.line)).toEqual([4, 6, 8]);
    expect(bars).toHaveLength(2);
    expect(rows).toBe(5);
  });
});

describe("prices with more than 8 decimals", () => {
  it("are rounded half-even, and the range is judged after that", async () => {
    const { bars, faults } = await read(
      [
        HEADER,
        "12/29/2017,0.000000015,0.000000025,0.00000001,0.000000024999,99683152000000.00",
        "01/02/2018,0.00000001293,0.00000001293,0.00000001284,0.00000001000,1",
        "01/03/2018,0.00000001289,0.00000001294,0.00000001287,0.00000002000,1",
        "01/04/2018,212.61000000000001,212.61,212.609999999999985,212.61,1",
      ].join("\n"),
    );
    expect(bars.map(({ open, high, low, close }) => [open, high, low, close])).toEqual([
      ["0.00000002", "0.00000002", "0.00000001", "0.00000002"],
      ["0.00000001", "0.00000001", "0.00000001", "0.00000001"],
      ["212.61", "212.61", "212.61", "212.61"],
    ]);
    expect(faults).toEqual([{ line: 4, reason: "close 0.00000002 is outside low 0.00000001 to high 0.00000001" }]);
  });
});

describe("the order of the bars", () => {
  it("is that of their starts, whatever the file's", async () => {
    const { bars, faults } = await read(
      `${HEADER}\n2017-01-05,1,1,1,1,1\n2017-01-03,2,2,2,2,2\n2017-01-04,3,3,3,3,3\n`,
    );
    expect(bars.map((bar) => bar.open)).toEqual(["2", "3", "1"]);
    expect(faults).toEqual([]);
  });

  it("keeps the first good row of a start; the others are faults", async () => {
    const { bars, faults } = await read(
      `${HEADER}\n2017-01-03,0,1,1,1,1\n2017-01-03,2,2,2,2,2\n1/3/17,3,3,3,3,3\n2017-01-03T00:00-05:00,4,4,4,4,4\n`,
    );
    expect(bars.map((bar) => bar.open)).toEqual(["2"]);
    expect(faults.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "open is 0"],
      [4, "the time is that of line 3"],
      [5, "the time is that of line 3"],
    ]);
  });
});

describe("the interval of the bars", () => {
  const intervals = async (times: readonly string[], timezone?: string) =>
    (await read([HEADER, ...times.map((time) => `${time},1,1,1,1,1`)].join("\n"), timezone)).bars.map(
      (bar) => bar.intervalSeconds,
    );

  it("is a day where no time of day is given, also over weekends and holidays", async () => {
    expect(await intervals(["2017-01-06", "2017-01-09", "2017-01-12"])).toEqual([86_400, 86_400, 86_400]);
  });

  it("is the most frequent difference where one is given", async () => {
    const times = ["2017-01-03 09:30", "2017-01-03 09:35", "2017-01-03 09:40", "2017-01-04 09:30", "2017-01-04 09:35"];
    expect(await intervals(times)).toEqual([300, 300, 300, 300, 300]);
  });

  it("is the smallest of equally frequent differences, and a minute for a lone bar", async () => {
    expect(await intervals(["2017-01-03 09:30", "2017-01-03 10:30", "2017-01-03 10:45"])).toEqual([900, 900, 900]);
    expect(await intervals(["2017-01-03 09:30"])).toEqual([60]);
  });

  it("is cut where the next bar starts sooner, so that this one is not stale", async () => {
    expect(await intervals(["2024-03-09", "2024-03-10", "2024-03-11"])).toEqual([86_400, 82_800, 86_400]);
    const times = ["2017-01-03 09:30", "2017-01-03 10:30", "2017-01-03 10:31", "2017-01-03 11:31"];
    expect(await intervals(times)).toEqual([3600, 60, 3600, 3600]);
  });
});

describe("any file at all", () => {
  it("gives only bars that the desk accepts, in order, and accounts for every row", async () => {
    const field = fc.oneof(
      fc.constantFrom(
        "2017-01-03",
        "1/4/17",
        "2017-01-05 09:30Z",
        "1",
        "1.5",
        "2",
        "0",
        "-1",
        "",
        '"',
        "0.123456785",
        "x",
      ),
      fc.string({ maxLength: 6 }),
    );
    const line = fc.array(field, { minLength: 6, maxLength: 7 }).map((fields) => fields.join(","));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const { bars, faults, rows } = await read([HEADER, GOOD, ...lines].join("\n"));
        expect(bars.length + faults.length).toBe(rows);
        expect(rows).toBeGreaterThan(0);
        for (const bar of bars) expect(readBar(bar)).toBeTypeOf("object");
        for (const [index, bar] of bars.entries()) {
          const next = bars[index + 1];
          if (next) expect(bar.start.getTime() + bar.intervalSeconds * 1000).toBeLessThanOrEqual(next.start.getTime());
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("the stream of a file", () => {
  it("gives bars and faults row by row, in the file's order", async () => {
    const file = await write(`${HEADER}\n2017-01-05,1,1,1,1,1\nx,1,1,1,1,1\n2017-01-03,1,1,1,1,1\n`);
    const rows: CsvRow[] = [];
    for await (const row of streamCsvRows({ file, symbol: "SPY" })) rows.push(row);
    expect(rows.map((row) => [row.line, row.kind])).toEqual([
      [2, "bar"],
      [3, "fault"],
      [4, "bar"],
    ]);
  });
});
