// How many backtests are in each state: for those who watch the server.
import type { Database } from "./database.ts";

/** The number of backtests of all owners by their state; states that none is in are left out. */
export async function countBacktests({ prisma }: Database): Promise<Readonly<Record<string, number>>> {
  const rows = await prisma.backtest.groupBy({ by: ["status"], _count: true });
  return Object.fromEntries(rows.map(({ status, _count }) => [status, _count]));
}
