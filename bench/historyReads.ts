// What clients ask of a long history, and how long that takes against a short one: asked in turns over HTTP.
import { type GraphQLOutputType, type GraphQLType, isListType, isNonNullType, isObjectType } from "graphql";
import { schema } from "../schema/index.ts";
import { LARGE, SMALL, SMALL_TRADES } from "./historyDatabase.ts";
import { COMMON_REASON, COMMON_SYMBOL, HISTORY_STARTS, RARE_REASON, RARE_SYMBOL } from "./historyRows.ts";
import { median, type Result, ratio } from "./support.ts";

const WARM_ROUNDS = 5;
const ROUNDS = 40;
/** A count reads every row, and is not what is promised to be fast. */
const COUNT_ROUNDS = 5;
const MIDDLE = HISTORY_STARTS.replace("2024", "2025");

const PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const TRADE = `edges { cursor node { id symbol side quantity entryTime entryPrice exitTime exitPrice exitReason realizedPnl
  rMultipleAchieved commissionTotal slippageTotal } } ${PAGE}`;
const POSITION = `edges { cursor node { id symbol side status quantity remainingQuantity entryTime entryPrice stopLoss target1
  realizedPnl } } ${PAGE}`;
const SIGNAL = `edges { cursor node { id signalId symbol side entryPrice stopLoss target1 status receivedAt } } ${PAGE}`;

interface Question {
  readonly what: string;
  readonly wanted: string;
  readonly rounds?: number;
  /** The operation for an account. */
  query(account: string): string | Promise<string>;
}

/** Asks all of it of the server, and answers a line for each. */
export async function benchReads(url: string, trades: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const question of questionsOf(url)) {
    const { small, large } = await askInTurns(url, question);
    results.push({
      what: `${question.what}: ${trades.toLocaleString("en")} trades (${large.toFixed(1)} ms) against ${SMALL_TRADES.toLocaleString("en")} (${small.toFixed(1)} ms)`,
      measured: ratio(large / small),
      wanted: question.wanted,
    });
  }
  return results;
}

function questionsOf(url: string): Question[] {
  const page =
    (list: string, node: string) =>
    (what: string, args: string, wanted = "told"): Question => ({
      what,
      wanted,
      query: (account) => `{ ${list}(account: "${account}", ${args}) { ${node} } }`,
    });
  const trades = page("trades", TRADE);
  const positions = page("positions", POSITION);
  const signals = page("signals", SIGNAL);
  return [
    {
      what: "report, all figures and a breakdown",
      wanted: "≤ 3",
      query: (account) =>
        `{ report(account: "${account}") { performance ${allOf("Performance")} breakdown(by: SYMBOL) ${allOf("ReportGroup")} } }`,
    },
    trades("first page of trades", "first: 50", "≤ 3"),
    trades("last page of trades", "last: 50", "≤ 3"),
    { what: "a page in the middle of trades", wanted: "told", query: (account) => middlePage(url, account) },
    trades("trades from a month", `from: "${MIDDLE}", to: "${MIDDLE.replace("-01-", "-02-")}"`),
    trades("trades of a common symbol", `symbol: "${COMMON_SYMBOL}"`),
    trades("trades of a rare symbol", `symbol: "${RARE_SYMBOL}"`),
    trades("trades with a common exit reason", `exitReason: ${COMMON_REASON}`),
    trades("trades with a rare exit reason", `exitReason: ${RARE_REASON}`),
    positions("first page of positions", "status: null"),
    positions("last page of positions", "status: null, last: 50"),
    positions("first page of closed positions", "status: CLOSED"),
    positions("last page of closed positions", "status: CLOSED, last: 50"),
    positions("positions of a rare symbol", `status: null, symbol: "${RARE_SYMBOL}"`),
    signals("first page of signals", "first: 50"),
    signals("last page of signals", "last: 50"),
    signals("signals with a status that none has", "status: SKIPPED"),
    {
      what: "equity curve in 500 points",
      wanted: "told",
      query: (account) => `{ equityCurve(account: "${account}", points: 500) ${allOf("EquityCurve")} }`,
    },
    {
      what: "totalCount of trades",
      wanted: "told",
      rounds: COUNT_ROUNDS,
      query: (account) => `{ trades(account: "${account}", first: 1) { totalCount } }`,
    },
  ];
}

/** The page after a cursor that was taken from the middle of the list. */
async function middlePage(url: string, account: string): Promise<string> {
  const before = `trades(account: "${account}", to: "${MIDDLE}", first: 1)`;
  const { trades } = await ask<{ trades: { pageInfo: { endCursor: string } } }>(url, `{ ${before} { ${PAGE} } }`);
  return `{ trades(account: "${account}", first: 50, after: "${trades.pageInfo.endCursor}") { ${TRADE} } }`;
}

async function askInTurns(url: string, question: Question): Promise<{ small: number; large: number }> {
  const queries = [await question.query(SMALL), await question.query(LARGE)];
  const tookMs: number[][] = [[], []];
  const { rounds = ROUNDS } = question;
  const warm = Math.min(rounds, WARM_ROUNDS);
  for (let round = -warm; round < rounds; round++) {
    for (const [index, query] of queries.entries()) {
      const begunMs = performance.now();
      await ask(url, query);
      if (round >= 0) tookMs[index]?.push(performance.now() - begunMs);
    }
  }
  return { small: median(tookMs[0] ?? []), large: median(tookMs[1] ?? []) };
}

/** Asks one thing. Throws where the answer has errors. */
export async function ask<Data>(url: string, query: string): Promise<Data> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors !== undefined) throw new Error(`${query} was answered with ${JSON.stringify(errors)}`);
  return data;
}

/** A selection of every field of a type that needs no argument, and of all in these. */
function allOf(typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`there is no type ${typeName}`);
  const fields = Object.values(type.getFields()).filter(({ args }) => args.every(({ type }) => !isNonNullType(type)));
  return `{ ${fields.map(({ name, type }) => `${name} ${innerOf(type)}`).join(" ")} }`;
}

function innerOf(type: GraphQLOutputType): string {
  let named: GraphQLType = type;
  while (isNonNullType(named) || isListType(named)) named = named.ofType;
  return isObjectType(named) ? allOf(named.name) : "";
}
