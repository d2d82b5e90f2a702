// Signals of a promoted account on their way to a receiver: stored with the decision, sent in order, retried, ended.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeCursor } from "../../src/events/cursor.ts";
import { resolveAccount } from "../../src/services/accountIds.ts";
import { graphql } from "../generated/index.ts";
import type { Answers } from "../support/client.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { Disable, Enable } from "../support/documents.ts";
import {
  Deliveries,
  Demote,
  type LiveDesk,
  liveSignal,
  makeEligible,
  makeIneligible,
  Promote,
  SendLive,
  startLiveDesk,
} from "./liveDesk.ts";
import { type Receiver, startReceiver } from "./receiving.ts";

const LiveEvents = graphql(`
  subscription LiveEvents($after: LogCursor) {
    accountEvents(after: $after) {
      __typename sequence
      ... on SignalRouted { signal { signalId status delivery { state attempts } } }
      ... on DeliveryEnded { delivery { signalId state failure attempts } }
      ... on AccountChanged { change by account { live { promotedAt } } }
    }
  }
`);

const INPUT = { account: "main", confirmation: "promote main to live" };

describe.each(databases)("The live route on $name", ({ open }) => {
  let opened: TestDatabase;
  let receiver: Receiver;
  let desk: LiveDesk;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await emptyTables(opened.database);
    receiver = await startReceiver();
    desk = await startLiveDesk(opened.database, receiver);
    await desk.client.run(Enable, { input: { name: "main" } });
  });
  afterEach(async () => {
    await desk.close();
    await receiver.close();
  });

  /** An account that is eligible, promoted and disabled. */
  async function goLive(): Promise<void> {
    await makeEligible(opened.database);
    expect((await desk.client.run(Promote, { input: INPUT })).promote.__typename).toBe("PromotePayload");
    await desk.client.run(Disable, { input: { account: "main" } });
  }
  const send = async (...ids: string[]) =>
    (await desk.client.run(SendLive, { inputs: ids.map((id) => liveSignal(id)) })).executeSignals;
  const deliveries = async () => (await desk.client.run(Deliveries, {})).deliveries.edges.map(({ node }) => node);
  const ended = (count: number) =>
    vi.waitFor(
      async () => {
        const all = await deliveries();
        expect(all.filter(({ state }) => state !== "PENDING")).toHaveLength(count);
        return all;
      },
      { timeout: 20_000, interval: 20 },
    );

  it("takes every field of a signal, signed, once, and tells of it in the log", async () => {
    await goLive();
    const input = liveSignal("whole", {
      trailingStop: { activation: "155", offset: "1.5" },
      target2: "170",
      positionSize: "10",
      campaignId: "c1",
      marketPrice: "150.01",
      confidence: 80,
      source: "test",
      patternData: { spring: [1, "2"] },
    });
    const { executeSignals } = await desk.client.run(SendLive, { inputs: [input] });
    expect(executeSignals).toMatchObject([{ replayed: false, signal: { status: "ROUTED_LIVE", skipReason: null } }]);
    await ended(1);
    const [message] = receiver.messages();
    expect(message).toMatchObject({
      version: 1,
      account: { name: "main", id: expect.any(String) },
      signal: { ...input, leverage: "1", positionSizeUnit: "SHARES", expiresAt: null },
      decidedAt: expect.stringMatching(/Z$/),
    });
    expect(receiver.received[0]?.headers["idempotency-key"]).toBe(message?.id);
    expect(await deliveries()).toMatchObject([{ signalId: "whole", state: "DELIVERED", failure: null, attempts: 1 }]);
    const told = await logOf(desk);
    expect(told.slice(-2)).toMatchObject([
      { __typename: "SignalRouted", signal: { signalId: "whole", delivery: { state: "PENDING", attempts: 0 } } },
      { __typename: "DeliveryEnded", delivery: { signalId: "whole", state: "DELIVERED", attempts: 1 } },
    ]);
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_event, index) => index + 1));
  });

  it("gets one delivery for each signal, however often and from wherever it is sent at once", async () => {
    await goLive();
    const ids = ["one", "two", "three"];
    const sent = await Promise.all(Array.from({ length: 8 }, () => send(...ids)));
    expect(new Set(sent.flat().map((one) => one.__typename))).toEqual(new Set(["ExecuteSignalPayload"]));
    await ended(3);
    await Promise.all(Array.from({ length: 3 }, () => send(...ids)));
    expect(receiver.messages().map(({ signal }) => signal.signalId)).toEqual(ids);
  });

  it("gets an account's deliveries in order: one that has to wait holds up those behind it", async () => {
    await goLive();
    let isFirst = true;
    receiver.answer = (response) => {
      response.writeHead(isFirst ? 503 : 200).end("x".repeat(100_000));
      isFirst = false;
    };
    await send("a", "b", "c");
    await receiver.until(1);
    expect(await deliveries()).toMatchObject([{ attempts: 0 }, { attempts: 0 }, { signalId: "a", state: "PENDING" }]);
    await ended(3);
    expect(receiver.messages().map(({ signal }) => signal.signalId)).toEqual(["a", "a", "b", "c"]);
    expect(
      new Set(
        receiver
          .messages()
          .slice(0, 2)
          .map(({ id }) => id),
      ).size,
    ).toBe(1);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });

  it("gives up what is refused for good, tells it, and goes on with the next", async () => {
    await goLive();
    receiver.answer = (response, { body }) =>
      void response.writeHead(body.includes('"signalId":"bad"') ? 422 : 200).end();
    await send("bad", "good");
    expect(await ended(2)).toMatchObject([
      { signalId: "good", state: "DELIVERED" },
      { signalId: "bad", state: "FAILED", failure: "REFUSED", problem: "the receiver answered 422", attempts: 1 },
    ]);
    expect((await logOf(desk)).at(-2)).toMatchObject({
      __typename: "DeliveryEnded",
      delivery: { signalId: "bad", state: "FAILED", failure: "REFUSED" },
    });
  });

  it("is never tried for a signal that has expired", async () => {
    await goLive();
    const inputs = [liveSignal("late", { expiresAt: "2024-01-01T00:00:00Z" })];
    await desk.client.run(SendLive, { inputs });
    expect(await ended(1)).toMatchObject([{ state: "FAILED", failure: "SIGNAL_EXPIRED", attempts: 0 }]);
    expect(receiver.received).toEqual([]);
  });

  it("goes on after a restart with what waits, on its own", async () => {
    await goLive();
    receiver.answer = 503;
    await send("waits", "behind");
    await receiver.until(1);
    await vi.waitFor(async () => expect((await deliveries())[1]?.problem).toBe("the receiver answered 503"));
    await desk.close();
    receiver.answer = 200;
    desk = await startLiveDesk(opened.database, receiver);
    await ended(2);
    expect(receiver.messages().map(({ signal }) => signal.signalId)).toEqual(["waits", "waits", "behind"]);
  });

  it("ends with a demotion: what waits is stopped, what comes is skipped, and both are told", async () => {
    await goLive();
    receiver.answer = 503;
    await send("tried", "untried");
    await receiver.until(1);
    await vi.waitFor(async () => expect((await deliveries())[1]?.problem).toBe("the receiver answered 503"));
    expect((await desk.client.run(Demote, { input: {} })).demote).toMatchObject({
      stoppedDeliveries: 2,
      account: { live: { promotedAt: null } },
    });
    receiver.answer = 200;
    expect(await send("after")).toMatchObject([{ signal: { status: "SKIPPED", skipReason: "NOT_PROMOTED" } }]);
    expect(await deliveries()).toMatchObject([
      { signalId: "untried", failure: "DEMOTED", problem: "the account was demoted before it was sent" },
      { signalId: "tried", failure: "DEMOTED", problem: expect.stringContaining("it may have arrived") },
    ]);
    expect((await logOf(desk)).slice(-4)).toMatchObject([
      { __typename: "AccountChanged", change: "DEMOTED", by: "local" },
      { delivery: { signalId: "tried" } },
      { delivery: { signalId: "untried" } },
      { __typename: "SignalDeclined" },
    ]);
    await desk.close();
    desk = await startLiveDesk(opened.database, receiver);
    expect(receiver.received).toHaveLength(1);
    expect((await desk.client.run(Demote, { input: {} })).demote).toMatchObject({ stoppedDeliveries: 0 });
  });

  it("tells the truth of one that was under way when the account was demoted, and arrived", async () => {
    await goLive();
    let answer = (): void => undefined;
    receiver.answer = (response) => {
      answer = () => void response.writeHead(200).end();
    };
    await send("under-way");
    await receiver.until(1);
    expect((await desk.client.run(Demote, { input: {} })).demote).toMatchObject({ stoppedDeliveries: 1 });
    answer();
    await vi.waitFor(async () => expect(await deliveries()).toMatchObject([{ state: "DELIVERED", failure: null }]));
  });

  it("judges eligibility anew at each signal, and asks for the same again after a reset", async () => {
    await goLive();
    await makeIneligible(opened.database);
    expect(await send("too-early")).toMatchObject([{ signal: { status: "SKIPPED", skipReason: "NOT_ELIGIBLE" } }]);
    expect(receiver.received).toEqual([]);
  });

  it("takes nothing of an enabled account, which trades on paper though it is promoted", async () => {
    await goLive();
    await desk.client.run(Enable, { input: { name: "main" } });
    expect(await send("paper")).toMatchObject([{ signal: { status: "REJECTED", delivery: null } }]);
    expect(await deliveries()).toEqual([]);
  });

  it("that is not configured any more skips the signals of promoted accounts, and keeps what waits", async () => {
    await goLive();
    receiver.answer = 503;
    await send("kept");
    await receiver.until(1);
    await desk.close();
    desk = await startLiveDesk(opened.database);
    expect(await send("new")).toMatchObject([{ signal: { status: "SKIPPED", skipReason: "NO_LIVE_ROUTE" } }]);
    expect(await deliveries()).toMatchObject([{ signalId: "kept", state: "PENDING" }]);
  });
});

/** The log of `main` so far. */
async function logOf(desk: LiveDesk) {
  const accountId = resolveAccount("local", "main");
  const head = (await desk.running.desk.store.readHeads([accountId])).get(accountId) ?? 0;
  const after = encodeCursor({ accountId, sequence: 0 });
  const answers = await desk.client.follow(LiveEvents, { after });
  const told = [];
  while (told.length < head) told.push((await nextOf(answers)).accountEvents);
  await answers.return?.();
  return told;
}

async function nextOf<Data>(answers: Answers<Data>): Promise<Data> {
  const { done, value } = await answers.next();
  if (done === true) throw new Error("the log has ended");
  return value;
}
