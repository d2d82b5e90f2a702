// The example bot as a process of its own, on a real server: it prints fills, and goes on after it was killed.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClosePosition, Disable, Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { startProgram } from "./childProcess.ts";
import { freshFile, until } from "./following.ts";

const TIME = "2024-01-02T14:30:00.000Z";
/** Fills at the quote itself. */
const SETTINGS = { useRealisticFills: false };

describe("the example bot", () => {
  let desk: WireDesk;
  beforeAll(async () => {
    desk = await startWireDesk();
  });
  afterAll(() => desk?.stop());

  /** Opens a position of so many at the quote, and answers its id. */
  async function open(signalId: string, symbol: string, side: "LONG" | "SHORT", positionSize: string): Promise<string> {
    const levels = side === "LONG" ? { stopLoss: "95", target1: "200" } : { stopLoss: "105", target1: "50" };
    const input = { account: "swing", signalId, symbol, side, entryPrice: "100", positionSize, ...levels };
    const { executeSignal } = await desk.client.run(ExecuteSignal, { input });
    if (executeSignal.__typename !== "ExecuteSignalPayload" || !executeSignal.signal.position)
      throw new Error(JSON.stringify(executeSignal));
    return executeSignal.signal.position.id;
  }

  it("prints each fill and keeps the net positions, killed and started again", async () => {
    await desk.client.run(Enable, { input: { name: "swing", settings: SETTINGS } });
    const quotes = ["ACME", "EMCA"].map((symbol) => ({ symbol, price: "100", time: TIME }));
    await desk.client.run(PublishQuotes, { quotes });
    const file = await freshFile("bot.json");
    const args = [desk.server.url, "swing", file];
    const kept = async () => JSON.parse(await readFile(file, "utf8").catch(() => "{}")).state;

    const long = await open("long", "ACME", "LONG", "10.5");
    await open("short", "EMCA", "SHORT", "4");
    const first = startProgram("examples/bot.ts", args);
    expect(await first.lines(2)).toEqual([
      `${TIME} bought 10.5 ACME at 100, net 10.5`,
      `${TIME} sold 4 EMCA at 100, net -4`,
    ]);
    await until(async () => (await kept())?.["EMCA"] === "-4");
    first.kill("SIGKILL");
    await first.ended;

    await open("rejected", "ACME", "LONG", "100000").catch(() => undefined);
    await desk.client.run(ClosePosition, { input: { position: long, quantity: "4.25", requestId: "some" } });
    const second = startProgram("examples/bot.ts", args);
    expect(await second.lines(1)).toEqual([`${TIME} sold 4.25 ACME at 100, net 6.25`]);
    await desk.client.run(Disable, { input: { account: "swing" } });
    expect((await second.lines(3)).slice(1).sort()).toEqual([
      `${TIME} bought 4 EMCA at 100, net 0`,
      `${TIME} sold 6.25 ACME at 100, net 0`,
    ]);
    second.kill("SIGTERM");
    expect(await second.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await kept()).toEqual({ ACME: "0", EMCA: "0" });
  });

  it("says what it is waiting for, and why it gives up", async () => {
    const file = await freshFile("bot.json");
    const lost = startProgram("examples/bot.ts", [desk.server.url, "nobody", file]);
    const { code, stderr } = await lost.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("There is no account nobody. `enable` makes it.");

    const early = startProgram("examples/bot.ts", ["http://127.0.0.1:1", "main", file]);
    await early.complaint(/ECONNREFUSED/);
  });
});
