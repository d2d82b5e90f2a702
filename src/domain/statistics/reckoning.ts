// Reckoning what is kept of a session's trades anew, from its positions and trades in the order of their numbers.
import { type Decimal, ZERO } from "../decimal.ts";
import { afterTrades, type RolledTrade, type Rollup, rollupId, rollupsOf } from "./rollups.ts";
import { afterEntryAt, afterExitAt, NEVER_IN_MARKET, type TimeInMarket } from "./timeInMarket.ts";

/** Trades summed together: joining them one by one would take longer. */
const PORTION_TRADES = 1_000;

export interface ReckonedPosition {
  readonly number: number;
  readonly quantity: Decimal;
  readonly entryTimeMs: number;
}

export interface ReckonedTrade extends RolledTrade {
  readonly positionNumber: number;
  readonly quantity: Decimal;
}

export class Reckoning {
  private readonly rollups = new Map<string, Rollup>();
  /** What is left of the positions that are open at this point, by number. */
  private readonly open = new Map<number, Decimal>();
  private waiting: RolledTrade[] = [];
  private time: TimeInMarket = NEVER_IN_MARKET;

  enter({ number, quantity, entryTimeMs }: ReckonedPosition): void {
    this.open.set(number, quantity);
    this.time = afterEntryAt(this.time, entryTimeMs);
  }

  leave(trade: ReckonedTrade): void {
    const left = (this.open.get(trade.positionNumber) ?? ZERO).minus(trade.quantity);
    if (left.gt(0)) this.open.set(trade.positionNumber, left);
    else this.open.delete(trade.positionNumber);
    this.time = afterExitAt(this.time, trade.exitFill.timeMs, this.open.size);
    this.waiting.push(trade);
    if (this.waiting.length >= PORTION_TRADES) this.addWaiting();
  }

  /** The session's rollups and its time in the market after all that was told. */
  result(): { readonly rollups: readonly Rollup[]; readonly timeInMarket: TimeInMarket } {
    this.addWaiting();
    return { rollups: [...this.rollups.values()], timeInMarket: this.time };
  }

  private addWaiting(): void {
    const added = rollupsOf(this.waiting);
    const before = added.flatMap((rollup) => this.rollups.get(rollupId(rollup)) ?? []);
    for (const rollup of afterTrades(before, added)) this.rollups.set(rollupId(rollup), rollup);
    this.waiting = [];
  }
}
