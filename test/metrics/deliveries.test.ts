// The outbox of the live route as metrics show it: what waits, since when, and nothing while nobody can tell.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMetrics } from "../../src/server/metrics/metrics.ts";
import { countPendingDeliveries } from "../../src/store/deliveryCounts.ts";
import { type LiveDesk, liveSignal, makeEligible, Promote, SendLive, startLiveDesk } from "../live/liveDesk.ts";
import { type Receiver, startReceiver } from "../live/receiving.ts";
import { databases, type TestDatabase } from "../support/databases.ts";
import { Disable, Enable } from "../support/documents.ts";
import { readExposition } from "./exposition.ts";

const PENDING = "papertape_deliveries_pending";
const OLDEST = "papertape_delivery_oldest_seconds";
const HOUR_MS = 3_600_000;

type CountPending = NonNullable<NonNullable<Parameters<typeof createMetrics>[0]>["pendingDeliveries"]>;

/** The values that a page shows of both. */
async function shown(pendingDeliveries: CountPending): Promise<(number | undefined)[]> {
  const { text } = await createMetrics({ pendingDeliveries, node: false }).page();
  const families = readExposition(text);
  return [PENDING, OLDEST].map((name) => families.get(name)?.samples[0]?.value);
}

describe.each(databases)("the outbox on $name", ({ open }) => {
  let opened: TestDatabase;
  let receiver: Receiver;
  let desk: LiveDesk;
  beforeAll(async () => {
    opened = await open();
    receiver = await startReceiver();
    desk = await startLiveDesk(opened.database, receiver);
  });
  afterAll(async () => {
    await desk?.close();
    await receiver?.close();
    await opened?.remove();
  });
  const look = () => shown(() => countPendingDeliveries(opened.database));

  it("shows how many deliveries wait, and how long the oldest has", async () => {
    expect(await look()).toEqual([0, 0]);
    await desk.client.run(Enable, { input: { name: "main" } });
    await makeEligible(opened.database);
    await desk.client.run(Promote, { input: { account: "main", confirmation: "promote main to live" } });
    await desk.client.run(Disable, { input: { account: "main" } });
    await receiver.close();
    await desk.client.run(SendLive, { inputs: ["one", "two"].map((id) => liveSignal(id)) });
    const [pending, oldest] = await look();
    expect(pending).toBe(2);
    expect(oldest).toBeLessThan(HOUR_MS / 1000);
    const createdAt = new Date(Date.now() - HOUR_MS);
    await opened.database.prisma.delivery.updateMany({ where: { signalId: "two" }, data: { createdAt } });
    expect((await look())[1]).toBeGreaterThanOrEqual(HOUR_MS / 1000);
    await opened.database.prisma.delivery.updateMany({
      data: { state: "FAILED", failure: "DEMOTED", endedAt: new Date() },
    });
    expect(await look()).toEqual([0, 0]);
  });
});

describe("the outbox of a database that cannot be asked", () => {
  it.each<[string, CountPending]>([
    ["fails", () => Promise.reject(new Error("gone"))],
    ["does not answer", () => new Promise(() => undefined)],
  ])("is left out where it %s, and the page comes all the same", async (_how, ask) => {
    expect(await shown(ask)).toEqual([undefined, undefined]);
  });
});
