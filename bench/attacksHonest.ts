// A process that is an honest client: signals and queries at an even pace, each measured from when it was to be sent.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answerParent } from "./streamsChild.ts";

export type HonestCommand =
  | { readonly do: "begin"; readonly url: string; readonly key: string }
  | { readonly do: "measure"; readonly seconds: number };

export interface HonestTimes {
  /** Of each request that was answered, in ms. */
  readonly tookMs: readonly number[];
  readonly failed: number;
}

const PER_SECOND = 40;
/** One in so many is a signal, the others are queries. */
const SIGNAL_EVERY = 4;
const SYMBOL = "AAPL";
const SETTINGS = { startingCapital: "100000000", maxTradeRisk: "100", maxPortfolioHeat: "100", maxCampaignRisk: "100" };

const ENABLE = `mutation Enable($input: EnableInput) { enable(input: $input) { __typename } }`;
const PRICE = "mutation Price($quotes: [QuoteInput!]!) { publishQuotes(quotes: $quotes) { accepted } }";
const SIGNAL = `mutation Execute($input: ExecuteSignalInput!) {
  executeSignal(input: $input) { __typename ... on ExecuteSignalPayload { signal { status position { id entryPrice } } } }
}`;
const POSITIONS = `query Positions($account: ID) {
  positions(account: $account, first: 20) { edges { node { id symbol side quantity unrealizedPnl } } }
}`;
const ACCOUNT = "query Account($account: ID) { account(account: $account) { id status equity availableFunds } }";

/** Connections that were opened while the server was slow are not used again when it may be closing them. */
const IDLE_CONNECTION_MS = 5_000;
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: IDLE_CONNECTION_MS });
let url = "";
let key = "";
let measured = 0;
let signals = 0;

function ask(query: string, variables: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${key}` };
    const asked = request(`${url}/graphql`, { method: "POST", agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ query, variables }));
  });
}

/** Asks, and throws where the answer is none of one who is served. */
async function succeed(query: string, variables: object, wanted: string): Promise<void> {
  const answer = await ask(query, variables);
  if (!answer.includes(wanted) || answer.includes('"errors"')) throw new Error(answer);
}

/** An account for each measurement: a book that grows would slow the later ones. */
async function openAccount(): Promise<string> {
  measured += 1;
  const account = `honest${measured}`;
  await succeed(ENABLE, { input: { name: account, settings: SETTINGS } }, "EnablePayload");
  await succeed(PRICE, { quotes: [{ symbol: SYMBOL, price: "100" }] }, '"accepted":1');
  return account;
}

function step(number: number, account: string): Promise<void> {
  if (number % SIGNAL_EVERY === 0) {
    signals += 1;
    const levels = { entryPrice: "100", stopLoss: "50", target1: "200", positionSize: "1" };
    const input = { account, signalId: `honest-${signals}`, symbol: SYMBOL, ...levels };
    return succeed(SIGNAL, { input }, '"FILLED"');
  }
  return number % 2 === 0 ? succeed(ACCOUNT, { account }, '"equity"') : succeed(POSITIONS, { account }, '"edges"');
}

async function measure(seconds: number): Promise<HonestTimes> {
  const account = await openAccount();
  const tookMs: number[] = [];
  let failed = 0;
  const begunMs = performance.now();
  const steps: Promise<void>[] = [];
  for (let number = 0; number < seconds * PER_SECOND; number += 1) {
    const intendedMs = begunMs + (number * 1000) / PER_SECOND;
    const earlyMs = intendedMs - performance.now();
    if (earlyMs > 0) await sleep(earlyMs);
    const done = step(number, account).then(
      () => void tookMs.push(performance.now() - intendedMs),
      (error: unknown) => {
        failed += 1;
        if (failed === 1) console.warn(String(error));
      },
    );
    steps.push(done);
  }
  await Promise.all(steps);
  return { tookMs, failed };
}

answerParent(async (command: HonestCommand): Promise<HonestTimes> => {
  if (command.do === "measure") return measure(command.seconds);
  url = command.url;
  key = command.key;
  // The account that attackers follow.
  await succeed(ENABLE, { input: { name: "main" } }, "EnablePayload");
  return { tookMs: [], failed: 0 };
});
