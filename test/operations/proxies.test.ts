// The desk behind Caddy and behind nginx, by the page's configuration: every road goes through, and nobody else's.

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { blockOf, inPlace } from "./page.ts";
import { areInstalled, runBlock } from "./programs.ts";
import { CADDY, NGINX, type ProxyOptions, type StartedProxy } from "./proxies.ts";
import type { Follower } from "./secureClient.ts";
import { HOST_NAME, startWalkedServer, WALK, type WalkedServer } from "./walkedServer.ts";

/** Keys made by command, two starts of programs. */
const START_MS = 300_000;
const POLL = { timeout: 20_000 };
/** What one address may have open: few, so that a test can have them all. */
const SOCKETS = 20;
const EVIL = "https://evil.example.org";
const EVENTS = "subscription { accountEvents { __typename ... on PositionOpened { position { symbol } } } }";
const ENABLE = "mutation { enable { __typename } }";
const PRICE = "mutation ($quotes: [QuoteInput!]!) { publishQuotes(quotes: $quotes) { accepted } }";
const SIGNAL = `mutation ($input: ExecuteSignalInput!) {
  executeSignal(input: $input) { ... on ExecuteSignalPayload { signal { status } } } }`;
const LARGER_THAN_NGINX_TAKES_UNASKED = 2 * 1024 * 1024;
/** Minutes of bars whose file is larger than nginx takes unasked. */
const BARS = 30_000;

function signalOf(symbol: string) {
  return {
    signalId: symbol,
    symbol,
    side: "LONG",
    entryPrice: "150",
    stopLoss: "147",
    target1: "156",
    positionSize: "1",
  };
}

function barsFile(): string {
  const first = Date.parse("2024-01-02T00:00:00Z");
  const row = (_: unknown, minute: number) =>
    `${new Date(first + minute * 60_000).toISOString()},1.5,2.25,1.25,2,${minute}`;
  return ["time,open,high,low,close,volume", ...Array.from({ length: BARS }, row), ""].join("\n");
}

function endAfterTest(followers: readonly Follower[]): void {
  onTestFinished(() => {
    for (const { end } of followers) end();
  });
}

const KINDS = [CADDY, NGINX].map((kind) => ({
  ...kind,
  found: areInstalled(`the desk behind ${kind.name}`, kind.name, "openssl"),
}));

describe.runIf(KINDS.some(({ found }) => found))("a desk that was set up by the page", () => {
  let desk: WalkedServer;
  beforeAll(async () => {
    desk = await startWalkedServer({ SOCKETS_PER_CLIENT: `${SOCKETS}` });
    await desk.ask(ENABLE);
  }, START_MS);
  afterAll(() => desk?.close());

  describe.each(KINDS.filter(({ found }) => found))("behind $name", ({ name, start }) => {
    let proxy: StartedProxy;
    const started = async (changes: Partial<ProxyOptions> = {}): Promise<StartedProxy> =>
      start({ upstream: new URL(desk.server.url).host, secret: desk.first, ...changes });
    beforeAll(async () => {
      proxy = await started();
    }, START_MS);
    afterAll(() => proxy?.close());

    it("answers queries and mutations, large ones too, and nobody without a key", async () => {
      const { client } = proxy;
      const answered = await client.ask("{ account { name status } }");
      expect(JSON.parse(answered.body)).toEqual({ data: { account: { name: "main", status: "ENABLED" } } });
      const pad = { pad: "x".repeat(LARGER_THAN_NGINX_TAKES_UNASKED) };
      const quotes = [{ symbol: `${name}LARGE`.toUpperCase(), price: "1" }];
      const large = await client.ask(PRICE, { quotes, ...pad });
      expect(JSON.parse(large.body)).toEqual({ data: { publishQuotes: { accepted: 1 } } });
      expect((await client.ask(ENABLE, {}, { authorization: "" })).status).toBe(401);
    });

    it("answers the page's curl", async () => {
      const curl = inPlace(await blockOf(WALK, "bash", `https://${HOST_NAME}/`), {
        "first.key": desk.firstFile,
        [HOST_NAME]: proxy.client.authority,
      });
      // What a name service and a known authority do elsewhere.
      const { authority } = proxy.client;
      const rc = `resolve = "${authority}:127.0.0.1"\ncacert = "${proxy.certificate.file}"\n`;
      await writeFile(path.join(desk.folder, ".curlrc"), rc);
      const answered = await runBlock(curl, { CURL_HOME: desk.folder });
      expect(JSON.parse(answered)).toEqual({ data: { account: { name: "main", status: "ENABLED" } } });
    });

    it("tells events by WebSocket and by event stream, and exports what came of them", async () => {
      const { client } = proxy;
      const followers = [await client.follow(EVENTS), await client.stream(EVENTS)];
      endAfterTest(followers);
      const symbol = `${name}A`.toUpperCase();
      const price = (at: string) => client.ask(PRICE, { quotes: [{ symbol, price: at }] });
      await price("150");
      const answered = await client.ask(SIGNAL, { input: signalOf(symbol) });
      expect(JSON.parse(answered.body)).toEqual({ data: { executeSignal: { signal: { status: "FILLED" } } } });
      for (const { results } of followers) await expect.poll(() => results.join("\n"), POLL).toContain(symbol);
      await price("160");
      const { authorization } = client;
      const exported = await client.send({ path: `/export/trades?symbol=${symbol}`, headers: { authorization } });
      expect(exported.status).toBe(200);
      expect(exported.body).toContain("TARGET_1");
    });

    it("imports a file of bars", async () => {
      const { authorization } = proxy.client;
      const headers = { authorization, "content-type": "text/csv" };
      const body = barsFile();
      expect(body.length).toBeGreaterThan(1024 * 1024);
      const imported = await proxy.client.send({
        path: `/import/bars?symbol=${name.toUpperCase()}`,
        method: "POST",
        headers,
        body,
      });
      expect(imported.status).toBe(201);
      expect(JSON.parse(imported.body)).toMatchObject({ rows: BARS, faultCount: 0 });
    });

    it("shows no metrics, with or without a key", async () => {
      const { authorization } = proxy.client;
      for (const headers of [{}, { authorization }]) {
        expect(await proxy.client.send({ path: "/metrics", headers })).toMatchObject({ status: 404 });
      }
    });

    it("serves its own page, and neither another host's nor another site's", async () => {
      const { client } = proxy;
      const query = "{ account { name } }";
      const evilHost = { host: "evil.example.org" };
      expect(await client.ask(query, {}, { origin: client.origin })).toMatchObject({ status: 200 });
      expect(await client.ask(query, {}, { origin: EVIL })).toMatchObject({ status: 403 });
      expect((await client.ask(query, {}, evilHost)).body).not.toContain("main");
      const statusOf = async (headers: Record<string, string>) => {
        const { status, close } = await client.upgrade(headers);
        close();
        return status;
      };
      expect(await statusOf({ origin: client.origin })).toBe(101);
      expect(await statusOf({ origin: EVIL })).toBe(403);
      expect(await statusOf(evilHost)).not.toBe(101);
    });

    it("does not pass on what a client says of where he comes from", async () => {
      const heard: (string | string[] | undefined)[] = [];
      const upstream = createServer((request, response) => {
        heard.push(request.headers["x-forwarded-for"]);
        response.end();
      });
      await once(upstream.listen(0, "127.0.0.1"), "listening");
      onTestFinished(() => void upstream.close());
      const { port } = upstream.address() as AddressInfo;
      const other = await started({ upstream: `127.0.0.1:${port}` });
      onTestFinished(() => other.close());
      heard.length = 0;
      const spoofed = { "x-forwarded-for": "203.0.113.7", forwarded: "for=203.0.113.7" };
      for (const road of ["/graphql", "/export/trades"]) await other.client.send({ path: road, headers: spoofed });
      expect(heard).toEqual(["127.0.0.1", "127.0.0.1"]);
    });

    it("counts the sockets of one who says that he comes from ever other places", async () => {
      const open: Awaited<ReturnType<typeof proxy.client.upgrade>>[] = [];
      for (let number = 0; number <= SOCKETS; number++) {
        open.push(await proxy.client.upgrade({ "x-forwarded-for": `203.0.113.${number}` }));
      }
      onTestFinished(() => {
        for (const { close } of open) close();
      });
      expect(open.at(0)?.status).toBe(101);
      expect(open.at(-1)?.status).toBe(429);
    });
  });

  const nginx = KINDS.find(({ name, found }) => found && name === "nginx");
  // Caddy knows no such time unless it is told one.
  it.runIf(nginx)(
    "keeps quiet subscriptions open behind an nginx that gives up soon after the server's pings",
    async () => {
      const changes = { "proxy_read_timeout 60s": "proxy_read_timeout 13s" };
      const proxy = await nginx?.start({ upstream: new URL(desk.server.url).host, secret: desk.first, changes });
      if (proxy === undefined) throw new Error("nginx was found");
      onTestFinished(() => proxy.close());
      const followers = [await proxy.client.follow(EVENTS), await proxy.client.stream(EVENTS)];
      endAfterTest(followers);
      for (const follower of followers) {
        await expect.poll(() => follower.signs() >= 2 || !follower.isOpen(), { timeout: 50_000 }).toBe(true);
        expect(follower.isOpen()).toBe(true);
      }
    },
  );
});
