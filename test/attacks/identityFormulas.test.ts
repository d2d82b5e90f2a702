// Formula injection: nothing that a client wrote begins a formula in a spreadsheet, in any column of any export in CSV.
// How single cells are escaped, and read back, is in test/server/export/csv.test.ts.
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { START } from "../support/apiDesk.ts";
import { ClosePosition, Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";

const FORMULAS = [
  "=1+1",
  "+1+1",
  "-1+1",
  "@SUM(1)",
  '=HYPERLINK("x")',
  "=cmd|' /C calc'!A0",
  "\uff1d1+1",
  " =1+1",
  "'=1+1",
];
/** Columns of text that only the desk fills, or whose form begins no formula. */
const NAMES = ["trades", "positions", "signals", "curve", "report"];
const BREAKDOWNS = ["SYMBOL", "SOURCE", "CAMPAIGN"];
const RUN = /^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/u;
const NUMBER = /^-?\d+(\.\d+)?$/;

let desk: GuardedDesk;
let secret: string;
beforeAll(async () => {
  desk = await startGuardedDesk();
  secret = await desk.newKey(["read"]);
  const { client } = desk.api;
  await client.run(Enable);
  await client.run(PublishQuotes, { quotes: [{ symbol: "-A.B", price: "100", time: START }] });
  for (const [index, formula] of FORMULAS.entries()) {
    const texts = { phase: formula, timeframe: formula, campaignId: formula, source: formula };
    const stops = { symbol: "-A.B", entryPrice: "100", stopLoss: "95", target1: "110" };
    // Every text that takes a formula has one; the others are checked to take none.
    for (const positionSize of ["1", "1000000"]) {
      const input = { ...texts, ...stops, positionSize, signalId: `-${index}-${positionSize}` };
      const { executeSignal } = await client.run(ExecuteSignal, { input });
      if (executeSignal.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(executeSignal));
      const position = executeSignal.signal.position?.id;
      if (position) await client.run(ClosePosition, { input: { position, requestId: `-r${index}` } });
    }
  }
});
afterAll(() => desk.close());

async function exported(query: string): Promise<Record<string, string>[]> {
  const { url } = await desk.serve();
  const response = await fetch(`${url}/export/${query}`, { headers: bearer(secret) });
  expect([query, response.status]).toEqual([query, 200]);
  return parse(await response.text(), { columns: true }) as Record<string, string>[];
}

it.each([...NAMES, ...BREAKDOWNS.map((by) => `report?breakdown=${by}`)])(
  "should run nothing of /export/%s",
  async (query) => {
    const rows = await exported(query);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      for (const [column, cell] of Object.entries(row)) {
        if (!NUMBER.test(cell)) expect([column, cell]).not.toEqual([column, expect.stringMatching(RUN)]);
        expect([column, column]).not.toEqual([column, expect.stringMatching(RUN)]);
      }
    }
  },
);

it("should have tried every column that a client can set, with every formula", async () => {
  const columnsWith = async (name: string): Promise<string[]> => {
    const rows = await exported(name);
    const escaped = (cell: string | undefined): boolean => cell?.startsWith("'") ?? false;
    return Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => escaped(row[column])));
  };
  expect(await columnsWith("signals")).toEqual(["signalId", "symbol", "phase", "timeframe", "campaignId", "source"]);
  expect(await columnsWith("positions")).toEqual(["signalId", "symbol", "campaignId", "source"]);
  expect(await columnsWith("trades")).toEqual(["signalId", "symbol", "campaignId", "source", "requestId"]);
  const sources = new Set((await exported("signals")).map(({ source }) => source?.replace(/^'/, "")));
  expect(sources).toEqual(new Set(FORMULAS));
});

it("should not take tabs and ends of lines into texts at all", async () => {
  const { client } = desk.api;
  for (const source of ["\t=1+1", "\r=1+1", "a\n=1+1"]) {
    const stops = { signalId: "x", symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110" };
    const { executeSignal } = await client.run(ExecuteSignal, { input: { ...stops, source } });
    expect(executeSignal.__typename).toBe("InvalidInput");
  }
});
