// Many calls at once: a signal is executed exactly once, and no interleaving passes a limit that a row would not.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { decimal } from "../../src/domain/decimal.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { enableAccount } from "../../src/services/enableAccount.ts";
import { type AccountSignalInput, executeSignal, type SignalExecution } from "../../src/services/executeSignals.ts";
import { publishQuotes } from "../../src/services/publishPrices.ts";
import { readAccount } from "../../src/services/readAccounts.ts";
import { createDeskStore } from "../../src/store/deskStore.ts";
import { databases, emptyTables, type TestDatabase } from "../support/databases.ts";
import { silentLog } from "../support/log.ts";

const VIEWER = ownerViewer("local");
const SIGNAL: AccountSignalInput = {
  signalId: "s",
  symbol: "AAPL",
  entryPrice: "100",
  stopLoss: "99",
  target1: "110",
  positionSize: "1",
};

describe.each(databases)("At once on $name", ({ open }) => {
  let opened: TestDatabase;
  let running: RunningDesk;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.remove());

  beforeEach(async () => {
    await emptyTables(opened.database);
    running = await startAnother();
  });

  const startAnother = (): Promise<RunningDesk> =>
    startDesk({
      store: createDeskStore(opened.database),
      log: silentLog,
      clock: { kind: "system" },
      markIntervalMs: 1_000_000,
      checkIdentities: true,
    });

  const begin = async (settings: Parameters<typeof enableAccount>[2]["settings"]): Promise<void> => {
    await enableAccount(running.road, VIEWER, { settings });
    await publishQuotes(running.prices, [{ symbol: "AAPL", price: "100" }]);
  };

  const execute = (input: Partial<AccountSignalInput>, desk = running): Promise<SignalExecution> =>
    executeSignal(desk.road, VIEWER, { ...SIGNAL, ...input });

  const statuses = (results: readonly SignalExecution[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const result of results) {
      const status = result.kind === "executed" ? result.signal.status : result.kind;
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  };

  it("1,000 signal ids sent 20 times each have 1,000 outcomes, and all answers to one id are equal", async () => {
    await begin({ maxPortfolioHeat: "100", startingCapital: "100000000" });
    const ids = Array.from({ length: 1000 }, (_, index) => `s${index}`);
    const sent = ids.flatMap((signalId) => Array.from({ length: 20 }, () => signalId)).sort(byHash);
    // The desk takes so many at once and no more: a client with more waits its turn.
    const results: SignalExecution[] = await Promise.all(
      sent.slice(0, 19_999).map((signalId) => execute({ signalId })),
    );
    results.push(...(await Promise.all(sent.slice(19_999).map((signalId) => execute({ signalId })))));

    const byId = new Map<string, Set<string>>();
    let fresh = 0;
    for (const result of results) {
      if (result.kind !== "executed") throw new Error(`unexpected ${result.kind}`);
      if (!result.replayed) fresh += 1;
      const answers = byId.get(result.signal.signalId) ?? new Set();
      byId.set(result.signal.signalId, answers.add(JSON.stringify(sortedEntries(result.signal))));
    }
    expect(fresh).toBe(1000);
    expect(byId.size).toBe(1000);
    expect([...byId.values()].every((answers) => answers.size === 1)).toBe(true);
    expect(await opened.database.prisma.signal.count()).toBe(1000);
    expect(await opened.database.prisma.position.count()).toBe(1000);

    expect(await execute({ signalId: "s7", stopLoss: "98" })).toEqual({ kind: "conflict", signalId: "s7" });
    expect(await execute({ signalId: "s7", stopLoss: "99.0", marketPrice: "1" })).toMatchObject({ replayed: true });
  });

  it("of 500 buys with money for exactly 100, exactly 100 fill", async () => {
    // No costs: each buy of 10 at 100 takes 1,000 of 100,000.
    await begin({ commissionPerShare: "0", useRealisticFills: false, maxPortfolioHeat: "100" });
    const buys = Array.from({ length: 500 }, (_, index) => execute({ signalId: `b${index}`, positionSize: "10" }));
    expect(statuses(await Promise.all(buys))).toEqual({ FILLED: 100, REJECTED: 400 });
    const account = await readAccount(running.desk, VIEWER, null);
    expect(account?.session.cash).toBe("0");
    expect(account?.valuation.availableFunds).toBe("0");
  });

  it("50 signals at the edge of the heat limit never pass it", async () => {
    // Each risks 1 % of 100,000; the limit is 10 %.
    await begin({ commissionPerShare: "0", useRealisticFills: false });
    const signals = Array.from({ length: 50 }, (_, index) =>
      execute({ signalId: `h${index}`, positionSize: "100", stopLoss: "90" }),
    );
    const results = await Promise.all(signals);
    expect(statuses(results)).toEqual({ FILLED: 10, REJECTED: 40 });
    const account = await readAccount(running.desk, VIEWER, null);
    expect(decimal(account?.valuation.currentHeat ?? "").lte(10)).toBe(true);
  });

  it("two desks on one database pass no limit together, and execute each id once", async ({ skip }) => {
    skip(!opensTwice(open), "an embedded database is guarded against being opened twice");
    await begin({ commissionPerShare: "0", useRealisticFills: false });
    const other = await startAnother();
    await publishQuotes(other.prices, [{ symbol: "AAPL", price: "100" }]);
    const signals = Array.from({ length: 50 }, (_, index) => {
      const input = { signalId: `h${index}`, positionSize: "100", stopLoss: "90" };
      return [execute(input), execute(input, other)];
    }).flat();
    const results = await Promise.all(signals);
    expect(statuses(results)).toEqual({ FILLED: 20, REJECTED: 80 });
    expect(await opened.database.prisma.position.count()).toBe(10);
    expect(await opened.database.prisma.signal.count()).toBe(50);
    await other.close();
  });
});

/** Only a server's database can be opened by two desks; the embedded one is guarded against it. */
function opensTwice(open: unknown): boolean {
  return databases.some(({ name, open: ofDatabase }) => name === "PostgreSQL" && ofDatabase === open);
}

function sortedEntries(record: object): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A fixed shuffle. */
function byHash(a: string, b: string): number {
  return hash(a) - hash(b);
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
}
