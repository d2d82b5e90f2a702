// The rows of a store in memory, as a player looks at them.
import type { MemoryStore } from "./memoryStore.ts";
import type { StoredRows } from "./player.ts";

export function memoryRows(store: MemoryStore): StoredRows {
  const of = <Row extends { accountId: string }>(rows: Iterable<Row>, accountId: string): Row[] =>
    [...rows].filter((row) => row.accountId === accountId);
  return {
    positions: async (accountId) => of(store.positions.values(), accountId).sort((a, b) => a.number - b.number),
    trades: async (accountId) => of(store.trades, accountId),
    signals: async (accountId) => of(store.signals.values(), accountId).sort((a, b) => a.sequence - b.sequence),
    events: async (accountId) => of(store.events, accountId),
  };
}
