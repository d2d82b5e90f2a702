// What the benches share: a desk on an embedded database of its own, signals, medians.
import { ownerViewer } from "../src/auth/viewer.ts";
import { type RunningDesk, startDesk } from "../src/server/desk.ts";
import { enableAccount } from "../src/services/enableAccount.ts";
import type { AccountSignalInput } from "../src/services/executeSignals.ts";
import { publishQuotes } from "../src/services/publishPrices.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { createDeskStore } from "../src/store/deskStore.ts";
import { freshDataDir } from "../test/support/pglite.ts";

/** A line of the bench's table. */
export interface Result {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string;
}

export const VIEWER = ownerViewer("local");
export const SYMBOL = "AAPL";

const silent = (): void => undefined;
const log = { debug: silent, info: silent, warn: console.warn, error: console.error };

export interface BenchDesk {
  readonly running: RunningDesk;
  readonly database: Database;
  close(): Promise<void>;
}

/** A desk on a new embedded database, marking only when told to, with a price for the symbol. */
export async function openBenchDesk(): Promise<BenchDesk> {
  const { dataDir, remove } = await freshDataDir();
  const database = await openDatabase({ dataDir, log });
  const store = createDeskStore(database);
  const running = await startDesk({ store, log, clock: { kind: "system" }, markIntervalMs: 2 ** 30 });
  await publishQuotes(running.prices, [{ symbol: SYMBOL, price: "100" }]);
  return {
    running,
    database,
    close: async () => {
      await running.close();
      await database.close();
      await remove();
    },
  };
}

/** Enables accounts with money and limits enough for whatever a bench does. */
export async function enableRich({ road }: RunningDesk, names: readonly string[]): Promise<void> {
  const settings = {
    startingCapital: "100000000",
    maxTradeRisk: "100",
    maxPortfolioHeat: "100",
    maxCampaignRisk: "100",
  };
  await Promise.all(names.map((name) => enableAccount(road, VIEWER, { name, settings })));
}

let signals = 0;

/** A signal that fills at 100 and stays open between 50 and 200. */
export function benchSignal(input: Partial<AccountSignalInput> = {}): AccountSignalInput {
  signals += 1;
  const signalId = `bench-${signals}`;
  return { signalId, symbol: SYMBOL, entryPrice: "100", stopLoss: "50", target1: "200", positionSize: "1", ...input };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of the values is: 0.99 of them, say. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

export function ratio(value: number): string {
  return value.toFixed(2);
}
