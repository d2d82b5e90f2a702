// Account figures (domain.md 8): equity, funds, heat, peak and drawdown, totals and performance; old faults (12) that stay away.

import { describe, expect, it } from "vitest";
import { Draft } from "../../src/domain/book.ts";
import { decimal, formatDecimal, q8 } from "../../src/domain/decimal.ts";
import { Exposure } from "../../src/domain/exposure.ts";
import { afterClose, afterEntry, afterMark, type Figures, newFigures, valuationOf } from "../../src/domain/figures.ts";
import { performanceOf } from "../../src/domain/performance.ts";
import { type Position, unroundedPnl } from "../../src/domain/position.ts";
import type { Settings } from "../../src/domain/settings.ts";
import { NO_TRADES } from "../../src/domain/statistics/tradeSums.ts";
import {
  bookOf,
  closePart,
  decide,
  draftOf,
  FREE,
  type PositionChange,
  plain,
  positionOf,
  prices,
  quoteOf,
  settingsOf,
} from "../support/builders.ts";
import { told } from "../support/told.ts";

const HUNDRED_THOUSAND = decimal("100000");
const COIN = { assetClass: "CRYPTO", entry: "1", stopLoss: "0.5", target1: "2", target2: null } as const;

/** The figures and holdings of an account that has just entered these positions. */
function entered(...positions: Position[]): { figures: Figures; exposure: Exposure } {
  const figures = positions.reduce(
    (sum, position) => afterEntry(sum, position.side, position.entryFill),
    newFigures(HUNDRED_THOUSAND),
  );
  return { figures, exposure: new Exposure(positions) };
}

function valued(positions: Position[], bySymbol: Record<string, string>): unknown {
  const { figures, exposure } = entered(...positions);
  return plain(valuationOf(HUNDRED_THOUSAND, figures, exposure, prices(bySymbol)));
}

describe("totalUnrealizedPnl", () => {
  it("is rounded once, where the positions' own rounded figures add up to something else", () => {
    const settings = settingsOf(FREE);
    const a = positionOf({ ...COIN, symbol: "A", positionSize: "0.5" }, settings);
    const b = positionOf({ ...COIN, symbol: "B", positionSize: "0.5", number: 2 }, settings);
    // Each: 1.00000001 × 0.5 − 0.5 = 0.000000005, alone rounded to 0; together 0.00000001.
    const own = unroundedPnl(a, decimal("1.00000001"));
    expect(formatDecimal(own)).toBe("0.000000005");
    expect(formatDecimal(q8(own))).toBe("0");
    expect(valued([a, b], { A: "1.00000001", B: "1.00000001" })).toMatchObject({
      totalUnrealizedPnl: "0.00000001",
      equity: "100000.00000001",
    });
  });

  it("adds LONG and SHORT, each with its entry commission", () => {
    const settings = settingsOf();
    const long = positionOf({ entry: "150", stopLoss: "145", target1: "160", target2: null }, settings);
    const short = positionOf(
      { side: "SHORT", entry: "150", stopLoss: "155", target1: "140", target2: "130" },
      settings,
    );
    // At 155: LONG 15,500 − 15,003 − 0.5 = 496.5; SHORT −(15,500 − 14,997) − 0.5 = −503.5
    expect(valued([long, short], { AAPL: "155" })).toMatchObject({ totalUnrealizedPnl: "-7", equity: "99993" });
  });

  it("is 0 where nothing is open", () => {
    expect(valued([], {})).toEqual({
      totalUnrealizedPnl: "0",
      equity: "100000",
      availableFunds: "100000",
      currentHeat: "0",
    });
  });
});

describe("equity", () => {
  it.each<[string, PositionChange[], Record<string, string>, string, string, string]>([
    // cash 84,996.5 + 15,500; 100,000 + 496.5
    ["LONG", [{ entry: "150", stopLoss: "145", target1: "160" }], { AAPL: "155" }, "84996.5", "15500", "100496.5"],
    // cash 114,996.5 − 15,500; 100,000 − 503.5
    [
      "SHORT",
      [{ side: "SHORT", entry: "150", stopLoss: "155", target1: "140" }],
      { AAPL: "155" },
      "114996.5",
      "-15500",
      "99496.5",
    ],
  ])("%s is starting capital and P&L, and also cash and what is held", (_, changes, board, cash, held, equity) => {
    const settings = settingsOf();
    const { figures, exposure } = entered(
      ...changes.map((change) => positionOf({ ...change, target2: null }, settings)),
    );
    const valuation = valuationOf(HUNDRED_THOUSAND, figures, exposure, prices(board));
    expect(plain(figures.cash)).toBe(cash);
    expect(plain(exposure.marketValue(prices(board)))).toBe(held);
    expect(plain(valuation.equity)).toBe(equity);
    expect(plain(figures.cash.plus(exposure.marketValue(prices(board))))).toBe(equity);
  });
});

describe("availableFunds", () => {
  it("is equity less price × remaining / leverage", () => {
    const lot = {
      symbol: "EUR/USD",
      assetClass: "FOREX",
      positionSizeUnit: "LOTS",
      positionSize: "1",
      leverage: "50",
    } as const;
    const position = positionOf({ ...lot, entry: "1.1", stopLoss: "1", target1: "1.2", target2: null });
    // 100,000 + 0.02 × 100,000; less 112,000 / 50
    expect(valued([position], { "EUR/USD": "1.12" })).toMatchObject({ equity: "102000", availableFunds: "99760" });
  });

  it("is bound by a SHORT as by a LONG", () => {
    expect(valued([positionOf({ side: "SHORT" })], { AAPL: "100" })).toMatchObject({
      equity: "100000",
      availableFunds: "90000",
    });
    expect(valued([positionOf()], { AAPL: "100" })).toMatchObject({ availableFunds: "90000" });
  });

  it("is rounded once over all that is held, each at its own leverage", () => {
    const coins = { ...COIN, symbol: "A", entry: "1", positionSize: "1000" } as const;
    const thirds = positionOf({ ...coins, leverage: "3" });
    const sevenths = positionOf({ ...coins, leverage: "7", number: 2 });
    // 100,000 − 333.333… − 142.857142857… = 99,523.80952380952…
    expect(valued([thirds, sevenths], { A: "1" })).toMatchObject({ availableFunds: "99523.80952381" });
  });

  it("may be negative", () => {
    const coins = positionOf({ ...COIN, symbol: "A", positionSize: "100000", leverage: "2" });
    // At 0.4: equity 100,000 − 60,000; bound 40,000 / 2. At 0.001 with a second at leverage 1 nothing is left.
    expect(valued([coins], { A: "0.4" })).toMatchObject({ equity: "40000", availableFunds: "20000" });
    const short = positionOf({ side: "SHORT", positionSize: "900" });
    // At 160: equity 100,000 − 54,000; bound 144,000
    expect(valued([short], { AAPL: "160" })).toMatchObject({ equity: "46000", availableFunds: "-98000" });
  });
});

describe("currentHeat", () => {
  it("is the open risk in percent of equity", () => {
    const position = positionOf({ entry: "150", stopLoss: "145", target1: "160", target2: null }, settingsOf());
    // 503 / 99,996.5 × 100 = 0.503017605616…
    expect(valued([position], { AAPL: "150" })).toMatchObject({ equity: "99996.5", currentHeat: "0.50301761" });
  });

  it("is null where equity is 0 or below", () => {
    const short = positionOf({ side: "SHORT", positionSize: "1000" });
    // At 200 the SHORT has lost 1,000 × 100, at 201 more.
    expect(valued([short], { AAPL: "200" })).toMatchObject({ equity: "0", currentHeat: null });
    expect(valued([short], { AAPL: "201" })).toMatchObject({ equity: "-1000", currentHeat: null });
    // At 199.99: 5,000 / 10 × 100
    expect(valued([short], { AAPL: "199.99" })).toMatchObject({ equity: "10", currentHeat: "50000" });
  });
});

describe("peak and drawdown", () => {
  const marked = (...equities: string[]): unknown => {
    const figures = equities.reduce((now, equity) => afterMark(now, decimal(equity)), newFigures(HUNDRED_THOUSAND));
    return plain([figures.peakEquity, figures.maxDrawdown]);
  };

  it.each<[string, string[], string, string]>([
    ["the peak begins at the starting capital, not at 0", [], "100000", "0"],
    ["a first mark below it is a drawdown", ["99000"], "100000", "1"],
    ["a gain raises the peak", ["110000"], "110000", "0"],
    ["the drawdown is from the peak: 11,000 / 110,000", ["110000", "99000"], "110000", "10"],
    ["the largest is kept", ["110000", "99000", "105000"], "110000", "10"],
    [
      "and not reached again by a smaller one from a higher peak",
      ["110000", "99000", "200000", "190000"],
      "200000",
      "10",
    ],
    ["10,000 / 110,000 × 100 = 9.0909090909…", ["110000", "100000"], "110000", "9.09090909"],
    ["equity below 0 is more than 100 %", ["-50000"], "100000", "150"],
  ])("%s", (_, equities, peak, drawdown) => {
    expect(marked(...equities)).toEqual([peak, drawdown]);
  });

  it("that do not move leave the very same figures", () => {
    const figures = afterMark(newFigures(HUNDRED_THOUSAND), decimal("99000"));
    expect(afterMark(figures, decimal("99500"))).toBe(figures);
  });
});

/** The figures after an entry at 100 and these closes of a part each: [quantity, price]. */
function traded(
  closes: [string, string][],
  settings: Settings = settingsOf(FREE),
  change: PositionChange = {},
): Figures {
  let position = positionOf(change, settings);
  let figures = afterEntry(newFigures(HUNDRED_THOUSAND), position.side, position.entryFill);
  for (const [quantity, price] of closes) {
    const close = closePart(position, quantity, price, settings);
    position = close.position;
    figures = afterClose(figures, close);
  }
  return figures;
}

function performance(figures: Figures, equity = "100000"): unknown {
  const { session } = bookOf();
  const sums = { ...NO_TRADES, ...figures };
  return told(
    performanceOf({
      session: { ...session, figures },
      sums,
      days: [],
      equity: decimal(equity),
      atMs: session.startedAtMs,
    }),
  );
}

describe("totals", () => {
  it("sum every fill of the session, entries included", () => {
    // bought at 100.02, sold 40 at 110 × 0.9998 = 109.978 and 60 at 90 × 0.9998 = 89.982
    const figures = traded(
      [
        ["40", "110"],
        ["60", "90"],
      ],
      settingsOf(),
    );
    // commission 0.5 + 0.2 + 0.3; slippage 2 + 0.88 + 1.08
    // pnl (4,399.12 − 0.2) − (4,000.8 + 0.2) = 397.92 and (5,398.92 − 0.3) − (6,001.2 + 0.3) = −602.88
    expect(plain(figures)).toMatchObject({
      totalCommissionPaid: "1",
      totalSlippageCost: "3.96",
      totalRealizedPnl: "-204.96",
      grossWins: "397.92",
      grossLosses: "-602.88",
      largestWin: "397.92",
      largestLoss: "-602.88",
      totalTrades: 2,
      winningTrades: 1,
      cash: "99795.04",
      closedPositions: 1,
      closedWins: 0,
      closedPnl: "-204.96",
    });
  });

  it("keep the largest win and loss of a single trade", () => {
    const figures = traded([
      ["10", "101"],
      ["10", "103"],
      ["10", "102"],
      ["10", "98"],
      ["10", "95"],
      ["10", "99"],
    ]);
    expect(plain(figures)).toMatchObject({ largestWin: "30", largestLoss: "-50", grossWins: "60", grossLosses: "-80" });
  });
});

describe("performance", () => {
  it("of no trades is null wherever there is nothing to compute from, never 0 or infinity", () => {
    expect(performance(newFigures(HUNDRED_THOUSAND))).toMatchObject({
      totalTrades: 0,
      winningTrades: 0,
      losingTrades: 0,
      winRate: null,
      averageRMultiple: null,
      profitFactor: null,
      expectancy: null,
      averageWin: null,
      averageLoss: null,
      largestWin: null,
      largestLoss: null,
      totalReturn: "0",
      maxDrawdown: "0",
    });
  });

  it("of wins alone has no profit factor and no average loss", () => {
    // 50 × 10 = 500 and 50 × 5 = 250; R 2 and 1
    expect(
      performance(
        traded([
          ["50", "110"],
          ["50", "105"],
        ]),
        "100750",
      ),
    ).toMatchObject({
      totalTrades: 2,
      winningTrades: 2,
      losingTrades: 0,
      winRate: "100",
      averageRMultiple: "1.5",
      profitFactor: null,
      expectancy: "375",
      averageWin: "375",
      averageLoss: null,
      largestWin: "500",
      largestLoss: null,
      totalReturn: "0.75",
      maxDrawdown: "0",
    });
  });

  it("of losses alone has a profit factor of 0 and no average win", () => {
    expect(
      performance(
        traded([
          ["50", "98"],
          ["50", "95"],
        ]),
        "99650",
      ),
    ).toMatchObject({
      winRate: "0",
      profitFactor: "0",
      averageWin: null,
      averageLoss: "-175",
      expectancy: "-175",
      largestWin: null,
      // R −0.4 and −1
      averageRMultiple: "-0.7",
      totalReturn: "-0.35",
    });
  });

  it("of both", () => {
    // 30 × 7 = 210, 30 × −4 = −120, 40 × 1 = 40; R 1.4, −0.8, 0.2
    expect(
      performance(
        traded([
          ["30", "107"],
          ["30", "96"],
          ["40", "101"],
        ]),
        "100130",
      ),
    ).toMatchObject({
      totalTrades: 3,
      winningTrades: 2,
      losingTrades: 1,
      winRate: "66.66666667",
      // 250 / 120 = 2.08333333…
      profitFactor: "2.08333333",
      // 130 / 3
      expectancy: "43.33333333",
      averageWin: "125",
      averageLoss: "-120",
      // 0.8 / 3
      averageRMultiple: "0.26666667",
      totalReturn: "0.13",
    });
  });

  it("counts a trade that made nothing as a loss; alone it gives no profit factor", () => {
    expect(performance(traded([["100", "100"]]))).toMatchObject({
      winningTrades: 0,
      losingTrades: 1,
      winRate: "0",
      profitFactor: null,
      averageLoss: "0",
      largestLoss: "0",
    });
  });

  it("of a SHORT wins where the price falls", () => {
    expect(performance(traded([["100", "90"]], settingsOf(FREE), { side: "SHORT" }))).toMatchObject({
      winRate: "100",
      expectancy: "1000",
      averageRMultiple: "2",
    });
  });
});

describe("the old faults", () => {
  it("slippage is not counted twice: a round trip at one price costs slippage and commission once each", () => {
    // bought at 150.03, sold at 149.97: 100 × −0.06 = −6, commission −1
    const figures = traded([["100", "150"]], settingsOf(), {
      entry: "150",
      stopLoss: "145",
      target1: "160",
      target2: null,
    });
    expect(plain(figures)).toMatchObject({
      totalRealizedPnl: "-7",
      totalSlippageCost: "6",
      totalCommissionPaid: "1",
      cash: "99993",
    });
  });

  it("the entry's commission is taken from cash once, at the entry", () => {
    const settings = settingsOf({ useRealisticFills: false, commissionPerShare: "0.01" });
    expect(plain(traded([], settings).cash)).toBe("89999");
    // 89,999 + 10,000 − 1
    expect(plain(traded([["100", "100"]], settings))).toMatchObject({ cash: "99998", totalRealizedPnl: "-2" });
  });

  it("a purchase is no drawdown beyond its costs: nearly all the money spent, 0 % without costs", () => {
    const draft = draftOf(FREE);
    decide(
      draft,
      { entryPrice: "100", stopLoss: "99", target1: "200", positionSize: "1000" },
      { quote: quoteOf("100") },
    );
    expect(plain(draft.session.figures)).toMatchObject({ cash: "0", peakEquity: "100000", maxDrawdown: "0" });
  });

  it("a purchase with costs is a drawdown of just these", () => {
    const draft = draftOf();
    // slippage 0.03 × 400 = 12, commission 2: 14 / 100,000
    decide(draft, { positionSize: "400", stopLoss: "149" });
    expect(plain(draft.session.figures)).toMatchObject({ peakEquity: "100000", maxDrawdown: "0.014" });
  });

  it("shorts are not longs: a SHORT gains where the price falls, in cash, in equity and in its trade", () => {
    const draft = draftOf(FREE);
    decide(draft, { side: "SHORT", stopLoss: "155", target1: "130" });
    expect(plain(draft.equity(prices({ AAPL: "140" })))).toBe("101000");
    expect(plain(draft.equity(prices({ AAPL: "155" })))).toBe("99500");
    const position = draft.position(2);
    if (position === undefined) throw new Error("nothing was opened");
    const trade = draft.close(closePart(position, "100", "140", draft.settings));
    expect(plain([trade.realizedPnl, trade.rMultiple, draft.session.figures.cash])).toEqual(["1000", "2", "101000"]);
  });

  it("the peak never restarts at 0: a new session begins at its starting capital, and a loss is a drawdown from there", () => {
    const draft = new Draft(bookOf());
    draft.beginSession(settingsOf({ startingCapital: "50000" }), 0, prices({}));
    expect(plain(draft.session.figures.peakEquity)).toBe("50000");
    expect(plain(afterMark(draft.session.figures, decimal("49000")).maxDrawdown)).toBe("2");
  });

  it("profit factor is never infinity, nor is any other figure NaN", () => {
    for (const figures of [newFigures(HUNDRED_THOUSAND), traded([["100", "110"]]), traded([["100", "100"]])]) {
      for (const value of Object.values(performance(figures) as object)) {
        if (typeof value === "string") expect(value).toMatch(/^-?\d+(\.\d+)?$/);
        else if (typeof value !== "object") expect(value).toSatisfy(Number.isInteger);
      }
    }
  });
});
