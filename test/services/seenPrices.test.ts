// What trades have seen with the system's clock: kept at marks, continued after a restart, and never guessed.
import { describe, expect, it } from "vitest";
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { DeskStore } from "../../src/ports.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { disableAccount } from "../../src/services/disableAccount.ts";
import { enableAccount } from "../../src/services/enableAccount.ts";
import { executeSignal } from "../../src/services/executeSignals.ts";
import { publishQuotes } from "../../src/services/publishPrices.ts";
import { silentLog } from "../support/log.ts";
import { createMemoryStore } from "../support/memoryStore.ts";

const VIEWER = ownerViewer("local");

const start = (store: DeskStore): Promise<RunningDesk> =>
  startDesk({ store, log: silentLog, clock: { kind: "system" }, markIntervalMs: 1_000_000, checkIdentities: true });

/** Times that ascend, some seconds ahead of the clock, so that everything is judged on what comes. */
let newestMs = Date.now() + 2000;
async function quote({ prices }: RunningDesk, price: string, symbol = "AAPL"): Promise<void> {
  newestMs += 1;
  const report = await publishQuotes(prices, [{ symbol, price, time: new Date(newestMs) }]);
  expect(report.accepted).toBe(1);
}

async function open({ road }: RunningDesk, signalId: string, symbol = "AAPL"): Promise<void> {
  const levels = { entryPrice: "100", stopLoss: "90", target1: "120", positionSize: "1" };
  const result = await executeSignal(road, VIEWER, { signalId, symbol, ...levels });
  expect(result).toMatchObject({ kind: "executed", signal: { status: "FILLED" } });
}

async function begun(store: DeskStore): Promise<RunningDesk> {
  const desk = await start(store);
  const settings = { useRealisticFills: false, maxPriceAge: 86_400, maxTradeRisk: "50" };
  await enableAccount(desk.road, VIEWER, { settings });
  return desk;
}

type Store = ReturnType<typeof createMemoryStore>;
const seenIn = ({ trades }: Store) => trades.map((trade) => [trade.signalId, trade.lowestSeen, trade.highestSeen]);

/** Closes all that is open. */
const closeAll = (desk: RunningDesk) => disableAccount(desk.road, VIEWER, undefined);

describe("what a trade has seen", () => {
  it("goes on after a restart from the last mark: a crash loses what came since", async () => {
    const store = createMemoryStore();
    const before = await begun(store);
    await quote(before, "100");
    await open(before, "early");
    await quote(before, "95");
    await quote(before, "103");
    await before.mark();
    await quote(before, "91");

    const after = await start(store);
    await quote(after, "101");
    await open(after, "late");
    await quote(after, "99");
    await closeAll(after);
    expect(seenIn(store)).toEqual([
      ["early", "95", "103"],
      ["late", "99", "101"],
    ]);
  });

  it("is complete where the desk was closed in peace", async () => {
    const store = createMemoryStore();
    const before = await begun(store);
    await quote(before, "100");
    await open(before, "early");
    await quote(before, "91");
    await before.close();
    await closeAll(await start(store));
    expect(seenIn(store)).toEqual([["early", "91", "100"]]);
  });

  it("is not known of what was open before the desk kept note, and is of what was opened since", async () => {
    const store = createMemoryStore();
    const before = await begun(store);
    await quote(before, "100");
    await open(before, "early");
    await quote(before, "95");
    await before.close();

    const upgraded = await start({ ...store, priceRanges: async () => [] });
    await quote(upgraded, "102");
    await open(upgraded, "late");
    await quote(upgraded, "97");
    await upgraded.close();
    await closeAll(await start(store));
    expect(seenIn(store)).toEqual([
      ["early", null, null],
      ["late", "97", "102"],
    ]);
  });

  it("has nothing of the prices that came while nothing of the symbol was held", async () => {
    const store = createMemoryStore();
    const desk = await begun(store);
    await quote(desk, "100", "MSFT");
    await quote(desk, "100");
    await open(desk, "first");
    await quote(desk, "98");
    await closeAll(desk);
    await quote(desk, "91");
    await enableAccount(desk.road, VIEWER, {});
    await quote(desk, "101");
    await open(desk, "second");
    await open(desk, "other", "MSFT");
    await quote(desk, "104");
    await closeAll(desk);
    expect(seenIn(store)).toEqual([
      ["first", "98", "100"],
      ["second", "101", "104"],
      ["other", "100", "100"],
    ]);
  });
});
