// Worked examples of the reference desk, their digits computed by hand from the rules.

import { describe, expect, it } from "vitest";
import {
  type BarInput,
  type ExecuteSignalInput,
  type ExecuteSignalResult,
  ReferenceDesk,
  type SettingsInput,
} from "./desk.ts";
import { decimal, format, mul, parseDecimal, q8, rational, squareRoot } from "./rational.ts";

const START = "2024-01-02T14:30:00.000Z";
/** The time so many seconds after the start. */
const at = (seconds: number): string => new Date(Date.parse(START) + seconds * 1000).toISOString();
const FREE: SettingsInput = { useRealisticFills: false, commissionPerShare: "0" };

function started(settings: SettingsInput = {}): ReferenceDesk {
  const desk = new ReferenceDesk({ clockStart: START });
  desk.enable({ settings });
  return desk;
}

const quote = (desk: ReferenceDesk, price: string, seconds: number, symbol = "AAPL") =>
  desk.publishQuotes([{ symbol, price, time: at(seconds) }]);

const bar = (seconds: number, open: string, high: string, low: string, close: string): BarInput => ({
  symbol: "AAPL",
  open,
  high,
  low,
  close,
  start: at(seconds),
  intervalSeconds: 60,
});

const LONG_100: ExecuteSignalInput = {
  signalId: "s1",
  symbol: "AAPL",
  entryPrice: "100",
  stopLoss: "95",
  target1: "105",
  positionSize: "10",
};

const statusOf = (result: ExecuteSignalResult): string =>
  result.__typename === "ExecuteSignalPayload" ? result.signal.status : result.__typename;

/** A desk without costs that holds 10 at 100, bought at the start. */
function holding(signal: Partial<ExecuteSignalInput> = {}, settings: SettingsInput = {}): ReferenceDesk {
  const desk = started({ ...FREE, ...settings });
  quote(desk, "100", 0);
  expect(statusOf(desk.executeSignal({ ...LONG_100, ...signal }))).toBe("FILLED");
  return desk;
}

const exits = (desk: ReferenceDesk) =>
  desk
    .dump()
    .trades.map((trade) => [
      trade.exitReason,
      trade.quantity,
      trade.exitFill.referencePrice,
      trade.exitTime,
      trade.exitFill.gapped,
    ]);

describe("numbers", () => {
  it("are read by the pattern and written plainly", () => {
    for (const text of [
      "1e3",
      "+1",
      " 1",
      "1.",
      ".5",
      "1.123456789",
      "0x1",
      "1_0",
      "NaN",
      "٣",
      "123456789012345678901",
    ]) {
      expect(parseDecimal(text)).toBeNull();
    }
    expect(format(decimal("-12.50"))).toBe("-12.5");
    expect(format(decimal("-0.0"))).toBe("0");
    expect(format(decimal("0150.03"))).toBe("150.03");
  });

  it("are rounded half to even at 8 decimals", () => {
    expect(format(q8(mul(decimal("1.00000001"), decimal("0.5"))))).toBe("0.5");
    expect(format(q8(mul(decimal("1.00000003"), decimal("0.5"))))).toBe("0.50000002");
    expect(format(q8(mul(decimal("-1.00000003"), decimal("0.5"))))).toBe("-0.50000002");
    expect(format(q8(rational(2n, 3n)))).toBe("0.66666667");
    expect(format(q8(squareRoot(rational(2n))))).toBe("1.41421356");
  });
});

describe("a LONG", () => {
  const signal = {
    ...LONG_100,
    entryPrice: "150",
    stopLoss: "148",
    target1: "154",
    target2: "158",
    positionSize: "100",
  };

  it("pays slippage and commission on entry", () => {
    const desk = started();
    quote(desk, "150", 0);
    desk.executeSignal(signal);
    const { account, positions } = desk.dump();
    expect(positions[0]).toMatchObject({
      entryPrice: "150.03",
      quantity: "100",
      unrealizedPnl: "-3.5",
      entryFill: {
        referencePrice: "150",
        commission: "0.5",
        slippageCost: "3",
        gapped: false,
        priceSource: "QUOTE",
        time: START,
      },
    });
    expect(account).toMatchObject({
      currentCapital: "84996.5",
      equity: "99996.5",
      availableFunds: "84996.5",
      peakEquity: "100000",
      maxDrawdown: "0.0035",
      currentHeat: "0.20300711",
      totalUnrealizedPnl: "-3.5",
    });
  });

  it("sells half at target 1 and the rest through a gapped stop", () => {
    const desk = started();
    quote(desk, "150", 0);
    desk.executeSignal(signal);
    quote(desk, "154", 1);
    quote(desk, "147", 2);
    expect(desk.dump().trades).toMatchObject([
      {
        exitReason: "TARGET_1",
        quantity: "50",
        exitPrice: "153.9692",
        realizedPnl: "196.46",
        rMultipleAchieved: "1.94049261",
        commissionTotal: "0.5",
        slippageTotal: "3.04",
        exitFill: { gapped: false, slippageCost: "1.54" },
      },
      {
        exitReason: "STOP_LOSS",
        quantity: "50",
        exitPrice: "146.9706",
        realizedPnl: "-153.47",
        rMultipleAchieved: "-1.5070936",
        exitFill: { gapped: true, referencePrice: "147" },
      },
    ]);
    const { account, positions, report } = desk.dump();
    expect(account).toMatchObject({
      currentCapital: "100042.99",
      equity: "100042.99",
      totalRealizedPnl: "42.99",
      winRate: "50",
    });
    expect(positions[0]).toMatchObject({
      status: "CLOSED",
      unrealizedPnl: "0",
      currentPrice: "147",
      commissionPaid: "1",
    });
    expect(report).toMatchObject({
      profitFactor: "1.28011989",
      expectancy: "21.495",
      largestLoss: "-153.47",
      totalReturn: "0.04299",
    });
  });
});

describe("a SHORT", () => {
  it("is sold first and bought back at target 1, all of it without a target 2", () => {
    const desk = started();
    quote(desk, "200", 0);
    desk.executeSignal({
      ...LONG_100,
      patternType: "UTAD",
      entryPrice: "200",
      stopLoss: "204",
      target1: "194",
      positionSize: "50",
    });
    expect(desk.dump().account).toMatchObject({
      currentCapital: "109997.75",
      equity: "99997.75",
      availableFunds: "89997.75",
    });
    quote(desk, "194", 1);
    expect(desk.dump().trades).toMatchObject([
      {
        side: "SHORT",
        exitReason: "TARGET_1",
        exitPrice: "194.0388",
        realizedPnl: "295.56",
        rMultipleAchieved: "1.46564356",
      },
    ]);
    expect(desk.dump().account).toMatchObject({ currentCapital: "100295.56", equity: "100295.56" });
  });

  it("is stopped by a bar's high", () => {
    const desk = holding({ side: "SHORT", stopLoss: "105", target1: "95" });
    desk.publishBars([bar(0, "100", "106", "94", "101")]);
    expect(exits(desk)).toEqual([["STOP_LOSS", "10", "105", at(60), false]]);
  });
});

describe("a bar", () => {
  it("that spans stop and target is a stop, at the level and at its end", () => {
    const desk = holding();
    desk.publishBars([bar(0, "100", "106", "94", "101")]);
    expect(exits(desk)).toEqual([["STOP_LOSS", "10", "95", at(60), false]]);
  });

  it("that opens beyond the stop fills at the open and at its start", () => {
    const desk = holding();
    desk.publishBars([bar(60, "93", "96", "92", "96")]);
    expect(exits(desk)).toEqual([["STOP_LOSS", "10", "93", at(60), true]]);
    expect(desk.dump().trades[0]?.exitFill).toMatchObject({ priceSource: "BAR", priceTime: at(60) });
  });

  it("can reach both targets", () => {
    const desk = holding({ target2: "110" });
    desk.publishBars([bar(0, "100", "112", "99", "108")]);
    expect(exits(desk)).toEqual([
      ["TARGET_1", "5", "105", at(60), false],
      ["TARGET_2", "5", "110", at(60), false],
    ]);
  });

  it("that starts before the entry is not judged, and one before the board's time is stale", () => {
    const desk = holding();
    expect(quote(desk, "7", 90, "MSFT")).toMatchObject({ accepted: 1 });
    desk.executeSignal({ ...LONG_100, signalId: "late" });
    desk.publishBars([bar(60, "100", "101", "90", "99")]);
    expect(exits(desk)).toEqual([["STOP_LOSS", "10", "95", at(120), false]]);
    expect(desk.dump().positions.map((position) => position.status)).toEqual(["CLOSED", "OPEN"]);
    expect(desk.publishBars([bar(60, "100", "101", "90", "99"), bar(0, "1", "0.5", "2", "1")])).toEqual({
      __typename: "PublishReport",
      accepted: 0,
      stale: 1,
      refused: [{ index: 1 }],
    });
  });
});

describe("a trailing stop", () => {
  const trailing = { target1: "120", trailingStop: { activation: "104", offset: "3" } };

  it("follows the best price from its activation on", () => {
    const desk = holding(trailing);
    const stops = ["103", "104", "108", "106"].map((price, index) => {
      quote(desk, price, index + 1);
      return desk.dump().positions[0]?.stopLoss;
    });
    expect(stops).toEqual(["95", "101", "105", "105"]);
    quote(desk, "105", 9);
    expect(exits(desk)).toEqual([["TRAILING_STOP", "10", "105", at(9), false]]);
  });

  it("moved at a bar's open is judged at its low; moved at its high, at its close", () => {
    const byLow = holding(trailing);
    byLow.publishBars([bar(0, "104", "110", "101", "109")]);
    expect(exits(byLow)).toEqual([["TRAILING_STOP", "10", "101", at(60), false]]);
    const byClose = holding(trailing);
    byClose.publishBars([bar(0, "100", "110", "99", "106")]);
    expect(exits(byClose)).toEqual([["TRAILING_STOP", "10", "106", at(60), true]]);
    expect(byClose.dump().positions[0]?.stopLoss).toBe("107");
  });
});

it("breakeven moves the stop to the entry price after target 1", () => {
  const desk = holding({ target2: "110" }, { breakevenAfterTarget1: true, target1Fraction: "0.35" });
  quote(desk, "106", 1);
  expect(desk.dump().positions[0]).toMatchObject({ stopLoss: "100", initialStopLoss: "95", remainingQuantity: "7" });
  expect(desk.dump().account?.currentHeat).toBe("0");
  quote(desk, "100", 2);
  expect(exits(desk)).toEqual([
    ["TARGET_1", "3", "106", at(1), true],
    ["STOP_LOSS", "7", "100", at(2), false],
  ]);
});

it("leverage divides the funds that a position needs", () => {
  const desk = started({ useRealisticFills: false });
  quote(desk, "40000", 0, "BTC-USD");
  desk.executeSignal({
    signalId: "btc",
    symbol: "BTC-USD",
    assetClass: "CRYPTO",
    positionSizeUnit: "CONTRACTS",
    leverage: "10",
    entryPrice: "40000",
    stopLoss: "39000",
    target1: "42000",
    positionSize: "0.5",
  });
  expect(desk.dump().account).toMatchObject({
    equity: "99999.9975",
    availableFunds: "97999.9975",
    currentCapital: "79999.9975",
  });
});

it("a forex lot is 100,000 units, and target 1 rounds down to hundredths of a lot", () => {
  const desk = started({ target1Fraction: "0.33" });
  quote(desk, "1.1", 0, "EUR/USD");
  desk.executeSignal({
    signalId: "fx",
    symbol: "EUR/USD",
    assetClass: "FOREX",
    positionSizeUnit: "LOTS",
    leverage: "50",
    entryPrice: "1.1",
    stopLoss: "1.09",
    target1: "1.12",
    target2: "1.15",
    positionSize: "0.5",
  });
  expect(desk.dump().positions[0]).toMatchObject({
    quantity: "50000",
    entryPrice: "1.10022",
    entryFill: { commission: "0.0025", slippageCost: "11" },
  });
  quote(desk, "1.12", 1, "EUR/USD");
  expect(desk.dump().trades).toMatchObject([
    { quantity: "16000", exitPrice: "1.119776", realizedPnl: "312.8944", commissionTotal: "0.0016" },
  ]);
});

it("a signal that breaks all four limits is told all four", () => {
  const desk = started(FREE);
  quote(desk, "100", 0);
  const campaign = { ...LONG_100, campaignId: "c1" };
  desk.executeSignal({ ...campaign, stopLoss: "97", positionSize: "400" });
  const result = desk.executeSignal({ ...campaign, signalId: "s2", positionSize: "2000" });
  expect(result).toMatchObject({
    signal: {
      status: "REJECTED",
      rejections: [
        { code: "TRADE_RISK", limit: "2", actual: "10", excess: "8" },
        { code: "PORTFOLIO_HEAT", limit: "10", actual: "11.2", excess: "1.2" },
        { code: "CAMPAIGN_RISK", limit: "5", actual: "11.2", excess: "6.2" },
        { code: "INSUFFICIENT_FUNDS", limit: "60000", actual: "200000", excess: "140000" },
      ],
    },
  });
});

it("a size that is not given is the largest that risk and funds allow", () => {
  const sized = (signal: Partial<ExecuteSignalInput>, price = "150") => {
    const desk = started();
    quote(desk, price, 0);
    const { positionSize: _, ...unsized } = LONG_100;
    desk.executeSignal({ ...unsized, entryPrice: price, stopLoss: "148", target1: "200000", ...signal });
    return desk.dump().positions[0]?.quantity ?? desk.dump().signals[0]?.rejections[0]?.code;
  };
  expect(sized({})).toBe("666"); // 150.035 each out of 100000
  expect(sized({ leverage: "2" })).toBe("985"); // 2.03 at risk each out of 2000
  expect(sized({ stopLoss: "149000" }, "150000")).toBe("SIZE_ZERO");
});

describe("a signal", () => {
  it("is refused with every problem that it has", () => {
    const result = started().executeSignal({
      ...LONG_100,
      signalId: "a b",
      stopLoss: "101",
      target1: "1e3",
      side: "SHORT",
      patternType: "SPRING",
      leverage: "3",
      trailingStop: { activation: "100", offset: "0" },
      positionSizeUnit: "LOTS",
      schemaVersion: 2,
      confidence: 101,
    });
    expect(result).toEqual({
      __typename: "InvalidInput",
      issues: [
        ["signalId"],
        ["side"],
        ["target1"],
        ["trailingStop", "offset"],
        ["positionSizeUnit"],
        ["leverage"],
        ["confidence"],
        ["schemaVersion"],
      ].map((path) => ({ path })),
    });
  });

  it("is decided once: a repeat is replayed, other content is a conflict", () => {
    const desk = holding();
    const again = { ...LONG_100, entryPrice: "100.00", marketPrice: "99", source: "x", side: "LONG" as const };
    expect(desk.executeSignal(again)).toMatchObject({ replayed: true, signal: { status: "FILLED" } });
    expect(desk.executeSignal({ ...again, positionSize: "11" })).toEqual({
      __typename: "SignalConflict",
      signalId: "s1",
    });
    desk.disable();
    expect(desk.executeSignal(again)).toMatchObject({ replayed: true });
    expect(desk.executeSignal({ ...again, signalId: "s2" })).toMatchObject({
      signal: { status: "SKIPPED", skipReason: "ACCOUNT_DISABLED" },
    });
    expect(desk.dump().events.map((event) => [event.sequence, event.type, event.change ?? event.signalId])).toEqual([
      [1, "AccountChanged", "ENABLED"],
      [2, "PositionOpened", "s1"],
      [3, "TradeClosed", "s1"],
      [4, "AccountChanged", "DISABLED"],
      [5, "SignalDeclined", "s2"],
    ]);
  });

  it("needs a price that is young enough and between stop and target", () => {
    const desk = started(FREE);
    let count = 0;
    const code = () => {
      count += 1;
      const result = desk.executeSignal({ ...LONG_100, signalId: `n${count}`, expiresAt: at(9000) });
      return result.__typename === "ExecuteSignalPayload"
        ? result.signal.rejections.map((rejection) => rejection.code)
        : result;
    };
    expect(code()).toEqual(["PRICE_UNAVAILABLE"]);
    quote(desk, "95", 0);
    expect(code()).toEqual(["PRICE_BEYOND_STOP"]);
    quote(desk, "105", 1);
    expect(code()).toEqual(["PRICE_BEYOND_TARGET"]);
    quote(desk, "7", 3601, "MSFT");
    expect(code()).toEqual(["PRICE_BEYOND_TARGET"]);
    quote(desk, "7", 3602, "MSFT");
    expect(code()).toEqual(["PRICE_STALE"]);
    quote(desk, "7", 9000, "MSFT");
    expect(code()).toEqual(["SIGNAL_EXPIRED"]);
  });
});

it("a position expires at the board's price when another symbol brings the time", () => {
  const desk = holding({ expiresAt: at(50) });
  desk.publishQuotes([
    { symbol: "AAPL", price: "101", time: at(10) },
    { symbol: "MSFT", price: "7", time: at(55) },
  ]);
  expect(exits(desk)).toEqual([["EXPIRED", "10", "101", at(55), false]]);
  expect(desk.dump().trades[0]?.exitFill.priceTime).toBe(at(10));
});

it("a close by hand is asked once for each request id", () => {
  const desk = holding();
  quote(desk, "102", 5);
  const close = (quantity?: string, requestId?: string) => desk.closePosition({ position: "s1", quantity, requestId });
  expect(close("4")).toEqual({ __typename: "InvalidInput", issues: [{ path: ["requestId"] }] });
  expect(close("11", "r0")).toEqual({ __typename: "InvalidInput", issues: [{ path: ["quantity"] }] });
  expect(close("4", "r1")).toMatchObject({
    replayed: false,
    trade: { quantity: "4", realizedPnl: "8", exitReason: "MANUAL" },
  });
  expect(close("4.0", "r1")).toMatchObject({
    replayed: true,
    trade: { quantity: "4" },
    position: { remainingQuantity: "6" },
  });
  expect(close("5", "r1")).toEqual({ __typename: "InvalidInput", issues: [{ path: ["requestId"] }] });
  expect(close()).toMatchObject({ trade: { quantity: "6", realizedPnl: "12" }, position: { status: "CLOSED" } });
  expect(close("4", "r1")).toMatchObject({ replayed: true });
  expect(close()).toMatchObject({ __typename: "PositionAlreadyClosed" });
  expect(desk.closePosition({ position: "none" })).toEqual({ __typename: "PositionNotFound" });
});

it("a reset closes under the old settings and begins a new session", () => {
  const desk = holding({ target1: "120" });
  quote(desk, "110", 60);
  const settings = { startingCapital: "50000", commissionPerShare: "1" };
  expect(desk.reset({ session: 2 })).toEqual({ __typename: "SessionMismatch", currentSession: 1 });
  expect(desk.reset({ session: 1, settings })).toMatchObject({
    endedSession: 1,
    replayed: false,
    account: {
      session: 2,
      status: "ENABLED",
      equity: "50000",
      currentCapital: "50000",
      totalTrades: 0,
      paperTradingStartDate: at(60),
    },
  });
  expect(desk.reset({ session: 1, settings })).toMatchObject({ endedSession: 1, replayed: true });
  expect(desk.dumpSession("main", 1)).toMatchObject({
    trades: [{ exitReason: "RESET", realizedPnl: "100", rMultipleAchieved: "2", commissionTotal: "0" }],
    performance: { totalReturn: "0.1", winRate: "100", profitFactor: null },
  });
  expect(desk.dump().events.map((event) => [event.change ?? event.type, event.session])).toEqual([
    ["ENABLED", 1],
    ["PositionOpened", 1],
    ["TradeClosed", 1],
    ["RESET", 2],
  ]);
  expect(desk.dump().eligibility.warnings).toEqual(["EARLIER_SESSIONS"]);
});

it("settings change once, within their bounds, and never the starting capital", () => {
  const desk = started();
  expect(
    desk.updateSettings({ settings: { startingCapital: "100000", slippagePercentage: "10.1", maxPriceAge: 0 } }),
  ).toEqual({
    __typename: "InvalidInput",
    issues: [["slippagePercentage"], ["maxPriceAge"], ["startingCapital"]].map(([name]) => ({
      path: ["settings", name],
    })),
  });
  desk.updateSettings({ settings: { maxTradeRisk: "2.0" } });
  desk.updateSettings({ settings: { maxTradeRisk: "3" } });
  expect(desk.dump().events.map((event) => event.change)).toEqual(["ENABLED", "SETTINGS"]);
  expect(desk.enable({ settings: { maxTradeRisk: "2" } })).toEqual({
    __typename: "InvalidInput",
    issues: [{ path: ["settings", "maxTradeRisk"] }],
  });
  expect(desk.enable({ settings: { maxTradeRisk: "3" } })).toMatchObject({ account: { status: "ENABLED" } });
});

it("eligibility counts closed positions, not trades", () => {
  const desk = holding({ target2: "110" });
  quote(desk, "105", 1);
  quote(desk, "110", 2);
  quote(desk, "110", 45 * 86_400 + 1, "MSFT");
  const { eligibility } = desk.dump();
  expect(eligibility).toMatchObject({
    eligible: false,
    reason: null,
    daysCompleted: 45,
    daysRemaining: 45,
    progressPercentage: "50",
    winRateHigh: "100",
    averageRMultipleStandardError: null,
    warnings: ["WIN_RATE_INTERVAL_SPANS_THRESHOLD", "ONE_POSITION_MAKES_MOST_PROFIT"],
  });
  expect(eligibility.winRateLow).toMatch(/^20\.654931/);
  expect(eligibility.checks.map((check) => [check.criterion, check.actual, check.passed])).toEqual([
    ["DURATION", "45", false],
    ["POSITION_COUNT", "1", false],
    ["WIN_RATE", "100", true],
    ["AVERAGE_R_MULTIPLE", "1.5", false],
  ]);
  expect(new ReferenceDesk().dump().eligibility.reason).not.toBeNull();
});
