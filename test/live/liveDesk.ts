// A desk with a live route to a receiver of the test's own, by the wall clock, on a database of a suite's own.
import { createSchemaContext, schema } from "../../schema/index.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { createLiveRoute, startLiveRoute } from "../../src/server/live.ts";
import type { Viewer } from "../../src/services/desk.ts";
import type { Database } from "../../src/store/database.ts";
import { createDataSetStore } from "../../src/store/dataSets.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { graphql } from "../generated/index.ts";
import { type Client, createClient } from "../support/client.ts";
import { silentLog } from "../support/log.ts";
import { idleBacktests } from "../support/noRuns.ts";
import { type Receiver, SECRET } from "./receiving.ts";

export const Promote = graphql(`
  mutation Promote($input: PromoteInput!) {
    promote(input: $input) {
      __typename
      ... on PromotePayload { account { name status live { routeConfigured promotedAt confirmation } } }
      ... on NotEligible { message eligibility { checks { criterion passed } } }
      ... on Problem { message }
      ... on InvalidInput { issues { path message } }
    }
  }
`);

export const Demote = graphql(`
  mutation Demote($input: DemoteInput!) {
    demote(input: $input) {
      __typename
      ... on DemotePayload { stoppedDeliveries account { live { promotedAt } } }
      ... on Problem { message }
    }
  }
`);

export const SendLive = graphql(`
  mutation SendLive($inputs: [ExecuteSignalInput!]!) {
    executeSignals(inputs: $inputs) {
      __typename
      ... on ExecuteSignalPayload { replayed signal { signalId status skipReason delivery { state } } }
      ... on Problem { message }
    }
  }
`);

export const Deliveries = graphql(`
  query Deliveries($account: ID, $state: DeliveryState) {
    deliveries(account: $account, state: $state) {
      totalCount
      edges { node { signalId state failure problem attempts nextAttemptAt endedAt } }
    }
  }
`);

export interface LiveDesk {
  readonly running: RunningDesk;
  /** The owner who is alone on this computer. */
  readonly client: Client;
  clientOf(viewer: Viewer): Client;
  close(): Promise<void>;
}

/** Starts a desk; without a receiver it has no live route. */
export async function startLiveDesk(database: Database, receiver?: Receiver): Promise<LiveDesk> {
  const choice = receiver && { url: receiver.url, secret: SECRET };
  const route = createLiveRoute(choice, database, silentLog);
  const running = await startDesk({
    store: createDeskStore(database),
    log: silentLog,
    clock: { kind: "system" },
    markIntervalMs: 60_000,
    checkIdentities: true,
    liveRoute: route,
  });
  const stopRoute = startLiveRoute(route, running.road);
  const reads = createReads(database);
  const dataSets = createDataSetStore(database);
  const backtests = idleBacktests(database, dataSets);
  const clientOf = (viewer: Viewer): Client =>
    createClient(schema, () => createSchemaContext({ viewer, desk: running, reads, dataSets, backtests }));
  return {
    running,
    client: clientOf(ownerViewer("local")),
    clientOf,
    close: async () => {
      await stopRoute();
      await running.close();
    },
  };
}

const DAY_MS = 86_400_000;

/** Gives an account's running session a record that is good enough to go live, as if it had been earned. */
export async function makeEligible({ prisma }: Database, name = "main"): Promise<void> {
  await changeSession(prisma, name, {
    startedAt: new Date(Date.now() - 100 * DAY_MS),
    totalTrades: 20,
    winningTrades: 20,
    closedPositions: 20,
    closedWins: 20,
    closedSumOfR: "40",
    closedSumOfRSquared: "80",
  });
}

/** Takes one day too many from it. */
export async function makeIneligible({ prisma }: Database, name = "main"): Promise<void> {
  await changeSession(prisma, name, { startedAt: new Date(Date.now() - 89 * DAY_MS) });
}

/** Another process would have written so: the account's revision grows, and the desk loads it anew. */
async function changeSession(prisma: Database["prisma"], name: string, data: object): Promise<void> {
  const account = await prisma.account.findFirstOrThrow({ where: { name } });
  const { accountId, session } = account;
  await prisma.session.update({ where: { accountId_session: { accountId, session } }, data });
  await prisma.account.update({ where: { accountId }, data: { revision: account.revision + 1n } });
}

/** A signal as its sender gives it. */
export function liveSignal(signalId: string, change: object = {}) {
  return {
    signalId,
    symbol: "AAPL",
    assetClass: "STOCK" as const,
    side: "LONG" as const,
    entryPrice: "150",
    stopLoss: "145",
    target1: "160",
    ...change,
  };
}
