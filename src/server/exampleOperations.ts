// GraphiQL's tabs for those who open it for the first time: from the first account to a closed trade, its report, a backtest.
import { EXAMPLE_BACKTESTS } from "./exampleBacktests.ts";
import { EXAMPLE_REPORTS } from "./exampleReports.ts";
import type { ExampleOperation } from "./graphiqlPage.ts";

const ENABLE = `# 1. Switch paper trading on. Run the tabs from left to right.
mutation Enable {
  enable {
    __typename
    ... on EnablePayload { account { name status session equity availableFunds settings { maxTradeRisk maxPortfolioHeat } } }
    ... on InvalidInput { message issues { path message } }
  }
}`;

const PRICES = `# 2. The desk needs a price. Run this again with another price to move the market.
mutation Price($price: Decimal!) {
  publishQuotes(quotes: [{ symbol: "AAPL", price: $price }]) { accepted stale refused { index message } }
}`;

const SIGNAL = `# 3. Send a signal. Sending it again answers the same outcome and changes nothing.
mutation Signal {
  executeSignal(input: {
    signalId: "first-signal", symbol: "AAPL", side: LONG
    entryPrice: "150", stopLoss: "147", target1: "156", target2: "162", positionSize: "100"
  }) {
    __typename
    ... on ExecuteSignalPayload {
      replayed
      signal {
        status
        rejections { code message limit actual excess }
        position { id entryPrice quantity stopLoss entryFill { referencePrice slippageCost commission } }
      }
    }
    ... on InvalidInput { issues { path message } }
    ... on SignalConflict { message }
    ... on AccountNotFound { message }
  }
}`;

const ACCOUNT = `# 4. How the account stands, and what it holds.
query Account {
  account {
    equity currentCapital availableFunds totalRealizedPnl totalUnrealizedPnl currentHeat maxDrawdown winRate cursor
  }
  positions { totalCount edges { node { symbol side remainingQuantity entryPrice currentPrice unrealizedPnl stopLoss } } }
  trades(first: 10) { edges { node { symbol exitReason exitPrice realizedPnl rMultipleAchieved exitFill { referencePrice gapped } } } }
}`;

const EVENTS = `# 5. Follow everything that happens, then publish prices in the second tab: 147 or less is a stop, 156 target 1.
subscription Events {
  accountEvents {
    __typename cursor sequence marketTime
    ... on PositionOpened { position { symbol entryPrice quantity } }
    ... on TradeClosed { trade { symbol exitReason quantity exitPrice realizedPnl } }
    ... on SignalDeclined { signal { signalId status skipReason rejections { code message } } }
    ... on AccountChanged { change account { status session equity } }
  }
}`;

const UPDATES = `# 6. Open positions at their newest price.
subscription Updates {
  positionUpdated { currentPrice unrealizedPnl marketTime position { symbol side remainingQuantity } }
}`;

const REPORT = `# 7. The report, and whether the strategy may go live.
query Report {
  report {
    performance { totalTrades winRate averageRMultiple profitFactor expectancy totalReturn maxDrawdown }
    eligibility { eligible daysRemaining checks { criterion required actual passed message } warnings }
  }
}`;

export const EXAMPLE_OPERATIONS: readonly ExampleOperation[] = [
  { query: ENABLE },
  { query: PRICES, variables: '{ "price": "150" }' },
  { query: SIGNAL },
  { query: ACCOUNT },
  { query: EVENTS },
  { query: UPDATES },
  { query: REPORT },
  ...EXAMPLE_REPORTS,
  ...EXAMPLE_BACKTESTS,
];
