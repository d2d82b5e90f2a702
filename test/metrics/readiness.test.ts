// Readiness: the server says that it is not ready, and why, when its database, its feed or its logs fail it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReadiness, type ReadinessLimits, type ReadinessSources } from "../../src/server/readiness.ts";
import { PRICE, startWatchedServer, type WatchedServer } from "./watchedServer.ts";

const SOUND: ReadinessSources = {
  askDatabase: async () => 1,
  feedAgeMs: () => 5_000,
  logBlindMs: () => 0,
  deliveryDelayMs: async () => 1,
};
const LIMITS: ReadinessLimits = { feedAgeMsMax: undefined, logLagMsMax: 100, databaseMsMax: 50 };

const readiness = (sources: Partial<ReadinessSources>, limits: Partial<ReadinessLimits> = {}) =>
  createReadiness({ ...SOUND, ...sources }, { ...LIMITS, ...limits })();

describe("a server is ready", () => {
  it("where all is well, and without a limit whatever the age of the feed", async () => {
    expect(await readiness({})).toEqual({ ready: true });
    expect(await readiness({ feedAgeMs: () => Number.MAX_SAFE_INTEGER })).toEqual({ ready: true });
    expect(await readiness({}, { feedAgeMsMax: 5_000 })).toEqual({ ready: true });
  });
});

describe("a server is not ready", () => {
  it.each<[string, Partial<ReadinessSources>, Partial<ReadinessLimits>, RegExp]>([
    ["the database fails", { askDatabase: () => Promise.reject(new Error("gone")) }, {}, /database does not answer/],
    ["the database hangs", { askDatabase: () => new Promise(() => undefined) }, {}, /database does not answer/],
    ["no price came for too long", {}, { feedAgeMsMax: 4_999 }, /No price was accepted for 5 s/],
    ["the logs cannot be read", { logBlindMs: () => 7_200 }, {}, /logs could not be read for 7 s/],
    ["subscribers wait for too long", { deliveryDelayMs: async () => 101 }, {}, /Subscribers wait/],
    ["subscribers get no turn at all", { deliveryDelayMs: () => new Promise(() => undefined) }, {}, /Subscribers wait/],
  ])("when %s", async (_when, sources, limits, reason) => {
    expect(await readiness(sources, limits)).toEqual({ ready: false, reasons: [expect.stringMatching(reason)] });
  });

  it("for all reasons at once, and ready again when they are gone", async () => {
    let isGone = true;
    const sources = { askDatabase: () => (isGone ? Promise.reject(new Error("gone")) : Promise.resolve()) };
    const ask = createReadiness({ ...SOUND, ...sources, logBlindMs: () => (isGone ? 101 : 0) }, LIMITS);
    expect(await ask()).toMatchObject({ ready: false, reasons: { length: 2 } });
    isGone = false;
    expect(await ask()).toEqual({ ready: true });
  });
});

describe("a server with READY_FEED_AGE_MS", () => {
  let server: WatchedServer;
  beforeAll(async () => {
    server = await startWatchedServer({ READY_FEED_AGE_MS: "1500" });
  });
  afterAll(() => server?.close());
  const status = async (): Promise<number> => (await fetch(`${server.url}/health/ready`)).status;

  it("is not ready when its feed falls silent, and ready with the next price", async () => {
    await expect.poll(status, { timeout: 20_000 }).toBe(503);
    expect(await (await fetch(`${server.url}/health/ready`)).json()).toMatchObject({
      status: "not ready",
      reasons: [expect.stringMatching(/No price was accepted/)],
    });
    const ready = async (): Promise<number> => {
      await server.ask(PRICE, { quotes: [{ symbol: "AAPL", price: "150" }] });
      return status();
    };
    await expect.poll(ready, { timeout: 20_000 }).toBe(200);
    // A refused price says nothing of the feed.
    const refused = async (): Promise<number> => {
      await server.ask(PRICE, { quotes: [{ symbol: "AAPL", price: "0" }] });
      return status();
    };
    await expect.poll(refused, { timeout: 20_000 }).toBe(503);
  });
});
