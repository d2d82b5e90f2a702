// Promoting and demoting through the API: who may, what has to be typed, what is asked of the account, what is recorded.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { grantedViewer } from "../../src/auth/viewer.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { Disable, Enable, Reset } from "../support/documents.ts";
import { Demote, type LiveDesk, liveSignal, makeEligible, Promote, SendLive, startLiveDesk } from "./liveDesk.ts";
import { type Receiver, startReceiver } from "./receiving.ts";

const INPUT = { account: "main", confirmation: "promote main to live" };
const [PGLITE] = databases;

describe("Promoting an account", () => {
  let opened: TestDatabase;
  let receiver: Receiver;
  let desk: LiveDesk;
  beforeAll(async () => {
    if (PGLITE === undefined) throw new Error("there is always PGlite");
    opened = await PGLITE.open();
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await receiver.close();
    await opened.remove();
  });
  beforeEach(async () => {
    await emptyTables(opened.database);
    desk = await startLiveDesk(opened.database, receiver);
    await desk.client.run(Enable, { input: { name: "main" } });
  });
  afterEach(() => desk.close());
  const promote = async (input = INPUT, client = desk.client) => (await client.run(Promote, { input })).promote;
  const eventsOf = async () => {
    const { accountId } = await opened.database.prisma.account.findFirstOrThrow({ where: { name: "main" } });
    return desk.running.desk.store.readEvents(accountId, 0, 100);
  };

  it("wants the sentence that the account tells, to the letter", async () => {
    await makeEligible(opened.database);
    for (const confirmation of ["", "yes", "promote main to live ", "Promote main to live", "promote second to live"]) {
      expect(await promote({ ...INPUT, confirmation })).toMatchObject({
        __typename: "InvalidInput",
        issues: [{ path: ["confirmation"], message: expect.stringContaining("promote main to live") }],
      });
    }
    const promoted = await promote();
    expect(promoted).toMatchObject({
      __typename: "PromotePayload",
      account: { status: "ENABLED", live: { routeConfigured: true, confirmation: INPUT.confirmation } },
    });
    expect(await promote()).toEqual(promoted);
    const events = await eventsOf();
    expect(events.map(({ payload, actor }) => "change" in payload && [payload.change, actor])).toEqual([
      ["ENABLED", "local"],
      ["PROMOTED", "local"],
    ]);
  });

  it("wants an account that is eligible at this moment, and tells what is missing", async () => {
    expect(await promote()).toMatchObject({
      __typename: "NotEligible",
      message: expect.stringContaining("at least 90 needed"),
      eligibility: { checks: [{ passed: false }, { passed: false }, { passed: false }, { passed: false }] },
    });
    expect((await eventsOf()).length).toBe(1);
  });

  it("wants a live route, and an account", async () => {
    await makeEligible(opened.database);
    expect(await promote({ account: "other", confirmation: "promote other to live" })).toMatchObject({
      __typename: "AccountNotFound",
    });
    await desk.close();
    desk = await startLiveDesk(opened.database);
    expect(await promote()).toMatchObject({ __typename: "NoLiveRoute" });
  });

  it("needs the scope admin; demoting needs trade", async () => {
    await makeEligible(opened.database);
    const actor = { kind: "key", id: "k1", name: "bot" } as const;
    const trader = desk.clientOf(grantedViewer({ owner: "local", actor, scopes: ["trade"], accounts: null }));
    const reader = desk.clientOf(grantedViewer({ owner: "local", actor, scopes: ["read"], accounts: null }));
    for (const client of [trader, reader]) {
      expect((await client.answer(Promote, { input: INPUT })).errors?.[0]?.extensions).toMatchObject({
        code: "FORBIDDEN",
      });
    }
    await promote();
    expect((await reader.answer(Demote, { input: {} })).errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN" });
    expect((await trader.run(Demote, { input: {} })).demote).toMatchObject({ stoppedDeliveries: 0 });
    expect((await eventsOf()).at(-1)).toMatchObject({ actor: "key:k1", payload: { change: "DEMOTED" } });
  });

  it("of another owner's account is as if there were none", async () => {
    await makeEligible(opened.database);
    const actor = { kind: "token", subject: "stranger" } as const;
    const stranger = desk.clientOf(grantedViewer({ owner: "stranger", actor, scopes: ["admin"], accounts: null }));
    expect(await promote(INPUT, stranger)).toMatchObject({ __typename: "AccountNotFound" });
    expect((await stranger.run(Demote, { input: {} })).demote).toMatchObject({ __typename: "AccountNotFound" });
  });

  it("outlives a reset, but the new session has to show everything again", async () => {
    await makeEligible(opened.database);
    await promote();
    await desk.client.run(Disable, { input: { account: "main" } });
    await desk.client.run(Reset, { input: { session: 1 } });
    const sent = await desk.client.run(SendLive, { inputs: [liveSignal("after-reset")] });
    expect(sent.executeSignals).toMatchObject([{ signal: { status: "SKIPPED", skipReason: "NOT_ELIGIBLE" } }]);
    expect(receiver.received).toEqual([]);
  });
});
