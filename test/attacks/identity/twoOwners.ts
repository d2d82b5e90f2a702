// Two owners on one guarded server: ana has something of everything, and ben, who has the same of his own, is after hers.
import { backtestGlobalId, dataSetGlobalId } from "../../../schema/globalIds.ts";
import { ownerViewer } from "../../../src/auth/viewer.ts";
import { readBarFile } from "../../../src/server/readBarFile.ts";
import { accountIdOf } from "../../../src/services/accountIds.ts";
import { importBars } from "../../../src/services/importBars.ts";
import { recordBacktest } from "../../../src/services/recordBacktest.ts";
import { ask, bearer, type GuardedDesk, startGuardedDesk } from "../../auth/guardedDesk.ts";
import { openEventStream } from "../../streams/eventStreamReader.ts";
import { START } from "../../support/apiDesk.ts";
import { ClosePosition, Enable, ExecuteSignal, PublishQuotes } from "../../support/documents.ts";

/** The ids of what an owner has, by what they are ids of. */
export interface Belongings {
  readonly account: string;
  readonly otherAccount: string;
  readonly position: string;
  readonly trade: string;
  readonly signal: string;
  readonly signalId: string;
  readonly backtest: string;
  readonly dataSet: string;
  readonly apiKey: string;
  /** A place in the log of the account. */
  readonly logCursor: string;
}

export interface Owner {
  readonly name: string;
  /** Of a key that may do all. */
  readonly secret: string;
  readonly has: Belongings;
}

export interface TwoOwners {
  readonly desk: GuardedDesk;
  readonly ana: Owner;
  readonly ben: Owner;
}

/** Starts the desk; two signals each, one closed in part. */
export async function startTwoOwners(): Promise<TwoOwners> {
  const desk = await startGuardedDesk();
  await desk.api.client.run(PublishQuotes, { quotes: [{ symbol: "ACME", price: "100", time: START }] });
  return { desk, ana: await settle(desk, "ana"), ben: await settle(desk, "ben") };
}

async function settle(desk: GuardedDesk, name: string): Promise<Owner> {
  const client = desk.api.clientOf(name);
  const enabled = [];
  for (const account of ["main", "other"]) enabled.push(await client.run(Enable, { input: { name: account } }));
  const [account, otherAccount] = enabled.map(({ enable }) => {
    if (enable.__typename !== "EnablePayload") throw new Error(enable.__typename);
    return enable.account;
  });
  const stops = { symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "20" };
  for (const signalId of ["first", "second"])
    await client.run(ExecuteSignal, { input: { ...stops, signalId: `${name}-${signalId}` } });
  const { executeSignal } = await client.run(ExecuteSignal, { input: { ...stops, signalId: `${name}-third` } });
  if (executeSignal.__typename !== "ExecuteSignalPayload") throw new Error(executeSignal.__typename);
  const { signal } = executeSignal;
  const position = signal.position?.id ?? "";
  for (const requestId of ["one", "two"]) {
    await client.run(ClosePosition, { input: { position, quantity: "5", requestId } });
  }
  await deliver(desk, accountIdOf(name, "main"));
  const secret = await desk.newKey(["admin"], { owner: name });
  await desk.newKey(["read"], { owner: name });
  return {
    name,
    secret,
    has: {
      account: account?.id ?? "",
      otherAccount: otherAccount?.id ?? "",
      position,
      trade: "",
      signal: signal.id,
      signalId: signal.signalId,
      ...(await kept(desk, name)),
      apiKey: "",
      logCursor: account?.sessionCursor ?? "",
    },
  };
}

/** As if the signals of an account had been sent to its live route. */
async function deliver({ database }: GuardedDesk, accountId: string): Promise<void> {
  await database.prisma.$executeRaw`INSERT INTO deliveries
    (account_id, signal_id, sequence, state, attempts, next_attempt_at, created_at, ended_at)
    SELECT account_id, signal_id, row_number() OVER (ORDER BY signal_id), 'DELIVERED', 1, now(), now(), now()
    FROM signals WHERE account_id = ${accountId}::uuid`;
}

/** Two data sets and two backtests of an owner; the ids of the newest. */
async function kept({ api }: GuardedDesk, name: string) {
  const viewer = ownerViewer(name);
  const ids = { backtest: "", dataSet: "" };
  for (const count of [1, 2]) {
    const recording = await recordBacktest(api.backtests.store, viewer, { name: `${name} ${count}`, winRate: "50" });
    if (recording.kind !== "recorded") throw new Error(recording.kind);
    const bytes = new Blob([
      `date,open,high,low,close\n2020-01-0${count},1,2,1,2\n2020-01-1${count},1,2,1,2\n`,
    ]).stream();
    const imported = await importBars({ store: api.dataSets, readBarFile }, viewer, { symbol: "ACME", bytes });
    if (imported.kind !== "imported") throw new Error(JSON.stringify(imported));
    ids.backtest = backtestGlobalId(recording.backtest.backtestId);
    ids.dataSet = dataSetGlobalId(imported.dataSet.dataSetId);
  }
  return ids;
}

/** With the ids of his newest trade and of his newest key, which is not the one that he asks with. */
export async function withFoundIds(graphqlUrl: string, owner: Owner): Promise<Owner> {
  const list = (name: string): string => `${name}(first: 1) { edges { node { id } } }`;
  const answer = JSON.stringify(await ask(graphqlUrl, owner.secret, `{ ${list("apiKeys")} ${list("trades")} }`));
  const [apiKey = "", trade = ""] = [...answer.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? "");
  return { ...owner, has: { ...owner.has, apiKey, trade } };
}

/** Whatever is answered to an operation, as one text: that of a subscription is what it tells first. */
export async function answerTo(graphqlUrl: string, secret: string, operation: string): Promise<string> {
  if (!operation.startsWith("subscription")) return JSON.stringify(await ask(graphqlUrl, secret, operation));
  const stream = await openEventStream(graphqlUrl, { query: operation, headers: bearer(secret) });
  const { data = "" } = await stream.next();
  stream.leave();
  return data;
}

/** All rows of all tables, but for when keys were used last, as one text for each row. */
export async function everyRow({ database }: GuardedDesk): Promise<string[]> {
  const { prisma } = database;
  const tables = await prisma.$queryRaw<{ name: string }[]>`SELECT table_name::text AS name
    FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`;
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await prisma.$queryRawUnsafe<{ row: string }[]>(
      `SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM "${name}" t ORDER BY 1`,
    );
    rows.push(...found.map(({ row }) => `${name} ${row}`));
  }
  return rows;
}
