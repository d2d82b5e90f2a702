// What the subscribers of two owners ask for: the same of each account. Each names it otherwise, too.
import { graphql } from "../generated/index.ts";

export const IsolationEvents = graphql(`
  subscription IsolationEvents($account: ID, $after: LogCursor) {
    told: accountEvents(account: $account, after: $after) {
      __typename accountId cursor sequence
      ... on PositionOpened { position { ...EveryPositionField } again: position { ...EveryPositionField } }
      ... on TradeClosed {
        trade { id position { ...EveryPositionField } }
        position { ...EveryPositionField }
        again: position { ...EveryPositionField }
      }
      ... on SignalDeclined { signal { id signalId } }
      ... on AccountChanged { account { id name } }
    }
  }
`);

export const IsolationOpened = graphql(`
  subscription IsolationOpened($account: ID, $after: LogCursor) {
    told: positionOpened(account: $account, after: $after) {
      __typename accountId cursor sequence position { ...EveryPositionField }
    }
  }
`);

export const IsolationClosed = graphql(`
  subscription IsolationClosed($account: ID, $after: LogCursor) {
    told: tradeClosed(account: $account, after: $after) {
      __typename accountId cursor sequence trade { id } position { ...EveryPositionField }
    }
  }
`);

export const IsolationUpdates = graphql(`
  subscription IsolationUpdates($account: ID) {
    told: positionUpdated(account: $account) { position { id currentPrice } currentPrice }
  }
`);
