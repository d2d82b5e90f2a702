// Reads the account `main` from outside: its report, every page of its lists, and the log of its session.
import {
  AccountEvents,
  EligibilityNow,
  PositionsOfSession,
  QuotesNow,
  ReportNow,
  SignalsOfSession,
  TradesOfSession,
} from "../api/operations.ts";
import type { AccountEventsSubscription } from "../generated/graphql.ts";
import type { WireClient } from "../support/wireClient.ts";

/** All that the API tells of the session; trades and signals in the order in which they happened. */
export async function readWholeAccount(client: WireClient) {
  const { report } = await client.run(ReportNow);
  if (!report) throw new Error("there is no account main");
  const { eligibility } = await client.run(EligibilityNow);
  const { quotes } = await client.run(QuotesNow);
  const events = await readLog(client, report.account.sessionCursor, report.account.cursor);
  const positions = await readPages(async (after) => (await client.run(PositionsOfSession, { after })).positions);
  const trades = await readPages(async (after) => (await client.run(TradesOfSession, { after })).trades);
  const signals = await readPages(async (after) => (await client.run(SignalsOfSession, { after })).signals);
  const { generatedAt: _, ...figures } = report;
  return {
    report: figures,
    eligibility,
    quotes,
    events,
    positions,
    trades: inOrderOfLog(trades, events),
    signals: signals.reverse(),
  };
}

export type WholeAccount = Awaited<ReturnType<typeof readWholeAccount>>;

type LogEvent = AccountEventsSubscription["accountEvents"];

/** The events after one cursor up to the one that another, the log's head, ends with. */
export async function readLog(client: WireClient, after: string, head: string) {
  const events: LogEvent[] = [];
  if (after === head) return events;
  for await (const { accountEvents } of await client.follow(AccountEvents, { after })) {
    events.push(accountEvents);
    if (accountEvents.cursor === head) break;
  }
  return events;
}

/** The API lists trades by the time of their exits, which several can share. */
function inOrderOfLog<Trade extends { readonly id: string }>(trades: readonly Trade[], events: readonly LogEvent[]) {
  const told = events.flatMap((event) => (event.__typename === "TradeClosed" ? [event.trade.id] : []));
  const places = new Map(told.map((id, place) => [id, place]));
  return [...trades].sort((a, b) => (places.get(a.id) ?? -1) - (places.get(b.id) ?? -1));
}

interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** The nodes of all pages of a list. */
export async function readPages<Node>(read: (after: string | null) => Promise<Page<Node>>): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo } = await read(after);
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return nodes;
    after = pageInfo.endCursor ?? null;
  }
}
