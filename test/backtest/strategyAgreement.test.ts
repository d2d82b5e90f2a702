// A backtest with the strategy agrees to the last digit with a backtest of the very signals that the strategy sent.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BacktestOrder, runBacktest } from "../../src/backtest/run.ts";
import type { BarPortions } from "../../src/backtest/timeline.ts";
import type { BreakoutRecord, ResultTable } from "../../src/backtestPorts.ts";
import type { FeedBar } from "../../src/feeds/feedPrices.ts";
import type { SignalEntry } from "../../src/feeds/signalsFile.ts";
import type { RunBacktestInput } from "../generated/graphql.ts";
import { ACCOUNT_ID } from "../support/builders.ts";
import { databases } from "../support/databases.ts";
import { accountOf, addBars, type BacktestBench, openBacktests, runToEnd, sawBars, storedOf } from "./backtesting.ts";
import { BacktestResult } from "./operations.ts";

const TIMEOUT_MS = 240_000;

/** The fields of a stored signal that its sender gave, as its input has them; those that the strategy leaves out are null. */
const GIVEN = [
  "signalId",
  "symbol",
  "assetClass",
  "side",
  "entryPrice",
  "stopLoss",
  "target1",
  "target2",
  "positionSizeUnit",
  "marketPrice",
  "source",
  "generatedAt",
] as const;

/** The signals of a result as a client would send them again, each at the end of its bar. */
function sentAgain(signals: readonly object[]): { at: string; signal: Record<string, unknown> }[] {
  return signals.map((stored) => {
    const record = stored as Record<string, unknown>;
    const signal = Object.fromEntries(GIVEN.map((name) => [name, record[name]]));
    return { at: String(record["generatedAt"]), signal };
  });
}

describe.each(databases)("on $name", ({ open }) => {
  let bench: BacktestBench;
  beforeAll(async () => {
    bench = await openBacktests(open);
  });
  afterAll(() => bench.close());

  it(
    "a backtest of two symbols with the strategy, and one of what it sent, store the same and show the same",
    async () => {
      const { client, dataSets: store } = bench.api;
      const apple = sawBars(600);
      // Starts in the middle of the other's saw, so that their signals come at times of their own.
      const microsoft = sawBars(500, "MSFT", "2024-03-01T14:47:00Z");
      const dataSets = [await addBars(store, apple), await addBars(store, microsoft)];
      const strategy = { name: "BREAKOUT", entryBars: 6, rangeBars: 5, allowShort: true } as const;
      const byStrategy = await runToEnd(client, { name: "by the strategy", dataSets, strategy });
      const stored = await storedOf(bench.database, accountOf(byStrategy.id));
      expect(stored.trades.length).toBeGreaterThan(20);
      expect(new Set(stored.signals.map(({ symbol }) => symbol))).toEqual(new Set(["AAPL", "MSFT"]));
      expect(new Set(stored.signals.map(({ side }) => side))).toEqual(new Set(["LONG", "SHORT"]));
      expect(stored.signals.map(({ receivedAt }) => receivedAt)).toEqual(
        stored.signals.map(({ generatedAt }) => generatedAt),
      );

      const signals = sentAgain(stored.signals) as unknown as RunBacktestInput["signals"];
      const bySignals = await runToEnd(client, { name: "by its signals", dataSets, signals });
      expect(bySignals).toMatchObject({ status: "DONE", warnings: [], signalCount: stored.signals.length });
      expect(await storedOf(bench.database, accountOf(bySignals.id))).toEqual(stored);

      const shown = async (id: string) => (await client.run(BacktestResult, { id })).backtest;
      const [first, second] = [await shown(byStrategy.id), await shown(bySignals.id)];
      expect(second).toMatchObject({
        equity: first?.equity,
        performance: first?.performance,
        breakdown: first?.breakdown,
        equityCurve: first?.equityCurve,
      });
    },
    TIMEOUT_MS,
  );
});

const START_MS = Date.UTC(2024, 2, 1, 14, 30);
const step = fc.integer({ min: -40, max: 40 });
const move = fc.record({ gap: step, move: step, above: fc.nat(15), below: fc.nat(15), pauses: fc.nat(6) });
type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

/** Bars of some minutes each that follow each other, now and then with a pause between them. */
function barsOf(symbol: string, minutes: number, moves: readonly Move[]): FeedBar[] {
  let last = 10_000;
  let startMs = START_MS;
  const price = (cents: number): string => (cents / 100).toFixed(2);
  return moves.map(({ gap, move: by, above, below, pauses }) => {
    const open = Math.max(last + gap, 50);
    const close = Math.max(open + by, 50);
    last = close;
    if (pauses === 0) startMs += 7 * 60_000;
    const start = new Date(startMs);
    startMs += minutes * 60_000;
    const [high, low] = [Math.max(open, close) + above, Math.min(open, close) - below];
    const prices = { open: price(open), high: price(high), low: price(low), close: price(close) };
    return { symbol, ...prices, start, intervalSeconds: minutes * 60 };
  });
}

async function* inPortions(bars: readonly FeedBar[], length: number): BarPortions & AsyncGenerator<readonly FeedBar[]> {
  for (let from = 0; from < bars.length; from += length) yield bars.slice(from, from + length);
}

/** All rows of a result, and its figures. */
async function run(
  order: Pick<BacktestOrder, "strategy" | "signals">,
  series: readonly (readonly FeedBar[])[],
  portion: number,
) {
  const { figures, tables } = await runBacktest(
    { backtestId: ACCOUNT_ID, owner: "local", settings: { maxPriceAge: 3600 } as never, ...order },
    series.map((bars) => inPortions(bars, portion)),
    () => undefined,
  );
  const rows = new Map<ResultTable, object[]>();
  for (const { table, rows: of } of tables) rows.set(table, [...of]);
  return { figures, rows };
}

const strategies = fc
  .record({
    entryBars: fc.integer({ min: 2, max: 5 }),
    rangeBars: fc.integer({ min: 2, max: 5 }),
    isShort: fc.boolean(),
  })
  .map(
    ({ entryBars, rangeBars, isShort }): BreakoutRecord => ({
      name: "BREAKOUT",
      assetClass: "STOCK",
      entryBars,
      rangeBars,
      stopRanges: "1",
      target1Risks: "0.5",
      target2Risks: "1.5",
      allowShort: isShort,
    }),
  );

describe("for random bars of symbols with bars of different lengths", () => {
  const moves = fc.array(move, { minLength: 20, maxLength: 90 });

  it("what the strategy sent, sent again at the ends of its bars, gives every row again", async () => {
    let trades = 0;
    await fc.assert(
      fc.asyncProperty(strategies, moves, moves, fc.integer({ min: 1, max: 60 }), async (strategy, a, b, portion) => {
        const series = [barsOf("AAPL", 1, a), barsOf("MSFT", 5, b), barsOf("IBM", 1, b)];
        const first = await run({ strategy, signals: [] }, series, portion);
        const signals = sentAgain(first.rows.get("signals") ?? []).map(({ at, signal }, index): SignalEntry => {
          const input = { ...signal, generatedAt: new Date(String(signal["generatedAt"])) };
          return { at: new Date(at), line: index + 1, input };
        });
        expect(signals.map(({ at }) => at)).toEqual(signals.map(({ at }) => at).toSorted((x, y) => +x - +y));
        const second = await run({ strategy: null, signals }, series, 17);
        expect(second).toEqual(first);
        trades += first.rows.get("trades")?.length ?? 0;
      }),
      { numRuns: 60 },
    );
    expect(trades).toBeGreaterThan(100);
  });

  it("what it sent until a moment is the same, with the same outcome, whatever bars come later", async () => {
    await fc.assert(
      fc.asyncProperty(strategies, moves, moves, fc.integer({ min: 8, max: 80 }), async (strategy, a, b, minutes) => {
        const series = [barsOf("AAPL", 1, a), barsOf("MSFT", 5, b)];
        // By then a bar has come, also after a pause at the beginning.
        const endMs = START_MS + minutes * 60_000;
        const past = series.map((bars) => bars.filter(({ start }) => start.getTime() < endMs));
        const sentUntil = ({ rows }: Awaited<ReturnType<typeof run>>): object[] =>
          (rows.get("signals") ?? []).filter((signal) => {
            // A signal at the very end of the short one's bars is in both.
            return Date.parse(String((signal as Record<string, unknown>)["generatedAt"])) <= endMs;
          });
        const short = await run({ strategy, signals: [] }, past, 17);
        expect(sentUntil(short)).toEqual(sentUntil(await run({ strategy, signals: [] }, series, 17)));
      }),
      { numRuns: 40 },
    );
  });
});
