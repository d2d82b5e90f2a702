// Subscriptions of the client on a real server that is restarted in mid-stream, and on sockets that are cut.
import {
  AccountCursorsDocument,
  BacktestProgressDocument,
  type ConnectionStatus,
  createClient as createPlainClient,
  decimal,
  EnableDocument,
  ExecuteSignalsDocument,
  FollowAccountDocument,
  type LogCursor,
  PositionUpdatedDocument,
  PublishQuotesDocument,
  typedDocument,
} from "@papertape/client";
import { createClient, type LiveData } from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { WAITING_EVENTS_MAX } from "../../web/client/src/limits.ts";
import { startCuttingProxy } from "../streams/cuttingProxy.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { range, until } from "./following.ts";

/** A server is restarted, which takes a busy machine some time. */
const RESTARTS_TIMEOUT_MS = 180_000;

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk();
});
afterAll(() => desk?.stop());

/** A client whose way to the server can be cut, and stays the same when the server is another. */
async function openClient() {
  const proxy = await startCuttingProxy(() => desk.server.url);
  onTestFinished(() => proxy.close());
  return { proxy, url: proxy.url, client: createClient({ url: proxy.url }) };
}

async function openAccount(name: string): Promise<string> {
  await createClient({ url: desk.server.url }).mutate(EnableDocument, { input: { name } });
  return name;
}

let signals = 0;
/** Sends signals that there is no price for: each is an event. */
async function decline(account: string, count: number): Promise<void> {
  const levels = { entryPrice: decimal("100"), stopLoss: decimal("95"), target1: decimal("110") };
  const inputs = range(1, count).map(() => {
    signals += 1;
    return { account, signalId: `s-${signals}`, symbol: "NONE", ...levels };
  });
  await createClient({ url: desk.server.url }).mutate(ExecuteSignalsDocument, { inputs });
}

async function take<Data>(stream: LiveData<Data>, count: number): Promise<Data[]> {
  const taken: Data[] = [];
  while (taken.length < count) {
    const { done, value } = await stream.next();
    if (done) throw new Error(`the stream ended after ${taken.length} of ${count}`);
    taken.push(value);
  }
  return taken;
}

/** The place before the first event of an account's log. */
async function beginning(account: string): Promise<LogCursor> {
  const answer = await createClient({ url: desk.server.url }).query(AccountCursorsDocument, { account });
  if (answer.account === null) throw new Error(`there is no account ${account}`);
  return answer.account.sessionCursor;
}

describe("a subscription to a log", () => {
  it(
    "goes on after its newest event when the server is killed, when it ends, and when the socket is cut",
    async () => {
      const { proxy, client } = await openClient();
      const account = await openAccount("mid-stream");
      const problems: string[] = [];
      const onStatus = (status: ConnectionStatus) => status.kind === "away" && problems.push(status.problem.code);
      const after = await beginning(account);
      const stream = client.subscribe(FollowAccountDocument, { account, after }, { onStatus });
      const sequences: number[] = [];
      const read = async (count: number) => {
        for (const { accountEvents } of await take(stream, count)) sequences.push(accountEvents.sequence);
      };
      await decline(account, 5);
      await read(4);
      await desk.restart("SIGKILL");
      await decline(account, 5);
      await read(7);
      proxy.reset();
      await decline(account, 5);
      await read(5);
      await desk.restart("SIGTERM");
      await decline(account, 5);
      await read(5);
      proxy.cutAfter(700);
      await decline(account, 5);
      await read(5);
      expect(sequences).toEqual(range(1, 26));
      expect(problems).toContain("CLOSED_1006");
      expect(await stream.return()).toMatchObject({ done: true });
    },
    RESTARTS_TIMEOUT_MS,
  );

  it("must ask for cursors, or it could not go on", async () => {
    const { client } = await openClient();
    const account = await openAccount("no-cursors");
    await decline(account, 2);
    const text =
      "subscription ($account: ID, $after: LogCursor) { accountEvents(account: $account, after: $after) { sequence } }";
    const document = typedDocument<unknown, { account: string; after: string }>(text);
    const stream = client.subscribe(document, { account, after: await beginning(account) });
    await expect(stream.next()).rejects.toThrow("must ask for the cursor");
  });

  it("throws what connecting again cannot help, and what its signal was aborted with is no error", async () => {
    const { client } = await openClient();
    const nobody = client.subscribe(FollowAccountDocument, { account: "nobody" });
    await expect(nobody.next()).rejects.toMatchObject({ name: "ApiError", code: "ACCOUNT_NOT_FOUND", passes: false });
    const unknown = client.subscribe(BacktestProgressDocument, { backtest: "none" });
    await expect(unknown.next()).rejects.toMatchObject({ code: "BACKTEST_NOT_FOUND" });
    const stop = new AbortController();
    const account = await openAccount("aborted");
    const onStatus = ({ kind }: ConnectionStatus) => kind === "connected" && stop.abort();
    const stream = client.subscribe(FollowAccountDocument, { account }, { signal: stop.signal, onStatus });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

describe("a subscription to newest values", () => {
  it("begins again with the present values", async () => {
    const { proxy, client } = await openClient();
    const account = await openAccount("values");
    const quote = (price: string) =>
      client.mutate(PublishQuotesDocument, { quotes: [{ symbol: "VALS", price: decimal(price) }] });
    await quote("100");
    const levels = { entryPrice: decimal("100"), stopLoss: decimal("50"), target1: decimal("200") };
    const input = { account, signalId: "v", symbol: "VALS", positionSize: decimal("1"), ...levels };
    await client.mutate(ExecuteSignalsDocument, { inputs: [input] });
    const stream = client.subscribe(PositionUpdatedDocument, { account });
    const next = async () => (await take(stream, 1))[0]?.positionUpdated.currentPrice;
    expect(await next()).toBe("100");
    proxy.reset();
    await createClient({ url: desk.server.url }).mutate(PublishQuotesDocument, {
      quotes: [{ symbol: "VALS", price: decimal("101") }],
    });
    expect(await next()).toBe("101");
    await stream.return();
  });
});

describe("sockets as browsers have them, which cannot be paused", () => {
  /** The class of ws without what only it has. */
  class PlainSocket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      Object.assign(this, { pause: undefined, resume: undefined, terminate: undefined });
    }
  }

  it("are left while the loop is slow, and the rest is asked for later: each event once and in order", async () => {
    const account = await openAccount("slow-page");
    const last = 1000;
    const url = desk.server.url;
    const after = await beginning(account);
    await decline(account, 499);
    await decline(account, 500);
    let connections = 0;
    const onStatus = ({ kind }: ConnectionStatus) => void (kind === "connected" && ++connections);
    const client = createPlainClient({ url, WebSocket: PlainSocket });
    const stream = client.subscribe(FollowAccountDocument, { account, after }, { onStatus });
    const given: number[] = [];
    for await (const { accountEvents } of stream) {
      given.push(accountEvents.sequence);
      if (given.length === 1) await until(() => stream.waiting >= WAITING_EVENTS_MAX - 1);
      expect(stream.waiting).toBeLessThanOrEqual(WAITING_EVENTS_MAX);
      if (accountEvents.sequence === last) break;
    }
    expect(given).toEqual(range(1, last));
    expect(connections).toBeGreaterThan(1);
  });

  it("are asked for where there is none", async () => {
    const found = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
    Object.defineProperty(globalThis, "WebSocket", { value: undefined, configurable: true });
    onTestFinished(() => {
      if (found === undefined) Reflect.deleteProperty(globalThis, "WebSocket");
      else Object.defineProperty(globalThis, "WebSocket", found);
    });
    const stream = createPlainClient({ url: desk.server.url }).subscribe(FollowAccountDocument);
    await expect(stream.next()).rejects.toThrow("use @papertape/client/node");
  });
});
