// What the crash test sends and reads: only fields that never change once they are answered, but for positions.
import { graphql } from "../generated/index.ts";

export const DecidedSignal = graphql(`
  fragment DecidedSignal on Signal {
    id signalId status session receivedAt rejections { code message limit actual excess } skipReason
    position { id quantity entryTime entryPrice initialStopLoss entryFill { ...FullFill } }
  }
`);

export const KeptTrade = graphql(`
  fragment KeptTrade on Trade {
    id signalId side quantity exitTime exitPrice exitReason realizedPnl rMultipleAchieved commissionTotal slippageTotal
    exitFill { ...FullFill }
    position { id }
  }
`);

export const SendSignal = graphql(`
  mutation SendSignal($input: ExecuteSignalInput!) {
    executeSignal(input: $input) {
      __typename
      ... on ExecuteSignalPayload { replayed signal { ...DecidedSignal } }
    }
  }
`);

export const SendSignals = graphql(`
  mutation SendSignals($inputs: [ExecuteSignalInput!]!) {
    executeSignals(inputs: $inputs) {
      __typename
      ... on ExecuteSignalPayload { replayed signal { ...DecidedSignal } }
    }
  }
`);

export const SendClose = graphql(`
  mutation SendClose($input: ClosePositionInput!) {
    closePosition(input: $input) {
      __typename
      ... on ClosePositionPayload { replayed trade { ...KeptTrade } }
    }
  }
`);

export const KeptSignals = graphql(`
  query KeptSignals($after: String) {
    signals(first: 200, after: $after) {
      edges { node { ...DecidedSignal } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const KeptPositions = graphql(`
  query KeptPositions($after: String) {
    positions(status: null, first: 200, after: $after) {
      edges {
        node {
          id signalId symbol side status quantity remainingQuantity entryFill { ...FullFill }
          stopLoss trailingStop { active } currentPrice realizedPnl commissionPaid slippageCost
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const KeptTrades = graphql(`
  query KeptTrades($after: String) {
    trades(first: 200, after: $after) {
      edges { node { ...KeptTrade } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const KeptSignal = graphql(`
  query KeptSignal($signalId: String!) {
    signal(signalId: $signalId) {
      ...DecidedSignal
      position { status stopLoss remainingQuantity trailingStop { active } trades { ...KeptTrade } }
    }
  }
`);

export const KeptLog = graphql(`
  subscription KeptLog($after: LogCursor!) {
    accountEvents(after: $after) {
      __typename sequence cursor marketTime recordedAt
      ... on PositionOpened { position { id } }
      ... on TradeClosed { trade { ...KeptTrade } }
      ... on SignalDeclined { signal { ...DecidedSignal } }
    }
  }
`);
