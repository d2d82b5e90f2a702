// What the bots follow, and what is read of a log beside them.
import { graphql } from "../generated/index.ts";
import { EveryPositionField } from "../support/documents.ts";

export const BotsEvents = graphql(`
  subscription BotsEvents($account: ID, $after: LogCursor) {
    told: accountEvents(account: $account, after: $after) { __typename cursor sequence }
  }
`);

export const BotsOpened = graphql(`
  subscription BotsOpened($account: ID, $after: LogCursor) {
    told: positionOpened(account: $account, after: $after) { __typename cursor sequence }
  }
`);

export const BotsClosed = graphql(`
  subscription BotsClosed($account: ID, $after: LogCursor, $symbol: String) {
    told: tradeClosed(account: $account, after: $after, symbol: $symbol) { __typename cursor sequence }
  }
`);

const MANY_POSITIONS = Array.from({ length: 24 }, (_, index) => `p${index}: position { ...EveryPositionField }`).join(
  " ",
);

/** Some 30 kB an event: what the connection and the systems beneath it hold back is soon full. */
export const BOTS_WIDE_EVENTS = `
  subscription BotsWideEvents($account: ID, $after: LogCursor) {
    told: accountEvents(account: $account, after: $after) {
      __typename cursor sequence
      ... on PositionOpened { ${MANY_POSITIONS} }
      ... on TradeClosed { ${MANY_POSITIONS} }
    }
  }
  ${EveryPositionField}
`;

export const BotsAccount = graphql(`
  query BotsAccount($account: ID) { account(account: $account) { id cursor sessionCursor } }
`);

/** Everything by which bots choose, and the signals behind it. */
export const BotsLog = graphql(`
  subscription BotsLog($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      __typename cursor sequence
      ... on PositionOpened { position { symbol signalId } }
      ... on TradeClosed { trade { symbol } }
      ... on SignalDeclined { signal { signalId } }
    }
  }
`);
