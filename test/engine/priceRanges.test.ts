// What positions have seen of the prices since their entries, held against lists of all prices, one for each position.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, formatDecimal } from "../../src/domain/decimal.ts";
import type { Position } from "../../src/domain/position.ts";
import type { PriceSource } from "../../src/domain/price.ts";
import type { PriceRangeRecord } from "../../src/domain/statistics/priceRangeRecord.ts";
import { createPriceRanges } from "../../src/engine/priceRanges.ts";
import type { PriceRanges } from "../../src/ports.ts";
import { ACCOUNT_ID, at, positionOf } from "../support/builders.ts";

/** The newest price of the symbol, and its time in milliseconds. */
interface BoardPrice {
  readonly price: number;
  readonly timeMs: number;
  readonly source: PriceSource;
}

function positionOn(board: BoardPrice, timeMs: number, number: number): Position {
  const position = positionOf({ number });
  const price = decimal(String(board.price));
  const reference = { price, source: board.source, timeMs: board.timeMs };
  return { ...position, entryFill: { ...position.entryFill, price, timeMs, reference } };
}

type Seen = readonly [lowest: number, highest: number] | null;

const seenOf = (ranges: Pick<PriceRanges, "seenBy">, position: Position): Seen => {
  const seen = ranges.seenBy(position);
  return seen && [Number(formatDecimal(seen.lowest)), Number(formatDecimal(seen.highest))];
};

type Step =
  | {
      readonly kind: "quotes";
      readonly quotes: readonly [afterMs: number, price: number][];
      readonly isThrownAway: boolean;
    }
  | {
      readonly kind: "bar";
      readonly afterMs: number;
      readonly low: number;
      readonly high: number;
      readonly close: number;
    }
  | { readonly kind: "open"; readonly afterMs: number }
  | { readonly kind: "close"; readonly index: number }
  | { readonly kind: "restart" };

const price = fc.integer({ min: 90, max: 110 });
/** Many prices and entries of one and the same time, as with a clock that stands still. */
const after = fc.constantFrom(0, 0, 0, 1, 2, 5);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("quotes" as const),
      quotes: fc.array(fc.tuple(after, price), { minLength: 1, maxLength: 4 }),
      isThrownAway: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ afterMs: after, prices: fc.tuple(price, price, price) }).map(({ afterMs, prices }) => {
      const [low, close, high] = [...prices].sort((a, b) => a - b) as [number, number, number];
      return { kind: "bar" as const, afterMs, low, high, close };
    }),
  },
  // An entry is at the desk's time: with the system's clock that can be before the newest price's, too.
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("open" as const), afterMs: fc.constantFrom(-3, 0, 0, 0, 1, 4) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("close" as const), index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
);

/** A symbol on a desk with the feed's clock, which saves each price, and a list of what each open position was judged on. */
class Desk {
  ranges = createPriceRanges();
  board: BoardPrice = { price: 100, timeMs: at(0), source: "QUOTE" };
  readonly open: { readonly position: Position; readonly prices: number[] }[] = [];
  private readonly stored = new Map<string, PriceRangeRecord>();
  private number = 1;

  play(step: Step): void {
    if (step.kind === "quotes") this.takeQuotes(step.quotes, step.isThrownAway);
    else if (step.kind === "bar") this.takeBar(step);
    else if (step.kind === "open") this.openOne(step.afterMs);
    else if (step.kind === "restart") this.restart();
    else this.closeOne(step.index);
  }

  private takeQuotes(quotes: readonly [number, number][], isThrownAway: boolean): void {
    const stage = this.ranges.stage();
    let { timeMs } = this.board;
    for (const [afterMs, price] of quotes) {
      timeMs += afterMs;
      stage.push("AAPL", timeMs, decimal(String(price)), decimal(String(price)));
      if (isThrownAway) continue;
      this.board = { price, timeMs, source: "QUOTE" };
      this.see(timeMs, price);
      for (const { position, prices } of this.open) expect(seenOf(stage, position)).toEqual(rangeOf(prices));
    }
    if (!isThrownAway) this.takeOver(stage);
  }

  private takeBar({ afterMs, low, high, close }: Extract<Step, { kind: "bar" }>): void {
    const startMs = this.board.timeMs + afterMs;
    const stage = this.ranges.stage();
    stage.push("AAPL", startMs, decimal(String(low)), decimal(String(high)));
    this.board = { price: close, timeMs: startMs + 2, source: "BAR" };
    this.see(startMs, low, high);
    this.takeOver(stage);
  }

  private see(timeMs: number, ...seen: number[]): void {
    for (const { position, prices } of this.open) if (timeMs >= position.entryFill.timeMs) prices.push(...seen);
  }

  private takeOver(stage: ReturnType<PriceRanges["stage"]>): void {
    this.store(stage.changed());
    stage.takeOver();
  }

  private openOne(afterMs: number): void {
    const position = positionOn(this.board, this.board.timeMs + afterMs, this.number);
    this.number += 1;
    this.store(this.ranges.beginningsOf([position]));
    this.ranges.opened(position);
    this.open.push({ position, prices: [this.board.price] });
  }

  private closeOne(index: number): void {
    const [closed] = this.open.splice(index % Math.max(1, this.open.length), 1);
    if (closed !== undefined) this.ranges.closed(closed.position);
  }

  /** Begins again with what was stored. */
  private restart(): void {
    this.ranges = createPriceRanges(this.open.length === 0 ? [] : this.stored.values());
    for (const { position } of this.open.toReversed()) this.ranges.adopted(position);
  }

  private store(records: readonly PriceRangeRecord[]): void {
    for (const record of records) this.stored.set(record.symbol, JSON.parse(JSON.stringify(record)));
  }
}

const rangeOf = (prices: readonly number[]): Seen => [Math.min(...prices), Math.max(...prices)];

/** How many extremes are kept of AAPL: of the lows and of the highs. */
const sizeOf = (ranges: PriceRanges): number[] =>
  ranges.recordsOf(["AAPL"]).flatMap(({ lows, highs }) => [lows.length, highs.length]);

describe("what open positions have seen", () => {
  it("is the range of the prices that each was judged on, whatever came, was closed, or was begun again", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const desk = new Desk();
        for (const one of steps) {
          desk.play(one);
          for (const { position, prices } of desk.open) {
            expect(seenOf(desk.ranges, position)).toEqual(rangeOf(prices));
          }
          for (const size of sizeOf(desk.ranges)) expect(size).toBeLessThanOrEqual(2 * desk.open.length + 64);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const quoteAt = (price: number, seconds: number): BoardPrice => ({ price, timeMs: at(seconds), source: "QUOTE" });

function push(ranges: PriceRanges, price: number, seconds: number): void {
  const stage = ranges.stage();
  stage.push("AAPL", at(seconds), decimal(String(price)), decimal(String(price)));
  stage.takeOver();
}

describe("the size of a range", () => {
  it("is that of one entry where one position is open, however many prices come", () => {
    const ranges = createPriceRanges();
    ranges.opened(positionOn(quoteAt(100, 0), at(0), 1));
    for (let second = 1; second <= 1000; second++) push(ranges, 100 + ((second * 37) % 91), second);
    expect(sizeOf(ranges)).toEqual([1, 1]);
  });

  it("stays small beside one position that is held on and on, where others come and go while the price only rises", () => {
    const ranges = createPriceRanges();
    const held = positionOn(quoteAt(100, 0), at(0), 1);
    ranges.opened(held);
    push(ranges, 90, 0);
    for (let second = 1; second <= 1000; second++) {
      push(ranges, 100 + second, second);
      const scalp = positionOn(quoteAt(100 + second, second), at(second), second + 1);
      ranges.opened(scalp);
      push(ranges, 100 + second, second + 0.5);
      ranges.closed(scalp);
    }
    for (const size of sizeOf(ranges)) expect(size).toBeLessThanOrEqual(68);
    expect(seenOf(ranges, held)).toEqual([90, 1100]);
  });

  it("is nothing where the last position of a symbol was closed", () => {
    const ranges = createPriceRanges();
    const position = positionOn(quoteAt(100, 0), at(0), 1);
    ranges.opened(position);
    push(ranges, 101, 1);
    ranges.closed(position);
    expect(ranges.recordsOf(["AAPL"])).toEqual([]);
  });

  it("is nothing for symbols that are not held", () => {
    const ranges = createPriceRanges();
    push(ranges, 101, 1);
    expect(ranges.recordsOf(["AAPL"])).toEqual([]);
  });
});

describe("what a position has seen is not known", () => {
  it("where it was open before anything of its symbol was noted; of later ones it is", () => {
    const ranges = createPriceRanges();
    const old = [positionOn(quoteAt(100, 0), at(0), 1), positionOn(quoteAt(100, 0), at(5), 2)];
    for (const position of old) ranges.adopted(position);
    const later = positionOn(quoteAt(102, 6), at(6), 3);
    ranges.opened(later);
    push(ranges, 105, 7);
    expect(old.map((position) => seenOf(ranges, position))).toEqual([null, null]);
    expect(seenOf(ranges, later)).toEqual([102, 105]);

    const continued = createPriceRanges(ranges.recordsOf(["AAPL"]));
    for (const position of [...old, later]) continued.adopted(position);
    expect([...old, later].map((position) => seenOf(continued, position))).toEqual([null, null, [102, 105]]);
  });

  it("where another process opened it, and prices have come since", () => {
    const ranges = createPriceRanges();
    const own = positionOn(quoteAt(100, 0), at(0), 1);
    ranges.opened(own);
    push(ranges, 101, 1);
    push(ranges, 104, 3);
    const foreign = { ...positionOn(quoteAt(101, 1), at(2), 1), accountId: `${ACCOUNT_ID}9` };
    ranges.adopted(foreign);
    expect(seenOf(ranges, foreign)).toBeNull();
  });
});
