// What must hold of what is kept for reports, reckoned anew from trades and positions in the plainest way.
import { expect } from "vitest";
import { type Decimal, decimal, formatDecimal, q8, ZERO } from "../../src/domain/decimal.ts";
import type { TradeRecord } from "../../src/domain/records.ts";
import { medianMs } from "../../src/domain/statistics/holdingTimes.ts";
import { type RollupRecord, rollupOfRecord } from "../../src/domain/statistics/rollups.ts";
import type { KeptRows } from "./keptRows.ts";

const BREAKDOWN_KEYS: Readonly<Record<string, (trade: TradeRecord) => string | null>> = {
  ALL: () => "",
  SYMBOL: (trade) => trade.symbol,
  PATTERN: (trade) => trade.patternType,
  SIDE: (trade) => trade.side,
  CAMPAIGN: (trade) => trade.campaignId,
  EXIT_REASON: (trade) => trade.exitReason,
  SOURCE: (trade) => trade.source,
  HOUR: (trade) => trade.exitTime.slice(11, 13),
  WEEKDAY: (trade) =>
    new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(new Date(trade.exitTime)).toUpperCase(),
  MONTH: (trade) => trade.exitTime.slice(0, 7),
};
const SUMMED = [
  "totalRealizedPnl",
  "grossWins",
  "grossLosses",
  "sumOfR",
  "commissions",
  "slippage",
  "tradedValue",
  "holdingMs",
] as const;

/** Rollups are the sums of the trades; the groups of each breakdown add up to the whole. */
export function expectRollupsOfTrades(kept: KeptRows): void {
  const groups = new Map<string, TradeRecord[]>();
  for (const trade of kept.trades) {
    for (const [breakdown, keyOf] of Object.entries(BREAKDOWN_KEYS)) {
      const id = [trade.accountId, trade.session, breakdown, keyOf(trade) ?? ""].join("|");
      groups.set(id, [...(groups.get(id) ?? []), trade]);
    }
  }
  const idOf = ({ accountId, session, breakdown, key }: RollupRecord): string =>
    [accountId, session, breakdown, key].join("|");
  expect(kept.rollups.map(idOf).sort()).toEqual([...groups.keys()].sort());
  for (const rollup of kept.rollups) {
    const { tradedValue, holdingTimeCounts, firstRun, lastRun, ...told } = rollup;
    const { accountId, session, breakdown, key } = rollup;
    const trades = groups.get(idOf(rollup)) ?? [];
    expect(told, idOf(rollup)).toEqual({ accountId, session, breakdown, key, ...plainSums(trades) });
    expectMedian(rollup, trades);
  }
  for (const whole of kept.rollups.filter(({ breakdown }) => breakdown === "ALL")) expectWhole(kept, whole);
}

function plainSums(trades: readonly TradeRecord[]) {
  const pnls = trades.map((trade) => decimal(trade.realizedPnl));
  const wins = pnls.filter((pnl) => pnl.gt(0)).sort((a, b) => a.cmp(b));
  const losses = pnls.filter((pnl) => pnl.lte(0)).sort((a, b) => a.cmp(b));
  const sum = (values: readonly Decimal[]): string => formatDecimal(values.reduce((a, b) => a.plus(b), ZERO));
  const held = heldMs(trades);
  const runs = pnls
    .map((pnl) => (pnl.gt(0) ? "W" : "L"))
    .join("")
    .match(/W+|L+/g);
  const longest = (letter: string): number =>
    Math.max(0, ...(runs ?? []).filter((run) => run.startsWith(letter)).map((run) => run.length));
  return {
    totalTrades: trades.length,
    winningTrades: wins.length,
    totalRealizedPnl: sum(pnls),
    grossWins: sum(wins),
    grossLosses: sum(losses),
    largestWin: wins.at(-1) ? formatDecimal(wins.at(-1) ?? ZERO) : null,
    largestLoss: losses[0] ? formatDecimal(losses[0]) : null,
    sumOfR: sum(trades.map((trade) => decimal(trade.rMultipleAchieved))),
    commissions: sum(trades.map((trade) => decimal(trade.commissionTotal))),
    slippage: sum(trades.map((trade) => decimal(trade.slippageTotal))),
    holdingMs: String(held.reduce((a, b) => a + b, 0)),
    shortestHoldingMs: held[0] ?? null,
    longestHoldingMs: held.at(-1) ?? null,
    longestWinningStreak: longest("W"),
    longestLosingStreak: longest("L"),
  };
}

function heldMs(trades: readonly TradeRecord[]): number[] {
  return trades
    .map((trade) => Math.max(0, Date.parse(trade.exitTime) - Date.parse(trade.entryTime)))
    .sort((a, b) => a - b);
}

function expectMedian(rollup: RollupRecord, trades: readonly TradeRecord[]): void {
  const held = heldMs(trades);
  const upper = held[Math.floor(held.length / 2)] ?? 0;
  const lower = held[Math.ceil(held.length / 2) - 1] ?? 0;
  const median = (upper + lower) / 2;
  const told = medianMs(rollupOfRecord(rollup).sums.holdingTimes)?.toNumber() ?? Number.NaN;
  expect(Math.abs(told - median)).toBeLessThanOrEqual(median * 0.0100001);
}

function expectWhole(kept: KeptRows, whole: RollupRecord): void {
  const ofSession = <Row extends { accountId: string; session: number }>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => row.accountId === whole.accountId && row.session === whole.session);
  const groups = ofSession(kept.rollups);
  for (const breakdown of Object.keys(BREAKDOWN_KEYS)) {
    const parts = groups.filter((rollup) => rollup.breakdown === breakdown);
    for (const field of SUMMED) {
      const sum = parts.reduce((total, part) => total.plus(decimal(part[field])), ZERO);
      expect(formatDecimal(sum), `${field} by ${breakdown}`).toBe(whole[field]);
    }
    expect(parts.reduce((total, part) => total + part.totalTrades, 0)).toBe(whole.totalTrades);
  }
  const entries = ofSession(kept.positions).map((row) => decimal(row.entryValue).minus(decimal(row.entryValueLeft)));
  const exits = ofSession(kept.trades).map((row) => q8(decimal(row.exitPrice).times(decimal(row.quantity))));
  const traded = [...entries, ...exits].reduce((a, b) => a.plus(b), ZERO);
  expect(whole.tradedValue).toBe(formatDecimal(traded));
  const [session] = ofSession(kept.sessions);
  expect(session?.totalTrades).toBe(whole.totalTrades);
  expect(session?.totalRealizedPnl).toBe(whole.totalRealizedPnl);
}

/** Curves begin with the starting capital, agree with the sessions' peaks and drawdowns, and their days with their points. */
export function expectCurvesOfSessions(kept: KeptRows): void {
  for (const session of kept.sessions) {
    const ofSession = <Row extends { accountId: string; session: number }>(rows: readonly Row[]): Row[] =>
      rows.filter((row) => row.accountId === session.accountId && row.session === session.session);
    const points = ofSession(kept.points);
    expect(points[0]).toMatchObject({ equity: session.startingCapital, cash: session.startingCapital, drawdown: "0" });
    expect(points[0]?.time).toBe(session.startedAt);
    const highest = points.map(({ equity }) => decimal(equity)).reduce((a, b) => (b.gt(a) ? b : a));
    const deepest = points.map(({ drawdown }) => decimal(drawdown)).reduce((a, b) => (b.gt(a) ? b : a));
    expect(formatDecimal(highest)).toBe(session.peakEquity);
    expect(formatDecimal(deepest)).toBe(session.maxDrawdown);
    const days = new Map(points.map(({ time, equity }) => [time.slice(0, 10), equity]));
    expect(
      ofSession(kept.days)
        .map(({ day, equity }) => [day, equity])
        .sort(),
    ).toEqual([...days].sort());
    if (session.endedAt !== null) {
      const last = points.at(-1);
      expect(
        decimal(last?.equity ?? "0")
          .minus(decimal(session.startingCapital))
          .toFixed(),
      ).toBe(session.totalRealizedPnl);
    }
  }
}
