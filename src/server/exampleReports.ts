// GraphiQL's tabs for those who ask how an account has done: breakdowns, the equity curve, sessions and exports.
import type { ExampleOperation } from "./graphiqlPage.ts";

const BREAKDOWN = `# 8. Which trades make the money? By SYMBOL, SIDE, PATTERN, CAMPAIGN, SOURCE, EXIT_REASON, HOUR, WEEKDAY or MONTH.
query Breakdown($by: Breakdown!) {
  report {
    performance { netPnl totalTrades }
    breakdown(by: $by) {
      key totalTrades winRate expectancy netPnl grossPnl profitFactor averageRMultiple missing { figure reason }
    }
  }
}`;

const CURVE = `# 9. How deep and how long were the drawdowns? The curve keeps its peaks and troughs, however few the points.
query Curve {
  equityCurve(points: 100) { recorded points { time equity cash drawdown } }
  report { performance { maxDrawdown maxDailyDrawdown ulcerIndex longestRecovery { days from to regained } } }
}`;

const SESSIONS = `# 10. This session against those before it. A reset begins the next, and loses nothing.
# Open these in the browser to save lists of the present session as files (session=1 is the first, format=json is JSON):
#   /export/trades   /export/positions   /export/signals   /export/curve   /export/report?breakdown=SYMBOL
query Sessions {
  sessions(first: 5) {
    edges {
      node {
        number running startedAt endedAt startingCapital equity
        settings { slippagePercentage maxTradeRisk }
        performance { totalTrades winRate averageRMultiple expectancy totalReturn maxDrawdown exposure }
      }
    }
  }
}`;

export const EXAMPLE_REPORTS: readonly ExampleOperation[] = [
  { query: BREAKDOWN, variables: '{ "by": "SYMBOL" }' },
  { query: CURVE },
  { query: SESSIONS },
];
