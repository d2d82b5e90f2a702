// Operations on backtests.
import { graphql } from "../generated/index.ts";

export const BacktestState = graphql(`
  fragment BacktestState on Backtest {
    id name kind status fillModelVersion failure warnings
    progress { barsDone barsTotal percentage }
    dataSets { id name symbol from to bars }
    from to signalCount
    strategy { name assetClass entryBars rangeBars stopRanges target1Risks target2Risks allowShort }
    settings { startingCapital maxPriceAge }
  }
`);

export const RunBacktest = graphql(`
  mutation RunBacktest($input: RunBacktestInput!) {
    runBacktest(input: $input) {
      __typename
      ... on RunBacktestPayload { backtest { ...BacktestState } }
      ... on InvalidInput { issues { path message } }
      ... on TooManyBacktests { message limit }
    }
  }
`);

export const BacktestById = graphql(`
  query BacktestById($id: ID!) {
    backtest(id: $id) { ...BacktestState }
  }
`);

export const BacktestList = graphql(`
  query BacktestList($first: Int, $after: String) {
    backtests(first: $first, after: $after) {
      totalCount
      edges { node { id name status } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const BacktestResult = graphql(`
  query BacktestResult($id: ID!) {
    backtest(id: $id) {
      id status equity
      performance { totalTrades winningTrades netPnl totalReturn maxDrawdown sharpe }
      breakdown(by: EXIT_REASON) { key totalTrades netPnl }
      equityCurve(points: 50) { recorded points { time equity drawdown } }
      positions(first: 200) { totalCount edges { node { id signalId status currentPrice priceTime unrealizedPnl } } }
      trades(first: 200) { totalCount edges { node { id signalId exitReason realizedPnl position { id } } } }
      signals(first: 200) { totalCount edges { node { id signalId status rejections { code } } } }
    }
  }
`);

export const CancelBacktest = graphql(`
  mutation CancelBacktest($backtest: ID!) {
    cancelBacktest(input: { backtest: $backtest }) {
      __typename
      ... on CancelBacktestPayload { backtest { id status } }
      ... on BacktestNotFound { message }
    }
  }
`);

export const DeleteBacktest = graphql(`
  mutation DeleteBacktest($backtest: ID!) {
    deleteBacktest(input: { backtest: $backtest }) {
      __typename
      ... on DeleteBacktestPayload { backtest { id status } }
      ... on BacktestNotFound { message }
    }
  }
`);

export const BacktestProgressed = graphql(`
  subscription BacktestProgressed($backtest: ID!) {
    backtestProgress(backtest: $backtest) {
      backtest { id status progress { barsDone barsTotal } }
    }
  }
`);

export const NodeOfBacktest = graphql(`
  query NodeOfBacktest($id: ID!) {
    node(id: $id) { __typename id ... on Backtest { name status } ... on Trade { realizedPnl } ... on Position { currentPrice priceTime } }
  }
`);
