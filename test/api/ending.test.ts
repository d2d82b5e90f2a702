// The end of the process: what is under way finishes, subscribers are told to come back, and all is there afterwards.
import { request } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSocket } from "../server/rawSocket.ts";
import { PublishQuotes } from "../support/documents.ts";
import { postgresReachable } from "../support/postgres.ts";
import { take } from "../support/wireClient.ts";
import { type Place, postgresPlace, startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { AccountEvents, AccountNow, FullEnable, FullExecuteSignals, SignalsOfSession } from "./operations.ts";

/** The one promise about time: so long after SIGTERM the process has ended. */
const END_MS_MAX = 10_000;

const FEED = { CLOCK: "feed" };
const QUOTE = { symbol: "AAPL", price: "150", time: "2024-03-01T14:30:00.000Z" };
const SIGNAL = { symbol: "AAPL", entryPrice: "150", stopLoss: "145", target1: "160", positionSize: "1" };

let desk: WireDesk;
beforeAll(async () => {
  desk = await enabledDesk();
});
afterAll(() => desk.stop());

async function enabledDesk(open?: () => Promise<Place>): Promise<WireDesk> {
  const made = await startWireDesk(FEED, open);
  await made.client.run(FullEnable);
  await made.client.run(PublishQuotes, { quotes: [QUOTE] });
  return made;
}

/** Sends SIGTERM; `ended` tells the exit code and how long it took. */
function terminate({ server }: WireDesk) {
  const beganAtMs = performance.now();
  return server.kill("SIGTERM").then(({ code, signal }) => ({ code, signal, tookMs: performance.now() - beganAtMs }));
}

/** Returns when the server takes no new work. */
async function untilNotReady({ server }: WireDesk): Promise<void> {
  for (;;) {
    const response = await fetch(`${server.url}/health/ready`, { headers: { connection: "close" } }).catch(
      () => undefined,
    );
    if (response === undefined || response.status === 503) return;
  }
}

/** A request of which the server has the head, and gets the body when `send` is called. */
async function beginRequest(url: string, body: string) {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    expect: "100-continue",
  };
  const begun = request(`${url}/graphql`, { method: "POST", headers, agent: false });
  const answer = new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    begun.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
  });
  begun.flushHeaders();
  await new Promise((resolve) => begun.once("continue", resolve));
  return { send: () => begun.end(body), answer };
}

const signalRequest = (signalId: string): string =>
  JSON.stringify({ query: String(FullExecuteSignals), variables: { inputs: [{ ...SIGNAL, signalId }] } });

describe("After SIGTERM", () => {
  it("a request under way is answered and what it did is kept, no new one is taken, and the process ends with 0", async () => {
    const underWay = await beginRequest(desk.server.url, signalRequest("under-way"));
    const ended = terminate(desk);
    await untilNotReady(desk);
    // Told again, it goes on as it was.
    void desk.server.kill("SIGTERM");
    void desk.server.kill("SIGINT");
    underWay.send();
    const { status, text } = await underWay.answer;
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ data: { executeSignals: [{ signal: { status: "FILLED" } }] } });
    const { tookMs, ...how } = await ended;
    expect(how).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(END_MS_MAX);
    expect(desk.server.stderr()).not.toMatch(/"level":[456]0/);
    await desk.restart();
    const { signals } = await desk.client.run(SignalsOfSession);
    expect(signals.edges.map(({ node }) => node.signalId)).toEqual(["under-way"]);
  });

  it("subscribers are closed with 1001, and miss nothing when they come back with their cursor", async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => openSocket(`${desk.server.url}/graphql`)));
    for (const socket of sockets) {
      socket.subscribe("prices", "subscription { positionUpdated { currentPrice } }");
      socket.subscribe("events", "subscription { accountEvents { cursor } }");
      expect(await socket.nextFor("prices")).toMatchObject({ type: "next" });
    }
    const { account } = await desk.client.run(AccountNow);
    const followed = await desk.client.follow(AccountEvents, { after: account?.cursor ?? null });
    await desk.client.run(FullExecuteSignals, { inputs: [{ ...SIGNAL, signalId: "before" }] });
    const [last] = await take(followed, 1);
    expect(last).toMatchObject({ accountEvents: { __typename: "PositionOpened", position: { signalId: "before" } } });
    const ended = terminate(desk);
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([1001, 1001, 1001]);
    await expect(followed.next()).rejects.toMatchObject({ code: 1001 });
    expect(await ended).toMatchObject({ code: 0 });

    await desk.restart();
    await desk.client.run(FullExecuteSignals, { inputs: [{ ...SIGNAL, signalId: "meanwhile" }] });
    const again = await desk.client.follow(AccountEvents, { after: last?.accountEvents.cursor ?? null });
    expect(await take(again, 1)).toMatchObject([{ accountEvents: { position: { signalId: "meanwhile" } } }]);
  });

  it.skipIf(!postgresReachable)("what waits for the database finishes too", async () => {
    let databaseUrl = "";
    const waiting = await enabledDesk(async () => {
      const place = await postgresPlace();
      databaseUrl = place.env["DATABASE_URL"] ?? "";
      return place;
    });
    const other = new pg.Client({ connectionString: databaseUrl });
    try {
      await other.connect();
      await other.query("BEGIN; LOCK TABLE accounts");
      const answer = waiting.client.run(FullExecuteSignals, { inputs: [{ ...SIGNAL, signalId: "waits" }] });
      await untilSomeoneWaits(other);
      const ended = terminate(waiting);
      await untilNotReady(waiting);
      await other.query("COMMIT");
      expect(await answer).toMatchObject({ executeSignals: [{ signal: { status: "FILLED" } }] });
      expect(await ended).toMatchObject({ code: 0 });
      const { rows } = await other.query("SELECT signal_id FROM signals");
      expect(rows).toEqual([{ signal_id: "waits" }]);
    } finally {
      await other.end();
      await waiting.stop();
    }
  });
});

/** Returns when a statement of this database waits for a lock. */
async function untilSomeoneWaits(client: pg.Client): Promise<void> {
  const waits =
    "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE d.datname = current_database() AND NOT granted";
  while ((await client.query(waits)).rowCount === 0);
}
