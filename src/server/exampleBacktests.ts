// GraphiQL's tabs for backtests: from imported bars to a result, and how paper compares with it.
import type { ExampleOperation } from "./graphiqlPage.ts";

const DATA_SETS = `# 11. Historical bars. Import a file of them first, in a terminal:
#   curl --data-binary @AAPL.csv -H 'Content-Type: text/csv' 'http://localhost:4000/import/bars?symbol=AAPL'
query DataSets {
  dataSets(first: 10) { edges { node { id symbol name bars faults intervalSeconds from to } } }
}`;

const RUN = `# 12. Run a backtest on them: put the id of a data set into the variables. The same input gives the same digits.
mutation Run($dataSets: [ID!]!) {
  runBacktest(input: { name: "breakouts", dataSets: $dataSets, strategy: { name: BREAKOUT, entryBars: 20 } }) {
    __typename
    ... on RunBacktestPayload { backtest { id status warnings progress { barsTotal } } }
    ... on InvalidInput { issues { path message } }
    ... on TooManyBacktests { message }
  }
}`;

const PROGRESS = `# 13. Follow it to its end: put its id into the variables, here and in the next tabs.
subscription Progress($backtest: ID!) {
  backtestProgress(backtest: $backtest) { backtest { status failure progress { barsDone barsTotal percentage } } }
}`;

const RESULT = `# 14. What it would have made.
query Result($backtest: ID!) {
  backtest(id: $backtest) {
    name status failure fillModelVersion equity strategy { entryBars stopRanges target1Risks target2Risks }
    performance { totalTrades winRate averageRMultiple profitFactor totalReturn maxDrawdown exposure sharpe missing { figure reason } }
    breakdown(by: EXIT_REASON) { key totalTrades netPnl }
    trades(first: 10) { edges { node { symbol exitTime exitReason realizedPnl rMultipleAchieved } } }
  }
}`;

const COMPARISON = `# 15. Does paper do what the backtest promised? Delta in percent of the backtest: above 10 WARNING, above 20 ERROR.
query Comparison($backtest: ID!) {
  report {
    backtestComparison(backtest: $backtest) {
      status
      metrics { metric paper backtest deltaPercentage direction status }
      bySymbol { symbol status metrics { metric paper backtest deltaPercentage direction status } }
    }
  }
}`;

const CANCEL = `# 16. End one that takes too long: it then has no result. One that is finished stays as it is.
mutation Cancel($backtest: ID!) {
  cancelBacktest(input: { backtest: $backtest }) {
    __typename
    ... on CancelBacktestPayload { backtest { status progress { barsDone barsTotal } } }
    ... on BacktestNotFound { message }
  }
}`;

const BACKTEST = '{ "backtest": "" }';

export const EXAMPLE_BACKTESTS: readonly ExampleOperation[] = [
  { query: DATA_SETS },
  { query: RUN, variables: '{ "dataSets": [] }' },
  { query: PROGRESS, variables: BACKTEST },
  { query: RESULT, variables: BACKTEST },
  { query: COMPARISON, variables: BACKTEST },
  { query: CANCEL, variables: BACKTEST },
];
