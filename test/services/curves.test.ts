// Equity curves with the system's clock: which marks make points, when they are stored, and how they are thinned later.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { PointRecord } from "../../src/domain/curve/sessionPoint.ts";
import { pointOfRecord } from "../../src/domain/curve/sessionPoint.ts";
import { thin } from "../../src/domain/curve/thin.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { enableAccount } from "../../src/services/enableAccount.ts";
import { executeSignals } from "../../src/services/executeSignals.ts";
import { publishQuotes } from "../../src/services/publishPrices.ts";
import { resetAccount } from "../../src/services/resetAccount.ts";
import { PORTION_POINTS, thinCurves } from "../../src/services/thinCurves.ts";
import { createCurveStore } from "../../src/store/curves.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { expectCurvesOfSessions } from "../support/keptChecks.ts";
import { keptInDatabase, keptInMemory } from "../support/keptRows.ts";
import { silentLog } from "../support/log.ts";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore.ts";

const VIEWER = ownerViewer("local");
const ACCOUNT = accountIdOf(VIEWER.owner, "main");
const SIGNAL = { symbol: "AAPL", entryPrice: "100", stopLoss: "50", target1: "200", positionSize: "10" };
const FREE = { commissionPerShare: "0", useRealisticFills: false, maxTradeRisk: "100", maxPortfolioHeat: "100" };
const DAY_MS = 86_400_000;

describe("With the system's clock", () => {
  let store: MemoryStore;
  let running: RunningDesk;

  beforeEach(async () => {
    store = createMemoryStore();
    running = await startDesk({ store, log: silentLog, clock: { kind: "system" }, markIntervalMs: 2 ** 30 });
    await publishQuotes(running.prices, [{ symbol: "AAPL", price: "100" }]);
    await enableAccount(running.road, VIEWER, { settings: FREE });
    await executeSignals(running.road, VIEWER, [{ ...SIGNAL, signalId: "1" }]);
  });

  const markAt = async (price: string): Promise<void> => {
    await publishQuotes(running.prices, [{ symbol: "AAPL", price }]);
    await running.mark();
  };
  const equities = (session = 1): string[] =>
    store.points.filter((point) => point.session === session).map(({ equity }) => equity);
  const revision = (): number | undefined => store.accounts.get(ACCOUNT)?.revision;

  it("a session's curve begins with its starting capital, and its entry makes a point", () => {
    expect(equities()).toEqual(["100000", "100000"]);
  });

  it("a new peak or a deeper drawdown is stored with its mark", async () => {
    await markAt("110");
    expect(equities().at(-1)).toBe("100100");
    await markAt("105");
    expect(store.points.at(-1)).toMatchObject({ equity: "100050", drawdown: "0.04995005" });
  });

  it("marks at which only the equity moved are stored together later, and change nothing else of the account", async () => {
    await markAt("110");
    await markAt("90");
    const before = { points: store.points.length, revision: revision() };
    for (const price of ["95", "95", "99", "97"]) await markAt(price);
    expect({ points: store.points.length, revision: revision() }).toEqual(before);
    await running.close();
    expect(revision()).toBe(before.revision);
    expect(equities().slice(before.points)).toEqual(["99950", "99990", "99970"]);
    expectCurvesOfSessions(keptInMemory(store));
  });

  it("a thousand marks of a minute store a handful of points", async () => {
    await markAt("110");
    await markAt("90");
    const before = store.points.length;
    for (let mark = 0; mark < 1000; mark++) await markAt(String(91 + (mark % 18)));
    await running.close();
    expect(store.points.length - before).toBeLessThanOrEqual(15);
    expect(equities().slice(before)).toEqual(expect.arrayContaining(["99910", "100080"]));
  });

  it("what waits at a reset belongs to the session that was reset", async () => {
    await markAt("110");
    await markAt("90");
    await markAt("95");
    await resetAccount(running.road, VIEWER, { session: 1 });
    await running.close();
    expect(equities(2)).toEqual(["100000"]);
    expect(equities(1)).toContain("99950");
  });

  it("what a failing database refuses is stored when it works again", async () => {
    await markAt("110");
    await markAt("90");
    const { addPoints } = store;
    let isFailing = true;
    Object.assign(store, {
      addPoints: async (points: readonly PointRecord[]) => {
        if (isFailing) throw new Error("the disk is full");
        return addPoints(points);
      },
    });
    await markAt("95");
    await expect(running.marker.flush(running.prices)).rejects.toThrow("the disk is full");
    isFailing = false;
    await markAt("97");
    await running.marker.flush(running.prices);
    expect(equities().slice(-2)).toEqual(["99950", "99970"]);
  });
});

describe.each(databases)("Thinning on $name", ({ open }) => {
  let opened: TestDatabase;
  let running: RunningDesk;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());
  beforeEach(async () => {
    await emptyTables(opened.database);
    const store = createDeskStore(opened.database);
    running = await startDesk({ store, log: silentLog, clock: { kind: "feed", startMs: 0 }, markIntervalMs: 1000 });
    await publishQuotes(running.prices, [{ symbol: "AAPL", price: "100", time: new Date(DAY_MS) }]);
    await enableAccount(running.road, VIEWER, {});
  });

  /** Points as marks make them: one each `stepMs`, wandering. */
  const add = async (fromMs: number, count: number, stepMs: number): Promise<void> => {
    const points = Array.from({ length: count }, (_, index) => {
      const equity = 100_000 + ((index * 7919) % 997);
      const drawdown = String((index * 104_729) % 89);
      const time = new Date(fromMs + index * stepMs).toISOString();
      return { accountId: ACCOUNT, session: 1, time, equity: String(equity), cash: "5", drawdown };
    });
    await createDeskStore(opened.database).addPoints(points);
  };
  const stored = async (): Promise<readonly PointRecord[]> => (await keptInDatabase(opened.database)).points;
  const thinned = (): Promise<number> => thinCurves(createCurveStore(opened.database), new AbortController().signal);
  const expected = (points: readonly PointRecord[]): readonly unknown[] =>
    thin(points.map(pointOfRecord), Date.parse(points.at(-1)?.time ?? ""));

  it("leaves what the rules keep, and each day ends as it did", async () => {
    await add(DAY_MS + 1, 6_000, 61_003);
    await add(40 * DAY_MS, 3_000, 7_003);
    const before = await keptInDatabase(opened.database);
    const kept = expected(before.points);
    expect(await thinned()).toBe(before.points.length - kept.length);
    const after = await keptInDatabase(opened.database);
    expect(after.points.map(pointOfRecord)).toEqual(kept);
    const days = new Map(after.points.map(({ time, equity }) => [time.slice(0, 10), equity]));
    expect(after.days.map(({ day, equity }) => [day, equity]).sort()).toEqual([...days].sort());
    expect(after.days).toEqual(before.days);
  });

  it("as time goes on leaves what one thinning at the end leaves, and does nothing twice", async () => {
    const all: PointRecord[] = [];
    for (const day of [1, 2, 3, 5, 33]) {
      await add(day * DAY_MS + 5, 400, 20_000);
      await thinned();
      expect(await thinned()).toBe(0);
      all.length = 0;
      all.push(...(await stored()));
    }
    expect(all.map(pointOfRecord)).toEqual(expected(all));
  });

  it("copes with more points in one bucket than it reads at once", async () => {
    await add(2 * DAY_MS, 2 * PORTION_POINTS + 100, 10);
    await add(3 * DAY_MS, 1, 1);
    const before = await stored();
    await thinned();
    expect((await stored()).map(pointOfRecord)).toEqual(expected(before));
  });

  it("keeps the order of points of one time", async () => {
    const points = ["3", "1", "2", "5", "4"].map((equity) => {
      return {
        accountId: ACCOUNT,
        session: 1,
        time: new Date(2 * DAY_MS).toISOString(),
        equity,
        cash: "5",
        drawdown: "0",
      };
    });
    await createDeskStore(opened.database).addPoints(points);
    const kept = await keptInDatabase(opened.database);
    expect(kept.points.slice(-5).map(({ equity }) => equity)).toEqual(["3", "1", "2", "5", "4"]);
    expect(kept.days.at(-1)?.equity).toBe("4");
  });
});
