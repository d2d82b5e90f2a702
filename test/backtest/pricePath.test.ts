// A position of a backtest has no path of today's prices: those of the desk are not the ones that it had.
import { expect, it } from "vitest";
import { graphql } from "../generated/index.ts";
import { databases } from "../support/databases.ts";
import { PublishQuotes } from "../support/documents.ts";
import { addBars, openBacktests, runToEnd, SOURCE_WORKER, sawBars } from "./backtesting.ts";
import { BacktestResult } from "./operations.ts";

const PricePath = graphql(`
  query PricePathOfBacktest($position: ID!) { pricePath(position: $position) { knownFrom points { price } } }
`);

const STRATEGY = { name: "BREAKOUT", entryBars: 5, rangeBars: 5, allowShort: true } as const;
const TIMEOUT_MS = 240_000;

it.each(databases)(
  "A position of a backtest has no price of the desk in its path, open or closed, on $name",
  async ({ open }) => {
    const bench = await openBacktests(open, { workerFile: SOURCE_WORKER });
    try {
      const dataSet = await addBars(bench.api.dataSets, sawBars(300));
      const { client } = bench.api;
      const { id } = await runToEnd(client, { name: "a saw", dataSets: [dataSet], strategy: STRATEGY });
      const quotes = [{ symbol: "AAPL", price: "1", time: "2024-03-05T10:00:00Z" }];
      expect((await client.run(PublishQuotes, { quotes })).publishQuotes.accepted).toBe(1);
      const { backtest } = await client.run(BacktestResult, { id });
      const positions = backtest?.positions.edges.map(({ node }) => node) ?? [];
      for (const status of ["OPEN", "CLOSED"]) {
        const position = positions.find((one) => one.status === status)?.id ?? "";
        const { pricePath } = await client.run(PricePath, { position });
        expect(pricePath, status).toEqual({ knownFrom: null, points: [] });
      }
    } finally {
      await bench.close();
    }
  },
  TIMEOUT_MS,
);
