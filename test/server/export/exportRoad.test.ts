// Exports over HTTP: the lists of the API as files, with the same filters, and clear answers to what cannot be.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOCAL_ACCESS } from "../../../src/server/access.ts";
import type { FindTable } from "../../../src/server/export/exportRoad.ts";
import { createExportRoad, EXPORTS_AT_ONCE_MAX } from "../../../src/server/export/exportRoad.ts";
import { createFindTable } from "../../../src/server/export/findTable.ts";
import { LOCAL_VIEWER, noteAdmission } from "../../../src/server/viewer.ts";
import { createExportReads } from "../../../src/store/exportReads.ts";
import { createReads } from "../../../src/store/reads.ts";
import { graphql } from "../../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../../support/apiDesk.ts";
import { databases } from "../../support/databases.ts";
import { createKeptLog } from "../serving.ts";

/** More signals than a page of the export holds, so that pages are joined. */
const SIGNALS = 1_203;

const Enable = graphql(`mutation ExportEnable { enable { __typename } }`);
const Send = graphql(
  `mutation ExportSend($inputs: [ExecuteSignalInput!]!) { executeSignals(inputs: $inputs) { __typename } }`,
);
const Publish = graphql(
  `mutation ExportPublish($quotes: [QuoteInput!]!) { publishQuotes(quotes: $quotes) { accepted } }`,
);
const FirstTrades = graphql(`
  query ExportTrades {
    trades(first: 200) {
      edges {
        node {
          id signalId symbol quantity entryTime entryPrice exitTime exitPrice exitReason
          realizedPnl rMultipleAchieved commissionTotal slippageTotal
        }
      }
    }
  }
`);

interface Asked {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function serveRoad(findTable: FindTable): Promise<{ readonly url: string; close(): void }> {
  const answer = createExportRoad(findTable, createKeptLog().log, LOCAL_ACCESS.visits);
  const server = createServer((request, response) => {
    noteAdmission(request, { viewer: LOCAL_VIEWER, keyId: null, expiresAtMs: null });
    void answer(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

describe.each(databases)("An export from $name", ({ open }) => {
  let api: ApiDesk;
  let road: Awaited<ReturnType<typeof serveRoad>>;

  beforeAll(async () => {
    const opened = await open();
    api = await startApiDesk(async () => opened);
    const { desk } = api.running;
    const { prisma } = opened.database;
    const reads = createReads(opened.database);
    road = await serveRoad(
      createFindTable({ desk, reads, lists: createExportReads(prisma), backtests: api.backtests }),
    );
    await api.client.run(Enable);
    const minute = (count: number) => new Date(Date.parse(START) + count * 60_000).toISOString();
    await api.client.run(Publish, { quotes: [{ symbol: "AAPL", price: "150", time: minute(0) }] });
    const inputs = Array.from({ length: SIGNALS }, (_, index) => ({
      signalId: `signal-${index}`,
      symbol: "AAPL",
      entryPrice: "150",
      stopLoss: "145",
      target1: index % 2 === 0 ? "155" : "160",
      positionSize: index < 20 ? "10" : "1000000",
      source: "=cmd|' /C calc'!A0",
    }));
    for (let from = 0; from < inputs.length; from += 500) {
      await api.client.run(Send, { inputs: inputs.slice(from, from + 500) });
    }
    await api.client.run(Publish, { quotes: [{ symbol: "AAPL", price: "156.25", time: minute(1) }] });
    await api.client.run(Publish, { quotes: [{ symbol: "AAPL", price: "144.5", time: minute(2) }] });
  });

  afterAll(async () => {
    road.close();
    await api.close();
  });

  async function ask(path: string, method = "GET"): Promise<Asked> {
    const response = await fetch(`${road.url}${path}`, { method });
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  }

  it("has every trade of the API's list, in its order, with the same digits", async () => {
    const { text } = await ask("/export/trades?format=json");
    const exported = JSON.parse(text) as Record<string, unknown>[];
    const { trades } = await api.client.run(FirstTrades);
    expect(exported).toHaveLength(20);
    expect(exported.map((row) => row["exitReason"])).toContain("TARGET_1");
    for (const [index, { node }] of trades.edges.entries()) expect(exported[index]).toMatchObject(node);
  });

  it("joins its pages: every signal once, newest first", async () => {
    const { text } = await ask("/export/signals?format=ndjson");
    const ids = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { signalId: string }).signalId);
    expect(ids).toEqual(Array.from({ length: SIGNALS }, (_, index) => `signal-${SIGNALS - 1 - index}`));
  });

  it("tells why a signal was rejected", async () => {
    const { text } = await ask("/export/signals?status=REJECTED&format=ndjson");
    const [first] = text.split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({ status: "REJECTED", positionId: null });
    expect(JSON.parse(first ?? "")["rejectionCodes"]).toContain("INSUFFICIENT_FUNDS");
  });

  it("is CSV unless asked otherwise, and no spreadsheet runs what a sender wrote", async () => {
    const { type, text } = await ask("/export/positions");
    expect(type).toBe("text/csv; charset=utf-8; header=present");
    const [header, first] = text.split("\r\n");
    expect(header).toMatch(/^id,session,signalId,symbol/);
    expect(first).toContain("'=cmd|");
    expect(first).not.toMatch(/,"?=/);
  });

  it("takes the filters of the lists", async () => {
    const rows = async (query: string) => JSON.parse((await ask(`/export/${query}&format=json`)).text) as object[];
    expect(await rows("trades?exitReason=STOP_LOSS")).toHaveLength(10);
    expect(await rows(`trades?from=${START}&to=2024-03-01T14:31:30Z`)).toHaveLength(10);
    expect(await rows("positions?status=CLOSED&symbol=AAPL")).toHaveLength(20);
    expect(await rows("positions?symbol=MSFT")).toHaveLength(0);
  });

  it("has the recorded points of the equity curve, from one time up to another", async () => {
    const points = async (query: string) =>
      JSON.parse((await ask(`/export/curve?format=json${query}`)).text) as Record<string, string>[];
    const all = await points("");
    expect(all[0]).toEqual({ time: START, equity: "100000", cash: "100000", drawdown: "0" });
    expect(all.map(({ time }) => time)).toEqual(all.map(({ time }) => time).sort());
    expect(await points("&from=2024-03-01T14:31:00Z&to=2024-03-01T14:31:01Z")).toHaveLength(1);
  });

  it("has every figure of the report, or the reason why there is none", async () => {
    const rows = JSON.parse((await ask("/export/report?format=json")).text) as Record<string, string>[];
    const told = new Map(rows.map((row) => [row["figure"], row]));
    expect(told.get("totalTrades")).toMatchObject({ value: 20 });
    expect(told.get("winRate")).toEqual({ figure: "winRate", value: "50", reason: null });
    expect(told.get("sharpe")?.["reason"]).toContain("daily returns");
  });

  it("has a row for each group of a breakdown", async () => {
    const { text } = await ask("/export/report?breakdown=EXIT_REASON");
    const [header, ...groups] = text.trimEnd().split("\r\n");
    expect(header).toMatch(/^key,totalTrades,winningTrades/);
    expect(groups.map((group) => group.split(",").slice(0, 3))).toEqual([
      ["STOP_LOSS", "10", "0"],
      ["TARGET_1", "10", "10"],
    ]);
  });

  it("answers HEAD with the type and without rows", async () => {
    const { status, type, text } = await ask("/export/trades?format=json", "HEAD");
    expect([status, type, text]).toEqual([200, "application/json; charset=utf-8", ""]);
  });

  it("names every problem of what was asked", async () => {
    const { status, text } = await ask(
      "/export/trades?format=xlsx&from=yesterday&colour=red&session=0&symbol=a&symbol=b",
    );
    expect(status).toBe(400);
    expect((JSON.parse(text) as { issues: { path: string[] }[] }).issues.map(({ path }) => path[0])).toEqual([
      "colour",
      "symbol",
      "symbol",
      "session",
      "format",
      "from",
    ]);
  });

  it("does not exist for an unknown account, name or owner", async () => {
    expect((await ask("/export/trades?account=nobody")).status).toBe(404);
    expect((await ask("/export/signals?session=2")).status).toBe(404);
    expect((await ask("/export/trades?backtest=nonsense")).status).toBe(404);
    expect((await ask("/export/everything")).status).toBe(404);
    expect((await ask("/export/trades", "POST")).status).toBe(405);
  });
});

describe("Exports at once", () => {
  it("are so many, and the next one is told to come back", async () => {
    let release = (): void => undefined;
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    let asked = 0;
    const road = await serveRoad(() => {
      asked += 1;
      return held;
    });
    const waiting = Array.from({ length: EXPORTS_AT_ONCE_MAX }, () => fetch(`${road.url}/export/trades`));
    await expect.poll(() => asked).toBe(EXPORTS_AT_ONCE_MAX);
    const refused = await fetch(`${road.url}/export/trades`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await refused.json()).toEqual({
      message: `${EXPORTS_AT_ONCE_MAX} exports are running, the most allowed at once. Try again.`,
    });
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 404));
    road.close();
  });
});
