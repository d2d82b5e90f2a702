// Deciding a signal (domain.md 6): each reason to reject, the order in which they are found, the four limits, and sizing.

import { describe, expect, it } from "vitest";
import { type Book, Draft } from "../../src/domain/book.ts";
import { decimal, formatDecimal } from "../../src/domain/decimal.ts";
import { Exposure } from "../../src/domain/exposure.ts";
import type { SignalOutcome } from "../../src/domain/log.ts";
import type { SettingsInput } from "../../src/domain/settings.ts";
import type { SignalInput } from "../../src/domain/signal.ts";
import {
  at,
  bookOf,
  type DecisionChange,
  decide,
  draftOf,
  FREE,
  plain,
  positionOf,
  prices,
  quoteOf,
} from "../support/builders.ts";

const codes = (outcome: SignalOutcome): string[] => outcome.rejections.map(({ code }) => code);

/** The rejections with their digits, without their sentences. */
const figures = (outcome: SignalOutcome): unknown =>
  outcome.rejections.map(({ code, limit, actual, excess }) => [code, plain(limit), plain(actual), plain(excess)]);

/** "FILLED", or the codes of the rejections. */
const verdict = (outcome: SignalOutcome): string =>
  outcome.status === "REJECTED" ? codes(outcome).join(" ") : outcome.status;

function decideOn(settings: SettingsInput, change: Partial<SignalInput>, decision: DecisionChange = {}): SignalOutcome {
  return decide(draftOf(settings), change, decision);
}

/** A signal that risks half of a price of 100 a share. */
const HALF: Partial<SignalInput> = { entryPrice: "100", stopLoss: "50", target1: "200" };
const AT_100: DecisionChange = { quote: quoteOf("100") };
const SHORT: Partial<SignalInput> = { side: "SHORT", stopLoss: "155", target1: "140" };

/** An account that has lost all it had, and has nothing open. */
function withoutEquity(settings: SettingsInput = {}): Draft {
  const book = bookOf(settings);
  const lost = { cash: decimal("0"), totalRealizedPnl: decimal("-100000"), grossLosses: decimal("-100000") };
  const session = { ...book.session, figures: { ...book.session.figures, ...lost } };
  return new Draft({ ...book, session });
}

/** An account with so many positions of one cheap share, each with an open risk of 0.5. */
function holding(count: number, book: Book = bookOf()): Draft {
  const change = { symbol: "PENNY", entry: "1", stopLoss: "0.5", target1: "2", target2: null, positionSize: "1" };
  const position = positionOf(change);
  const positions = new Map(
    Array.from({ length: count }, (_, index) => [index + 1, { ...position, number: index + 1 }]),
  );
  const account = { ...book.account, sequence: count + 1 };
  return new Draft({ ...book, account, positions, exposure: new Exposure(positions.values()) });
}

const PENNIES: DecisionChange = { others: { PENNY: "1" } };

describe("a signal that nothing is said against", () => {
  it("is filled, LONG: the position, the account and the outcome have these digits", () => {
    const draft = draftOf();
    const outcome = decide(draft);
    expect(plain(outcome)).toMatchObject({
      status: "FILLED",
      rejections: [],
      skipReason: null,
      positionNumber: 2,
      sequence: 2,
      session: 1,
      receivedAtMs: at(0),
      contentHash: "content of signal-1",
    });
    // 150 × 1.0002; 100,000 − 15,003 − 0.5; equity 84,996.5 + 15,000
    expect(plain(draft.position(2))).toMatchObject({
      side: "LONG",
      entryFill: { price: "150.03", value: "15003", commission: "0.5", slippageCost: "3", quantity: "100" },
      remaining: "100",
      entryValueLeft: "15003",
      entryCommissionLeft: "0.5",
      entrySlippageLeft: "3",
      stopLoss: "145",
      initialStopLoss: "145",
      stopMovedBy: null,
      target1Reached: false,
      trailing: null,
      lastPrice: "150",
      commissionPaid: "0.5",
      slippageCost: "3",
      realizedPnl: "0",
      tradeCount: 0,
    });
    expect(plain(draft.session.figures)).toMatchObject({ cash: "84996.5", totalCommissionPaid: "0.5" });
    expect(formatDecimal(draft.equity(prices({ AAPL: "150" })))).toBe("99996.5");
  });

  it("is filled, SHORT: the mirror", () => {
    const draft = draftOf();
    expect(verdict(decide(draft, SHORT))).toBe("FILLED");
    // 150 × 0.9998; 100,000 + 14,997 − 0.5; equity 114,996.5 − 15,000
    expect(plain(draft.position(2))).toMatchObject({
      side: "SHORT",
      entryFill: { price: "149.97", value: "14997", commission: "0.5", slippageCost: "3" },
    });
    expect(plain(draft.session.figures)).toMatchObject({ cash: "114996.5" });
    expect(formatDecimal(draft.equity(prices({ AAPL: "150" })))).toBe("99996.5");
  });

  it("is followed by a mark, which sees what the entry has cost", () => {
    const draft = draftOf();
    decide(draft);
    // (100,000 − 99,996.5) / 100,000 × 100
    expect(plain(draft.session.figures)).toMatchObject({ peakEquity: "100000", maxDrawdown: "0.0035" });
  });

  it("opens its position in the log, and nothing else", () => {
    const draft = draftOf();
    decide(draft);
    expect(draft.events.map(({ type }) => type)).toEqual(["PositionOpened"]);
    expect(draft.signals).toHaveLength(1);
  });

  it("is entered at the time of the decision, by the price and time of the board", () => {
    const draft = draftOf();
    decide(draft, {}, { quote: quoteOf("150", 7), nowSeconds: 9 });
    expect(plain(draft.position(2)?.entryFill)).toMatchObject({
      timeMs: at(9),
      reference: { price: "150", source: "QUOTE", timeMs: at(7) },
      gapped: false,
    });
  });

  it("never uses the sender's marketPrice", () => {
    const draft = draftOf();
    decide(draft, { marketPrice: "1" });
    expect(plain(draft.position(2)?.entryFill.price)).toBe("150.03");
  });
});

describe("a signal that is rejected", () => {
  it("changes nothing but the log: no cash, no position, no mark", () => {
    const draft = draftOf();
    const outcome = decide(draft, {}, { quote: null });
    expect(outcome.positionNumber).toBeNull();
    expect(draft.events.map(({ type }) => type)).toEqual(["SignalDeclined"]);
    expect(draft.positions.size).toBe(0);
    expect(plain(draft.session.figures)).toMatchObject({ cash: "100000", maxDrawdown: "0" });
    expect(draft.signals).toEqual([outcome]);
  });

  it.each<[string, SignalOutcome, string]>([
    [
      "SIGNAL_EXPIRED",
      decideOn({}, { expiresAt: new Date(at(10)) }, { nowSeconds: 10 }),
      "The signal expired at 2024-01-02T14:30:10.000Z; it is 2024-01-02T14:30:10.000Z.",
    ],
    ["PRICE_UNAVAILABLE", decideOn({}, {}, { quote: null }), "The board has no price for AAPL."],
    [
      "PRICE_STALE",
      decideOn({}, {}, { nowSeconds: 3600.001 }),
      "The price of AAPL is of 2024-01-02T14:30:00.000Z, 3600.001 seconds old; 3600 are allowed.",
    ],
    [
      "PRICE_BEYOND_STOP",
      decideOn({}, { stopLoss: "145" }, { quote: quoteOf("140") }),
      "The fill would be at 140.028, at or beyond the stop at 145.",
    ],
    [
      "PRICE_BEYOND_TARGET",
      decideOn({}, {}, { quote: quoteOf("161") }),
      "The fill would be at 161.0322, at or beyond target 1 at 160.",
    ],
    ["NO_EQUITY", decide(withoutEquity()), "The account's equity is 0 USD."],
    [
      "TOO_MANY_POSITIONS",
      decide(holding(10_000), {}, PENNIES),
      "The account has 10000 open positions, the most allowed.",
    ],
    [
      "SIZE_ZERO",
      decideOn({ startingCapital: "1000" }, { positionSize: null, stopLoss: "100" }),
      "Not even the smallest size is within the risk of a trade and the available funds.",
    ],
    [
      "TRADE_RISK",
      decideOn({}, { positionSize: "400" }),
      "The risk of this trade is 2.012 % of equity; the limit is 2 %.",
    ],
    [
      "PORTFOLIO_HEAT",
      decideOn({ maxTradeRisk: "100" }, { positionSize: "250", ...HALF }, AT_100),
      "The open risk of the account with this trade is 12.505 % of equity; the limit is 10 %.",
    ],
    [
      "CAMPAIGN_RISK",
      decideOn({ maxTradeRisk: "100" }, { positionSize: "120", campaignId: "c", ...HALF }, AT_100),
      "The open risk of the campaign with this trade is 6.0024 % of equity; the limit is 5 %.",
    ],
    [
      "INSUFFICIENT_FUNDS",
      decideOn({}, { positionSize: "700", stopLoss: "149" }),
      "The trade needs 105024.5 USD; 100000 USD are available.",
    ],
  ])("as %s carries a sentence", (code, outcome, sentence) => {
    expect(outcome.rejections.map((rejection) => [rejection.code, rejection.message])).toEqual([[code, sentence]]);
  });
});

describe("steps 2 and 3", () => {
  it("an account that is not enabled skips the signal, before anything else is looked at", () => {
    const draft = new Draft({ ...bookOf(), account: { ...bookOf().account, status: "DISABLED" } });
    const outcome = decide(draft, { expiresAt: new Date(at(-1)) }, { quote: null });
    expect(outcome).toMatchObject({
      status: "SKIPPED",
      skipReason: "ACCOUNT_DISABLED",
      rejections: [],
      positionNumber: null,
    });
    expect(draft.events.map(({ type }) => type)).toEqual(["SignalDeclined"]);
    expect(draft.positions.size).toBe(0);
  });

  it.each([
    [9.999, "SIGNAL_EXPIRED"],
    [10, "SIGNAL_EXPIRED"],
    [10.001, "FILLED"],
  ])("a signal that expires at second %s is %s at second 10", (expiry, expected) => {
    expect(verdict(decideOn({}, { expiresAt: new Date(at(expiry)) }, { nowSeconds: 10 }))).toBe(expected);
  });
});

describe("step 4: the price", () => {
  it.each([
    [3600, "FILLED"],
    [3600.001, "PRICE_STALE"],
    [-30, "FILLED"],
  ])("that is %s seconds old: %s", (nowSeconds, expected) => {
    expect(verdict(decideOn({}, {}, { nowSeconds }))).toBe(expected);
  });

  it("may be as old as maxPriceAge says", () => {
    expect(verdict(decideOn({ maxPriceAge: 1 }, {}, { nowSeconds: 1 }))).toBe("FILLED");
    expect(verdict(decideOn({ maxPriceAge: 1 }, {}, { nowSeconds: 1.001 }))).toBe("PRICE_STALE");
  });

  it.each<[string, Partial<SignalInput>, string]>([
    // LONG at 100 fills at 100 × 1.0002 = 100.02, SHORT at 100 × 0.9998 = 99.98.
    ["a LONG that fills at its stop", { entryPrice: "101", stopLoss: "100.02", target1: "110" }, "PRICE_BEYOND_STOP"],
    [
      "a LONG that fills just above its stop",
      { entryPrice: "101", stopLoss: "100.01999999", target1: "110" },
      "FILLED",
    ],
    ["a LONG that fills at target 1", { entryPrice: "100", stopLoss: "95", target1: "100.02" }, "PRICE_BEYOND_TARGET"],
    ["a LONG that fills just below target 1", { entryPrice: "100", stopLoss: "95", target1: "100.02000001" }, "FILLED"],
    [
      "a SHORT that fills at its stop",
      { side: "SHORT", entryPrice: "99", stopLoss: "99.98", target1: "90" },
      "PRICE_BEYOND_STOP",
    ],
    [
      "a SHORT that fills just below its stop",
      { side: "SHORT", entryPrice: "99", stopLoss: "99.98000001", target1: "90" },
      "FILLED",
    ],
    [
      "a SHORT that fills at target 1",
      { side: "SHORT", entryPrice: "100", stopLoss: "105", target1: "99.98" },
      "PRICE_BEYOND_TARGET",
    ],
    [
      "a SHORT that fills just above target 1",
      { side: "SHORT", entryPrice: "100", stopLoss: "105", target1: "99.97999999" },
      "FILLED",
    ],
  ])("%s: %s", (_, change, expected) => {
    expect(verdict(decideOn({}, { ...change, positionSize: "1" }, AT_100))).toBe(expected);
  });
});

describe("step 5: equity and the number of positions", () => {
  it("an equity of 0 or below is none", () => {
    expect(verdict(decide(withoutEquity()))).toBe("NO_EQUITY");
  });

  it("the 10,000th position opens, the 10,001st does not", () => {
    const draft = holding(9999);
    expect(verdict(decide(draft, { signalId: "a", positionSize: "1" }, PENNIES))).toBe("FILLED");
    expect(verdict(decide(draft, { signalId: "b", positionSize: "1" }, PENNIES))).toBe("TOO_MANY_POSITIONS");
  });
});

describe("the first thing that is found ends the decision", () => {
  const expired = { expiresAt: new Date(at(0)) };
  it.each<[string, SignalOutcome, string]>([
    ["expired and without a price", decideOn({}, expired, { quote: null }), "SIGNAL_EXPIRED"],
    ["expired and stale", decideOn({}, expired, { nowSeconds: 9999 }), "SIGNAL_EXPIRED"],
    ["stale and beyond the stop", decideOn({}, {}, { quote: quoteOf("140"), nowSeconds: 9999 }), "PRICE_STALE"],
    ["beyond the stop and without equity", decide(withoutEquity(), {}, { quote: quoteOf("140") }), "PRICE_BEYOND_STOP"],
    [
      "beyond the target and without equity",
      decide(withoutEquity(), {}, { quote: quoteOf("160") }),
      "PRICE_BEYOND_TARGET",
    ],
    ["without equity and with a size of none", decide(withoutEquity(), { positionSize: null }), "NO_EQUITY"],
    ["without equity and against all limits", decide(withoutEquity(), { positionSize: "9999999" }), "NO_EQUITY"],
    [
      "too many positions and with a size of none",
      decide(
        holding(10_000),
        { ...HALF, positionSize: null, entryPrice: "90000", stopLoss: "1", target1: "99999" },
        {
          ...PENNIES,
          quote: quoteOf("90000"),
        },
      ),
      "TOO_MANY_POSITIONS",
    ],
    [
      "too many positions and against all limits",
      decide(holding(10_000), { positionSize: "99999" }, PENNIES),
      "TOO_MANY_POSITIONS",
    ],
  ])("%s", (_, outcome, expected) => {
    expect(verdict(outcome)).toBe(expected);
  });
});

describe("step 6: the limits, exact", () => {
  it.each([
    ["400", []],
    ["401", [["TRADE_RISK", "2", "2.005", "0.005"]]],
    // 400.00000001 × 5 × 100 / 100,000 = 2.00000000005: over the limit, though its 8 decimals do not show it.
    ["400.00000001", [["TRADE_RISK", "2", "2", "0"]]],
  ])("TRADE_RISK: %s shares at 150 with a stop at 145 and a limit of 2 %% of 100,000", (positionSize, expected) => {
    expect(figures(decideOn(FREE, { positionSize }))).toEqual(expected);
  });

  it("TRADE_RISK counts from the fill, slippage included, to the stop; SHORT likewise", () => {
    // LONG (150.03 − 145) × 400 = 2,012; SHORT (155 − 149.97) × 400 = 2,012
    const expected = [["TRADE_RISK", "2", "2.012", "0.012"]];
    expect(figures(decideOn({}, { positionSize: "400" }))).toEqual(expected);
    expect(figures(decideOn({}, { ...SHORT, positionSize: "400" }))).toEqual(expected);
  });

  it("PORTFOLIO_HEAT: five trades of 2 % fill up 10 % exactly, the next share is too much", () => {
    const draft = draftOf(FREE);
    for (const signalId of ["1", "2", "3", "4", "5"]) {
      expect(verdict(decide(draft, { ...HALF, signalId, positionSize: "40" }, AT_100))).toBe("FILLED");
    }
    // (5 × 2,000 + 50) / 100,000
    const outcome = decide(draft, { ...HALF, signalId: "6", positionSize: "1" }, AT_100);
    expect(figures(outcome)).toEqual([["PORTFOLIO_HEAT", "10", "10.05", "0.05"]]);
  });

  it("PORTFOLIO_HEAT counts LONG and SHORT alike, and never sets one off against the other", () => {
    const draft = draftOf({ ...FREE, maxTradeRisk: "100" });
    const short = { side: "SHORT", entryPrice: "100", stopLoss: "150", target1: "50" } as const;
    decide(draft, { ...HALF, signalId: "1", positionSize: "100" }, AT_100);
    decide(draft, { ...short, signalId: "2", positionSize: "100" }, AT_100);
    expect(formatDecimal(draft.exposure.openRisk)).toBe("10000");
    const outcome = decide(draft, { ...short, signalId: "3", positionSize: "2" }, AT_100);
    expect(figures(outcome)).toEqual([["PORTFOLIO_HEAT", "10", "10.1", "0.1"]]);
  });

  it("PORTFOLIO_HEAT: a position with its stop at or beyond its entry risks nothing", () => {
    const draft = draftOf({ ...FREE, maxTradeRisk: "100" });
    decide(draft, { ...HALF, signalId: "1", positionSize: "200" }, AT_100);
    const position = draft.position(2);
    if (position === undefined) throw new Error("nothing was opened");
    expect(codes(decide(draft, { ...HALF, signalId: "2", positionSize: "1" }, AT_100))).toEqual(["PORTFOLIO_HEAT"]);
    draft.put({ ...position, stopLoss: decimal("110") });
    expect(formatDecimal(draft.exposure.openRisk)).toBe("0");
    expect(verdict(decide(draft, { ...HALF, signalId: "3", positionSize: "1" }, AT_100))).toBe("FILLED");
  });

  it("CAMPAIGN_RISK: a campaign fills up 5 % exactly; others and those without one do not count", () => {
    const draft = draftOf(FREE);
    const trade = (signalId: string, positionSize: string, campaignId: string | null): SignalOutcome =>
      decide(draft, { ...HALF, signalId, positionSize, campaignId }, AT_100);
    expect(verdict(trade("1", "40", "c"))).toBe("FILLED");
    expect(verdict(trade("2", "40", "c"))).toBe("FILLED");
    expect(verdict(trade("3", "20", "c"))).toBe("FILLED");
    // (2,000 + 2,000 + 1,000 + 50) / 100,000
    expect(figures(trade("4", "1", "c"))).toEqual([["CAMPAIGN_RISK", "5", "5.05", "0.05"]]);
    expect(verdict(trade("5", "1", "d"))).toBe("FILLED");
    expect(verdict(trade("6", "1", null))).toBe("FILLED");
  });

  it.each([
    ["1000", []],
    // 1,000.00000001 × 100 = 100,000.000001
    ["1000.00000001", [["INSUFFICIENT_FUNDS", "100000", "100000.000001", "0.000001"]]],
  ])("INSUFFICIENT_FUNDS: %s shares at 100 with 100,000 available", (positionSize, expected) => {
    const change = { entryPrice: "100", stopLoss: "99", target1: "200", positionSize };
    expect(figures(decideOn(FREE, change, AT_100))).toEqual(expected);
  });

  it("INSUFFICIENT_FUNDS: the commission counts", () => {
    const change = { entryPrice: "100", stopLoss: "99", target1: "200", positionSize: "1000" };
    const settings = { useRealisticFills: false, commissionPerShare: "0.005" };
    expect(figures(decideOn(settings, change, AT_100))).toEqual([["INSUFFICIENT_FUNDS", "100000", "100005", "5"]]);
  });

  it("INSUFFICIENT_FUNDS: leverage divides what a trade needs and what it binds, SHORT as LONG", () => {
    const lots = { symbol: "EUR/USD", assetClass: "FOREX", positionSizeUnit: "LOTS", positionSize: "1" } as const;
    const long = { entryPrice: "1.1", stopLoss: "1.09", target1: "1.2" };
    const settings = { ...FREE, startingCapital: "2200", maxTradeRisk: "100", maxPortfolioHeat: "100" };
    const board = { quote: quoteOf("1.1", 0, "EUR/USD") };
    // 110,000 / 50 = 2,200; 110,000 / 49.99 = 2,200.440088017…
    const draft = draftOf(settings);
    expect(verdict(decide(draft, { ...lots, ...long, leverage: "50" }, board))).toBe("FILLED");
    expect(figures(decideOn(settings, { ...lots, ...long, leverage: "49.99" }, board))).toEqual([
      ["INSUFFICIENT_FUNDS", "2200", "2200.44008802", "0.44008802"],
    ]);
    // Nothing is left: 0.01 lots at leverage 500 need 1,100 / 500 = 2.2.
    const more = { ...lots, ...long, leverage: "500", signalId: "2", positionSize: "0.01" };
    expect(figures(decide(draft, more, board))).toEqual([["INSUFFICIENT_FUNDS", "0", "2.2", "2.2"]]);
    const short = { side: "SHORT", entryPrice: "1.1", stopLoss: "1.11", target1: "1" } as const;
    expect(figures(decideOn(settings, { ...lots, ...short, leverage: "49.99" }, board))).toEqual([
      ["INSUFFICIENT_FUNDS", "2200", "2200.44008802", "0.44008802"],
    ]);
  });

  it("all four are collected, each with limit, actual and excess", () => {
    const draft = draftOf(FREE);
    decide(draft, { ...HALF, signalId: "1", positionSize: "40", campaignId: "c" }, AT_100);
    // risk 50 × 1,000 = 50,000; with the open 2,000: 52,000; available 100,000 − 4,000
    const outcome = decide(draft, { ...HALF, signalId: "2", positionSize: "1000", campaignId: "c" }, AT_100);
    expect(figures(outcome)).toEqual([
      ["TRADE_RISK", "2", "50", "48"],
      ["PORTFOLIO_HEAT", "10", "52", "42"],
      ["CAMPAIGN_RISK", "5", "52", "47"],
      ["INSUFFICIENT_FUNDS", "96000", "100000", "4000"],
    ]);
  });

  it("uses the equity before the trade, gains and losses of what is open included", () => {
    const draft = draftOf(FREE);
    decide(draft, { ...HALF, signalId: "1", positionSize: "40" }, AT_100);
    // At 150 the 40 shares have won 2,000: equity 102,000. 408 × 5 = 2,040 = 2 % of it; 409 × 5 = 2,045.
    const at150 = { quote: quoteOf("150", 0, "MSFT"), others: { AAPL: "150" } };
    expect(figures(decide(draft, { symbol: "MSFT", signalId: "2", positionSize: "409" }, at150))).toEqual([
      // 2,045 / 102,000 × 100 = 2.0049019607…
      ["TRADE_RISK", "2", "2.00490196", "0.00490196"],
    ]);
    expect(verdict(decide(draft, { symbol: "MSFT", signalId: "3", positionSize: "408" }, at150))).toBe("FILLED");
  });
});

/** The size that the desk chooses, in units of quantity; or why there is none. */
function chosen(settings: SettingsInput, change: Partial<SignalInput>, decision: DecisionChange = {}): string {
  const draft = draftOf(settings);
  const outcome = decide(draft, { positionSize: null, ...change }, decision);
  const position = draft.position(outcome.positionNumber ?? 0);
  return position === undefined ? codes(outcome).join(" ") : formatDecimal(position.entryFill.quantity);
}

const LOTS = { symbol: "EUR/USD", assetClass: "FOREX", positionSizeUnit: "LOTS", leverage: "50" } as const;
const EURO = { quote: quoteOf("1.1", 0, "EUR/USD") };
const COINS = { symbol: "BTC-USD", assetClass: "CRYPTO", entryPrice: "50000", target1: "60000" } as const;
const BITCOIN = { quote: quoteOf("50000", 0, "BTC-USD") };

describe("a size that is not given is the largest multiple of the step", () => {
  it("STOCK by risk: 2,000 / (150.03 − 145) = 397.6 → 397 shares", () => {
    expect(chosen({}, {})).toBe("397");
  });

  it("STOCK by risk, SHORT: 2,000 / (155 − 149.97) = 397.6 → 397 shares", () => {
    expect(chosen({}, SHORT)).toBe("397");
  });

  it("STOCK by risk, exactly at the limit: 2,000 / 5 = 400 shares", () => {
    expect(chosen(FREE, {})).toBe("400");
  });

  it("STOCK by funds: 100,000 / (150.03 + 0.005) = 666.5 → 666 shares", () => {
    // By risk it would be 2,000 / 1.03 = 1,941.
    expect(chosen({}, { stopLoss: "149" })).toBe("666");
  });

  it("STOCK by funds, exactly: 100,000 / 100 = 1,000 shares", () => {
    expect(chosen(FREE, { entryPrice: "100", stopLoss: "99", target1: "200" }, AT_100)).toBe("1000");
  });

  it("STOCK by funds with leverage 2: 100,000 / (150.03 / 2 + 0.005) = 1,332.97 → 1,332 shares", () => {
    expect(chosen({}, { stopLoss: "149", leverage: "2" })).toBe("1332");
  });

  it("FOREX by risk: 2,000 / ((1.10022 − 1.095) × 100,000) = 3.83… → 3.83 lots", () => {
    expect(chosen({}, { ...LOTS, entryPrice: "1.1", stopLoss: "1.095", target1: "1.12" }, EURO)).toBe("383000");
  });

  it("FOREX by risk, exactly at the limit: 2,000 / 500 = 4 lots", () => {
    expect(chosen(FREE, { ...LOTS, entryPrice: "1.1", stopLoss: "1.095", target1: "1.12" }, EURO)).toBe("400000");
  });

  it("FOREX by funds: 100,000 / 110,000 = 0.909… → 0.9 lots at leverage 1", () => {
    const change = { ...LOTS, leverage: "1", entryPrice: "1.1", stopLoss: "1.095", target1: "1.12" };
    expect(chosen(FREE, change, EURO)).toBe("90000");
  });

  it("CRYPTO by risk: 2,000 / (50,010 − 49,000) = 1.980198019… → 1.98019801 coins", () => {
    expect(chosen({}, { ...COINS, stopLoss: "49000" }, BITCOIN)).toBe("1.98019801");
  });

  it("CRYPTO by funds: 100,000 / (50,010 + 0.005) = 1.99959988006… → 1.99959988 coins", () => {
    expect(chosen({}, { ...COINS, stopLoss: "49900" }, BITCOIN)).toBe("1.99959988");
  });

  it("heat and campaign play no part in sizing, but are then judged", () => {
    const settings = { ...FREE, maxPortfolioHeat: "1", maxCampaignRisk: "1.5" };
    const outcome = decideOn(settings, { positionSize: null, campaignId: "c" });
    expect(figures(outcome)).toEqual([
      ["PORTFOLIO_HEAT", "1", "2", "1"],
      ["CAMPAIGN_RISK", "1.5", "2", "0.5"],
    ]);
  });

  it("stays below the bound of sizes", () => {
    const change = { ...COINS, entryPrice: "0.00000002", stopLoss: "0.00000001", target1: "1" };
    const settings = { ...FREE, startingCapital: "100000000", maxTradeRisk: "100", maxPortfolioHeat: "100" };
    // Funds alone would buy 100,000,000 / 0.00000002 = 5,000,000,000,000,000 coins.
    const board = { quote: quoteOf("0.00000002", 0, "BTC-USD") };
    expect(chosen(settings, change, board)).toBe("999999999999.99999999");
  });

  it.each<[string, SettingsInput, Partial<SignalInput>, DecisionChange]>([
    ["one share risks more than the limit", { startingCapital: "1000" }, { stopLoss: "129" }, {}],
    [
      "one share costs more than there is",
      { startingCapital: "1000", maxTradeRisk: "100" },
      { ...HALF, entryPrice: "1000.1", target1: "2000" },
      { quote: quoteOf("1000") },
    ],
    [
      "0.01 lots risk more than the limit",
      { startingCapital: "1000" },
      { ...LOTS, entryPrice: "1.1", stopLoss: "1.07", target1: "1.2" },
      EURO,
    ],
  ])("SIZE_ZERO where %s", (_, settings, change, decision) => {
    expect(chosen(settings, change, decision)).toBe("SIZE_ZERO");
  });

  it("SIZE_ZERO where what is open binds more than there is", () => {
    const draft = draftOf(FREE);
    decide(draft, { entryPrice: "100", stopLoss: "99", target1: "200", positionSize: "1000", signalId: "1" }, AT_100);
    expect(verdict(decide(draft, { positionSize: null, signalId: "2", ...HALF }, AT_100))).toBe("SIZE_ZERO");
  });

  it("is never more than what would be filled if it were given", () => {
    expect(verdict(decideOn({}, { positionSize: "397" }))).toBe("FILLED");
    expect(verdict(decideOn({}, { positionSize: "398" }))).toBe("TRADE_RISK");
  });
});

describe("a size that is given", () => {
  it("may be any positive decimal, whatever the step", () => {
    const draft = draftOf();
    decide(draft, { positionSize: "0.33333333" });
    // value 150.03 × 0.33333333 = 50.0099994999 → 50.0099995
    expect(plain(draft.position(2)?.entryFill)).toMatchObject({ quantity: "0.33333333", value: "50.0099995" });
  });

  it("in LOTS is 100,000 units for each", () => {
    const draft = draftOf({ commissionPerShare: "1" });
    const change = { ...LOTS, entryPrice: "1.1", stopLoss: "1.095", target1: "1.12", positionSize: "1.5" };
    decide(draft, change, EURO);
    // 1.10022 × 150,000; commission 1.5 × 1
    expect(plain(draft.position(2))).toMatchObject({
      unitSize: 100_000,
      entryFill: { quantity: "150000", value: "165033", commission: "1.5" },
    });
  });
});
