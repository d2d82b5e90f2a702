// Reports as a client sees them: every figure with its digits worked out by hand, what is missing and why, breakdowns.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BREAKDOWNS } from "../../src/domain/statistics/groups.ts";
import { resolveAccount } from "../../src/services/accountIds.ts";
import type { Breakdown } from "../generated/graphql.ts";
import { graphql } from "../generated/index.ts";
import { databases } from "../support/databases.ts";
import { Enable, ExecuteSignal, PublishQuotes, Reset } from "../support/documents.ts";
import { FullReport, type History, playAlternating, playWeek } from "./reportHistory.ts";

const Groups = graphql(`
  query Groups($by: Breakdown!, $account: ID, $session: Int) {
    report(account: $account, session: $session) {
      performance { ...TradeFiguresOf }
      breakdown(by: $by) { key ...TradeFiguresOf }
    }
  }
`);

const OneInstant = graphql(`
  query OneInstant {
    report {
      account { equity startingCapital totalRealizedPnl totalTrades }
      performance { totalReturn netPnl totalTrades }
      bySymbol: breakdown(by: SYMBOL) { totalTrades netPnl }
      byReason: breakdown(by: EXIT_REASON) { totalTrades netPnl }
    }
  }
`);

const NEEDS_YEAR = (days: number): string => `needs at least 20 daily returns, there are ${days}`;
const OF_YEAR = ["annualizedReturn", "annualizedVolatility", "sharpe", "sortino", "calmar", "valueAtRisk"];

describe.each(databases)("A report of a week on $name", ({ open }) => {
  let week: History;
  beforeAll(async () => {
    week = await playWeek(open);
  });
  afterAll(() => week.api.close());

  const groupsBy = async (by: Breakdown, session?: number) => {
    const { report } = await week.api.client.run(Groups, { by, ...(session === undefined ? {} : { session }) });
    if (report === null) throw new Error("there is a report");
    return report;
  };

  it("has every figure to the digit", async () => {
    const { report } = await week.api.client.run(FullReport);
    expect(report).toMatchObject({
      generatedAt: "2024-03-08T15:30:00.000Z",
      performance: {
        totalTrades: 3,
        winningTrades: 2,
        losingTrades: 1,
        winRate: "66.66666667",
        averageRMultiple: "0.63894389", // (9.79 / 10.1 + 19.78 / 10.1 − 5.105 / 5.05) / 3
        profitFactor: "2.88097561", // 1476.5 / 512.5
        expectancy: "321.33333333", // 964 / 3
        payoffRatio: "1.4404878", // 738.25 / 512.5
        averageWin: "738.25",
        averageLoss: "-512.5",
        largestWin: "988",
        largestLoss: "-512.5",
        averageHoldingTime: "118200", // (1 h + 72.5 h + 25 h) / 3
        longestWinningStreak: 2,
        longestLosingStreak: 1,
        currentStreak: -1,
        netPnl: "964", // 488.5 + 988 − 512.5
        grossPnl: "1000", // 50 × 10 + 50 × 20 − 100 × 5
        commissions: "4",
        slippage: "32", // 10.5 + 11 + 10.5
        turnover: "0.31999", // (5005 + 5494.5 + 5005 + 5994 + 4995 + 5505.5) / 100000
        totalReturn: "1.0029", // 964 + 38.9
        maxDrawdown: "0.50612703", // from 101476.5 to 100962.9, at the last entry
        exposure: "58.28402367", // (72.5 h + 25 h + 1 h) / 169 h
        days: 6, // Friday to Friday, Thursday without any price
        bestDay: { day: "2024-03-01", returnPercentage: "0.983" },
        worstDay: { day: "2024-03-06", returnPercentage: "-0.49915985" }, // 100964 / 101470.5 − 1
        maxDailyDrawdown: "0.50504304", // 512.5 / 101476.5
        ulcerIndex: "0.34832677",
        longestRecovery: { days: 4, from: "2024-03-04", to: "2024-03-08", regained: false },
        missing: OF_YEAR.map((figure) => ({ figure, reason: NEEDS_YEAR(6) })),
      },
    });
    expect(OF_YEAR.map((figure) => Object(report?.performance)[figure])).toEqual(OF_YEAR.map(() => null));
    // 25 h, told to within 1 %.
    const median = Number(report?.performance.medianHoldingTime);
    expect(Math.abs(median - 90_000)).toBeLessThanOrEqual(900);
  });

  it.each<[Breakdown, [string | null, number, string][]]>([
    [
      "SYMBOL",
      [
        ["AAPL", 2, "1476.5"],
        ["MSFT", 1, "-512.5"],
      ],
    ],
    [
      "PATTERN",
      [
        ["SPRING", 2, "1476.5"],
        ["UTAD", 1, "-512.5"],
      ],
    ],
    [
      "SIDE",
      [
        ["LONG", 2, "1476.5"],
        ["SHORT", 1, "-512.5"],
      ],
    ],
    [
      "CAMPAIGN",
      [
        ["alpha", 2, "1476.5"],
        [null, 1, "-512.5"],
      ],
    ],
    [
      "EXIT_REASON",
      [
        ["STOP_LOSS", 1, "-512.5"],
        ["TARGET_1", 1, "488.5"],
        ["TARGET_2", 1, "988"],
      ],
    ],
    [
      "SOURCE",
      [
        ["bot", 2, "1476.5"],
        [null, 1, "-512.5"],
      ],
    ],
    [
      "HOUR",
      [
        ["15", 2, "1476.5"],
        ["16", 1, "-512.5"],
      ],
    ],
    [
      "WEEKDAY",
      [
        ["MONDAY", 1, "988"],
        ["WEDNESDAY", 1, "-512.5"],
        ["FRIDAY", 1, "488.5"],
      ],
    ],
    ["MONTH", [["2024-03", 3, "964"]]],
  ])("by %s has these groups in their order", async (by, expected) => {
    const { breakdown } = await groupsBy(by);
    expect(breakdown.map(({ key, totalTrades, netPnl }) => [key, totalTrades, netPnl])).toEqual(expected);
  });

  it("gives a group the same figures as the whole has, and says what it lacks", async () => {
    const { breakdown } = await groupsBy("SIDE");
    expect(breakdown[0]).toMatchObject({
      key: "LONG",
      winRate: "100",
      averageRMultiple: "1.46386138", // (0.96930693 + 1.95841584) / 2 = 1.463861385, half to even
      expectancy: "738.25",
      profitFactor: null,
      averageHoldingTime: "132300", // (1 h + 72.5 h) / 2
      longestWinningStreak: 2,
      currentStreak: 2,
      grossPnl: "1500",
      commissions: "2",
      slippage: "21.5",
      turnover: "0.214985", // (5005 + 5494.5 + 5005 + 5994) / 100000
    });
    const reason = "needs at least one losing trade, there is none";
    expect(breakdown[0]?.missing).toEqual(
      ["profitFactor", "payoffRatio", "averageLoss", "largestLoss"].map((figure) => ({ figure, reason })),
    );
  });

  it.each(BREAKDOWNS)("by %s sums to the whole", async (by) => {
    const { performance, breakdown } = await groupsBy(by);
    const sum = (figure: "totalTrades" | "winningTrades" | "netPnl" | "grossPnl" | "commissions" | "slippage") =>
      breakdown.reduce((total, group) => total + Number(group[figure]), 0);
    expect(breakdown.length).toBeGreaterThan(0);
    for (const figure of ["totalTrades", "winningTrades", "netPnl", "grossPnl", "commissions", "slippage"] as const) {
      expect([figure, sum(figure)]).toEqual([figure, Number(performance[figure])]);
    }
  });

  it("is null for accounts and sessions that are not there, or somebody else's", async () => {
    expect(await week.api.client.run(FullReport, { account: "nowhere" })).toEqual({ report: null });
    for (const session of [0, 2, -1]) {
      expect(await week.api.client.run(FullReport, { session })).toEqual({ report: null });
    }
    expect(await week.api.clientOf("stranger").run(FullReport)).toEqual({ report: null });
  });

  it("of an account that has not traded says why nearly everything is missing", async () => {
    await week.api.client.run(Enable, { input: { name: "idle" } });
    const { report } = await week.api.client.run(FullReport, { account: "idle" });
    expect(report?.performance).toMatchObject({
      totalTrades: 0,
      netPnl: "0",
      totalReturn: "0",
      days: 1,
      winRate: null,
    });
    const missing = new Map(report?.performance.missing.map(({ figure, reason }) => [figure, reason]));
    expect(missing.get("winRate")).toBe("needs at least one trade, there is none");
    expect(missing.get("averageWin")).toBe("needs at least one winning trade, there is none");
    expect(missing.get("bestDay")).toBe("needs at least 2 daily returns, there is 1");
    expect(missing.get("exposure")).toBe("the session has only just begun");
    const nulls = Object.entries(report?.performance ?? {}).filter(([, value]) => value === null);
    expect([...missing.keys()].sort()).toEqual(nulls.map(([figure]) => figure).sort());
    expect((await week.api.client.run(Groups, { by: "SYMBOL", account: "idle" })).report?.breakdown).toEqual([]);
  });

  it("refuses a breakdown into more than 1,000 groups, saying the limit", async () => {
    await week.api.client.run(Enable, { input: { name: "crowded" } });
    const accountId = resolveAccount("local", "crowded");
    const insert = (from: number, to: number) =>
      week.database.prisma.$executeRawUnsafe(`INSERT INTO rollups SELECT '${accountId}'::uuid, 1, 'CAMPAIGN', 'c' || i,
        1, 1, 1, 1, 0, 1, NULL, 1, 0, 0, 1, 1, 1, 1, '[[0,1]]', 1, 0, 1, 1 FROM generate_series(${from}, ${to}) i`);
    await insert(1, 1000);
    const whole = await week.api.client.run(Groups, { by: "CAMPAIGN", account: "crowded" });
    expect(whole.report?.breakdown.length).toBe(1000);
    await insert(1001, 1001);
    expect(await week.api.client.answer(Groups, { by: "CAMPAIGN", account: "crowded" })).toMatchObject({
      errors: [
        {
          message: "The breakdown by CAMPAIGN has more than 1,000 groups, the most that are shown.",
          extensions: { code: "BAD_USER_INPUT" },
        },
      ],
    });
    expect(await week.api.client.answer(Groups, { by: "STARS" })).toMatchObject({ errors: [{ message: /Breakdown/ }] });
  });

  it("has all its figures of one instant, whatever is traded meanwhile", async () => {
    const { client } = week.api;
    const order = { symbol: "AAPL", entryPrice: "104", stopLoss: "90", target1: "105", positionSize: "1" };
    const trading = (async () => {
      for (let round = 0; round < 15; round += 1) {
        const time = (seconds: number) => new Date(Date.UTC(2024, 2, 8, 15, 31, round * 2 + seconds)).toISOString();
        await client.run(ExecuteSignal, { input: { ...order, signalId: `busy-${round}` } });
        await client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "106", time: time(0) }] });
        await client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "104", time: time(1) }] });
      }
      return "over" as const;
    })();
    let reports = 0;
    const seen = new Set<number>();
    while ((await Promise.race([trading, Promise.resolve("busy")])) === "busy") {
      const { report } = await client.run(OneInstant);
      if (report === null) throw new Error("there is a report");
      const { account, performance } = report;
      expect([performance.totalTrades, performance.netPnl]).toEqual([account.totalTrades, account.totalRealizedPnl]);
      expect(Number(performance.totalReturn)).toBeCloseTo((Number(account.equity) / 100_000 - 1) * 100, 6);
      for (const groups of [report.bySymbol, report.byReason]) {
        expect(groups.reduce((sum, group) => sum + group.totalTrades, 0)).toBe(account.totalTrades);
        expect(groups.reduce((sum, group) => sum + Number(group.netPnl), 0)).toBeCloseTo(Number(performance.netPnl), 6);
      }
      seen.add(account.totalTrades);
      reports += 1;
    }
    expect(reports).toBeGreaterThan(5);
    expect(seen.size).toBeGreaterThan(2);
  });

  it("stays as it was when its session is ended, with the trades of the reset", async () => {
    const before = await groupsBy("EXIT_REASON");
    await week.api.client.run(Reset, { input: { session: 1 } });
    const after = await groupsBy("EXIT_REASON", 1);
    const withoutReset = after.breakdown.filter(({ key }) => key !== "RESET");
    expect(withoutReset).toEqual(before.breakdown);
    expect(after.performance.totalTrades).toBe(after.breakdown.reduce((sum, { totalTrades }) => sum + totalTrades, 0));
    const patterns = (await groupsBy("PATTERN", 1)).breakdown.map(({ key }) => key);
    expect(patterns).toEqual(["SPRING", "UTAD", null]);
    expect((await groupsBy("PATTERN")).breakdown).toEqual([]);
  });
});

describe.each(databases)("A report of twenty days on $name", ({ open }) => {
  it("has the annual figures from the twentieth on, each in its closed form", async () => {
    const history = await playAlternating(open, 19);
    const early = await history.api.client.run(FullReport);
    expect(early.report?.performance.missing).toEqual(
      expect.arrayContaining(OF_YEAR.map((figure) => ({ figure, reason: NEEDS_YEAR(19) }))),
    );
    await history.quote("GOLD", "100", "2024-03-28T16:00:00Z");
    const { report } = await history.api.client.run(FullReport);
    expect(report?.performance).toMatchObject({
      days: 20,
      totalReturn: "0",
      bestDay: { day: "2024-03-01", returnPercentage: "25" },
      worstDay: { day: "2024-03-04", returnPercentage: "-20" },
      annualizedReturn: "0", // 1000 at the end as at the beginning
      annualizedVolatility: "366.45528197", // √(20 × 0.225² / 19) × √252, in percent
      sharpe: "1.71917293", // 0.025 / √(20 × 0.225² / 19) × √252
      sortino: "2.80624304", // 0.025 / √(10 × 0.2² / 20) × √252
      calmar: "0",
      maxDailyDrawdown: "20",
      ulcerIndex: "14.14213562", // √(10 × 0.2² / 20)
      longestRecovery: { days: 4, from: "2024-03-01", to: "2024-03-05", regained: true },
      valueAtRisk: "20", // the worst of 20 days
      exposure: "100",
    });
    await history.api.close();
  });
});
