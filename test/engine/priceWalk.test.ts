// Working through prices (domain.md 4 and 7): exits, expiries and marks in their order, staged until they are taken over.

import { describe, expect, it } from "vitest";
import { Draft } from "../../src/domain/book.ts";
import { decimal, formatDecimal } from "../../src/domain/decimal.ts";
import { bookFaults } from "../../src/domain/identities.ts";
import type { Position } from "../../src/domain/position.ts";
import type { Price } from "../../src/domain/price.ts";
import type { SettingsInput } from "../../src/domain/settings.ts";
import { createBooks } from "../../src/engine/books.ts";
import { feedClock } from "../../src/engine/clock.ts";
import { createPriceBoard } from "../../src/engine/priceBoard.ts";
import { createPriceRanges } from "../../src/engine/priceRanges.ts";
import { PriceWalk } from "../../src/engine/priceWalk.ts";
import { createTriggerBook } from "../../src/engine/triggerBook.ts";
import type { Board, Books, Clock, PriceRanges, TriggerBook } from "../../src/ports.ts";
import {
  ACCOUNT_ID,
  at,
  barPrice,
  bookOf,
  decide,
  FREE,
  type PositionChange,
  plain,
  quoteOf,
  quotePrice,
  secondsOf,
} from "../support/builders.ts";

const OTHER_ACCOUNT_ID = "01890000-0000-7000-8000-000000000002";

/** The wall clock, stopped. */
const wallClock = (seconds: number): Clock => ({ isFeed: false, nowMs: () => at(seconds), advance: () => {} });

interface Desk {
  readonly board: Board;
  readonly books: Books;
  readonly triggers: TriggerBook;
  readonly ranges: PriceRanges;
  readonly clock: Clock;
}

/** What a position of these tests is of: 10 at 100 of AAPL, LONG, stop 95, targets 105 and 110; its board is at 100. */
const LEVELS = {
  LONG: { stopLoss: "95", target1: "105", target2: "110" },
  SHORT: { stopLoss: "105", target1: "95", target2: "90" },
};

interface Given {
  readonly clock?: Clock;
  readonly settings?: SettingsInput;
  /** Positions of the first account in the order of opening; numbers begin at 2. */
  readonly positions: PositionChange[];
  readonly otherPositions?: PositionChange[];
}

/** A desk whose accounts have opened these positions at the start, each at a board price of 100. */
function deskWith({ clock = feedClock(at(0)), settings = {}, positions, otherPositions = [] }: Given): Desk {
  const desk: Desk = {
    board: createPriceBoard(),
    books: createBooks(),
    triggers: createTriggerBook(),
    ranges: createPriceRanges(),
    clock,
  };
  for (const [accountId, changes] of [
    [ACCOUNT_ID, positions],
    [OTHER_ACCOUNT_ID, otherPositions],
  ] as const) {
    const draft = new Draft(bookOf({ ...FREE, maxTradeRisk: "100", maxPortfolioHeat: "100", ...settings }, accountId));
    const others = Object.fromEntries(changes.map(({ symbol = "AAPL" }) => [symbol, "100"]));
    for (const [index, change] of changes.entries()) {
      const levels = LEVELS[change.side === "SHORT" ? "SHORT" : "LONG"];
      const quote = quoteOf("100", 0, change.symbol);
      const signal = { entryPrice: "100", positionSize: "10", ...levels, signalId: `s${index}`, ...change };
      if (decide(draft, signal, { quote, others }).status !== "FILLED")
        throw new Error("the test's signal was not filled");
      desk.board.set(quote);
    }
    desk.books.set(draft.committed());
  }
  for (const accountId of [ACCOUNT_ID, OTHER_ACCOUNT_ID]) {
    for (const position of desk.books.get(accountId)?.positions.values() ?? []) {
      desk.triggers.set(position);
      desk.ranges.opened(position);
    }
  }
  return desk;
}

/** An exit in short: position, reason, quantity, reference price, and the seconds of the exit and of its price. */
type Exit = [number: number, reason: string, quantity: string, price: string, second: number, priceSecond: number];

const exitsOf = (walk: PriceWalk, accountId = ACCOUNT_ID): Exit[] =>
  walk
    .changedDrafts()
    .filter((draft) => draft.account.accountId === accountId)
    .flatMap((draft) => draft.trades)
    .map(({ positionNumber, exitReason, quantity, exitFill: { reference, timeMs } }) => [
      positionNumber,
      exitReason,
      formatDecimal(quantity),
      formatDecimal(reference.price),
      secondsOf(timeMs),
      secondsOf(reference.timeMs),
    ]);

/** Walks over prices: what was taken, and the walk, not taken over yet. */
function walked(desk: Desk, ...prices: Price[]): PriceWalk {
  const walk = new PriceWalk(desk);
  for (const price of prices) walk.take(price);
  return walk;
}

const expiring = (seconds: number): Date => new Date(at(seconds));

describe("expiries before a quote", () => {
  it("close what is of its own symbol at its price, and others at the board's, whose time the fill tells", () => {
    const desk = deskWith({
      positions: [
        { symbol: "MSFT", expiresAt: expiring(30) },
        { symbol: "AAPL", expiresAt: expiring(20) },
      ],
    });
    expect(exitsOf(walked(desk, quotePrice("102", 30)))).toEqual([
      [2, "EXPIRED", "10", "100", 30, 0],
      [3, "EXPIRED", "10", "102", 30, 30],
    ]);
  });

  it("are those at or before its time", () => {
    const desk = deskWith({ positions: [{ expiresAt: expiring(30) }] });
    expect(exitsOf(walked(desk, quotePrice("102", 29.999)))).toEqual([]);
    expect(exitsOf(walked(desk, quotePrice("102", 30)))).toEqual([[2, "EXPIRED", "10", "102", 30, 30]]);
  });

  it("come before its exits: a stop at that price is an expiry", () => {
    const desk = deskWith({ positions: [{ expiresAt: expiring(30) }, {}] });
    expect(exitsOf(walked(desk, quotePrice("90", 30)))).toEqual([
      [2, "EXPIRED", "10", "90", 30, 30],
      [3, "STOP_LOSS", "10", "90", 30, 30],
    ]);
  });

  it("happen also where the quote's symbol is not held", () => {
    const desk = deskWith({ positions: [{ expiresAt: expiring(30) }] });
    expect(exitsOf(walked(desk, quotePrice("7", 31, "NONE")))).toEqual([[2, "EXPIRED", "10", "100", 31, 0]]);
  });

  it("do not happen where the board drops the quote", () => {
    const desk = deskWith({ positions: [{ expiresAt: expiring(30) }] });
    desk.board.set(quoteOf("101", 60));
    expect(exitsOf(walked(desk, quotePrice("102", 59)))).toEqual([]);
  });

  it("close in the order of opening, whatever the order of their times", () => {
    const desk = deskWith({
      positions: [
        { expiresAt: expiring(30) },
        { expiresAt: expiring(10) },
        { symbol: "MSFT", expiresAt: expiring(20) },
      ],
    });
    expect(exitsOf(walked(desk, quotePrice("101", 40))).map(([number]) => number)).toEqual([2, 3, 4]);
  });
});

describe("expiries around a bar", () => {
  it("before it: its own symbol at its open, others at the board's, at the bar's start", () => {
    const desk = deskWith({
      positions: [{ expiresAt: expiring(60) }, { symbol: "MSFT", expiresAt: expiring(59) }],
    });
    expect(exitsOf(walked(desk, barPrice(["101", "104", "96", "103"], 60)))).toEqual([
      [2, "EXPIRED", "10", "101", 60, 60],
      [3, "EXPIRED", "10", "100", 60, 0],
    ]);
  });

  it("after it: up to its end, at the board's price, which is its close", () => {
    const desk = deskWith({
      positions: [
        { expiresAt: expiring(60.001) },
        { symbol: "MSFT", expiresAt: expiring(120) },
        { expiresAt: expiring(120.001) },
      ],
    });
    expect(exitsOf(walked(desk, barPrice(["101", "104", "96", "103"], 60)))).toEqual([
      [2, "EXPIRED", "10", "103", 120, 120],
      [3, "EXPIRED", "10", "100", 120, 0],
    ]);
  });

  it("after it only what its exits have left", () => {
    const desk = deskWith({ positions: [{ expiresAt: expiring(90) }, { expiresAt: expiring(90), target1: "104" }] });
    expect(exitsOf(walked(desk, barPrice(["100", "104", "97", "101"], 60)))).toEqual([
      [3, "TARGET_1", "5", "104", 120, 120],
      [2, "EXPIRED", "10", "101", 120, 120],
      [3, "EXPIRED", "5", "101", 120, 120],
    ]);
  });

  it("before it also where a stop lies in its range", () => {
    const desk = deskWith({ positions: [{ expiresAt: expiring(60) }] });
    expect(exitsOf(walked(desk, barPrice(["100", "101", "80", "81"], 60)))).toEqual([
      [2, "EXPIRED", "10", "100", 60, 60],
    ]);
  });
});

describe("expiries by the clock", () => {
  it("close at the board's prices, at the time of the clock", () => {
    const desk = deskWith({
      clock: wallClock(50),
      positions: [{ expiresAt: expiring(30) }, { expiresAt: expiring(51) }],
    });
    const walk = new PriceWalk(desk);
    walk.expireBy(desk.clock.nowMs());
    expect(exitsOf(walk)).toEqual([[2, "EXPIRED", "10", "100", 50, 0]]);
    expect([...walk.closedIn]).toEqual([ACCOUNT_ID]);
  });
});

describe("exits", () => {
  it("go through the positions in the order of opening, each through the whole bar", () => {
    const desk = deskWith({ positions: [{ target1: "104", target2: "106" }, { side: "SHORT" }, { stopLoss: "97.5" }] });
    expect(exitsOf(walked(desk, barPrice(["98", "106", "97.5", "97.5"], 60)))).toEqual([
      [2, "TARGET_1", "5", "104", 120, 120],
      [2, "TARGET_2", "5", "106", 120, 120],
      [3, "STOP_LOSS", "10", "105", 120, 120],
      [4, "STOP_LOSS", "10", "97.5", 120, 120],
    ]);
  });

  it("go through every account that is touched", () => {
    const desk = deskWith({ positions: [{}], otherPositions: [{}, { side: "SHORT" }] });
    const walk = walked(desk, quotePrice("94", 1));
    expect(exitsOf(walk)).toEqual([[2, "STOP_LOSS", "10", "94", 1, 1]]);
    expect(exitsOf(walk, OTHER_ACCOUNT_ID)).toEqual([
      [2, "STOP_LOSS", "10", "94", 1, 1],
      [3, "TARGET_1", "5", "94", 1, 1],
    ]);
    expect([...walk.closedIn].sort()).toEqual([ACCOUNT_ID, OTHER_ACCOUNT_ID]);
  });

  it("see what the prices before them in the walk have left", () => {
    const desk = deskWith({ settings: { breakevenAfterTarget1: true }, positions: [{}] });
    const prices = [quotePrice("105", 1), quotePrice("106", 2), quotePrice("100", 3), quotePrice("94", 4)];
    expect(exitsOf(walked(desk, ...prices))).toEqual([
      [2, "TARGET_1", "5", "105", 1, 1],
      [2, "STOP_LOSS", "5", "100", 3, 3],
    ]);
  });

  it("judge a stop that moved in the walk, also where no price of the desk's own book would have touched it", () => {
    const desk = deskWith({
      positions: [{ target1: "150", target2: null, trailingStop: { activation: "103", offset: "2" } }],
    });
    expect(exitsOf(walked(desk, quotePrice("104", 1), quotePrice("102", 2)))).toEqual([
      [2, "TRAILING_STOP", "10", "102", 2, 2],
    ]);
  });

  it("do not look at prices that are older than the entry", () => {
    const desk = deskWith({ positions: [{}] });
    const earlier = new PriceWalk({ ...desk, board: createPriceBoard() });
    expect(earlier.take(quotePrice("90", -1))).toBe(true);
    expect(exitsOf(earlier)).toEqual([]);
  });
});

describe("a price that the board drops", () => {
  it("is answered with false and changes nothing", () => {
    const desk = deskWith({ positions: [{}] });
    desk.board.set(quoteOf("101", 60));
    const walk = new PriceWalk(desk);
    expect(walk.take(quotePrice("90", 59))).toBe(false);
    expect(walk.take(quotePrice("101", 60))).toBe(false);
    expect(walk.take(barPrice(["90", "90", "90", "90"], 59))).toBe(false);
    expect(walk.changedDrafts()).toEqual([]);
    expect(walk.changedQuotes()).toEqual([]);
    expect([...walk.movedSymbols]).toEqual([]);
  });

  it("is measured by what the walk has taken before it", () => {
    const walk = new PriceWalk(deskWith({ positions: [] }));
    expect(walk.take(barPrice(["100", "101", "99", "100"], 60))).toBe(true);
    expect(walk.take(quotePrice("100", 120))).toBe(false);
    expect(walk.take(quotePrice("101", 119))).toBe(false);
    expect(walk.take(quotePrice("101", 120))).toBe(true);
    expect(walk.take(barPrice(["100", "101", "99", "100"], 119))).toBe(false);
    expect(walk.take(barPrice(["100", "101", "99", "100"], 120))).toBe(true);
  });
});

/** The book of the first account. */
const bookIn = (desk: Desk) => {
  const book = desk.books.get(ACCOUNT_ID);
  if (book === undefined) throw new Error("the book is gone");
  return book;
};

describe("what was decided", () => {
  it("is not the desk's own before it is taken over", () => {
    const desk = deskWith({ positions: [{}, { side: "SHORT" }] });
    const before = plain([bookIn(desk), [...desk.board.all()], desk.clock.nowMs()]);
    const walk = walked(desk, quotePrice("94", 5));
    expect(plain([bookIn(desk), [...desk.board.all()], desk.clock.nowMs()])).toEqual(before);
    expect(desk.triggers.touchedBy("AAPL", decimal("94"), decimal("94"))).toHaveLength(2);

    walk.takeOver();
    expect(plain(desk.board.get("AAPL")?.price)).toBe("94");
    expect(desk.clock.nowMs()).toBe(at(5));
    expect([...bookIn(desk).positions.keys()]).toEqual([3]);
    expect(desk.triggers.get({ accountId: ACCOUNT_ID, number: 2 })).toBeUndefined();
    expect(desk.triggers.get({ accountId: ACCOUNT_ID, number: 3 })).toBe(bookIn(desk).positions.get(3));
    expect(bookFaults(bookIn(desk), () => decimal("94"))).toEqual([]);
  });

  it("tells which symbols moved, and in which accounts something closed", () => {
    const desk = deskWith({ positions: [{}], otherPositions: [{ symbol: "MSFT" }] });
    const walk = walked(desk, quotePrice("94", 5), quotePrice("101", 5, "MSFT"));
    expect([...walk.movedSymbols].sort()).toEqual(["AAPL", "MSFT"]);
    expect([...walk.closedIn]).toEqual([ACCOUNT_ID]);
    expect(walk.changedQuotes().map(({ symbol, price }) => [symbol, formatDecimal(price)])).toEqual([
      ["AAPL", "94"],
      ["MSFT", "101"],
    ]);
  });
});

const TRAILING: PositionChange = { target1: "150", target2: null, trailingStop: { activation: "103", offset: "2" } };

/** Stop and best price of a position, as text. */
const stopOf = (position: Position | undefined): unknown =>
  position && plain([position.stopLoss, position.stopMovedBy, position.trailing?.bestPrice]);
const KEY = { accountId: ACCOUNT_ID, number: 2 };

describe("a stop that moved", () => {
  it("with the system's clock waits unsaved in the trigger book, and the book keeps the saved one", () => {
    const desk = deskWith({ clock: wallClock(9), positions: [TRAILING] });
    const walk = walked(desk, quotePrice("104", 1));
    expect(walk.changedDrafts()).toEqual([]);
    walk.takeOver();
    expect(stopOf(bookIn(desk).positions.get(2))).toEqual(["95", null, null]);
    expect(stopOf(desk.triggers.get(KEY))).toEqual(["102", "TRAILING", "104"]);
    expect(desk.triggers.unsaved().map(stopOf)).toEqual([["102", "TRAILING", "104"]]);
    // Decisions and reads use the saved stop: (100 − 95) × 10.
    expect(plain(bookIn(desk).exposure.openRisk)).toBe("50");
  });

  it("with the system's clock is judged by later walks, unsaved as it is", () => {
    const desk = deskWith({ clock: wallClock(9), positions: [TRAILING] });
    walked(desk, quotePrice("104", 1)).takeOver();
    const walk = walked(desk, quotePrice("102", 2));
    expect(exitsOf(walk)).toEqual([[2, "TRAILING_STOP", "10", "102", 2, 2]]);
    walk.takeOver();
    expect(desk.triggers.unsaved()).toEqual([]);
    expect(bookIn(desk).positions.size).toBe(0);
    expect(bookFaults(bookIn(desk), () => decimal("102"))).toEqual([]);
  });

  it("with the system's clock is saved along with a close of the same position", () => {
    const desk = deskWith({ clock: wallClock(9), positions: [{ ...TRAILING, target1: "106", target2: "120" }] });
    walked(desk, quotePrice("104", 1)).takeOver();
    walked(desk, quotePrice("106", 2)).takeOver();
    // Target 1 has closed half, with the stop of 102 saved; then the stop has gone to 104, which waits.
    expect(stopOf(bookIn(desk).positions.get(2))).toEqual(["102", "TRAILING", "104"]);
    expect(desk.triggers.unsaved().map(stopOf)).toEqual([["104", "TRAILING", "106"]]);
    expect(bookFaults(bookIn(desk), () => decimal("106"))).toEqual([]);
  });

  it("with the feed's clock is in the drafts that are saved before the call answers", () => {
    const desk = deskWith({ positions: [TRAILING] });
    const walk = walked(desk, quotePrice("104", 1));
    const [draft] = walk.changedDrafts();
    expect(stopOf(draft?.position(2))).toEqual(["102", "TRAILING", "104"]);
    expect(draft?.events).toEqual([]);
    walk.takeOver();
    expect(stopOf(bookIn(desk).positions.get(2))).toEqual(["102", "TRAILING", "104"]);
    expect(desk.triggers.unsaved()).toEqual([]);
    expect(desk.triggers.get(KEY)).toBe(bookIn(desk).positions.get(2));
    // (100 − 102) is no risk any more.
    expect(plain(bookIn(desk).exposure.openRisk)).toBe("0");
    expect(bookFaults(bookIn(desk), () => decimal("104"))).toEqual([]);
  });
});

/** Peak and largest drawdown of the first account, as they would be written. */
const peakOf = (walk: PriceWalk): unknown => {
  const [draft] = walk.changedDrafts();
  return draft && plain([draft.session.figures.peakEquity, draft.session.figures.maxDrawdown]);
};

describe("the mark", () => {
  it("with the feed's clock follows every price: a peak in between is kept", () => {
    const desk = deskWith({ positions: [{ positionSize: "100" }] });
    // 100 × 4 = 400 up, then 100 × 2 down from the start: (100,400 − 99,800) / 100,400 × 100 = 0.597609561…
    expect(peakOf(walked(desk, quotePrice("104", 1), quotePrice("98", 2)))).toEqual(["100400", "0.59760956"]);
  });

  it("with the feed's clock follows what a bar closes, at the bar's close", () => {
    const desk = deskWith({ positions: [{ positionSize: "100" }] });
    // The stop at 95 has lost 500; the close does not matter any more.
    expect(peakOf(walked(desk, barPrice(["100", "104", "94", "104"], 60)))).toEqual(["100000", "0.5"]);
  });

  it("with the feed's clock values the account after an expiry of another symbol", () => {
    const desk = deskWith({ positions: [{ symbol: "MSFT", positionSize: "100", expiresAt: expiring(5) }, {}] });
    // 10 × 4 = 40 of the AAPL that is still held; the MSFT left at 100 as it came.
    expect(peakOf(walked(desk, quotePrice("104", 5)))).toEqual(["100040", "0"]);
  });

  it("with the feed's clock follows an expiry also in an account that holds nothing of the price's symbol", () => {
    const position = { symbol: "MSFT", positionSize: "100", expiresAt: expiring(5) };
    const desk = deskWith({ settings: { commissionPerShare: "1" }, positions: [position] });
    // Commission 100 at the entry and 100 at the exit: 200 / 100,000.
    expect(peakOf(walked(desk, quotePrice("104", 5)))).toEqual(["100000", "0.2"]);
  });

  it("with the feed's clock leaves out accounts that hold nothing of it", () => {
    const desk = deskWith({ positions: [{}], otherPositions: [{ symbol: "MSFT" }] });
    const drafts = walked(desk, quotePrice("104", 1)).changedDrafts();
    expect(drafts.map((draft) => draft.account.accountId)).toEqual([ACCOUNT_ID]);
  });

  it("with the system's clock is not the walk's: it comes by itself", () => {
    const desk = deskWith({ clock: wallClock(9), positions: [{ positionSize: "100" }] });
    expect(peakOf(walked(desk, quotePrice("104", 1)))).toBeUndefined();
    expect(peakOf(walked(desk, quotePrice("104", 1), quotePrice("94", 2)))).toEqual(["100000", "0"]);
  });
});

describe("time", () => {
  it("with the feed's clock is the newest market time that was taken from any symbol", () => {
    const walk = new PriceWalk(deskWith({ positions: [] }));
    expect(walk.nowMs).toBe(at(0));
    walk.take(quotePrice("1", 30, "A"));
    expect(walk.nowMs).toBe(at(30));
    walk.take(barPrice(["1", "1", "1", "1"], 10, "B"));
    expect(walk.nowMs).toBe(at(70));
    walk.take(quotePrice("1", 5, "C"));
    expect(walk.nowMs).toBe(at(70));
  });

  it("with the feed's clock is never before its start", () => {
    const desk = deskWith({ clock: feedClock(at(100)), positions: [] });
    const walk = walked(desk, quotePrice("1", 30, "A"));
    expect(walk.nowMs).toBe(at(100));
    walk.takeOver();
    expect(desk.clock.nowMs()).toBe(at(100));
  });

  it("with the feed's clock stands still where nothing was taken", () => {
    const desk = deskWith({ positions: [] });
    walked(desk).takeOver();
    expect(desk.clock.nowMs()).toBe(at(0));
  });

  it("with the system's clock is the wall's", () => {
    expect(walked(deskWith({ clock: wallClock(9), positions: [] }), quotePrice("1", 30, "A")).nowMs).toBe(at(9));
  });
});
