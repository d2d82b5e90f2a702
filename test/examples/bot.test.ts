// The example bot as a process of its own, on a real server: it sends its signals, prints fills, and goes on after a kill.
import { readFile } from "node:fs/promises";
import {
  ClosePositionDocument,
  createClient,
  DisableDocument,
  dateTime,
  decimal,
  EnableDocument,
  ExecuteSignalDocument,
  PositionsDocument,
  PublishQuotesDocument,
  SignalsDocument,
} from "@papertape/client/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, freshFile, until } from "../client/following.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { startProgram } from "./childProcess.ts";

const TIME = "2024-01-02T14:30:00.000Z";

describe("the example bot", () => {
  let desk: WireDesk;
  beforeAll(async () => {
    desk = await startWireDesk();
  });
  afterAll(() => desk?.stop());

  const client = () => createClient({ url: desk.server.url });

  /** Fills are at the quote itself. */
  const enable = (name: string) =>
    client().mutate(EnableDocument, { input: { name, settings: { useRealisticFills: false } } });

  async function quote(prices: Readonly<Record<string, string>>): Promise<void> {
    const quotes = Object.entries(prices).map(([symbol, price]) => ({
      symbol,
      price: decimal(price),
      time: dateTime(TIME),
    }));
    expect((await client().mutate(PublishQuotesDocument, { quotes })).publishQuotes.refused).toEqual([]);
  }

  async function positionOf(account: string, symbol: string): Promise<string> {
    const { positions } = await client().query(PositionsDocument, { account, symbol });
    const [edge] = positions.edges;
    if (edge === undefined) throw new Error(`there is no position in ${symbol}`);
    return edge.node.id;
  }

  it("sends a signal, prints each fill and keeps the net positions, killed and started again", async () => {
    await enable("swing");
    await quote({ ACME: "100", EMCA: "50" });
    const file = await freshFile("bot.json");
    const args = [desk.server.url, "swing", "ACME", file];
    const kept = async () => JSON.parse(await readFile(file, "utf8").catch(() => "{}")).state;

    const first = startProgram("examples/bot.ts", args);
    expect(await first.lines(1)).toEqual([`${TIME} bought 10 ACME at 100, net 10`]);
    const levels = { entryPrice: decimal("50"), stopLoss: decimal("55"), target1: decimal("40") };
    const input = { account: "swing", signalId: "mine", symbol: "EMCA", side: "SHORT", ...levels } as const;
    await client().mutate(ExecuteSignalDocument, { input: { ...input, positionSize: decimal("4.5") } });
    expect((await first.lines(2))[1]).toBe(`${TIME} sold 4.5 EMCA at 50, net -4.5`);
    await until(async () => (await kept())?.net["EMCA"] === "-4.5");
    first.kill("SIGKILL");
    await first.ended;

    // What happens meanwhile: its own position is closed, by hand. When it is back it sends its next signal.
    const position = await positionOf("swing", "ACME");
    const { closePosition } = await client().mutate(ClosePositionDocument, {
      input: { position, requestId: "by-hand" },
    });
    expect(closePosition.__typename).toBe("ClosePositionPayload");
    const second = startProgram("examples/bot.ts", args);
    expect(await second.lines(2)).toEqual([
      `${TIME} sold 10 ACME at 100, net 0`,
      `${TIME} bought 10 ACME at 100, net 10`,
    ]);
    await client().mutate(DisableDocument, { input: { account: "swing" } });
    await second.complaint(/ACCOUNT_DISABLED/);
    expect((await second.lines(4)).slice(2).sort()).toEqual([
      `${TIME} bought 4.5 EMCA at 50, net 0`,
      `${TIME} sold 10 ACME at 100, net 0`,
    ]);
    second.kill("SIGTERM");
    expect((await second.ended).code).toBe(0);
    expect((await kept()).net).toEqual({ ACME: "0", EMCA: "0" });
    const { signals } = await client().query(SignalsDocument, { account: "swing", symbol: "ACME" });
    const outcomes = signals.edges.map(({ node }) => `${node.signalId} ${node.status}`).reverse();
    expect(outcomes.slice(0, 2)).toEqual(["bot-ACME-1 FILLED", "bot-ACME-2 FILLED"]);
  });

  it("says what it is waiting for, and why it gives up", async () => {
    const file = await freshFile("bot.json");
    const lost = startProgram("examples/bot.ts", [desk.server.url, "nobody", "NONE", file]);
    const { code, stderr } = await lost.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("There is no price of NONE yet");
    expect(stderr).toContain("There is no account nobody. `enable` makes it.");

    const early = startProgram("examples/bot.ts", [`http://127.0.0.1:${await freePort()}`, "main", "ACME", file]);
    await early.complaint(/ECONNREFUSED/);
    early.kill("SIGTERM");
    await early.ended;
  });
});
