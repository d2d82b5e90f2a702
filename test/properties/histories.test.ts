// Random histories: the desk agrees with the reference model in scaled integers, answer by answer and to the last digit.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeskStore } from "../../src/ports.ts";
import type { ReportReads } from "../../src/services/readReport.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { createReads } from "../../src/store/reads.ts";
import { databaseRows } from "../support/databaseRows.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { history, type Step } from "../support/histories.ts";
import { memoryReads } from "../support/memoryReads.ts";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore.ts";
import { createPlayer, type StoredRows } from "../support/player.ts";
import { createReferencePlayer } from "../support/referencePlayer.ts";

/** How many histories are tried: `HISTORIES=5000` tries more, `HISTORIES_SEED` tries the same again. */
const HISTORIES = Number(process.env["HISTORIES"] ?? 200);
const DATABASE_HISTORIES = Math.ceil(HISTORIES / 20);
const SEED = process.env["HISTORIES_SEED"];
const STEPS_MAX = 60;
const ACCOUNTS = [undefined, "second"];

describe("Random histories with the feed's clock", () => {
  it("give the same answers and figures as the reference model, also across restarts", async () => {
    await hold(HISTORIES, () => {
      const store = createMemoryStore();
      return { store, rows: memoryRows(store), reads: memoryReads(store) };
    });
  });
});

describe.each(databases)("Random histories on $name", ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  it("give the same answers and figures as the reference model, also across restarts", async () => {
    const { database } = opened;
    await hold(DATABASE_HISTORIES, async () => {
      await emptyTables(database);
      return { store: createDeskStore(database), rows: databaseRows(database), reads: createReads(database) };
    });
  });
});

interface Stored {
  readonly store: DeskStore;
  readonly rows: StoredRows;
  readonly reads: ReportReads;
}

async function hold(numRuns: number, fresh: () => Stored | Promise<Stored>): Promise<void> {
  const property = fc.asyncProperty(history(STEPS_MAX), async (steps) => {
    await agree(steps, await fresh());
  });
  await fc.assert(property, { numRuns, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
}

async function agree(steps: readonly Step[], { store, rows, reads }: Stored): Promise<void> {
  const player = await createPlayer(store, rows, reads);
  const reference = createReferencePlayer();
  for (const [index, step] of steps.entries()) {
    const answer = await player.play(step);
    expect(answer, `the answer to step ${index}: ${JSON.stringify(step)}`).toEqual(reference.play(step));
  }
  for (const account of ACCOUNTS) expect(await player.dump(account)).toEqual(reference.dump(account));
  await player.running.close();
}

function memoryRows(store: MemoryStore): StoredRows {
  const of = <Row extends { accountId: string }>(rows: Iterable<Row>, accountId: string): Row[] =>
    [...rows].filter((row) => row.accountId === accountId);
  return {
    positions: async (accountId) => of(store.positions.values(), accountId).sort((a, b) => a.number - b.number),
    trades: async (accountId) => of(store.trades, accountId),
    signals: async (accountId) => of(store.signals.values(), accountId).sort((a, b) => a.sequence - b.sequence),
    events: async (accountId) => of(store.events, accountId),
  };
}
