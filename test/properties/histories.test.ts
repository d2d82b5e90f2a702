// Random histories: the desk agrees with the reference model in scaled integers, answer by answer and to the last digit.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, type Step } from "../support/histories.ts";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore.ts";
import { createPlayer, type StoredRows } from "../support/player.ts";
import { createReferencePlayer } from "../support/referencePlayer.ts";

const HISTORIES = Number(process.env["HISTORIES"] ?? 150);
const STEPS_MAX = 60;
const ACCOUNTS = [undefined, "second"];

describe("Random histories with the feed's clock", () => {
  it("give the same answers and figures as the reference model, also across restarts", async () => {
    await fc.assert(
      fc.asyncProperty(history(STEPS_MAX), (steps) => agree(steps)),
      { numRuns: HISTORIES, ...seedOf(process.env["HISTORIES_SEED"]) },
    );
  });
});

function seedOf(text: string | undefined): { seed?: number } {
  return text === undefined ? {} : { seed: Number(text) };
}

async function agree(steps: readonly Step[]): Promise<void> {
  const store = createMemoryStore();
  const player = await createPlayer(store, rowsOf(store));
  const reference = createReferencePlayer();
  for (const [index, step] of steps.entries()) {
    const answer = await player.play(step);
    expect(answer, `the answer to step ${index}: ${JSON.stringify(step)}`).toEqual(reference.play(step));
  }
  for (const account of ACCOUNTS) expect(await player.dump(account)).toEqual(reference.dump(account));
  await player.running.close();
}

function rowsOf(store: MemoryStore): StoredRows {
  const of = <Row extends { accountId: string }>(rows: Iterable<Row>, accountId: string): Row[] =>
    [...rows].filter((row) => row.accountId === accountId);
  return {
    positions: async (accountId) => of(store.positions.values(), accountId).sort((a, b) => a.number - b.number),
    trades: async (accountId) => of(store.trades, accountId),
    signals: async (accountId) => of(store.signals.values(), accountId).sort((a, b) => a.sequence - b.sequence),
    events: async (accountId) => of(store.events, accountId),
  };
}
