// The identities that always hold (domain.md 8): a sound book has no faults, and each figure that is tampered with is named.

import { describe, expect, it } from "vitest";
import { type Book, Draft } from "../../src/domain/book.ts";
import { decimal } from "../../src/domain/decimal.ts";
import { Exposure } from "../../src/domain/exposure.ts";
import type { Figures } from "../../src/domain/figures.ts";
import { bookFaults } from "../../src/domain/identities.ts";
import type { Position } from "../../src/domain/position.ts";
import { bookOf, closePart, decide, prices, quoteOf } from "../support/builders.ts";

const BOARD = prices({ AAPL: "152", MSFT: "48.5" });

/** A book with a LONG, part of which was closed at a gain, a SHORT, and a LONG that was closed at a loss. */
function soundBook(): Book {
  const draft = new Draft(bookOf());
  decide(draft, { signalId: "1", leverage: "2" });
  const long = draft.position(2);
  const short = {
    symbol: "MSFT",
    side: "SHORT",
    entryPrice: "50",
    stopLoss: "52",
    target1: "40",
    campaignId: "c",
  } as const;
  decide(draft, { signalId: "2", ...short }, { quote: quoteOf("50", 0, "MSFT"), others: { AAPL: "150" } });
  decide(draft, { signalId: "3", positionSize: "7" }, { others: { MSFT: "50" } });
  const lost = draft.position(4);
  if (long === undefined || lost === undefined) throw new Error("nothing was opened");
  draft.close(closePart(long, "33", "155", draft.settings));
  draft.close(closePart(lost, "7", "147", draft.settings));
  draft.mark(BOARD, 0);
  return draft.committed();
}

const faults = (book: Book): string[] => bookFaults(book, BOARD);

/** The book with other figures. */
const withFigures = (change: (figures: Figures) => Partial<Figures>): Book => {
  const book = soundBook();
  const { figures } = book.session;
  return { ...book, session: { ...book.session, figures: { ...figures, ...change(figures) } } };
};

/** The book with another first position, its sums as they were. */
const withPosition = (change: (position: Position) => Partial<Position>): Book => {
  const book = soundBook();
  const positions = new Map(book.positions);
  const first = positions.get(2);
  if (first === undefined) throw new Error("there is no position 2");
  positions.set(2, { ...first, ...change(first) });
  return { ...book, positions };
};

/** A hair: the last digit that is stored. */
const HAIR = decimal("0.00000001");

describe("a sound book", () => {
  it("has no faults, at any price", () => {
    expect(faults(soundBook())).toEqual([]);
    expect(bookFaults(soundBook(), prices({ AAPL: "0.00000001", MSFT: "99999.99999999" }))).toEqual([]);
  });

  it("in which nothing has happened has none", () => {
    expect(faults(bookOf())).toEqual([]);
  });
});

describe("a book in which the last digit of one figure is wrong", () => {
  it.each<[string, Book, RegExp[]]>([
    [
      "cash",
      withFigures(({ cash }) => ({ cash: cash.plus(HAIR) })),
      [/^equity .* is not cash and holdings/, /^cash is capital and all flows: /],
    ],
    [
      "totalRealizedPnl",
      withFigures(({ totalRealizedPnl }) => ({ totalRealizedPnl: totalRealizedPnl.minus(HAIR) })),
      [/^equity .* is not cash and holdings/, /^realized P&L is wins and losses: /, /^cash is capital and all flows: /],
    ],
    [
      "the gross wins",
      withFigures(({ grossWins }) => ({ grossWins: grossWins.plus(HAIR) })),
      [/^realized P&L is wins and losses: /],
    ],
    [
      "the gross losses",
      withFigures(({ grossLosses }) => ({ grossLosses: grossLosses.minus(HAIR) })),
      [/^realized P&L is wins and losses: /],
    ],
    [
      "the peak, below the starting capital",
      withFigures(() => ({ peakEquity: decimal("99999.99999999") })),
      [/^the peak is below the starting capital$/],
    ],
    [
      "what is left of a position's entry value",
      withPosition(({ entryValueLeft }) => ({ entryValueLeft: entryValueLeft.plus(HAIR) })),
      [/^cash is capital and all flows: /, /^the sum of u: /],
    ],
    [
      "what is left of a position's entry commission",
      withPosition(({ entryCommissionLeft }) => ({ entryCommissionLeft: entryCommissionLeft.minus(HAIR) })),
      [/^cash is capital and all flows: /, /^the sum of u: /],
    ],
    [
      "what is left of a position's quantity",
      withPosition(({ remaining }) => ({ remaining: remaining.plus(HAIR) })),
      [/^the sum of open risk: /, /^the sum of u: /, /^bound funds: /],
    ],
    [
      "a position's stop",
      withPosition(({ stopLoss }) => ({ stopLoss: stopLoss.plus(HAIR) })),
      [/^the sum of open risk: /],
    ],
    ["a position's leverage", withPosition(() => ({ leverage: decimal("2.00000001") })), [/^bound funds: /]],
    [
      "a position's side",
      withPosition(() => ({ side: "SHORT" })),
      [/^cash is capital and all flows: /, /^the sum of open risk: /, /^the sum of u: /],
    ],
  ])("%s is named", (_, book, expected) => {
    const found = faults(book);
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(found[index]).toMatch(pattern);
  });

  it("a position that is not in the sums is named", () => {
    const book = soundBook();
    const [first] = book.positions.values();
    const found = faults({ ...book, exposure: new Exposure(first === undefined ? [] : [first]) });
    expect(found).toContain("the count of open positions");
    expect(found.some((fault) => fault.startsWith("the sum of open risk"))).toBe(true);
  });

  it("a position that is in the sums and not in the book is named", () => {
    const book = soundBook();
    const positions = new Map(book.positions);
    positions.delete(2);
    expect(faults({ ...book, positions })).toContain("the count of open positions");
  });

  it("a closed position that is held as open is named", () => {
    const book = soundBook();
    const [first] = book.positions.values();
    if (first === undefined) throw new Error("nothing is open");
    const closed = { ...first, number: 99, remaining: decimal("0"), entryValueLeft: decimal("0") };
    const positions = new Map(book.positions).set(99, { ...closed, entryCommissionLeft: decimal("0") });
    expect(faults({ ...book, positions })).toContain("a closed position is held as open");
  });

  it("tells both sides of what should be the same", () => {
    expect(faults(withFigures(({ grossWins }) => ({ grossWins: grossWins.plus("1") })))[0]).toMatch(
      /^realized P&L is wins and losses: -?[\d.]+ is not -?[\d.]+$/,
    );
  });
});
