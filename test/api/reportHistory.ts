// A week of trading whose digits are known: the history of the tests of reports, and the operations that show it.
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import type { TestDatabase } from "../support/databases.ts";
import { Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";

export const TradeFigures = graphql(`
  fragment TradeFiguresOf on TradeFigures {
    totalTrades winningTrades losingTrades winRate averageRMultiple profitFactor expectancy payoffRatio
    averageWin averageLoss largestWin largestLoss averageHoldingTime medianHoldingTime
    longestWinningStreak longestLosingStreak currentStreak netPnl grossPnl commissions slippage turnover
    missing { figure reason }
  }
`);

export const FullPerformance = graphql(`
  fragment FullPerformance on Performance {
    ...TradeFiguresOf
    totalReturn maxDrawdown exposure days
    bestDay { day returnPercentage } worstDay { day returnPercentage }
    annualizedReturn annualizedVolatility sharpe sortino calmar maxDailyDrawdown ulcerIndex
    longestRecovery { days from to regained } valueAtRisk
  }
`);

export const FullReport = graphql(`
  query FullReport($account: ID, $session: Int) {
    report(account: $account, session: $session) { generatedAt performance { ...FullPerformance } }
  }
`);

export interface History {
  readonly api: ApiDesk;
  readonly database: TestDatabase["database"];
  quote(symbol: string, price: string, time: string): Promise<unknown>;
  signal(input: { readonly signalId: string; readonly symbol: string } & Record<string, unknown>): Promise<void>;
}

/** A desk with an account of these settings, on a database of its own. */
export async function startHistory(open: () => Promise<TestDatabase>, settings: object): Promise<History> {
  const opened = await open();
  const api = await startApiDesk(async () => opened);
  await api.client.run(Enable, { input: { name: "main", settings: settings as never } });
  return {
    api,
    database: opened.database,
    quote: (symbol, price, time) => api.client.run(PublishQuotes, { quotes: [{ symbol, price, time }] }),
    signal: async (input) => {
      const { executeSignal } = await api.client.run(ExecuteSignal, { input: input as never });
      if (!("signal" in executeSignal) || executeSignal.signal.status !== "FILLED") {
        throw new Error(`the signal was not filled: ${JSON.stringify(executeSignal)}`);
      }
    },
  };
}

const LOOSE = { maxTradeRisk: "100", maxPortfolioHeat: "100", maxCampaignRisk: "100", maxPriceAge: 86_400 };

/**
 * A week with a commission of 0.01 and a slippage of 0.1 %: 100 AAPL bought at 100.1 on Friday, of which 50 are sold at
 * 109.89 an hour later (+488.5) and 50 at 119.88 on Monday (+988); 100 MSFT sold at 49.95 on Tuesday and bought back at
 * 55.055 on Wednesday (−512.5); nothing on Thursday; 10 AAPL bought at 100.1 on Friday and held (+38.9 an hour later).
 */
export async function playWeek(open: () => Promise<TestDatabase>): Promise<History> {
  const history = await startHistory(open, { ...LOOSE, commissionPerShare: "0.01", slippagePercentage: "0.1" });
  const { quote, signal } = history;
  await quote("AAPL", "100", START);
  const first = { symbol: "AAPL", patternType: "SPRING", campaignId: "alpha", source: "bot", positionSize: "100" };
  await signal({ ...first, signalId: "a", entryPrice: "100", stopLoss: "90", target1: "110", target2: "120" });
  await quote("AAPL", "110", "2024-03-01T15:30:00Z");
  await quote("AAPL", "120", "2024-03-04T15:00:00Z");
  await quote("MSFT", "50", "2024-03-05T15:00:00Z");
  const second = { symbol: "MSFT", patternType: "UTAD", positionSize: "100" };
  await signal({ ...second, signalId: "b", entryPrice: "50", stopLoss: "55", target1: "40" });
  await quote("MSFT", "55", "2024-03-06T16:00:00Z");
  await quote("AAPL", "100", "2024-03-08T14:30:00Z");
  const third = { symbol: "AAPL", campaignId: "alpha", source: "bot", positionSize: "10" };
  await signal({ ...third, signalId: "c", entryPrice: "100", stopLoss: "95", target1: "105" });
  await quote("AAPL", "104", "2024-03-08T15:30:00Z");
  return history;
}

/** The weekdays of `playAlternating`: 20 of them, over four weekends. */
export const ALTERNATING_DAYS = weekdaysFrom("2024-03-01", 20);

/**
 * All of 1,000 USD in 10 units without any costs, whose price ends the days at 125 and 100 in turn: daily returns of +25 %
 * and −20 %. `days` of ALTERNATING_DAYS are played.
 */
export async function playAlternating(open: () => Promise<TestDatabase>, days: number): Promise<History> {
  const free = { startingCapital: "1000", commissionPerShare: "0", useRealisticFills: false };
  const history = await startHistory(open, { ...LOOSE, ...free });
  await history.quote("GOLD", "100", START);
  const entry = { signalId: "all-in", symbol: "GOLD", entryPrice: "100", stopLoss: "50", target1: "200" };
  await history.signal({ ...entry, positionSize: "10" });
  for (const [index, day] of ALTERNATING_DAYS.slice(0, days).entries()) {
    await history.quote("GOLD", index % 2 === 0 ? "125" : "100", `${day}T16:00:00Z`);
  }
  return history;
}

function weekdaysFrom(first: string, count: number): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(first); days.length < count; ms += 86_400_000) {
    if (![0, 6].includes(new Date(ms).getUTCDay())) days.push(new Date(ms).toISOString().slice(0, 10));
  }
  return days;
}
