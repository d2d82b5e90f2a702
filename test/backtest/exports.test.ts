// The result of a backtest as files: the same exports as a session's.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { type ExportRequest, readExportRequest } from "../../src/server/export/exportRequest.ts";
import { createFindTable } from "../../src/server/export/findTable.ts";
import type { Row } from "../../src/server/export/rows.ts";
import { createExportReads } from "../../src/store/exportReads.ts";
import { createReads } from "../../src/store/reads.ts";
import { databases } from "../support/databases.ts";
import { addBars, type BacktestBench, openBacktests, runToEnd, sawBars } from "./backtesting.ts";
import { BacktestResult } from "./operations.ts";

function requestOf(address: string): ExportRequest {
  const read = readExportRequest(address);
  if (read.kind !== "request") throw new Error(JSON.stringify(read));
  return read.request;
}

describe.each(databases)("On $name the export of a backtest", ({ open }) => {
  let bench: BacktestBench;
  let id: string;

  beforeAll(async () => {
    bench = await openBacktests(open);
    const dataSet = await addBars(bench.api.dataSets, sawBars(400));
    const strategy = { name: "BREAKOUT", entryBars: 5, rangeBars: 5, allowShort: true } as const;
    const done = await runToEnd(bench.api.client, { name: "saw", dataSets: [dataSet], strategy });
    expect(done).toMatchObject({ status: "DONE" });
    id = done.id;
  });
  afterAll(() => bench.close());

  async function rowsFor(query: string, owner = "local"): Promise<readonly Row[] | undefined> {
    const { api, database } = bench;
    const findTable = createFindTable({
      desk: api.running.desk,
      reads: createReads(database),
      lists: createExportReads(database.prisma),
      backtests: api.backtests,
    });
    const table = await findTable(requestOf(`/export/${query}backtest=${encodeURIComponent(id)}`), ownerViewer(owner));
    if (table === undefined) return undefined;
    const rows: Row[] = [];
    for await (const row of table.rows) rows.push(row);
    return rows;
  }

  it("has its trades, positions, signals, curve, figures and groups", async () => {
    const { backtest } = await bench.api.client.run(BacktestResult, { id });
    const trades = await rowsFor("trades?");
    expect(trades?.length).toBeGreaterThan(5);
    expect(trades?.map((row) => row["id"])).toEqual(backtest?.trades.edges.map(({ node }) => node.id));
    const positions = await rowsFor("positions?");
    expect(positions?.map((row) => row["id"])).toEqual(backtest?.positions.edges.map(({ node }) => node.id));
    const signals = await rowsFor("signals?");
    expect(signals?.map((row) => row["id"])).toEqual(backtest?.signals.edges.map(({ node }) => node.id));
    expect(await rowsFor("curve?")).toHaveLength(backtest?.equityCurve?.recorded ?? 0);
    const figures = new Map((await rowsFor("report?"))?.map((row) => [row["figure"], row["value"]]));
    expect(figures.get("netPnl")).toBe(backtest?.performance?.netPnl);
    expect(figures.get("equity")).toBe(backtest?.equity);
    const groups = await rowsFor("report?breakdown=EXIT_REASON&");
    expect(groups?.map((row) => [row["key"], row["totalTrades"], row["netPnl"]])).toEqual(
      backtest?.breakdown?.map(({ key, totalTrades, netPnl }) => [key, totalTrades, netPnl]),
    );
  });

  it("does not exist for another owner", async () => {
    expect(await rowsFor("trades?", "stranger")).toBeUndefined();
    expect(await rowsFor("report?", "stranger")).toBeUndefined();
  });
});
