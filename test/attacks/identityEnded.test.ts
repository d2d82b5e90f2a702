// Credentials that end in the middle: an export or import under way ends with them, as sockets and event streams do.
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { KEY_REMEMBERED_MS } from "../../src/auth/keys.ts";
import { VISITS_CHECKED_EVERY_MS } from "../../src/auth/openVisits.ts";
import { bearer, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { beginPart, upload } from "../server/importDesk.ts";
import { Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";

/** More in all than the sockets between a client and the server hold: 20 MB of CSV. */
const SIGNALS = 2_500;
const SENTENCE_CHARS = 8_000;
/** What a reader takes before the credentials end: less than the whole by far. */
const HEAD_BYTES = 1_000;
const HEADER = "date,open,high,low,close,volume\n";

let desk: GuardedDesk;
beforeAll(async () => {
  desk = await startGuardedDesk();
  const { client } = desk.api;
  await client.run(Enable);
  await client.run(PublishQuotes, { quotes: [{ symbol: "ACME", price: "100" }] });
  const stops = { symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "1000000" };
  await client.run(ExecuteSignal, { input: { ...stops, signalId: "rejected" } });
  await desk.database.prisma.$executeRaw`INSERT INTO signals
    SELECT (jsonb_populate_record(signals, jsonb_build_object('signal_id', 'signal-' || n, 'sequence', 100 + n, 'rejections', jsonb_build_array(
      jsonb_build_object('code', 'INSUFFICIENT_FUNDS', 'message', repeat('x', ${SENTENCE_CHARS}::int)))))).*
    FROM signals, generate_series(1, ${SIGNALS}::int) n`;
});
afterAll(() => desk.close());

type Served = Awaited<ReturnType<GuardedDesk["serve"]>>;

/** The ways in which credentials end while a visit is open. */
const ENDS = [
  ["is revoked on this server", "at once"],
  ["is revoked on another", "at the next look"],
  ["expires", "at the next look"],
] as const;
type End = (typeof ENDS)[number][0];

/** A key, and what ends it; one that expires does so by itself, as soon as `expire` is called. */
async function keyThat(end: End, scopes: readonly ("read" | "feed")[]) {
  const secret = await desk.newKey(scopes, end === "expires" ? { expiresAt: new Date(Date.now() + 3_000) } : {});
  const [{ keyId } = { keyId: "" }] = await desk.database.prisma.$queryRaw<{ keyId: string }[]>`
    SELECT key_id AS "keyId" FROM api_keys ORDER BY created_at DESC, key_id DESC LIMIT 1`;
  const ended = async ({ guard }: Served, isOver: () => boolean): Promise<void> => {
    if (end === "is revoked on another")
      await desk.database.prisma.$executeRaw`UPDATE api_keys SET revoked_at = now() WHERE key_id = ${keyId}::uuid`;
    if (end === "is revoked on this server") guard.apiKeys.revoked(keyId);
    else
      await expect
        .poll(
          async () => {
            await guard.look();
            return isOver();
          },
          { timeout: 20_000 },
        )
        .toBe(true);
  };
  return { secret, ended };
}

/** Begins to read an export, and reads on when that is asked for. */
async function beginExport(url: string, secret: string) {
  const asked = httpRequest(`${url}/export/signals`, { headers: bearer(secret), agent: false }).end();
  onTestFinished(() => void asked.destroy());
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= HEAD_BYTES) response.pause();
  });
  response.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    response.once("close", resolve);
  });
  asked.on("error", () => undefined);
  await expect.poll(() => bytes).toBeGreaterThanOrEqual(HEAD_BYTES);
  return {
    status: response.statusCode,
    /** Reads to the end, and answers whether it was the end of the export. */
    readOn: async () => {
      response.removeAllListeners("data").resume();
      await closed;
      return response.complete;
    },
  };
}

it("should be within a minute, whoever has ended them", () => {
  expect(VISITS_CHECKED_EVERY_MS + KEY_REMEMBERED_MS).toBeLessThan(60_000);
});

describe.each(ENDS)("a key that %s", (end) => {
  it("should take its export along, which its reader can tell, and no other's", async () => {
    const served = await desk.serve();
    const other = await beginExport(served.url, await desk.newKey(["read"]));
    const { secret, ended } = await keyThat(end, ["read"]);
    const reading = await beginExport(served.url, secret);
    expect(reading.status).toBe(200);
    await ended(served, () => served.lines.some(({ msg }) => msg === CUT));
    expect(await reading.readOn()).toBe(false);
    await expect.poll(() => served.lines.map(({ msg }) => msg)).toContain(CUT);
    expect(await other.readOn()).toBe(true);
  });

  it("should take its import along, which leaves nothing", async () => {
    const served = await desk.serve();
    const { secret, ended } = await keyThat(end, ["feed"]);
    const { answer, request } = await beginPart(
      `${served.url}/import/bars?symbol=CUT`,
      `${HEADER}2020-01-01,1,2,1,2,1\n`,
      bearer(secret),
    );
    onTestFinished(() => void request.destroy());
    let isOver = false;
    void answer.then(() => {
      isOver = true;
    });
    await ended(served, () => isOver);
    const { status, headers, body } = await answer;
    expect([status, body.message]).toEqual([
      401,
      "Your credentials have expired or were revoked. Nothing was imported.",
    ]);
    expect(headers["www-authenticate"]).toMatch(/^Bearer /);
    expect(await desk.database.prisma.dataSet.count()).toBe(0);
  });
});

it("should take imports along that still wait for their turn, and let others have it", async () => {
  const served = await desk.serve();
  const kept = await desk.newKey(["feed"]);
  const { secret, ended } = await keyThat("is revoked on this server", ["feed"]);
  const begun = [];
  for (let index = 0; index < 4; index += 1) {
    begun.push(await beginPart(`${served.url}/import/bars?symbol=W${index}`, HEADER, bearer(secret)));
  }
  const next = upload(
    `${served.url}/import/bars?symbol=NEXT`,
    `${HEADER}2020-01-01,1,2,1,2,1\n2020-01-02,1,2,1,2,1\n`,
    { "content-type": "text/csv", ...bearer(kept) },
  );
  await ended(served, () => true);
  const answers = await Promise.all(begun.map(({ answer }) => answer));
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  for (const { request } of begun) request.destroy();
  expect((await next).status).toBe(201);
});

const CUT = "an export was cut: the credentials that it came with have ended";
