// What is kept for reports beside the trades: after random histories it is what the trades say, and a rebuild mends it.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeskStore, NamedSession } from "../../src/ports.ts";
import type { ReportReads } from "../../src/services/readReport.ts";
import { rebuildMissing, rebuildRollups } from "../../src/services/rebuildRollups.ts";
import type { Database } from "../../src/store/database.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { createRollupStore } from "../../src/store/rebuild.ts";
import { busyHistory } from "../support/busyHistories.ts";
import { databaseRows } from "../support/databaseRows.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import type { Step } from "../support/histories.ts";
import { expectCurvesOfSessions, expectRollupsOfTrades } from "../support/keptChecks.ts";
import { type KeptRows, keptInDatabase, keptInMemory } from "../support/keptRows.ts";
import { silentLog } from "../support/log.ts";
import { memoryReads } from "../support/memoryReads.ts";
import { memoryRows } from "../support/memoryRows.ts";
import { createMemoryStore } from "../support/memoryStore.ts";
import { createPlayer, type StoredRows } from "../support/player.ts";

const HISTORIES = Number(process.env["HISTORIES"] ?? 100);
const DATABASE_HISTORIES = Math.ceil(HISTORIES / 20);

interface Stored {
  readonly store: DeskStore;
  readonly rows: StoredRows;
  readonly reads: ReportReads;
}

async function play(steps: readonly Step[], { store, rows, reads }: Stored): Promise<void> {
  const player = await createPlayer(store, rows, reads);
  for (const step of steps) await player.play(step);
  await player.running.close();
}

function storedIn(database: Database): Stored {
  return { store: createDeskStore(database), rows: databaseRows(database), reads: createReads(database) };
}

function expectSound(kept: KeptRows): void {
  expectRollupsOfTrades(kept);
  expectCurvesOfSessions(kept);
}

describe("After random histories", () => {
  it("rollups and curves are what the trades and marks say", async () => {
    let trades = 0;
    let partial = 0;
    let sessions = 0;
    const property = fc.asyncProperty(busyHistory(), async (steps) => {
      const store = createMemoryStore();
      await play(steps, { store, rows: memoryRows(store), reads: memoryReads(store) });
      const kept = keptInMemory(store);
      expectSound(kept);
      trades += kept.trades.length;
      partial += kept.positions.filter(({ tradeCount }) => tradeCount > 1).length;
      sessions += kept.sessions.filter(({ endedAt }) => endedAt !== null).length;
    });
    await fc.assert(property, { numRuns: HISTORIES });
    expect(trades).toBeGreaterThan(3 * HISTORIES);
    expect(partial).toBeGreaterThan(HISTORIES);
    expect(sessions).toBeGreaterThan(HISTORIES);
  });
});

describe.each(databases)("After random histories on $name", ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  const rebuilt = async (): Promise<NamedSession[]> => {
    const mended: NamedSession[] = [];
    await rebuildRollups(createRollupStore(opened.database), (session) => mended.push(session));
    return mended;
  };
  const sorted = ({ sessions, rollups }: KeptRows): unknown => ({
    sessions: sessions.map((row) => JSON.stringify(row)).sort(),
    rollups: rollups.map((row) => JSON.stringify(row)).sort(),
  });

  it("rollups and curves are what the trades and marks say, and a rebuild changes nothing", async () => {
    const property = fc.asyncProperty(busyHistory(), async (steps) => {
      const { database } = opened;
      await emptyTables(database);
      await play(steps, storedIn(database));
      const kept = await keptInDatabase(database);
      expectSound(kept);
      expect(await rebuilt()).toEqual([]);
      expect(sorted(await keptInDatabase(database))).toEqual(sorted(kept));
    });
    await fc.assert(property, { numRuns: DATABASE_HISTORIES });
  });

  it("a rebuild mends what was damaged and tells where, and rollups that are missing are made", async () => {
    const { database } = opened;
    const { prisma } = database;
    const kept = await tradedHistory();
    const sound = sorted(kept);

    await prisma.$executeRawUnsafe("UPDATE rollups SET holding_time_counts = '[]' WHERE breakdown = 'SIDE'");
    expect((await rebuilt()).length).toBeGreaterThan(0);
    expect(sorted(await keptInDatabase(database))).toEqual(sound);

    await prisma.$executeRawUnsafe("DELETE FROM rollups WHERE breakdown = 'SYMBOL'");
    await prisma.$executeRawUnsafe(
      "UPDATE rollups SET key = 'MARS' WHERE breakdown = 'EXIT_REASON' AND key = (SELECT min(key) FROM rollups WHERE breakdown = 'EXIT_REASON')",
    );
    await prisma.$executeRawUnsafe("UPDATE sessions SET in_market_ms = in_market_ms + 1");
    const [mended] = await rebuilt();
    expect(mended).toMatchObject({ name: expect.any(String), session: expect.any(Number) });
    expect(sorted(await keptInDatabase(database))).toEqual(sound);

    await prisma.$executeRawUnsafe("DELETE FROM rollups");
    await prisma.$executeRawUnsafe("UPDATE sessions SET in_market_ms = 0, in_market_since = NULL, last_exit_at = NULL");
    await rebuildMissing(createRollupStore(database), silentLog);
    expect(sorted(await keptInDatabase(database))).toEqual(sound);
    expect(await createRollupStore(database).sessionsWithoutRollups()).toEqual([]);
  });

  /** A history that made a few trades. */
  const tradedHistory = async (): Promise<KeptRows> => {
    const { database } = opened;
    for (const steps of fc.sample(busyHistory(), { numRuns: 100, seed: 7 })) {
      await emptyTables(database);
      await play(steps, storedIn(database));
      const kept = await keptInDatabase(database);
      if (kept.trades.length >= 4) return kept;
    }
    throw new Error("no history made trades");
  };
});
