// The page of metrics: every line of it is of the format, every metric is documented, and they move as the work does.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { OPERATION_NAMES_MAX } from "../../src/server/metrics/operationNames.ts";
import { send } from "../server/serving.ts";
import { PROJECT } from "../support/builtServer.ts";
import { amountOf, type Family } from "./exposition.ts";
import { ENABLE, PRICE, SIGNAL, startWatchedServer, type WatchedServer } from "./watchedServer.ts";

const promtoolFound = spawnSync("promtool", ["--version"]).status === 0;
if (!promtoolFound) console.warn("left out: promtool is not installed (Debian's package prometheus has it)");

let server: WatchedServer;
let before: ReadonlyMap<string, Family>;

beforeAll(async () => {
  server = await startWatchedServer();
});
afterAll(() => server?.close());

/** How much a metric has grown since `noted`. */
async function grownBy(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
  return amountOf(await server.metrics(), name, labels) - amountOf(before, name, labels);
}

async function noted(): Promise<void> {
  before = await server.metrics();
}

const signal = (signalId: string, changes: object = {}): object => ({
  input: {
    signalId,
    symbol: "AAPL",
    side: "LONG",
    entryPrice: "150",
    stopLoss: "147",
    target1: "156",
    target2: "162",
    positionSize: "100",
    ...changes,
  },
});

describe("what is counted", () => {
  it("counts prices that are accepted, stale and refused, and how old the feed is", async () => {
    await noted();
    const now = new Date().toISOString();
    const report = await server.ask(PRICE, {
      quotes: [
        { symbol: "AAPL", price: "150", time: now },
        { symbol: "AAPL", price: "150", time: new Date(Date.now() - 60_000).toISOString() },
        { symbol: "AAPL", price: "0" },
      ],
    });
    expect(report).toMatchObject({ data: { publishQuotes: { accepted: 1, stale: 1, refused: [{ index: 2 }] } } });
    expect(await grownBy("papertape_prices_total", { outcome: "accepted" })).toBe(1);
    expect(await grownBy("papertape_prices_total", { outcome: "stale" })).toBe(1);
    expect(await grownBy("papertape_prices_total", { outcome: "refused" })).toBe(1);
    expect(await grownBy("papertape_write_road_seconds_count", { kind: "job" })).toBeGreaterThanOrEqual(1);
  });

  it("counts signals by status, rejections by their rule, closes by their reason, and batches", async () => {
    await server.ask(ENABLE);
    await noted();
    await server.ask(PRICE, { quotes: [{ symbol: "AAPL", price: "150" }] });
    expect((await server.ask(SIGNAL, signal("s-1"))).errors).toBeUndefined();
    await server.ask(SIGNAL, signal("s-1"));
    await server.ask(SIGNAL, signal("s-2", { symbol: "NONE" }));
    await server.ask(PRICE, { quotes: [{ symbol: "AAPL", price: "140" }] });
    expect(await grownBy("papertape_signals_total", { status: "FILLED" })).toBe(1);
    expect(await grownBy("papertape_signals_total", { status: "REJECTED" })).toBe(1);
    expect(await grownBy("papertape_rejections_total", { code: "PRICE_UNAVAILABLE" })).toBe(1);
    expect(await grownBy("papertape_trades_closed_total", { reason: "STOP_LOSS" })).toBe(1);
    expect(await grownBy("papertape_batch_commands_count")).toBe(3);
    expect(await grownBy("papertape_batch_commands_sum")).toBe(3);
    expect(await grownBy("papertape_write_road_seconds_count", { kind: "batch" })).toBe(3);
    expect(await grownBy("papertape_transaction_seconds_count")).toBeGreaterThanOrEqual(4);
    expect(await grownBy("papertape_write_road_waiting")).toBe(0);
  });

  it("counts operations by name and outcome, on both roads of HTTP, and those that are not executed by their code", async () => {
    await noted();
    await server.ask("query Look { __typename }");
    await fetch(`${server.url}/graphql?query=${encodeURIComponent("query Look { __typename }")}`);
    await server.ask("{ __typename }");
    await server.ask("query Wrong { nothing }");
    await server.ask("query Look { __typename }", {}, { operationName: "Junk" });
    const ok = { transport: "http", outcome: "ok" };
    expect(await grownBy("papertape_operations_total", { ...ok, operation: "Look" })).toBe(2);
    expect(await grownBy("papertape_operations_total", { ...ok, operation: "anonymous" })).toBe(1);
    expect(await grownBy("papertape_operation_seconds_count", { operation: "Look" })).toBe(2);
    expect(await grownBy("papertape_operations_total", { operation: "Junk" })).toBe(0);
    expect(await grownBy("papertape_operations_refused_total", { transport: "http" })).toBe(2);
    expect(await grownBy("papertape_http_requests_total", { route: "graphql", status: "2xx" })).toBeGreaterThanOrEqual(
      4,
    );
  });

  it("counts subscribers by field, sockets, and what a socket refuses", async () => {
    await noted();
    const sockets = createClient({ url: `${server.url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket });
    const followed = sockets.iterate({ query: "subscription Watch { positionOpened { __typename } }" });
    const next = followed.next();
    await expect.poll(() => grownBy("papertape_subscribers", { field: "positionOpened" })).toBe(1);
    expect(await grownBy("papertape_websockets_open")).toBe(1);
    expect(await grownBy("papertape_channels_open")).toBe(1);
    expect(await grownBy("papertape_operations_total", { transport: "websocket", operation: "Watch" })).toBe(1);
    await expect(sockets.iterate({ query: "subscription { nothing }" }).next()).rejects.toBeDefined();
    expect(await grownBy("papertape_operations_refused_total", { transport: "websocket" })).toBe(1);
    await server.ask(PRICE, { quotes: [{ symbol: "AAPL", price: "150" }] });
    await server.ask(SIGNAL, signal("s-followed"));
    expect(await next).toMatchObject({ value: { data: { positionOpened: {} } } });
    expect(await grownBy("papertape_log_readers_behind")).toBe(0);
    await sockets.dispose();
    await expect.poll(() => grownBy("papertape_websockets_open")).toBe(0);
    await expect.poll(() => grownBy("papertape_subscribers", { field: "positionOpened" })).toBe(0);
  });

  it("counts imports and exports, and how long they took", async () => {
    await noted();
    await fetch(`${server.url}/import/bars?symbol=AAPL`, { method: "POST", body: "not a file of bars" });
    await fetch(`${server.url}/export/nothing.csv`);
    expect(await grownBy("papertape_http_requests_total", { route: "import" })).toBe(1);
    expect(await grownBy("papertape_transfer_seconds_count", { route: "export" })).toBe(1);
    expect(await grownBy("papertape_http_open", { route: "import" })).toBe(0);
  });

  it("tells no more names of operations apart than its limit, whatever clients send", async () => {
    for (let number = 0; number < OPERATION_NAMES_MAX + 20; number += 1) {
      await server.ask(`query Name${number} { __typename }`);
    }
    await server.ask(ENABLE);
    await noted();
    const names = new Set(before.get("papertape_operations_total")?.samples.map(({ labels }) => labels["operation"]));
    expect(names.size).toBeGreaterThan(OPERATION_NAMES_MAX / 2);
    // Besides "anonymous", "other" and the names of GraphiQL's examples that were used.
    expect([...names].filter((name) => name?.startsWith("Name")).length).toBeLessThanOrEqual(OPERATION_NAMES_MAX);
    expect(names).toContain("other");
    expect(names).toContain("Enable");
  });
});

describe("the page", () => {
  it("has every metric documented, and documents none that does not exist", async () => {
    const whole = readFileSync(path.join(PROJECT, "docs/operations.md"), "utf8");
    const page = whole.slice(whole.indexOf("\n## Metrics"), whole.indexOf("\n## Traces"));
    const names = [...(await server.metrics()).keys()];
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const documented = [...page.matchAll(/`(papertape_[a-z_]+)(?:\{[a-z,]+\})?`/g)].map(([, name]) => name ?? "");
    const samples = [...(await server.metrics()).values()].flatMap(({ name, type }) =>
      type === "histogram" ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    expect(documented.filter((name) => !samples.includes(name))).toEqual([]);
  });

  it("explains each metric in its help", async () => {
    const unexplained = [...(await server.metrics()).values()].filter(({ help }) => help.length < 15);
    expect(unexplained.map(({ name }) => name)).toEqual([]);
  });

  it.skipIf(!promtoolFound)("is what Prometheus' own checker takes", async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    // It finds fault with names too, and those of node's own metrics are not ours.
    const faults = `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !/^(nodejs|process)_/.test(line));
    expect(faults).toEqual([]);
    // 3 is for faults of names alone; 1 is for a page that cannot be read.
    expect([0, 3]).toContain(status);
  });

  it("is for those on this machine, and not for what a proxy passes on", async () => {
    expect((await send(`${server.url}/metrics`, "GET")).status).toBe(200);
    expect((await send(`${server.url}/metrics`, "HEAD")).body).toBe("");
    expect((await send(`${server.url}/metrics`, "GET", { "x-forwarded-for": "127.0.0.1" })).status).toBe(403);
    expect((await send(`${server.url}/metrics`, "GET", { forwarded: "for=127.0.0.1" })).status).toBe(403);
    expect((await send(`${server.url}/metrics`, "POST")).status).toBe(404);
  });

  it("is not there where METRICS is off, and the desk works as before", async () => {
    const unwatched = await startWatchedServer({ METRICS: "off" });
    try {
      expect((await fetch(`${unwatched.url}/metrics`)).status).toBe(404);
      expect(await unwatched.ask(ENABLE)).toMatchObject({ data: { enable: { __typename: "EnablePayload" } } });
    } finally {
      await unwatched.close();
    }
  });
});
