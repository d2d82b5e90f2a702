// Comparison with a backtest (domain.md 11): deltas, statuses at their exact edges, directions, and what is missing.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, decimal } from "../../../src/domain/decimal.ts";
import {
  BACKTEST_METRICS,
  type BacktestMetric,
  type ComparedFigures,
  compareWithBacktest,
  type MetricDelta,
} from "../../../src/domain/statistics/comparison.ts";
import { plain } from "../../support/builders.ts";

const NONE: ComparedFigures = {
  WIN_RATE: null,
  AVERAGE_R_MULTIPLE: null,
  MAX_DRAWDOWN: null,
  PROFIT_FACTOR: null,
  TOTAL_TRADES: null,
  SHARPE: null,
};

const figures = (given: Partial<Record<BacktestMetric, string>>): ComparedFigures => ({
  ...NONE,
  ...Object.fromEntries(Object.entries(given).map(([metric, text]) => [metric, decimal(text)])),
});

/** One metric of both sides, compared. */
function compared(metric: BacktestMetric, paper: string | null, backtest: string | null): MetricDelta {
  const side = (text: string | null): ComparedFigures => (text === null ? NONE : figures({ [metric]: text }));
  const { metrics } = compareWithBacktest(side(paper), side(backtest));
  const found = metrics.find((delta) => delta.metric === metric);
  if (found === undefined) throw new Error(`${metric} was not compared`);
  return found;
}

describe("a session beside its backtest, worked out by hand", () => {
  const paper = figures({
    WIN_RATE: "55",
    AVERAGE_R_MULTIPLE: "1.7",
    MAX_DRAWDOWN: "9",
    PROFIT_FACTOR: "1.5",
    TOTAL_TRADES: "118",
    SHARPE: "1.2",
  });
  const backtest = figures({
    WIN_RATE: "60",
    AVERAGE_R_MULTIPLE: "1.5",
    MAX_DRAWDOWN: "8",
    PROFIT_FACTOR: "2",
    TOTAL_TRADES: "120",
    SHARPE: "1.2",
  });

  it("has these digits, and takes the worst status of all", () => {
    expect(plain(compareWithBacktest(paper, backtest))).toEqual({
      status: "ERROR",
      metrics: [
        {
          metric: "WIN_RATE",
          paper: "55",
          backtest: "60",
          deltaPercentage: "8.33333333",
          direction: "WORSE",
          status: "OK",
        },
        {
          metric: "AVERAGE_R_MULTIPLE",
          paper: "1.7",
          backtest: "1.5",
          deltaPercentage: "13.33333333",
          direction: "BETTER",
          status: "WARNING",
        },
        {
          metric: "MAX_DRAWDOWN",
          paper: "9",
          backtest: "8",
          deltaPercentage: "12.5",
          direction: "WORSE",
          status: "WARNING",
        },
        {
          metric: "PROFIT_FACTOR",
          paper: "1.5",
          backtest: "2",
          deltaPercentage: "25",
          direction: "WORSE",
          status: "ERROR",
        },
        {
          metric: "TOTAL_TRADES",
          paper: "118",
          backtest: "120",
          deltaPercentage: "1.66666667",
          direction: null,
          status: "OK",
        },
        { metric: "SHARPE", paper: "1.2", backtest: "1.2", deltaPercentage: "0", direction: "SAME", status: "OK" },
      ],
    });
  });

  it("is WARNING as a whole where the worst is a warning, and OK where nothing is off", () => {
    expect(compareWithBacktest({ ...paper, PROFIT_FACTOR: decimal("1.9") }, backtest).status).toBe("WARNING");
    expect(compareWithBacktest(backtest, backtest).status).toBe("OK");
  });
});

describe("the status", () => {
  it.each([
    ["90", "100", "10", "OK"],
    ["110", "100", "10", "OK"],
    ["89.99999999", "100", "10.00000001", "WARNING"],
    ["110.00000001", "100", "10.00000001", "WARNING"],
    ["80", "100", "20", "WARNING"],
    ["120", "100", "20", "WARNING"],
    ["79.99999999", "100", "20.00000001", "ERROR"],
    ["120.00000001", "100", "20.00000001", "ERROR"],
    // 10 % and a hair that 8 decimals do not show: the limit is compared with the exact delta.
    ["1100000000.00000001", "1000000000", "10", "WARNING"],
    ["1200000000.00000001", "1000000000", "20", "ERROR"],
    ["0", "0", "0", "OK"],
    ["0.00000001", "0", "100", "ERROR"],
    ["-5", "0", "100", "ERROR"],
    ["0", "3", "100", "ERROR"],
    ["-1", "1", "200", "ERROR"],
    ["-1.05", "-1", "5", "OK"],
  ])("of %s against a backtest's %s, %s %% off, is %s", (paper, backtest, delta, status) => {
    const { deltaPercentage, status: told } = compared("SHARPE", paper, backtest);
    expect([plain(deltaPercentage), told]).toEqual([delta, status]);
  });
});

describe("the direction", () => {
  it.each<[BacktestMetric, string | null, string | null]>([
    ["WIN_RATE", "BETTER", "WORSE"],
    ["AVERAGE_R_MULTIPLE", "BETTER", "WORSE"],
    ["MAX_DRAWDOWN", "WORSE", "BETTER"],
    ["PROFIT_FACTOR", "BETTER", "WORSE"],
    ["TOTAL_TRADES", null, null],
    ["SHARPE", "BETTER", "WORSE"],
  ])("of %s is %s with more, %s with less, and SAME with as much", (metric, more, less) => {
    expect(compared(metric, "13", "12").direction).toBe(more);
    expect(compared(metric, "11", "12").direction).toBe(less);
    expect(compared(metric, "12", "12.0").direction).toBe("SAME");
  });

  it("of figures below 0 goes by the figures, not by their size", () => {
    expect(compared("SHARPE", "-0.5", "-1").direction).toBe("BETTER");
    expect(compared("AVERAGE_R_MULTIPLE", "-1", "0.5").direction).toBe("WORSE");
  });
});

describe("a figure that one of the two does not have", () => {
  it.each([
    [null, "1.5"],
    ["1.5", null],
    [null, null],
  ])("is not compared: paper %s, backtest %s", (paper, backtest) => {
    expect(plain(compared("PROFIT_FACTOR", paper, backtest))).toEqual({
      metric: "PROFIT_FACTOR",
      paper,
      backtest,
      deltaPercentage: null,
      direction: null,
      status: "OK",
    });
  });

  it("leaves the whole to the others", () => {
    expect(compareWithBacktest(NONE, NONE).status).toBe("OK");
    const paper = figures({ WIN_RATE: "50", SHARPE: "1" });
    expect(compareWithBacktest(paper, figures({ WIN_RATE: "57" })).status).toBe("WARNING");
  });
});

describe("any comparison", () => {
  it("lists each metric once, and its deltas are those of plain numbers", () => {
    const amount = fc.integer({ min: -100_000, max: 100_000 }).map((units) => new Decimal(units).div(1000));
    const side = fc.record({
      WIN_RATE: amount,
      AVERAGE_R_MULTIPLE: amount,
      MAX_DRAWDOWN: amount,
      PROFIT_FACTOR: amount,
      TOTAL_TRADES: amount,
      SHARPE: amount,
    });
    fc.assert(
      fc.property(side, side, (paper, backtest) => {
        const { metrics, status } = compareWithBacktest(paper, backtest);
        expect(metrics.map(({ metric }) => metric)).toEqual([...BACKTEST_METRICS]);
        const ranks = metrics.map((delta) => ["OK", "WARNING", "ERROR"].indexOf(delta.status));
        expect(["OK", "WARNING", "ERROR"].indexOf(status)).toBe(Math.max(...ranks));
        for (const { metric, deltaPercentage } of metrics) {
          const [p, b] = [paper[metric].toNumber(), backtest[metric].toNumber()];
          const expected = b === 0 ? (p === 0 ? 0 : 100) : (Math.abs(p - b) / Math.abs(b)) * 100;
          const told = deltaPercentage?.toNumber() ?? Number.NaN;
          expect(Math.abs(told - expected)).toBeLessThanOrEqual(1e-8 + 1e-9 * expected);
        }
      }),
    );
  });
});
