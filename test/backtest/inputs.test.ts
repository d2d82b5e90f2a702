// What a backtest refuses: every fault is told with its path, and nothing is stored.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunBacktestInput } from "../generated/graphql.ts";
import { databases } from "../support/databases.ts";
import { addBars, type BacktestBench, openBacktests, runToEnd, sawBars, submit } from "./backtesting.ts";
import { BacktestById, BacktestList, RunBacktest } from "./operations.ts";

const SIGNAL = { signalId: "s-1", symbol: "AAPL", entryPrice: "100", stopLoss: "99", target1: "101" };
const AT = "2024-03-01T14:35:00.000Z";
const STRATEGY = { name: "BREAKOUT" } as const;

describe("a backtest's input", () => {
  let bench: BacktestBench;
  let apple: string;
  let more: string;
  let other: string;
  beforeAll(async () => {
    const [pglite] = databases;
    if (pglite === undefined) throw new Error("there is always PGlite");
    bench = await openBacktests(pglite.open);
    const { dataSets } = bench.api;
    apple = await addBars(dataSets, sawBars(60), "apple.csv");
    more = await addBars(dataSets, sawBars(60, "AAPL", "2024-03-01T15:00:00Z"), "more.csv");
    other = await addBars(dataSets, sawBars(60, "MSFT"), "other.csv", "somebody");
  });
  afterAll(() => bench.close());

  /** The faults of an input, each as `path message`. */
  async function faultsOf(input: Partial<RunBacktestInput>): Promise<string[]> {
    const whole = { name: "a test", dataSets: [apple], strategy: STRATEGY, ...input };
    const { runBacktest } = await bench.api.client.run(RunBacktest, { input: whole });
    if (runBacktest.__typename !== "InvalidInput") throw new Error(JSON.stringify(runBacktest));
    return runBacktest.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  }

  it("names data sets that do not exist, or are another's", async () => {
    expect(await faultsOf({ dataSets: [apple, "nonsense", other] })).toEqual([
      "dataSets.1 there is no such data set",
      "dataSets.2 there is no such data set",
    ]);
  });

  it("tells of data sets of one symbol that overlap in the range, and how far", async () => {
    expect(await faultsOf({ dataSets: [apple, more] })).toEqual([
      "dataSets.1 is more.csv (AAPL), which overlaps apple.csv (AAPL): both have AAPL from 2024-03-01T15:00:00.000Z to " +
        "2024-03-01T15:30:00.000Z",
    ]);
    expect(await faultsOf({ dataSets: [apple, apple] })).toEqual([
      "dataSets.1 is apple.csv (AAPL), which is given twice",
    ]);
    const done = await runToEnd(bench.api.client, {
      name: "apart",
      dataSets: [apple, more],
      to: "2024-03-01T15:00:00Z",
      strategy: STRATEGY,
    });
    expect(done).toMatchObject({ status: "DONE", progress: { barsTotal: 30 }, dataSets: [{ bars: 30 }, { bars: 0 }] });
  });

  it("tells of a range without bars, and of one that ends before it begins", async () => {
    expect(await faultsOf({ from: "2025-01-01T00:00:00Z" })).toEqual([
      "dataSets have no bars from `from` to `to`: apple.csv (AAPL) has bars from 2024-03-01T14:30:00.000Z to " +
        "2024-03-01T15:30:00.000Z",
    ]);
    expect(await faultsOf({ from: "2024-03-02T00:00:00Z", to: "2024-03-01T00:00:00Z" })).toContain(
      "from is 2024-03-02T00:00:00.000Z, but must be before to 2024-03-01T00:00:00.000Z",
    );
  });

  it("wants either signals or a strategy", async () => {
    const signals = [{ at: AT, signal: SIGNAL }];
    expect(await faultsOf({ signals })).toEqual(["strategy is given, and signals too: give only one of them"]);
    expect(await faultsOf({ strategy: null })).toEqual(["signals are missing: give either signals or a strategy"]);
    expect(await faultsOf({ strategy: null, signals: [] })).toEqual(["signals are none: at least one is needed"]);
  });

  it("tells every fault of every signal with its path, and of an id that comes twice with other content", async () => {
    const signals = [
      { at: AT, signal: SIGNAL },
      { at: AT, signal: { ...SIGNAL, stopLoss: "102", target1: "x" } },
      { at: AT, signal: { ...SIGNAL, stopLoss: "98" } },
      { at: AT, signal: { ...SIGNAL, signalId: "s-2", account: "main" } },
    ];
    expect(await faultsOf({ strategy: null, signals })).toEqual([
      'signals.1.signal.target1 must be a decimal as a string such as "150.03": up to 20 digits and up to 8 decimals',
      "signals.1.signal.stopLoss is 102, but a LONG needs it below entryPrice 100",
      "signals.2.signal.signalId is s-1, which signals.0 has with other content",
      "signals.3.signal.account must be left out: a backtest has an account of its own",
    ]);
  });

  it("tells of settings, parameters, names and counts out of bounds, all together", async () => {
    const strategy = { name: "BREAKOUT", entryBars: 1, stopRanges: "0", target1Risks: "4" } as const;
    expect(await faultsOf({ name: "", settings: { startingCapital: "1" }, strategy })).toEqual([
      "name must be 1 to 64 characters without control characters",
      "settings.startingCapital is 1, but must be from 1000 to 100000000",
      "strategy.entryBars is 1, but must be from 2 to 500 bars",
      "strategy.stopRanges is 0, but must be from 0.1 to 100",
      "strategy.target2Risks is 3, but must not be below target1Risks 4",
    ]);
    expect(await faultsOf({ strategy: { ...STRATEGY, assetClass: "FOREX" } })).toEqual([
      "strategy.assetClass is FOREX, which needs XXX/USD, but there are bars of AAPL",
    ]);
    expect(await faultsOf({ dataSets: Array.from({ length: 21 }, () => apple) })).toEqual([
      "dataSets are 21, but at most 20 are allowed",
    ]);
    expect(await faultsOf({ dataSets: [] })).toEqual(["dataSets are none: at least one is needed"]);
  });

  it("allows 10,000 signals and no more", async () => {
    const signals = Array.from({ length: 10_001 }, (_, index) => ({
      at: AT,
      signal: { ...SIGNAL, signalId: `s-${index}` },
    }));
    expect(await faultsOf({ strategy: null, signals })).toEqual(["signals are 10,001, but at most 10,000 are allowed"]);
    const id = await submit(bench.api.client, { name: "many", dataSets: [apple], signals: signals.slice(1) });
    const { backtest } = await bench.api.client.run(BacktestById, { id });
    expect(backtest?.signalCount).toBe(10_000);
  });

  it("warns of signals outside the range, and of symbols without bars, and takes them", async () => {
    const id = await submit(bench.api.client, {
      name: "odd",
      dataSets: [apple],
      signals: [
        { at: "2024-02-01T00:00:00Z", signal: SIGNAL },
        { at: "2024-04-01T00:00:00Z", signal: { ...SIGNAL, signalId: "s-2", symbol: "TSLA" } },
      ],
    });
    const { backtest } = await bench.api.client.run(BacktestById, { id });
    expect(backtest?.warnings).toEqual([
      "1 signals are of before the range: there are no prices for them yet.",
      "1 signals are of after the range: they meet its last prices.",
      "No data set has TSLA: its signals are rejected.",
    ]);
  });

  it("stores nothing where it is refused", async () => {
    const before = await bench.api.client.run(BacktestList, {});
    await faultsOf({ strategy: null });
    expect((await bench.api.client.run(BacktestList, {})).backtests.totalCount).toBe(before.backtests.totalCount);
  });
});
