// One scenario for the clients that people use, against a real server that is killed on the way.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { graphql } from "../generated/index.ts";
import { START } from "../support/apiDesk.ts";
import { take } from "../support/wireClient.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { type Problem, REAL_CLIENTS, type RealClient, type Result } from "./realClientsAdapters.ts";
import { startProxy, type TcpProxy } from "./realClientsProxy.ts";
import { until } from "./serving.ts";

const FollowedLog = graphql(`
  subscription FollowedLog($account: ID, $after: LogCursor) {
    accountEvents(account: $account, after: $after) {
      __typename cursor sequence marketTime
      ... on PositionOpened { position { __typename symbol entryPrice } }
      ... on TradeClosed { trade { __typename symbol exitReason realizedPnl } }
    }
  }
`);

const FollowedPositions = graphql(`
  subscription FollowedPositions($account: ID) {
    positionUpdated(account: $account) { __typename currentPrice marketTime }
  }
`);

const EnableClient = graphql(`
  mutation EnableClient($account: String!) {
    enable(input: { name: $account }) { __typename ... on EnablePayload { account { __typename name sessionCursor } } }
  }
`);

const CursorNow = graphql(`
  query CursorNow($account: ID) { account(account: $account) { __typename cursor } }
`);

const SignalsOfClient = graphql(`
  mutation SignalsOfClient($inputs: [ExecuteSignalInput!]!) {
    executeSignals(inputs: $inputs) { __typename ... on ExecuteSignalPayload { signal { __typename status } } }
  }
`);

const QuotesOfClient = graphql(`
  mutation QuotesOfClient($quotes: [QuoteInput!]!) { publishQuotes(quotes: $quotes) { __typename accepted } }
`);

/** Positions that are opened, and closed at their targets: two events each. */
const POSITIONS = 25;
const BATCH = 5;

let desk: WireDesk;
let proxy: TcpProxy;
let minute = 0;
beforeAll(async () => {
  desk = await startWireDesk();
  proxy = await startProxy(() => Number(new URL(desk.server.url).port));
});
afterAll(async () => {
  await proxy?.close();
  await desk?.stop();
});

async function run<Data>(client: RealClient, document: { toString(): string }, variables: object): Promise<Data> {
  const result = await client.run(String(document), variables);
  if ("problem" in result) throw new Error(result.problem.text);
  return result.data as Data;
}

async function enable(client: RealClient, account: string): Promise<{ sessionCursor: string }> {
  const { enable } = await run<{ enable: { account: { sessionCursor: string } } }>(client, EnableClient, { account });
  return enable.account;
}

const symbolsOf = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** A minute later than the one before. */
function nextMinute(): string {
  minute += 1;
  return new Date(Date.parse(START) + minute * 60_000).toISOString();
}

/** Publishes one price for symbols. */
async function quote(client: RealClient, symbols: readonly string[], price: string, time = nextMinute()) {
  await run(client, QuotesOfClient, { quotes: symbols.map((symbol) => ({ symbol, price, time })) });
}

/** Opens a position in each symbol, where it is not open yet: a signal counts once, however often it is sent. */
async function open(client: RealClient, account: string, symbols: readonly string[]): Promise<void> {
  for (let from = 0; from < symbols.length; from += BATCH) {
    const inputs = symbols.slice(from, from + BATCH).map((symbol) => ({
      account,
      signalId: `${account}-${symbol}`,
      symbol,
      entryPrice: "100",
      stopLoss: "95",
      target1: "110",
      positionSize: "1",
    }));
    await run(client, SignalsOfClient, { inputs });
  }
}

interface Heard<Told> {
  readonly told: Told[];
  readonly problems: Problem[];
  stop(): void;
}

/** What a subscription tells under its field, and what went wrong with it. */
function listen<Told>(client: RealClient, document: { toString(): string }, variables: object): Heard<Told> {
  const heard: Heard<Told> = { told: [], problems: [], stop: () => stop() };
  const tell = (result: Result) => {
    if ("problem" in result) heard.problems.push(result.problem);
    else heard.told.push(Object.values(result.data as Record<string, Told>)[0] as Told);
  };
  const stop = client.subscribe(String(document), variables, tell);
  return heard;
}

interface LogEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly sequence: number;
}

/** The whole session's log, read by somebody else. */
async function readLog(account: string, { sessionCursor }: { sessionCursor: string }, count: number) {
  const events = await desk.client.follow(FollowedLog, { account, after: sessionCursor });
  const read = await take(events, count);
  await events.return?.();
  return read.map(({ accountEvents }) => accountEvents);
}

const slugOf = (name: string) => name.toLowerCase().replace(" ", "-");

function connect({ create }: (typeof REAL_CLIENTS)[number]): RealClient {
  const client = create(proxy.url);
  onTestFinished(() => client.close());
  return client;
}

describe("A server that is killed, and comes again", () => {
  /** Opens the positions of an account of the client's own, and hears of it. */
  async function begin(tested: (typeof REAL_CLIENTS)[number], prefix: string, time: string) {
    const client = connect(tested);
    const name = slugOf(tested.name);
    const account = await enable(client, name);
    const { account: before } = await run<{ account: { cursor: string } }>(client, CursorNow, { account: name });
    const symbols = symbolsOf(prefix, POSITIONS);
    await quote(client, symbols, "100", time);
    const first = listen<LogEvent>(client, FollowedLog, { account: name, after: before.cursor });
    // It may be the crash that answers some of these: they are sent again.
    const sent = open(client, name, symbols).catch(() => undefined);
    await until(() => first.told.length >= POSITIONS / 2 || first.problems.length > 0, true);
    return { client, name, account, before, symbols, first, sent };
  }

  it("loses and repeats no event for any client, who goes on after its last cursor", async () => {
    const times = [nextMinute(), nextMinute()] as const;
    const players = await Promise.all(REAL_CLIENTS.map((tested, index) => begin(tested, `K${index}N`, times[0])));
    await desk.restart();
    for (const { client, name, account, before, symbols, first, sent } of players) {
      await sent;
      await until(() => first.problems.map(({ codes }) => codes), [[]]);
      await open(client, name, symbols);
      await quote(client, symbols.slice(0, 10), "110", times[1]);
      const after = (first.told.at(-1) ?? before).cursor;
      const second = listen<LogEvent>(client, FollowedLog, { account: name, after });
      await quote(client, symbols.slice(10), "111", times[1]);
      const heard = () => [...first.told, ...second.told];
      await until(() => heard().length >= 2 * POSITIONS || second.problems.length > 0, true);
      second.stop();
      const log = await readLog(name, account, 1 + 2 * POSITIONS);
      expect(heard(), name).toEqual(log.slice(1));
      expect(log.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1));
      expect(log.filter(({ __typename }) => __typename === "TradeClosed")).toHaveLength(POSITIONS);
      expect(second.problems, name).toEqual([]);
    }
  });
});

describe.each(REAL_CLIENTS.map((client, index) => ({ ...client, prefix: `C${index}N` })))("$name", (tested) => {
  const slug = slugOf(tested.name);

  it("hears present values of positions first, and then the newest", async () => {
    const client = connect(tested);
    const account = `${slug}-updates`;
    await enable(client, account);
    const symbols = [`${tested.prefix}U`];
    await quote(client, symbols, "100");
    await open(client, account, symbols);
    await quote(client, symbols, "101");
    const heard = listen<{ currentPrice: string; marketTime: string }>(client, FollowedPositions, { account });
    await until(() => heard.told.length, 1);
    const prices = ["102", "103", "104", "105"];
    for (const price of prices) await quote(client, symbols, price);
    await until(() => heard.told.at(-1)?.currentPrice, "105");
    heard.stop();
    const told = heard.told.map(({ currentPrice }) => currentPrice);
    expect(told[0]).toBe("101");
    // Values in between may be left out, but none comes twice or late.
    expect(told.slice(1)).toEqual(prices.filter((price) => told.includes(price)));
    const times = heard.told.map(({ marketTime }) => marketTime);
    expect(times).toEqual(times.toSorted());
  });

  it("hears nothing more after it has left, however much there is to tell", async () => {
    const client = connect(tested);
    const account = `${slug}-leaving`;
    const variables = { account, after: (await enable(client, account)).sessionCursor };
    await open(client, account, symbolsOf(`${tested.prefix}L`, 3));
    const left = listen<LogEvent>(client, FollowedLog, variables);
    await until(() => left.told.length, 4);
    left.stop();
    await open(client, account, symbolsOf(`${tested.prefix}M`, 5));
    const whole = listen<LogEvent>(client, FollowedLog, variables);
    await until(() => whole.told.length, 9);
    whole.stop();
    expect(left.told).toEqual(whole.told.slice(0, 4));
    expect(left.problems).toEqual([]);
  });

  it("can read what is wrong with an operation, and goes on", async () => {
    const client = connect(tested);
    const account = `${slug}-errors`;
    await enable(client, account);
    const codesOf = async (document: { toString(): string }, variables: object) => {
      const heard = listen(client, document, variables);
      await until(() => heard.problems.length + heard.told.length, 1);
      return heard.problems.flatMap(({ codes }) => codes);
    };
    const quiet = listen<LogEvent>(client, FollowedLog, { account });
    expect(await codesOf("subscription { nonsense }", {})).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
    expect(await codesOf(FollowedLog, { account, after: "garbage" })).toEqual(["BAD_CURSOR"]);
    expect(await codesOf(FollowedLog, { account: "nowhere" })).toEqual(["ACCOUNT_NOT_FOUND"]);
    expect(await client.run("query { nonsense }", {})).toMatchObject({
      problem: { codes: ["GRAPHQL_VALIDATION_FAILED"] },
    });
    expect(await run(client, CursorNow, { account })).toMatchObject({ account: { cursor: expect.any(String) } });
    await open(client, account, [`${tested.prefix}E`]);
    await until(() => quiet.told.map(({ sequence }) => sequence), [2]);
    expect(quiet.problems).toEqual([]);
  });
});
