// The curve of a session that was begun before its feed's clock had a start: it is drawn from the market's first day on.
import { expect, it } from "vitest";
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { QuoteInput } from "../../src/domain/price.ts";
import type { SignalInput } from "../../src/domain/signal.ts";
import { startDesk } from "../../src/server/desk.ts";
import { enableAccount } from "../../src/services/enableAccount.ts";
import { executeSignals } from "../../src/services/executeSignals.ts";
import { publishQuotes } from "../../src/services/publishPrices.ts";
import { readCurve } from "../../src/services/readCurve.ts";
import { findSession } from "../../src/services/readSessions.ts";
import { silentLog } from "../support/log.ts";
import { memoryReads } from "../support/memoryReads.ts";
import { createMemoryStore } from "../support/memoryStore.ts";

const VIEWER = ownerViewer("local");

it("is drawn without the decades before", async () => {
  const store = createMemoryStore();
  const reads = memoryReads(store);
  const clock = { kind: "feed", startMs: 0 } as const;
  const { desk, road, prices, close } = await startDesk({ store, log: silentLog, clock, markIntervalMs: 1000 });
  const times = async (): Promise<string[]> => {
    const scope = await findSession(reads, VIEWER, {});
    if (scope === null) throw new Error("there is a session");
    const { points } = await readCurve(desk, reads, VIEWER, scope, { count: 500 });
    return points.map(({ timeMs }) => new Date(timeMs).toISOString());
  };
  const quote = (price: string, time: string) =>
    publishQuotes(prices, [{ symbol: "AAPL", price, time: new Date(time) } as unknown as QuoteInput]);

  await enableAccount(road, VIEWER, { name: "main" });
  expect(await times()).toEqual(["1970-01-01T00:00:00.000Z"]);
  await quote("100", "2024-03-04T15:00:00Z");
  const signal = {
    signalId: "a",
    symbol: "AAPL",
    entryPrice: "100",
    stopLoss: "95",
    target1: "110",
    positionSize: "10",
  };
  await executeSignals(road, VIEWER, [signal as unknown as SignalInput]);
  await quote("101", "2024-03-05T15:00:00Z");
  expect(await times()).toEqual(["2024-03-04T15:00:00.000Z", "2024-03-05T15:00:00.000Z"]);
  await close();
});
