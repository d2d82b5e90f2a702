// The built-in strategy: what it sends bar by bar, in digits that can be followed by hand, and against a naive second one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Breakout } from "../../src/backtest/strategies/breakout.ts";
import type { BreakoutRecord } from "../../src/backtestPorts.ts";
import { Decimal, type Decimal as DecimalType, decimal, formatDecimal, q8 } from "../../src/domain/decimal.ts";
import { type Bar, readBar } from "../../src/domain/price.ts";
import { type AssetClass, readSignal, type SignalInput } from "../../src/domain/signal.ts";
import { at, barOf, type OpenHighLowClose } from "../support/builders.ts";

const PARAMETERS: BreakoutRecord = {
  name: "BREAKOUT",
  assetClass: "STOCK",
  entryBars: 3,
  rangeBars: 2,
  stopRanges: "2",
  target1Risks: "1",
  target2Risks: "3",
  allowShort: false,
};

/** What the strategy answers to each bar of a minute, the first of which starts at the start. */
function send(rows: readonly OpenHighLowClose[], change: Partial<BreakoutRecord> = {}): (SignalInput | undefined)[] {
  const breakout = new Breakout({ ...PARAMETERS, ...change });
  return rows.map((row, index) => breakout.next(barOf(row, index * 60)));
}

/** The numbers of the bars after which something is sent; the first is 1. */
function sentAfter(rows: readonly OpenHighLowClose[], change: Partial<BreakoutRecord> = {}): number[] {
  return send(rows, change).flatMap((signal, index) => (signal === undefined ? [] : [index + 1]));
}

/** Highest high 12, lowest low 9; the true ranges are 2 and 2, and the last close is 11. */
const RISING: readonly OpenHighLowClose[] = [
  ["10", "11", "9", "10"],
  ["10", "12", "10", "11"],
  ["11", "12", "10", "11"],
];
/** Its mirror: lowest low 18, highest high 21; the true ranges are 2 and 2, and the last close is 19. */
const FALLING: readonly OpenHighLowClose[] = [
  ["20", "21", "19", "20"],
  ["20", "20", "18", "19"],
  ["19", "20", "18", "19"],
];
/**
 * Closes above 12. Its true range reaches down to the close before, 14 − 11 = 3, so that the average of two is 2.5 and the
 * risk 5: stop 9, targets 19 and 29.
 */
const BREAK: OpenHighLowClose = ["13", "14", "13", "14"];

describe("a close above the channel", () => {
  it("enters LONG, with stop and targets in average true ranges", () => {
    expect(send([...RISING, BREAK])).toEqual([
      undefined,
      undefined,
      undefined,
      {
        signalId: "breakout-AAPL-1",
        symbol: "AAPL",
        assetClass: "STOCK",
        side: "LONG",
        entryPrice: "14",
        stopLoss: "9",
        target1: "19",
        target2: "29",
        positionSizeUnit: "SHARES",
        marketPrice: "14",
        source: "breakout",
        generatedAt: new Date(at(4 * 60)),
      },
    ]);
  });

  it("is above the highest high of the bars before: one that equals it is none, nor is a high above it", () => {
    expect(sentAfter([...RISING, ["11", "12", "11", "12"]])).toEqual([]);
    expect(sentAfter([...RISING, ["11", "15", "11", "11.99999999"]])).toEqual([]);
    expect(sentAfter([...RISING, ["11", "15", "11", "12.00000001"]])).toEqual([4]);
  });

  it("is seen against the last bars only: older highs are forgotten", () => {
    const rows: readonly OpenHighLowClose[] = [["10", "50", "9", "10"], ...RISING];
    expect(sentAfter([...rows, BREAK])).toEqual([5]);
    expect(sentAfter([...rows, BREAK], { entryBars: 4 })).toEqual([]);
  });

  it("waits for a whole channel and for ranges enough, which need one bar more", () => {
    const steps = Array.from({ length: 8 }, (_, index): OpenHighLowClose => {
      const price = String(10 + index);
      return [price, price, price, price];
    });
    expect(sentAfter(steps, { entryBars: 3, rangeBars: 2 })).toEqual([4]);
    expect(sentAfter(steps, { entryBars: 2, rangeBars: 2 })).toEqual([3]);
    expect(sentAfter(steps, { entryBars: 2, rangeBars: 5 })).toEqual([6]);
  });

  it("has its stop and targets rounded to 8 decimals, once", () => {
    // True ranges 2, 2 and 4 (15 − 11): the average is 8 / 3, the risk 0.7 times that, 1.86666667.
    const [signal] = send([...RISING, ["14", "15", "13", "15"]], {
      rangeBars: 3,
      stopRanges: "0.7",
      target1Risks: "0.5",
      target2Risks: "1.5",
    }).slice(-1);
    expect(signal).toMatchObject({ stopLoss: "13.13333333", target1: "15.93333334", target2: "17.8" });
  });
});

describe("a close below the channel", () => {
  // The mirror of the break above: true range 19 − 16 = 3, average 2.5, risk 5.
  const fall: OpenHighLowClose = ["17", "17", "16", "16"];

  it("enters SHORT where that is allowed, and else nothing", () => {
    expect(sentAfter([...FALLING, fall])).toEqual([]);
    expect(send([...FALLING, fall], { allowShort: true }).at(-1)).toMatchObject({
      signalId: "breakout-AAPL-1",
      side: "SHORT",
      entryPrice: "16",
      stopLoss: "21",
      target1: "11",
      target2: "1",
    });
  });

  it("is below the lowest low: one that equals it is none", () => {
    expect(sentAfter([...FALLING, ["19", "19", "18", "18"]], { allowShort: true })).toEqual([]);
    expect(sentAfter([...FALLING, ["19", "19", "17", "17.99999999"]], { allowShort: true })).toEqual([4]);
  });

  it("sends nothing where a target would be 0 or less", () => {
    expect(sentAfter([...FALLING, fall], { allowShort: true, target2Risks: "3.1" })).toEqual([4]);
    expect(sentAfter([...FALLING, fall], { allowShort: true, target2Risks: "3.2" })).toEqual([]);
  });
});

describe("what is sent", () => {
  it("has no target 2 where it is the same as target 1", () => {
    const signal = send([...RISING, BREAK], { target1Risks: "1.5", target2Risks: "1.50" }).at(-1);
    expect(signal).toMatchObject({ target1: "21.5" });
    expect(signal).not.toHaveProperty("target2");
  });

  it("is nothing where the stop would be 0 or less, or a target too large for a price", () => {
    expect(sentAfter([...RISING, BREAK], { stopRanges: "5.5" })).toEqual([4]);
    expect(sentAfter([...RISING, BREAK], { stopRanges: "5.6" })).toEqual([]);
    const huge = [...RISING, BREAK].map((row) => row.map((price) => `${price}0000000000`) as never);
    expect(sentAfter(huge)).toEqual([4]);
    // 14 + 20 × 4.3 is 100, here the limit of 1,000,000,000,000.
    expect(sentAfter(huge, { stopRanges: "1.72", target2Risks: "20" })).toEqual([]);
    expect(sentAfter(huge, { stopRanges: "1.71999", target2Risks: "20" })).toEqual([4]);
  });

  it("is nothing where the average range is too small for a stop, or the stop for a target", () => {
    const creeping = ["1", "1", "1", "1", "1.00000001"].map((price): OpenHighLowClose => [price, price, price, price]);
    expect(sentAfter(creeping, { stopRanges: "0.5" })).toEqual([]);
    expect(send(creeping, { stopRanges: "2" }).at(-1)).toMatchObject({ stopLoss: "1", target1: "1.00000002" });
    expect(sentAfter(creeping, { stopRanges: "2", target1Risks: "0.1" })).toEqual([]);
  });

  it("names the symbol in its id, and trades LOTS of FOREX, SHARES of CRYPTO", () => {
    const last = (symbol: string, assetClass: AssetClass) => {
      const breakout = new Breakout({ ...PARAMETERS, assetClass });
      return [...RISING, BREAK].map((row, index) => breakout.next(barOf(row, index * 60, symbol))).at(-1);
    };
    expect(last("EUR/USD", "FOREX")).toMatchObject({
      signalId: "breakout-EUR:USD-1",
      symbol: "EUR/USD",
      assetClass: "FOREX",
      positionSizeUnit: "LOTS",
    });
    expect(last("BTC/USD", "CRYPTO")).toMatchObject({ assetClass: "CRYPTO", positionSizeUnit: "SHARES" });
  });
});

describe("while its idea is open, stop 9 and target 2 at 29", () => {
  const quiet: OpenHighLowClose = ["14", "15", "13", "14"];
  /** Closes above the channel whatever was before, and reaches neither the stop nor target 2. */
  const higher = (close: string): OpenHighLowClose => ["14", "28.9", "13", close];

  it("nothing is sent, whatever breaks out, and target 1 ends nothing", () => {
    expect(sentAfter([...RISING, BREAK, ["14", "17", "14", "17"], ["17", "20", "17", "20"], higher("28")])).toEqual([
      4,
    ]);
  });

  it.each([
    { name: "the stop", ending: ["14", "14", "9", "12"], isOver: true },
    { name: "nothing, by 0.00000001 above the stop", ending: ["14", "14", "9.00000001", "12"], isOver: false },
    { name: "target 2", ending: ["14", "29", "14", "14"], isOver: true },
    { name: "nothing, by 0.00000001 below target 2", ending: ["14", "28.99999999", "14", "14"], isOver: false },
  ] as const)("a bar that reaches $name", ({ ending, isOver }) => {
    // The bar with the high is out of the channel when the price breaks out again.
    const rows = [...RISING, BREAK, ending, quiet, quiet, quiet, ["14", "16", "14", "16"] as OpenHighLowClose];
    expect(sentAfter(rows)).toEqual(isOver ? [4, 9] : [4]);
    expect(send(rows).at(-1)?.signalId).toBe(isOver ? "breakout-AAPL-2" : undefined);
  });

  it("the bar of the signal itself does not end it, and the bar that ends it enters nothing", () => {
    // This one's own low is at the stop: 12.5 − 9 = 3.5 gives an average of 2.75, so the stop is 12.5 − 5.5 = 7.
    const deep: OpenHighLowClose = ["12", "12.5", "6", "12.5"];
    const wide = [...RISING, deep, quiet, ["15", "16", "15", "16"] as OpenHighLowClose];
    expect(sentAfter(wide)).toEqual([4]);
    const through: OpenHighLowClose = ["14", "40", "14", "40"];
    expect(sentAfter([...RISING, BREAK, through])).toEqual([4]);
    expect(sentAfter([...RISING, BREAK, through, ["40", "41", "40", "41"]])).toEqual([4, 6]);
  });
});

/** What prices are whole multiples of, around 100 of them: from the smallest price there is to large ones. */
const UNITS = ["0.00000001", "0.0001", "0.01", "1", "9999999"] as const;
const step = fc.integer({ min: -30, max: 30 });
const rowOf = fc.tuple(step, step, fc.nat(12), fc.nat(12));

function barsOf(symbol: string, unit: string, rows: readonly (readonly [number, number, number, number])[]): Bar[] {
  let last = 100;
  const price = (units: number): string => formatDecimal(decimal(unit).times(Math.max(units, 1)));
  return rows.map(([gap, move, above, below], index) => {
    const open = Math.max(last + Math.trunc(gap / 3), 1);
    const close = Math.max(open + move, 1);
    last = close;
    const prices = { open: price(open), high: price(Math.max(open, close) + above), close: price(close) };
    const low = price(Math.min(open, close) - below);
    const bar = readBar({ symbol, ...prices, low, start: new Date(at(index * 60)), intervalSeconds: 60 });
    if (typeof bar === "string") throw new Error(bar);
    return bar;
  });
}

const KINDS = [
  { assetClass: "STOCK", symbol: "BRK.B" },
  { assetClass: "CRYPTO", symbol: "1000SHIB/USDT-PERP/X" },
  { assetClass: "FOREX", symbol: "EUR/USD" },
] as const;

/** In tenths; the smallest is common, for with tiny prices it rounds to nothing. */
const multiple = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 }));
const tenths = (number: number): string => formatDecimal(new Decimal(number).div(10));
const parametersOf = fc
  .record({
    entryBars: fc.integer({ min: 2, max: 6 }),
    rangeBars: fc.integer({ min: 2, max: 6 }),
    stop: multiple,
    targets: fc.tuple(multiple, multiple),
    allowShort: fc.boolean(),
  })
  .map(
    ({ entryBars, rangeBars, stop, targets: [a, b], allowShort }): Omit<BreakoutRecord, "assetClass"> => ({
      name: "BREAKOUT",
      entryBars,
      rangeBars,
      stopRanges: tenths(stop),
      target1Risks: tenths(Math.min(a, b)),
      target2Risks: tenths(Math.max(a, b)),
      allowShort,
    }),
  );

interface Sent {
  readonly bar: number;
  readonly side: string;
  readonly stop: string;
  readonly target1: string;
  readonly target2: string;
}

/** The strategy once more, as its description says it: looks at all bars so far, each time. */
function naive(parameters: BreakoutRecord, bars: readonly Bar[]): Sent[] {
  const sent: Sent[] = [];
  for (let index = 0; index < bars.length; index += 1) {
    const next = naiveIdea(parameters, bars.slice(0, index + 1));
    const open = sent.at(-1);
    const from = open === undefined ? index : bars.slice(open.bar + 1).findIndex((bar) => reaches(open, bar));
    const isFree = open === undefined || (from !== -1 && open.bar + 1 + from < index);
    if (isFree && next !== undefined) sent.push(next);
  }
  return sent;
}

function reaches({ side, stop, target2 }: Sent, { high, low }: Bar): boolean {
  return side === "LONG" ? low.lte(stop) || high.gte(target2) : high.gte(stop) || low.lte(target2);
}

function naiveIdea(parameters: BreakoutRecord, bars: readonly Bar[]): Sent | undefined {
  const { entryBars, rangeBars, stopRanges, target1Risks, target2Risks, allowShort } = parameters;
  const last = bars.at(-1);
  if (last === undefined || bars.length <= entryBars || bars.length <= rangeBars) return undefined;
  const channel = bars.slice(-1 - entryBars, -1);
  const isLong = last.close.gt(Decimal.max(...channel.map(({ high }) => high)));
  const isShort = allowShort && last.close.lt(Decimal.min(...channel.map(({ low }) => low)));
  if (!isLong && !isShort) return undefined;
  const seen = bars.slice(-1 - rangeBars);
  const ranges = seen.slice(1).map(({ high, low }, index) => {
    const before = seen[index]?.close ?? high;
    return Decimal.max(high, before).minus(Decimal.min(low, before));
  });
  const risk = q8(
    Decimal.sum(...ranges)
      .div(rangeBars)
      .times(stopRanges),
  );
  const away = (risks: string): DecimalType => q8(last.close.plus(risk.times(risks).times(isLong ? 1 : -1)));
  const levels = [away("-1"), away(target1Risks), away(target2Risks)];
  if (levels.some((level) => level.lte(0) || level.gte("1e12") || level.eq(last.close))) return undefined;
  const [stop = "", target1 = "", target2 = ""] = levels.map(formatDecimal);
  return { bar: bars.length - 1, side: isLong ? "LONG" : "SHORT", stop, target1, target2 };
}

describe.each(KINDS)("for random bars of $symbol as $assetClass", ({ assetClass, symbol }) => {
  const market = (rows: number) =>
    fc.tuple(parametersOf, fc.constantFrom(...UNITS), fc.array(rowOf, { minLength: 8, maxLength: rows }));

  it("all that is sent is a valid signal at its bar's close and end, each with an id of its own", () => {
    let count = 0;
    fc.assert(
      fc.property(market(60), ([parameters, unit, rows]) => {
        const breakout = new Breakout({ ...parameters, assetClass });
        const ids = barsOf(symbol, unit, rows).flatMap((bar) => {
          const input = breakout.next(bar);
          if (input === undefined) return [];
          expect(readSignal(input)).toMatchObject({
            kind: "signal",
            signal: { symbol, assetClass, entryPrice: bar.close, marketPrice: bar.close, generatedAtMs: bar.endMs },
          });
          return [input.signalId];
        });
        expect(new Set(ids).size).toBe(ids.length);
        count += ids.length;
      }),
      { numRuns: 500 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it("it sends what its description says, at every bar", () => {
    fc.assert(
      fc.property(market(60), ([parameters, unit, rows]) => {
        const bars = barsOf(symbol, unit, rows);
        const breakout = new Breakout({ ...parameters, assetClass });
        const sent = bars.flatMap((each, bar): Sent[] => {
          const signal = breakout.next(each);
          if (signal === undefined) return [];
          const { side, stopLoss: stop, target1, target2 } = signal;
          return [{ bar, side: side ?? "", stop, target1, target2: target2 ?? target1 }];
        });
        expect(sent).toEqual(naive({ ...parameters, assetClass }, bars));
      }),
      { numRuns: 300 },
    );
  });

  it("there is no look-ahead: what is sent after some bars is the same whatever comes later", () => {
    fc.assert(
      fc.property(market(60), fc.array(rowOf, { maxLength: 40 }), fc.nat(59), ([parameters, unit, rows], other, n) => {
        const past = rows.slice(0, n);
        const sentOf = (all: typeof rows) => {
          const breakout = new Breakout({ ...parameters, assetClass });
          const answers = barsOf(symbol, unit, all).map((bar) => breakout.next(bar));
          // Read when all is over: nor is anything changed that was sent before.
          return answers.slice(0, past.length);
        };
        expect(sentOf(rows)).toEqual(sentOf(past));
        expect(sentOf([...past, ...other])).toEqual(sentOf(past));
      }),
      { numRuns: 200 },
    );
  });
});
