// A server that is killed in the middle of a backtest: no half result is left, and the run is done again after the restart.
import { expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import type { WireClient } from "../support/wireClient.ts";
import { startWireDesk } from "../support/wireDesk.ts";
import { FINAL, runToEnd, sawBars, submit, untilStatus } from "./backtesting.ts";
import { BacktestById, BacktestResult } from "./operations.ts";

const BARS = 30_000;
const STRATEGY = { name: "BREAKOUT", entryBars: 5, rangeBars: 5, allowShort: true } as const;

const DataSetIds = graphql(`
  query DataSetIds {
    dataSets { edges { node { id bars } } }
  }
`);

async function importBars(url: string, client: WireClient): Promise<string> {
  const rows = sawBars(BARS).map(({ start, open, high, low, close }) =>
    [start.toISOString(), open, high, low, close, 1].join(","),
  );
  const response = await fetch(`${url}/import/bars?symbol=AAPL&name=saw.csv`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: `time,open,high,low,close,volume\n${rows.join("\n")}\n`,
  });
  await response.text();
  const { dataSets } = await client.run(DataSetIds);
  expect(dataSets.edges).toMatchObject([{ node: { bars: BARS } }]);
  return dataSets.edges[0]?.node.id ?? "";
}

/** Waits until a run has begun, and has come as far. */
async function untilBars(client: WireClient, id: string, bars: number): Promise<void> {
  for (;;) {
    const { backtest } = await client.run(BacktestById, { id });
    if (FINAL.includes(backtest?.status ?? "")) throw new Error(`it was over too soon: ${backtest?.status}`);
    if ((backtest?.progress.barsDone ?? 0) >= bars) return;
  }
}

it("does a backtest again whose server was killed twice in its middle, with the same result as one that was not", async () => {
  const desk = await startWireDesk({ CLOCK: "system", LOG_LEVEL: "error" });
  try {
    const dataSet = await importBars(desk.server.url, desk.client);
    const input = { name: "killed", dataSets: [dataSet], strategy: STRATEGY };
    const id = await submit(desk.client, input);
    const waiting = await submit(desk.client, { ...input, name: "waiting" });
    for (const bars of [1, BARS]) {
      await untilBars(desk.client, id, Math.min(bars, BARS * 0.9));
      await desk.restart("SIGKILL");
      const { backtest } = await desk.client.run(BacktestResult, { id });
      expect(backtest?.status).not.toBe("DONE");
      expect(backtest).toMatchObject({ equity: null, performance: null, trades: { totalCount: 0 } });
    }
    const killed = await untilStatus(desk.client, id, FINAL);
    expect(killed).toMatchObject({ status: "DONE", failure: null, progress: { barsDone: BARS } });
    expect((await untilStatus(desk.client, waiting, FINAL)).status).toBe("DONE");
    const whole = await runToEnd(desk.client, { ...input, name: "whole" });
    const resultOf = async (backtest: string) => {
      const { backtest: found } = await desk.client.run(BacktestResult, { id: backtest });
      const { equity, performance, breakdown, equityCurve, trades } = found ?? {};
      return { equity, performance, breakdown, equityCurve, trades: trades?.totalCount };
    };
    const expected = await resultOf(whole.id);
    expect(expected.trades).toBeGreaterThan(100);
    expect(await resultOf(id)).toEqual(expected);
    expect(await resultOf(waiting)).toEqual(expected);
  } finally {
    await desk.stop();
  }
}, 300_000);
