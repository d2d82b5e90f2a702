// A desk that is killed while it delivers: every signal that was acknowledged arrives, and more than once only by its key.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { type Child, startChild } from "../support/child.ts";
import { Disable, Enable } from "../support/documents.ts";
import { silentLog } from "../support/log.ts";
import { createWireClient, type WireClient } from "../support/wireClient.ts";
import { places } from "../support/wireDesk.ts";
import { Deliveries, liveSignal, makeEligible, Promote, SendLive } from "./liveDesk.ts";
import { SECRET, startReceiver } from "./receiving.ts";

const KILLS = 3;
const SIGNALS_A_LIFE = 6;
const SENDERS = 3;

describe.each(places)("A desk with a live route on $name that is killed", ({ open }) => {
  it(`${KILLS} times delivers each signal in order, again only with the same key`, async () => {
    const place = await open();
    const receiver = await startReceiver();
    const env = { ...place.env, PORT: "0", LIVE_WEBHOOK_URL: receiver.url, LIVE_WEBHOOK_SECRET: SECRET };
    let child: Child | undefined;
    let client: WireClient | undefined;
    const start = async (): Promise<WireClient> => {
      child = await startChild("../live/liveChild.ts");
      const { url } = await child.ask<{ url: string }>(env);
      return createWireClient(url);
    };
    onTestFinished(async () => {
      await client?.close();
      await child?.kill();
      await receiver.close();
      await place.remove();
    });
    client = await start();
    await client.run(Enable, { input: { name: "main" } });
    await child?.kill();
    await earn(place.env);
    client = await start();
    const input = { account: "main", confirmation: "promote main to live" };
    expect((await client.run(Promote, { input })).promote.__typename).toBe("PromotePayload");
    await client.run(Disable, { input: { account: "main" } });

    const ids: string[] = [];
    for (let life = 0; life < KILLS; life += 1) {
      // The second of each life gets no answer before the kill: whether it has arrived is for nobody to know.
      const before = receiver.received.length;
      receiver.answer = (response) => {
        if (receiver.received.length <= before + 1) response.writeHead(204).end();
      };
      const inputs = Array.from({ length: SIGNALS_A_LIFE }, (_, index) => liveSignal(`life-${life}-${index}`));
      ids.push(...inputs.map(({ signalId }) => signalId));
      await Promise.all(Array.from({ length: SENDERS }, () => client?.run(SendLive, { inputs })));
      await receiver.until(before + 2);
      await child?.kill("SIGKILL");
      receiver.answer = 204;
      client = await start();
      const { executeSignals } = await client.run(SendLive, { inputs });
      expect(executeSignals.map((one) => "replayed" in one && one.replayed)).toEqual(inputs.map(() => true));
      await arrived(client, ids.length);
    }

    const keys = receiver.messages().map(({ id, signal }) => `${signal.signalId} ${id}`);
    expect([...new Set(keys)].map((key) => key.split(" ")[0])).toEqual(ids);
    expect(new Set(receiver.messages().map(({ id }) => id)).size).toBe(ids.length);
    const bodies = new Map(receiver.received.map(({ headers, body }) => [headers["idempotency-key"], body]));
    for (const { headers, body } of receiver.received) expect(body).toBe(bodies.get(headers["idempotency-key"]));
    expect(receiver.received.length).toBeGreaterThan(ids.length);
  }, 300_000);
});

async function earn(env: Readonly<Record<string, string>>): Promise<void> {
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir = "unused" } = env;
  const database = await openDatabase({ ...(databaseUrl !== undefined && { databaseUrl }), dataDir, log: silentLog });
  await makeEligible(database);
  await database.close();
}

function arrived(client: WireClient, count: number): Promise<void> {
  return vi.waitFor(
    async () => expect((await client.run(Deliveries, { state: "DELIVERED" })).deliveries.totalCount).toBe(count),
    { timeout: 60_000, interval: 200 },
  );
}
