// The operations that many tests need: acts on accounts, signals and positions, and prices.
import { graphql } from "../generated/index.ts";

export const Enable = graphql(`
  mutation Enable($input: EnableInput! = { name: "main" }) {
    enable(input: $input) {
      __typename
      ... on EnablePayload { account { id name status session cursor sessionCursor settings { startingCapital maxTradeRisk } } }
      ... on InvalidInput { message issues { path message } }
    }
  }
`);

export const Disable = graphql(`
  mutation Disable($input: DisableInput! = {}) {
    disable(input: $input) {
      __typename
      ... on DisablePayload { account { id status } closedTrades }
      ... on Problem { message }
    }
  }
`);

export const Reset = graphql(`
  mutation Reset($input: ResetInput!) {
    reset(input: $input) {
      __typename
      ... on ResetPayload { account { id session startingCapital cursor sessionCursor } endedSession replayed }
      ... on SessionMismatch { message currentSession }
      ... on InvalidInput { message issues { path message } }
      ... on AccountNotFound { message }
    }
  }
`);

export const UpdateSettings = graphql(`
  mutation UpdateSettings($input: UpdateSettingsInput!) {
    updateSettings(input: $input) {
      __typename
      ... on UpdateSettingsPayload { account { settings { startingCapital slippagePercentage maxTradeRisk } } }
      ... on InvalidInput { message issues { path message } }
      ... on AccountNotFound { message }
    }
  }
`);

export const ExecuteSignal = graphql(`
  mutation ExecuteSignal($input: ExecuteSignalInput!) {
    executeSignal(input: $input) { ...ExecutedSignal }
  }
`);

export const ExecuteSignals = graphql(`
  mutation ExecuteSignals($inputs: [ExecuteSignalInput!]!) {
    executeSignals(inputs: $inputs) { ...ExecutedSignal }
  }
`);

export const ExecutedSignal = graphql(`
  fragment ExecutedSignal on ExecuteSignalResult {
    __typename
    ... on ExecuteSignalPayload {
      replayed
      signal {
        id signalId symbol status skipReason session
        rejections { code message limit actual excess }
        position { id status quantity entryPrice currentPrice unrealizedPnl trades { id } }
      }
    }
    ... on InvalidInput { message issues { path message } }
    ... on SignalConflict { message signalId }
    ... on AccountNotFound { message }
  }
`);

export const ClosePosition = graphql(`
  mutation ClosePosition($input: ClosePositionInput!) {
    closePosition(input: $input) {
      __typename
      ... on ClosePositionPayload {
        replayed
        position { id status remainingQuantity trades { id quantity } }
        trade { id quantity exitReason exitPrice realizedPnl position { id status remainingQuantity } }
      }
      ... on InvalidInput { message issues { path message } }
      ... on PositionAlreadyClosed { message position { id status } }
      ... on PositionNotFound { message }
    }
  }
`);

export const PublishQuotes = graphql(`
  mutation PublishQuotes($quotes: [QuoteInput!]!) {
    publishQuotes(quotes: $quotes) { accepted stale refused { index message } }
  }
`);

export const PublishBars = graphql(`
  mutation PublishBars($bars: [BarInput!]!) {
    publishBars(bars: $bars) { accepted stale refused { index message } }
  }
`);

export const EveryPositionField = graphql(`
  fragment EveryPositionField on Position {
    id signalId campaignId symbol side status leverage session quantity remainingQuantity entryTime entryPrice
    entryFill { price quantity value time referencePrice priceSource priceTime gapped commission slippageCost modelVersion }
    stopLoss initialStopLoss target1 target2 trailingStop { activation offset active } expiresAt
    currentPrice priceTime unrealizedPnl realizedPnl commissionPaid slippageCost createdAt updatedAt
  }
`);
