// Plays a history's steps on a server through its API, and reads everything that it then knows.
import type { TypedDocumentString } from "../generated/graphql.ts";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import type { Step } from "../support/histories.ts";
import type { WireDesk } from "../support/wireDesk.ts";
import {
  AccountEvents,
  AccountNow,
  EligibilityNow,
  FullClosePosition,
  FullDisable,
  FullEnable,
  FullExecuteSignals,
  FullReset,
  FullUpdateSettings,
  PositionOfSignal,
  PositionsOfSession,
  QuotesNow,
  ReportNow,
  SignalsOfSession,
  TradesOfSession,
} from "./operations.ts";

/** What the API can do: a restart is none of it. */
export type ApiStep = Exclude<Step, { kind: "restart" }>;

/** Plays on one server. It remembers where each account's log begins, as a client would that enabled the account. */
export function createApiPlayer(desk: WireDesk) {
  const logStarts = new Map<string, string>();

  /** A step's inputs are the document's variables, but for fields that say `undefined`, which JSON leaves out. */
  async function sent<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: object) {
    const { data, errors } = await desk.client.answer(document, variables);
    if (!data) throw new Error(JSON.stringify(errors));
    return data;
  }

  async function enable(input: object) {
    const answer = await sent(FullEnable, { input });
    if (answer.enable.__typename === "EnablePayload") {
      const { id, sessionCursor } = answer.enable.account;
      if (!logStarts.has(id)) logStarts.set(id, sessionCursor);
    }
    return answer;
  }

  /** Closes the position of a signal; where it has none, one that is not there. */
  async function close({ account, position: signalId, ...rest }: (Step & { kind: "close" })["input"]) {
    const { signal } = await sent(PositionOfSignal, { account, signalId });
    return sent(FullClosePosition, { input: { position: signal?.position?.id ?? "none", ...rest } });
  }

  async function play(step: ApiStep) {
    switch (step.kind) {
      case "enable":
        return enable(step.input);
      case "disable":
        return sent(FullDisable, { input: step.input });
      case "reset":
        return sent(FullReset, { input: step.input });
      case "settings":
        return sent(FullUpdateSettings, { input: step.input });
      case "signals":
        return sent(FullExecuteSignals, { inputs: step.inputs });
      case "close":
        return close(step.input);
      case "quotes":
        return sent(PublishQuotes, { quotes: step.inputs });
      case "bars":
        return sent(PublishBars, { bars: step.inputs });
    }
  }

  /** Everything that the API tells of an account: its figures, each of its sessions, and its log from the beginning. */
  async function dump(account: string | undefined) {
    const { account: now } = await sent(AccountNow, { account });
    const { eligibility } = await sent(EligibilityNow, { account });
    const { quotes } = await sent(QuotesNow, {});
    if (!now) return { account: null, eligibility, quotes, sessions: [], events: [] };
    const sessions = [];
    for (let session = 1; session <= now.session; session += 1) sessions.push(await dumpSession(account, session));
    return { account: now, eligibility, quotes, sessions, events: await readLog(now) };
  }

  async function dumpSession(account: string | undefined, session: number) {
    const of = { account, session };
    const positions = await allPages(async (after) => (await sent(PositionsOfSession, { ...of, after })).positions);
    const trades = await allPages(async (after) => (await sent(TradesOfSession, { ...of, after })).trades);
    const signals = await allPages(async (after) => (await sent(SignalsOfSession, { ...of, after })).signals);
    const { report } = await sent(ReportNow, of);
    return { positions, trades, signals, report };
  }

  async function readLog({ id, cursor }: { id: string; cursor: string }) {
    const events = [];
    const followed = await desk.client.follow(AccountEvents, { account: id, after: logStarts.get(id) ?? null });
    for await (const { accountEvents } of followed) {
      events.push(accountEvents);
      if (accountEvents.cursor === cursor) break;
    }
    return events;
  }

  return { play, dump };
}

export type ApiPlayer = ReturnType<typeof createApiPlayer>;
export type StepAnswer = Awaited<ReturnType<ApiPlayer["play"]>>;
export type AccountDump = Awaited<ReturnType<ApiPlayer["dump"]>>;

interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  readonly totalCount: number;
}

/** The nodes of all pages of a list, which must be as many as it says. */
async function allPages<Node>(read: (after: string | null) => Promise<Page<Node>>): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo, totalCount } = await read(after);
    nodes.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) {
      if (nodes.length !== totalCount) throw new Error(`the list says ${totalCount}, its pages have ${nodes.length}`);
      return nodes;
    }
    after = pageInfo.endCursor ?? null;
  }
}
