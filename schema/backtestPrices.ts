// Open positions of backtests are valued at the last prices of their backtest, not at the board's of today.
import type { Backtest } from "../src/backtestPorts.ts";
import { figuresOf } from "../src/services/backtests.ts";
import type { SchemaContext } from "./context.ts";
import type { PositionParent } from "./parents.ts";

/** A position of a backtest at that backtest's last price; a closed one as it is. */
export function atLastPrice(backtest: Backtest, position: PositionParent): PositionParent {
  const last = position.status === "OPEN" ? figuresOf(backtest)?.prices[position.symbol] : undefined;
  return last === undefined ? position : { ...position, told: { price: last.price, priceTime: last.time } };
}

/** Positions that were read by their keys, those of backtests at their last prices. */
export async function atOwnPrices(
  { desk, backtests, viewer }: Pick<SchemaContext, "desk" | "backtests" | "viewer">,
  positions: readonly (PositionParent | null)[],
): Promise<(PositionParent | null)[]> {
  // What an account holds open is in memory, so that there is hardly ever anything to look up.
  const isWatched = ({ accountId, number }: PositionParent): boolean =>
    desk.desk.books.get(accountId)?.positions.has(number) ?? false;
  const unknown = positions.filter((position) => position?.status === "OPEN" && !isWatched(position));
  const found = new Map<string, Backtest>();
  for (const accountId of new Set(unknown.flatMap((position) => position?.accountId ?? []))) {
    const backtest = await backtests.store.findBacktest(viewer.owner, accountId);
    if (backtest !== undefined) found.set(accountId, backtest);
  }
  if (found.size === 0) return [...positions];
  return positions.map((position) => {
    const backtest = position === null ? undefined : found.get(position.accountId);
    return position === null || backtest === undefined ? position : atLastPrice(backtest, position);
  });
}
