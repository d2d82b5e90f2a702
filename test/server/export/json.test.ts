// JSON exports: an array or lines of objects, decimals as the text that they are.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableArbitrary, tableOf, written } from "./reading.ts";

const COLUMNS = ["symbol", "realizedPnl", "number", "exitGapped", "requestId"];
const ROWS = [
  { symbol: "AAPL", realizedPnl: "-12.50000001", number: 1, exitGapped: false, requestId: null },
  { symbol: 'A"B', realizedPnl: "7", number: 2, exitGapped: true, requestId: "=1\n" },
];

describe("a JSON export", () => {
  it("is an array with an object for each row, in a line of its own", async () => {
    expect(await written(tableOf(COLUMNS, ROWS), "json")).toBe(`[
{"symbol":"AAPL","realizedPnl":"-12.50000001","number":1,"exitGapped":false,"requestId":null},
{"symbol":"A\\"B","realizedPnl":"7","number":2,"exitGapped":true,"requestId":"=1\\n"}
]
`);
  });

  it("is an empty array where there are no rows", async () => {
    expect(JSON.parse(await written(tableOf(COLUMNS, []), "json"))).toEqual([]);
  });

  it("refuses a number that JSON does not have", async () => {
    await expect(written(tableOf(["a"], [{ a: Number.NaN }]), "json")).rejects.toThrow("NaN cannot be exported");
  });

  it("parsed gives the rows, whatever is in them", async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, async ({ columns, rows }) => {
        const expected = JSON.parse(JSON.stringify(rows));
        expect(JSON.parse(await written(tableOf(columns, rows), "json"))).toEqual(expected);
      }),
    );
  });
});

describe("an NDJSON export", () => {
  it("is an object in each line, and nothing where there are no rows", async () => {
    const [first, second] = ROWS.map((row) => JSON.stringify(row));
    expect(await written(tableOf(COLUMNS, ROWS), "ndjson")).toBe(`${first}\n${second}\n`);
    expect(await written(tableOf(COLUMNS, []), "ndjson")).toBe("");
  });

  it("parsed line by line gives the rows, whatever is in them", async () => {
    await fc.assert(
      fc.asyncProperty(tableArbitrary, async ({ columns, rows }) => {
        const lines = (await written(tableOf(columns, rows), "ndjson")).split("\n").slice(0, -1);
        expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(rows)));
      }),
    );
  });
});
