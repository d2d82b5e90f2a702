// Operations that ask for every field, so that whole answers can be compared. Left out: when something was recorded.
import { graphql } from "../generated/index.ts";

export const FullAccount = graphql(`
  fragment FullAccount on Account {
    id name status session
    startingCapital currentCapital availableFunds equity peakEquity
    totalRealizedPnl totalUnrealizedPnl totalCommissionPaid totalSlippageCost
    totalTrades winningTrades losingTrades winRate averageRMultiple maxDrawdown currentHeat
    settings {
      startingCapital commissionPerShare slippagePercentage useRealisticFills
      maxTradeRisk maxPortfolioHeat maxCampaignRisk target1Fraction breakevenAfterTarget1 maxPriceAge
    }
    paperTradingStartDate cursor sessionCursor createdAt updatedAt
  }
`);

export const FullFill = graphql(`
  fragment FullFill on Fill {
    price quantity value time referencePrice priceSource priceTime gapped
    commission commissionPerShare slippageCost slippagePercentage useRealisticFills modelVersion
  }
`);

export const FullPosition = graphql(`
  fragment FullPosition on Position {
    id signalId campaignId symbol side status leverage session quantity remainingQuantity
    entryTime entryPrice entryFill { ...FullFill }
    stopLoss initialStopLoss target1 target2 trailingStop { activation offset active } expiresAt
    currentPrice priceTime unrealizedPnl realizedPnl commissionPaid slippageCost createdAt updatedAt
    trades { id }
  }
`);

export const FullTrade = graphql(`
  fragment FullTrade on Trade {
    id signalId symbol side session quantity
    entryTime entryPrice exitTime exitPrice exitFill { ...FullFill } exitReason
    realizedPnl rMultipleAchieved commissionTotal slippageTotal createdAt
    maxAdverseExcursion { perUnit usd r } maxFavourableExcursion { perUnit usd r }
    position { id status remainingQuantity }
  }
`);

export const FullSignal = graphql(`
  fragment FullSignal on Signal {
    id signalId symbol assetClass patternType side phase timeframe
    entryPrice stopLoss target1 target2 positionSize positionSizeUnit leverage
    confidence campaignId marketPrice expiresAt source generatedAt
    status rejections { code message limit actual excess } skipReason session receivedAt
    position { id status remainingQuantity }
  }
`);

export const FullEnable = graphql(`
  mutation FullEnable($input: EnableInput! = { name: "main" }) {
    enable(input: $input) {
      __typename
      ... on EnablePayload { account { ...FullAccount } }
      ... on InvalidInput { message issues { path message } }
    }
  }
`);

export const FullDisable = graphql(`
  mutation FullDisable($input: DisableInput! = {}) {
    disable(input: $input) {
      __typename
      ... on DisablePayload { account { ...FullAccount } closedTrades }
      ... on AccountNotFound { message }
    }
  }
`);

export const FullReset = graphql(`
  mutation FullReset($input: ResetInput!) {
    reset(input: $input) {
      __typename
      ... on ResetPayload { account { ...FullAccount } endedSession replayed }
      ... on SessionMismatch { message currentSession }
      ... on InvalidInput { message issues { path message } }
      ... on AccountNotFound { message }
    }
  }
`);

export const FullUpdateSettings = graphql(`
  mutation FullUpdateSettings($input: UpdateSettingsInput!) {
    updateSettings(input: $input) {
      __typename
      ... on UpdateSettingsPayload { account { ...FullAccount } }
      ... on InvalidInput { message issues { path message } }
      ... on AccountNotFound { message }
    }
  }
`);

export const FullExecuteSignals = graphql(`
  mutation FullExecuteSignals($inputs: [ExecuteSignalInput!]!) {
    executeSignals(inputs: $inputs) {
      __typename
      ... on ExecuteSignalPayload { replayed signal { ...FullSignal position { ...FullPosition } } }
      ... on InvalidInput { message issues { path message } }
      ... on SignalConflict { message signalId }
      ... on AccountNotFound { message }
    }
  }
`);

export const FullClosePosition = graphql(`
  mutation FullClosePosition($input: ClosePositionInput!) {
    closePosition(input: $input) {
      __typename
      ... on ClosePositionPayload { replayed position { ...FullPosition } trade { ...FullTrade } }
      ... on InvalidInput { message issues { path message } }
      ... on PositionAlreadyClosed { message position { ...FullPosition } }
      ... on PositionNotFound { message }
    }
  }
`);

export const PositionOfSignal = graphql(`
  query PositionOfSignal($account: ID, $signalId: String!) {
    signal(account: $account, signalId: $signalId) { position { id } }
  }
`);

export const AccountNow = graphql(`
  query AccountNow($account: ID) {
    account(account: $account) { ...FullAccount }
  }
`);

export const ReportNow = graphql(`
  query ReportNow($account: ID, $session: Int) {
    report(account: $account, session: $session) {
      account { ...FullAccount }
      performance {
        totalTrades winningTrades losingTrades winRate averageRMultiple profitFactor expectancy
        averageWin averageLoss largestWin largestLoss totalReturn maxDrawdown
      }
      backtestComparison(backtest: "none") { status }
      eligibility { eligible }
      generatedAt
    }
  }
`);

export const EligibilityNow = graphql(`
  query EligibilityNow($account: ID) {
    eligibility(account: $account) {
      eligible reason daysCompleted daysRemaining progressPercentage
      checks { criterion required actual passed message }
      winRateLow winRateHigh averageRMultipleStandardError warnings
    }
  }
`);

export const PositionsOfSession = graphql(`
  query PositionsOfSession($account: ID, $session: Int, $after: String, $first: Int = 200) {
    positions(account: $account, session: $session, status: null, first: $first, after: $after) {
      edges { cursor node { ...FullPosition } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const TradesOfSession = graphql(`
  query TradesOfSession($account: ID, $session: Int, $after: String, $first: Int = 200) {
    trades(account: $account, session: $session, first: $first, after: $after) {
      edges { cursor node { ...FullTrade } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const SignalsOfSession = graphql(`
  query SignalsOfSession($account: ID, $session: Int, $after: String, $first: Int = 200) {
    signals(account: $account, session: $session, first: $first, after: $after) {
      edges { cursor node { ...FullSignal } }
      pageInfo { hasNextPage endCursor }
      totalCount
    }
  }
`);

export const QuotesNow = graphql(`
  query QuotesNow($symbols: [String!]) {
    quotes(symbols: $symbols) { symbol price bid ask time source }
  }
`);

export const AccountEvents = graphql(`
  subscription AccountEvents($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      __typename cursor sequence marketTime accountId
      ... on PositionOpened { position { ...FullPosition } }
      ... on TradeClosed { trade { ...FullTrade } position { ...FullPosition } }
      ... on SignalDeclined { signal { ...FullSignal } }
      ... on AccountChanged { change account { ...FullAccount } }
    }
  }
`);

export const OpenedPositions = graphql(`
  subscription OpenedPositions($account: ID, $after: LogCursor, $symbol: String) {
    positionOpened(account: $account, after: $after, symbol: $symbol) {
      cursor sequence marketTime recordedAt accountId
      position { ...FullPosition }
    }
  }
`);

export const ClosedTrades = graphql(`
  subscription ClosedTrades($account: ID, $after: LogCursor, $symbol: String) {
    tradeClosed(account: $account, after: $after, symbol: $symbol) {
      cursor sequence marketTime recordedAt accountId
      trade { ...FullTrade }
      position { ...FullPosition }
    }
  }
`);

export const UpdatedPositions = graphql(`
  subscription UpdatedPositions($account: ID, $symbol: String) {
    positionUpdated(account: $account, symbol: $symbol) {
      currentPrice unrealizedPnl marketTime
      position { ...FullPosition }
    }
  }
`);
