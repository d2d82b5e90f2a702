// The trigger book: it finds every position that a price changes, compared with asking them all.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, decimal } from "../../src/domain/decimal.ts";
import { judge } from "../../src/domain/exits.ts";
import { isOpen, type Position } from "../../src/domain/position.ts";
import type { Price } from "../../src/domain/price.ts";
import { createTriggerBook } from "../../src/engine/triggerBook.ts";
import type { TriggerBook } from "../../src/ports.ts";
import { ACCOUNT_ID, at, barPrice, FREE, positionOf, quotePrice, settingsOf } from "../support/builders.ts";
import { OTHER_ACCOUNT_ID, planArbitrary, planned, SYMBOLS } from "../support/positionArbitraries.ts";

const priceArbitrary = fc.integer({ min: 84, max: 116 });
const symbolArbitrary = fc.constantFrom(...SYMBOLS);
const pick = fc.nat({ max: 9999 });

const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("open" as const), plan: planArbitrary }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("quote" as const), symbol: symbolArbitrary, price: priceArbitrary }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("bar" as const),
      symbol: symbolArbitrary,
      open: priceArbitrary,
      close: priceArbitrary,
      above: fc.nat({ max: 8 }),
      below: fc.nat({ max: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("delete" as const, "add again" as const, "save" as const, "stop" as const),
      pick,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete account" as const), pick }) },
);

type Step = typeof stepArbitrary extends fc.Arbitrary<infer S> ? S : never;

/** The trigger book beside a plain list of what it should hold. */
class Compared {
  readonly triggers = createTriggerBook();
  readonly held = new Map<number, Position>();
  readonly unsaved = new Set<number>();
  private readonly closed: Position[] = [];
  private readonly settings: ReturnType<typeof settingsOf>;
  private opened = 0;

  constructor(breakevenAfterTarget1: boolean) {
    this.settings = settingsOf({ ...FREE, breakevenAfterTarget1 });
  }

  take(step: Step): void {
    if (step.kind === "open") {
      this.opened += 1;
      this.set(planned(step.plan, this.opened));
    } else if (step.kind === "quote") {
      this.price(quotePrice(String(step.price), 60, step.symbol), step.symbol, step.price, step.price);
    } else if (step.kind === "bar") {
      const high = Math.max(step.open, step.close) + step.above;
      const low = Math.min(step.open, step.close) - step.below;
      const prices = [String(step.open), String(high), String(low), String(step.close)] as const;
      this.price(barPrice(prices, 60, step.symbol), step.symbol, low, high);
    } else if (step.kind === "add again") {
      const [again] = this.closed.splice(step.pick % Math.max(1, this.closed.length), 1);
      if (again !== undefined) this.set(again);
    } else if (step.kind === "delete account") {
      this.deleteAccount(step.pick % 2 === 0 ? ACCOUNT_ID : OTHER_ACCOUNT_ID);
    } else {
      this.change(step.kind, [...this.held.values()][step.pick % Math.max(1, this.held.size)]);
    }
  }

  private change(how: "delete" | "save" | "stop", position: Position | undefined): void {
    if (position === undefined) return;
    if (how === "delete") this.delete(position);
    else if (how === "save") this.set(position);
    else this.move({ ...position, stopLoss: position.stopLoss.plus(position.side === "LONG" ? 1 : -1) });
  }

  /** Asks all: whoever changes must have been found, as it is now; then the changes are told to the book. */
  private price(price: Price, symbol: string, low: number, high: number): void {
    const found = this.triggers.touchedBy(symbol, new Decimal(low), new Decimal(high));
    expect(new Set(found).size).toBe(found.length);
    for (const position of found) {
      expect(this.held.get(position.number)).toBe(position);
      expect(position.symbol).toBe(symbol);
    }
    const touched = new Set(found);
    for (const position of [...this.held.values()].filter((one) => one.symbol === symbol)) {
      const after = judge(position, price, this.settings).position;
      if (after === position) continue;
      expect(touched.has(position)).toBe(true);
      if (isOpen(after)) this.move(after);
      else this.delete(position);
    }
  }

  check(): void {
    for (const position of this.held.values()) expect(this.triggers.get(position)).toBe(position);
    for (const symbol of SYMBOLS) {
      const holders = [...this.held.values()].filter((one) => one.symbol === symbol).map((one) => one.accountId);
      expect([...this.triggers.holders(symbol)].sort()).toEqual([...new Set(holders)].sort());
      // Every price there is finds all there is.
      const all = this.triggers.touchedBy(symbol, new Decimal(-1000), new Decimal(1000));
      expect(new Set(all)).toEqual(new Set([...this.held.values()].filter((one) => one.symbol === symbol)));
    }
    for (const seconds of [0, 1, 10, 25, 50]) {
      const due = [...this.held.values()].filter(
        ({ expiresAtMs }) => expiresAtMs !== null && expiresAtMs <= at(seconds),
      );
      expect(new Set(this.triggers.expiringBy(at(seconds)))).toEqual(new Set(due));
    }
    expect(numbers(this.triggers.unsaved())).toEqual([...this.unsaved].sort((a, b) => a - b));
  }

  private set(position: Position): void {
    this.held.set(position.number, position);
    this.unsaved.delete(position.number);
    this.triggers.set(position);
  }

  private move(position: Position): void {
    this.held.set(position.number, position);
    this.unsaved.add(position.number);
    this.triggers.move(position);
  }

  private delete(position: Position): void {
    this.held.delete(position.number);
    this.unsaved.delete(position.number);
    this.closed.push(position);
    this.triggers.delete(position);
  }

  private deleteAccount(accountId: string): void {
    this.triggers.deleteAccount(accountId);
    for (const position of [...this.held.values()]) {
      if (position.accountId !== accountId) continue;
      this.held.delete(position.number);
      this.unsaved.delete(position.number);
    }
  }
}

const numbers = (positions: readonly Position[]): number[] =>
  positions.map(({ number }) => number).sort((a, b) => a - b);

describe("the trigger book, beside asking every position", () => {
  it("finds each that a quote or a bar changes, also after moves, closes and coming again", () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 80, size: "max" }), fc.boolean(), (steps, breakeven) => {
        const compared = new Compared(breakeven);
        for (const step of steps) compared.take(step);
        compared.check();
      }),
      { numRuns: 300 },
    );
  });
});

/** The numbers of the positions that a range of prices finds. */
const found = (triggers: TriggerBook, low: string, high = low, symbol = "AAPL"): number[] =>
  numbers(triggers.touchedBy(symbol, decimal(low), decimal(high)));

function bookWith(...positions: Position[]): TriggerBook {
  const triggers = createTriggerBook();
  for (const position of positions) triggers.set(position);
  return triggers;
}

describe("what a price finds", () => {
  const long = positionOf({ number: 1 });
  const short = positionOf({ number: 2, side: "SHORT" });

  it.each([
    ["94.99999999", [1, 2]],
    ["95", [1, 2]],
    ["95.00000001", []],
    ["104.99999999", []],
    ["105", [1, 2]],
    ["105.00000001", [1, 2]],
  ])("at %s, of a LONG and a SHORT from 100 with levels 5 away", (price, expected) => {
    expect(found(bookWith(long, short), price)).toEqual(expected);
  });

  it("in a bar's range is what its low or its high touches", () => {
    const triggers = bookWith(long, positionOf({ number: 3, stopLoss: "97", target1: "120", target2: null }));
    expect(found(triggers, "98", "104")).toEqual([]);
    expect(found(triggers, "97", "104")).toEqual([3]);
    expect(found(triggers, "98", "105")).toEqual([1]);
    expect(found(triggers, "90", "130")).toEqual([1, 3]);
  });

  it("is of its own symbol only", () => {
    const triggers = bookWith(long, positionOf({ number: 4, symbol: "MSFT" }));
    expect(found(triggers, "95")).toEqual([1]);
    expect(found(triggers, "95", "95", "MSFT")).toEqual([4]);
    expect(found(triggers, "95", "95", "NONE")).toEqual([]);
  });

  it("with a trailing stop is from its activation on, then at its stop and beyond its best price", () => {
    const trailing = positionOf({ target1: "150", target2: null, trailingStop: { activation: "103", offset: "2" } });
    const triggers = bookWith(trailing);
    expect(found(triggers, "102.99999999")).toEqual([]);
    expect(found(triggers, "103")).toEqual([1]);
    triggers.move(judge(trailing, quotePrice("103", 1), settingsOf(FREE)).position);
    expect(found(triggers, "101")).toEqual([1]);
    expect(found(triggers, "103.00000001")).toEqual([1]);
  });

  it("after target 1 is from target 2 on", () => {
    const triggers = bookWith(judge(long, quotePrice("105", 1), settingsOf(FREE)).position);
    expect(found(triggers, "109.99999999")).toEqual([]);
    expect(found(triggers, "110")).toEqual([1]);
  });

  it("is each position once, where its levels are many", () => {
    const near = positionOf({ stopLoss: "99", target1: "101", target2: "102" });
    expect(found(bookWith(near), "90", "110")).toEqual([1]);
  });

  it("is nothing of what was deleted, and again what came again", () => {
    const triggers = bookWith(long);
    triggers.delete(long);
    triggers.delete(long);
    expect(found(triggers, "95")).toEqual([]);
    expect(triggers.get(long)).toBeUndefined();
    triggers.set(long);
    expect(found(triggers, "95")).toEqual([1]);
  });
});

describe("what expires", () => {
  it("is told in the order of the times, ties in the order of coming, at or before the time", () => {
    const expiring = (number: number, seconds: number): Position =>
      positionOf({ number, expiresAt: new Date(at(seconds)) });
    const triggers = bookWith(
      expiring(1, 30),
      expiring(2, 10),
      expiring(3, 20),
      expiring(4, 10),
      positionOf({ number: 5 }),
    );
    const due = (seconds: number): number[] => triggers.expiringBy(at(seconds)).map(({ number }) => number);
    expect(due(9.999)).toEqual([]);
    expect(due(10)).toEqual([2, 4]);
    expect(due(25)).toEqual([2, 4, 3]);
    expect(due(99)).toEqual([2, 4, 3, 1]);
    triggers.delete({ accountId: ACCOUNT_ID, number: 4 });
    expect(due(99)).toEqual([2, 3, 1]);
  });

  it("is the position as it is now, also after a move", () => {
    const position = positionOf({ expiresAt: new Date(at(10)) });
    const triggers = bookWith(position);
    const moved = { ...position, stopLoss: decimal("97") };
    triggers.move(moved);
    expect(triggers.expiringBy(at(10))).toEqual([moved]);
  });
});

describe("the holders of a symbol", () => {
  it("are the accounts with an open position in it, until its last one closes", () => {
    const first = positionOf({ number: 1 });
    const second = positionOf({ number: 2 });
    const other = positionOf({ number: 1, accountId: OTHER_ACCOUNT_ID });
    const triggers = bookWith(first, second, other);
    expect([...triggers.holders("AAPL")]).toEqual([ACCOUNT_ID, OTHER_ACCOUNT_ID]);
    triggers.delete(first);
    expect([...triggers.holders("AAPL")]).toEqual([ACCOUNT_ID, OTHER_ACCOUNT_ID]);
    triggers.delete(second);
    expect([...triggers.holders("AAPL")]).toEqual([OTHER_ACCOUNT_ID]);
    triggers.deleteAccount(OTHER_ACCOUNT_ID);
    expect([...triggers.holders("AAPL")]).toEqual([]);
    expect([...triggers.holders("NONE")]).toEqual([]);
  });
});

describe("what is not saved", () => {
  it("is what was moved and not set since", () => {
    const position = positionOf();
    const triggers = bookWith(position);
    expect(triggers.unsaved()).toEqual([]);
    const moved = { ...position, stopLoss: decimal("97") };
    triggers.move(moved);
    expect(triggers.unsaved()).toEqual([moved]);
    expect(triggers.get(position)).toBe(moved);
    triggers.set(moved);
    expect(triggers.unsaved()).toEqual([]);
  });

  it("is nothing of what was closed", () => {
    const position = positionOf();
    const triggers = bookWith(position);
    triggers.move({ ...position, stopLoss: decimal("97") });
    triggers.delete(position);
    expect(triggers.unsaved()).toEqual([]);
  });
});
