// A replay that runs while people trade on it by hand, and the demonstration: events arrive as things happen.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AccountNow, ClosedTrades, OpenedPositions, UpdatedPositions } from "../api/operations.ts";
import { ExecuteSignal } from "../support/documents.ts";
import { type ServerProcess, startServer } from "../support/serverProcess.ts";
import { createWireClient, take, type WireClient } from "../support/wireClient.ts";
import { embeddedPlace } from "../support/wireDesk.ts";
import { madeBars, temporaryDirectory } from "./replaying.ts";

const POLL_MS = 50;

let directory: string;
const removals: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const temporary = await temporaryDirectory();
  directory = temporary.directory;
  removals.push(temporary.remove);
});
afterAll(async () => {
  for (const remove of removals) await remove();
});

/** A server with its client on a fresh DATA_DIR, when its account is there, and where that account's log begins. */
async function started(...args: string[]): Promise<{ server: ServerProcess; client: WireClient; after: string }> {
  const place = await embeddedPlace();
  const server = await startServer({ ...place.env, LOG_LEVEL: "warn", CHECK_IDENTITIES: "on" }, args);
  const client = createWireClient(server.url);
  removals.push(async () => {
    await client.close();
    await server.kill("SIGKILL");
    await place.remove();
  });
  for (;;) {
    const { account } = await client.run(AccountNow);
    if (account) return { server, client, after: account.sessionCursor };
    await sleep(POLL_MS);
  }
}

it("trades by hand on a replay at 600x, and hears of what is opened, updated and closed", async () => {
  const file = path.join(directory, "HAND.csv");
  await writeFile(file, madeBars({ days: 1, minutesADay: 700, stepCentsMax: 15 }));
  const { server, client, after } = await started("--replay", file, "--speed", "600x");
  const opened = await client.follow(OpenedPositions, { after });
  const updated = await client.follow(UpdatedPositions, { symbol: "HAND" });
  const closed = await client.follow(ClosedTrades, { after });
  const firstUpdates = take(updated, 3);
  const firstTrade = take(closed, 1);
  const firstOpened = take(opened, 1);

  // The price wanders about 100: the levels around it are reached within some dozens of bars.
  let signalId = "";
  for (let number = 1; signalId === ""; number += 1) {
    const input = {
      signalId: `hand-${number}`,
      symbol: "HAND",
      entryPrice: "100",
      stopLoss: "99.2",
      target1: "100.8",
      positionSize: "50",
    };
    const { executeSignal } = await client.run(ExecuteSignal, { input });
    if (executeSignal.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(executeSignal));
    if (executeSignal.signal.status === "FILLED") signalId = input.signalId;
    else await sleep(POLL_MS);
  }

  const [opening] = await firstOpened;
  expect(opening?.positionOpened.position).toMatchObject({ signalId, status: "OPEN", quantity: "50", symbol: "HAND" });
  const values = (await firstUpdates).map(({ positionUpdated }) => positionUpdated);
  expect(values.map(({ position }) => position.signalId)).toEqual([signalId, signalId, signalId]);
  const times = values.map(({ marketTime }) => Date.parse(marketTime));
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  const [closing] = await firstTrade;
  expect(closing?.tradeClosed).toMatchObject({ trade: { signalId, quantity: "50" }, position: { status: "CLOSED" } });
  expect(["STOP_LOSS", "TARGET_1"]).toContain(closing?.tradeClosed.trade.exitReason);

  expect(server.stdout()).not.toContain("replay finished");
  await client.close();
  expect(await server.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
}, 180_000);

it("shows positions that open, move and close soon after --demo, and ends when it is asked to", async () => {
  const { server, client, after } = await started("--demo");
  const opened = take(await client.follow(OpenedPositions, { after }), 2);
  const updated = take(await client.follow(UpdatedPositions), 8);
  const closed = take(await client.follow(ClosedTrades, { after }), 1);

  const openings = (await opened).map(({ positionOpened }) => positionOpened.position);
  expect(openings.map(({ status }) => status)).toEqual(["OPEN", "OPEN"]);
  const prices = (await updated).map(
    ({ positionUpdated: { position, currentPrice } }) => `${position.id} ${currentPrice}`,
  );
  expect(new Set(prices).size).toBeGreaterThan(1);
  const [closing] = await closed;
  expect(closing?.tradeClosed.trade.symbol).toMatch(/^DEMO\./);

  await client.close();
  expect(await server.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
}, 120_000);

it("stops in the middle of a slow replay, and says that it has not been played to its end", async () => {
  const file = path.join(directory, "SLOW.csv");
  await writeFile(file, madeBars({ days: 2, minutesADay: 30, stepCentsMax: 5 }));
  const { server } = await started("--replay", file, "--speed", "0.1x");
  const ending = await server.kill("SIGTERM");
  expect(ending).toMatchObject({ code: 0, stderr: "" });
  expect(ending.stdout).toContain("replay stopped before its end\n");
  expect(ending.stdout).toContain("bars: 1 accepted, 0 stale, 0 refused\n");
});
