// A session with a million trades against one with a thousand, on PostgreSQL: reports, lists, the curve and exports.
import { postgresReachable } from "../test/support/postgres.ts";
import { startServer } from "../test/support/serverProcess.ts";
import { largeTrades, makeHistories } from "./historyDatabase.ts";
import { benchExports } from "./historyExport.ts";
import { benchReads } from "./historyReads.ts";
import type { Result } from "./support.ts";

/** Made and dropped in about five minutes; HISTORY_TRADES=20000 is enough to try it. */
export async function benchHistory(): Promise<Result[]> {
  if (!postgresReachable) return [];
  const trades = largeTrades();
  const { url, rebuiltMs, drop } = await makeHistories(trades);
  const start = () => startServer({ DATABASE_URL: url, LOG_LEVEL: "warn" });
  try {
    const server = await start();
    const reads = await benchReads(server.url, trades).finally(() => server.kill());
    const exports = await benchExports(start, trades);
    const rebuilt = {
      what: `all rollups made anew from ${trades.toLocaleString("en")} trades`,
      measured: `${((trades * 1000) / rebuiltMs).toFixed(0)} trades/s`,
      wanted: "told",
    };
    return [...reads, ...exports, rebuilt];
  } finally {
    await drop();
  }
}
