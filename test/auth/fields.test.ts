// Every field of the schema's roots, asked for as every role and as a stranger, over the server's own port.
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { backtestGlobalId } from "../../schema/globalIds.ts";
import { schema } from "../../schema/index.ts";
import { checkRules } from "../../schema/rules.ts";
import { impliedScopes, type Scope } from "../../src/auth/scopes.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { recordBacktest } from "../../src/services/recordBacktest.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { START } from "../support/apiDesk.ts";
import { ClosePosition, Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";
import { type Answered, ask, bearer, codeOf, type GuardedDesk, startGuardedDesk } from "./guardedDesk.ts";

/** What a field needs: a scope, and `all` where nobody may have it who is bound to accounts. */
type Need = Scope | `${Scope} all`;

const NEEDS: Readonly<Record<string, Need>> = {
  "Query.account": "read",
  "Query.accounts": "read",
  "Query.apiKeys": "admin all",
  "Query.backtest": "read all",
  "Query.backtests": "read all",
  "Query.dataSets": "read all",
  "Query.deliveries": "read",
  "Query.eligibility": "read",
  "Query.equityCurve": "read",
  "Query.node": "read",
  "Query.positions": "read",
  "Query.pricePath": "read",
  "Query.quotes": "read",
  "Query.report": "read",
  "Query.sessions": "read",
  "Query.signal": "read",
  "Query.signals": "read",
  "Query.trades": "read",
  "Mutation.cancelBacktest": "trade all",
  "Mutation.closePosition": "trade",
  "Mutation.createApiKey": "admin all",
  "Mutation.deleteBacktest": "admin all",
  "Mutation.deleteDataSet": "admin all",
  "Mutation.demote": "trade",
  "Mutation.disable": "trade",
  "Mutation.enable": "trade",
  "Mutation.executeSignal": "trade",
  "Mutation.executeSignals": "trade",
  "Mutation.promote": "admin all",
  "Mutation.publishBars": "feed",
  "Mutation.publishQuotes": "feed",
  "Mutation.recordBacktest": "trade all",
  "Mutation.reset": "trade",
  "Mutation.revokeApiKey": "admin all",
  "Mutation.runBacktest": "trade all",
  "Mutation.updateSettings": "trade",
  "Subscription.accountEvents": "read",
  "Subscription.backtestProgress": "read all",
  "Subscription.positionOpened": "read",
  "Subscription.positionUpdated": "read",
  "Subscription.tradeClosed": "read",
};

interface Role {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly isBound?: boolean;
}

const ROLES: readonly Role[] = [
  { name: "nothing", scopes: [] },
  { name: "read", scopes: ["read"] },
  { name: "feed", scopes: ["feed"] },
  { name: "trade, bound to an account", scopes: ["trade", "feed"], isBound: true },
  { name: "trade", scopes: ["trade"] },
  { name: "admin", scopes: ["admin"] },
];

function mayHave({ scopes, isBound = false }: Role, need: Need): boolean {
  const [scope, all] = need.split(" ") as [Scope, string | undefined];
  return impliedScopes(scopes).has(scope) && !(isBound && all === "all");
}

interface RootField {
  /** Query.account */
  readonly name: string;
  readonly kind: "query" | "mutation" | "subscription";
  readonly field: GraphQLField<unknown, unknown>;
}

const FIELDS: readonly RootField[] = [
  { kind: "query" as const, type: schema.getQueryType() },
  { kind: "subscription" as const, type: schema.getSubscriptionType() },
  { kind: "mutation" as const, type: schema.getMutationType() },
].flatMap(({ kind, type }) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ name: `${type?.name}.${field.name}`, kind, field })),
);

/** Ids that exist, by the names of the arguments and input fields that take them. */
let known: Readonly<Record<string, unknown>> = {};
let desk: GuardedDesk;
let served: Awaited<ReturnType<GuardedDesk["serve"]>>;

let prepared = 0;
beforeAll(async () => {
  desk = await startGuardedDesk();
});
afterAll(() => desk.close());

/** Something of everything, so that each field has something to answer: roles that may do so leave little behind. */
beforeEach(async () => {
  prepared += 1;
  const { client } = desk.api;
  const { enable } = await client.run(Enable);
  if (enable.__typename !== "EnablePayload") throw new Error(enable.message);
  const time = new Date(Date.parse(START) + prepared * 60_000).toISOString();
  await client.run(PublishQuotes, { quotes: [{ symbol: "ACME", price: "100", time }] });
  const signal = { signalId: `signal-${prepared}`, symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110" };
  const { executeSignal } = await client.run(ExecuteSignal, { input: { ...signal, positionSize: "20" } });
  const position = executeSignal.__typename === "ExecuteSignalPayload" ? executeSignal.signal.position?.id : undefined;
  const part = { position: position ?? "", quantity: "10", requestId: `part-${prepared}` };
  await client.run(ClosePosition, { input: part });
  const figures = { name: "elsewhere", winRate: "50" };
  const recording = await recordBacktest(desk.api.backtests.store, ownerViewer("local"), figures);
  if (recording.kind !== "recorded") throw new Error("the backtest was not recorded");
  const { id, sessionCursor } = enable.account;
  const backtest = backtestGlobalId(recording.backtest.backtestId);
  known = { position, account: id, id, backtest, LogCursor: sessionCursor };
});

/** A literal of an input type: what is known of that name, or the simplest value that the type takes. */
function literalOf(name: string, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(name, type.ofType);
  if (isListType(type)) return `[${literalOf(name, type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? "";
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.name, field.type)}`).join(", ")} }`;
  }
  if (type.name === "ID") return JSON.stringify(known[name] ?? known["id"]);
  if (type.name === "LogCursor") return JSON.stringify(known["LogCursor"]);
  if (type.name === "Int") return "1";
  if (type.name === "Boolean") return "true";
  if (type.name === "DateTime") return '"2020-01-01T00:00:00Z"';
  return '"1"';
}

function operationOf({ kind, field }: RootField): string {
  const isGiven = (arg: GraphQLArgument): boolean =>
    isRequiredArgument(arg) || arg.name === "after" || (field.name === "backtest" && arg.name === "id");
  const given = field.args.filter((arg) => isGiven(arg) && (kind === "subscription" || arg.name !== "after"));
  const args = given.map((arg) => `${arg.name}: ${literalOf(arg.name, arg.type)}`).join(", ");
  const call = args === "" ? field.name : `${field.name}(${args})`;
  const isLeaf = String(field.type).replace(/[[\]!]/g, "") in { String: 1, Int: 1, Boolean: 1 };
  return `${kind} ${isLeaf ? `{ ${call} }` : `{ ${call} { __typename } }`}`;
}

/** The answer of a field, or the first that a subscription gives. */
async function answerTo(field: RootField, secret: string | undefined): Promise<Answered> {
  const query = operationOf(field);
  if (field.kind !== "subscription" || secret === undefined) return ask(served.graphqlUrl, secret, query);
  const stream = await openEventStream(served.graphqlUrl, { query, headers: bearer(secret) });
  const { data = "{}" } = await stream.next();
  stream.leave();
  return { status: stream.status, ...(JSON.parse(data) as object) };
}

/** All rows of all tables but those of keys, as one text. */
async function everything(): Promise<string> {
  const { prisma } = desk.database;
  const tables = await prisma.$queryRaw<{ name: string }[]>`SELECT table_name::text AS name
    FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`;
  const rows: unknown[] = [await desk.store.countKeys("local")];
  for (const { name } of tables.filter((table) => table.name !== "api_keys")) {
    rows.push(await prisma.$queryRawUnsafe(`SELECT t::text FROM "${name}" t ORDER BY 1`));
  }
  return JSON.stringify(rows);
}

it("should know of every field what it needs", () => {
  expect(FIELDS.map(({ name }) => name).sort()).toEqual(Object.keys(NEEDS).sort());
});

it("should refuse a schema with a field that has no rule", () => {
  expect(() => checkRules(buildSchema("type Query { open: Int } type Mutation { act: Int }"))).toThrow(
    "no rule says who may ask for Query.open, Mutation.act",
  );
  expect(() => checkRules(schema)).not.toThrow();
});

it("should ask a stranger for credentials, whatever he asks for, and change nothing", async () => {
  served = await desk.serve();
  const before = await everything();
  for (const field of FIELDS) {
    const answered = await answerTo(field, undefined);
    expect([field.name, answered.status, codeOf(answered)]).toEqual([field.name, 401, "UNAUTHENTICATED"]);
  }
  expect(await everything()).toBe(before);
});

it.each(ROLES)("should let $name have what it may, and nothing else", async (role) => {
  served = await desk.serve();
  const secret = await secretOf(role);
  const before = await everything();
  for (const field of FIELDS.filter(({ name }) => !mayHave(role, NEEDS[name] as Need))) {
    const { status, data, errors } = await answerTo(field, secret);
    const [error] = errors ?? [];
    expect([field.name, status, error?.extensions?.code]).toEqual([field.name, 200, "FORBIDDEN"]);
    expect(data?.[field.field.name] ?? null).toBeNull();
    expect(error?.message).toMatch(new RegExp(`^${field.field.name} (needs the scope|is for credentials)`));
  }
  expect(await everything()).toBe(before);
  for (const field of FIELDS.filter(({ name }) => mayHave(role, NEEDS[name] as Need))) {
    const answered = await answerTo(field, secret);
    expect([field.name, answered.status, answered.errors ?? []]).toEqual([field.name, 200, []]);
  }
});

async function secretOf({ scopes, isBound = false }: Role): Promise<string> {
  const secret = await desk.newKey(scopes.length === 0 ? ["read"] : scopes, isBound ? { accounts: ["main"] } : {});
  // A key without any scope cannot be made, but a token can come without one.
  if (scopes.length === 0)
    await desk.database.prisma.$executeRaw`UPDATE api_keys SET scopes = '' WHERE scopes = 'read'`;
  return secret;
}
