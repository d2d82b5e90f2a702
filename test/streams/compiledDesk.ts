// A desk on which every kind of event has happened, with what subscribers to each field get.
import { createSourceEventStream, parse } from "graphql";
import { createSchemaContext, type SchemaContext } from "../../schema/context.ts";
import { accountGlobalId, backtestGlobalId, numberedGlobalId, signalGlobalId } from "../../schema/globalIds.ts";
import { schema } from "../../schema/index.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { EventRecord } from "../../src/domain/records.ts";
import { recordBacktest } from "../../src/services/recordBacktest.ts";
import { createApiKeyStore } from "../../src/store/apiKeys.ts";
import { createReads } from "../../src/store/reads.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { databases } from "../support/databases.ts";
import {
  ClosePosition,
  Disable,
  Enable,
  ExecuteSignal,
  PublishQuotes,
  Reset,
  UpdateSettings,
} from "../support/documents.ts";

/** What happens to the account `main`, and in what state each event tells it. */
export const STORY = [
  "AccountChanged ENABLED",
  "PositionOpened OPEN",
  "TradeClosed OPEN",
  "TradeClosed OPEN",
  "TradeClosed CLOSED",
  "SignalDeclined REJECTED",
  "AccountChanged SETTINGS",
  "PositionOpened OPEN",
  "TradeClosed CLOSED",
  "AccountChanged RESET",
  "AccountChanged DISABLED",
  "SignalDeclined SKIPPED",
  "AccountChanged ENABLED",
  "PositionOpened OPEN",
] as const;

/** The signal whose position was closed in three parts. */
export const CLOSED_IN_PARTS = "closed-in-parts";

export interface EventfulDesk {
  /** The account of the story. */
  readonly accountId: string;
  readonly events: readonly EventRecord[];
  /** What a subscriber to a field gets, one after another. */
  valuesOf(field: string): Promise<readonly unknown[]>;
  /** A backtest that was recorded, by its id. */
  readonly backtest: string;
  /** One id of each type that has ids. */
  readonly ids: readonly string[];
  newContext(): SchemaContext;
  close(): Promise<void>;
}

export async function startEventfulDesk(): Promise<EventfulDesk> {
  const [pglite] = databases;
  if (pglite === undefined) throw new Error("there is always PGlite");
  const opened = await pglite.open();
  const reads = createReads(opened.database);
  const api = await startApiDesk(async () => opened);
  const newContext = () =>
    createSchemaContext({
      viewer: ownerViewer("local"),
      apiKeys: { store: createApiKeyStore(opened.database), revoked: () => undefined },
      desk: api.running,
      reads,
      dataSets: api.dataSets,
      backtests: api.backtests,
    });
  const after = await liveThrough(api);
  const events = (await follow(newContext(), `accountEvents(after: "${after}")`, STORY.length)) as EventRecord[];
  const ofType = (wanted: string) => events.filter(({ type }) => type === wanted);
  const accountId = events[0]?.accountId ?? "";
  const figures = { name: "elsewhere", winRate: "55", symbols: [{ symbol: "ACME", totalTrades: 3 }] };
  const recording = await recordBacktest(api.backtests.store, ownerViewer("local"), figures);
  if (recording.kind !== "recorded") throw new Error("the backtest was not recorded");
  const backtest = backtestGlobalId(recording.backtest.backtestId);
  const first = { accountId, number: 1 };
  return {
    accountId,
    events,
    valuesOf: async (field) => {
      if (field === "positionUpdated") return follow(newContext(), field, 1);
      if (field === "backtestProgress") return [recording.backtest];
      if (field === "positionOpened") return ofType("PositionOpened");
      return field === "tradeClosed" ? ofType("TradeClosed") : events;
    },
    ids: [
      accountGlobalId(accountId),
      numberedGlobalId("Position", first),
      numberedGlobalId("Trade", first),
      signalGlobalId({ accountId, signalId: CLOSED_IN_PARTS }),
      backtest,
    ],
    backtest,
    newContext,
    close: () => api.close(),
  };
}

/** Lives through the story; answers the cursor before it. */
async function liveThrough({ client }: ApiDesk): Promise<string> {
  let minute = 0;
  const quote = async (symbol: string, price: string) => {
    minute += 1;
    const time = new Date(Date.parse(START) + minute * 60_000).toISOString();
    await client.run(PublishQuotes, { quotes: [{ symbol, price, time }] });
  };
  const buy = async (signalId: string, symbol: string) => {
    const stops = { entryPrice: "100", stopLoss: "95", target1: "110", target2: "120" };
    const { executeSignal } = await client.run(ExecuteSignal, {
      input: { signalId, symbol, ...stops, positionSize: "100" },
    });
    return executeSignal.__typename === "ExecuteSignalPayload" ? executeSignal.signal.position?.id : undefined;
  };
  const { enable } = await client.run(Enable, {});
  await quote("ACME", "100");
  await quote("WAVE", "100");
  const position = await buy(CLOSED_IN_PARTS, "ACME");
  await client.run(ClosePosition, { input: { position: position ?? "", quantity: "10", requestId: "a-part" } });
  await quote("ACME", "112");
  await quote("ACME", "121");
  await buy("without-a-price", "NONE");
  await client.run(UpdateSettings, { input: { settings: { maxTradeRisk: "1.5" } } });
  await buy("closed-by-reset", "WAVE");
  await client.run(Reset, { input: { session: 1 } });
  await client.run(Disable, {});
  await buy("while-disabled", "WAVE");
  await client.run(Enable, {});
  await buy("stays-open", "WAVE");
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  return enable.account.sessionCursor;
}

/** The first values of a subscription's source, before they are executed. */
async function follow(contextValue: SchemaContext, field: string, count: number): Promise<unknown[]> {
  const document = parse(`subscription { ${field} { __typename } }`);
  const source = await createSourceEventStream({ schema, document, contextValue });
  if (!(Symbol.asyncIterator in source)) throw new Error(JSON.stringify(source.errors));
  const values: unknown[] = [];
  for await (const value of source) {
    values.push(value);
    if (values.length === count) break;
  }
  return values;
}
