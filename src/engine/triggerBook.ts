// The trigger book: finds the open positions that a price may concern, without looking at the others. What happens to one
// is the domain's to say. A price costs O(log n + active trailing stops + positions found).
import type { Decimal } from "../domain/decimal.ts";
import type { Position } from "../domain/position.ts";
import type { TriggerBook } from "../ports.ts";
import { ExpiryList } from "./expiryList.ts";
import { LevelList } from "./levelList.ts";
import { favourableLevel, isTrailing, mayTouch, type Watched } from "./watched.ts";

/** The open positions of one symbol. */
class SymbolWatch {
  /** Levels that trigger when the price falls to them: stops of longs, targets of shorts. */
  private readonly below = new LevelList();
  /** Levels that trigger when the price rises to them: targets of longs, stops of shorts. */
  private readonly above = new LevelList();
  private readonly trailing = new Set<Watched>();
  /** How many positions each account holds. */
  readonly holders = new Map<string, number>();

  add(watched: Watched): void {
    this.count(watched.position.accountId, 1);
    if (isTrailing(watched.position)) this.trailing.add(watched);
    else this.forLevels(watched, (list, level) => list.add(level, watched));
  }

  remove(watched: Watched): void {
    this.count(watched.position.accountId, -1);
    if (this.trailing.delete(watched)) return;
    this.forLevels(watched, (list, level) => list.remove(level, watched));
  }

  *touchedBy(low: Decimal, high: Decimal): Iterable<Watched> {
    yield* this.below.atOrAbove(low);
    yield* this.above.atOrBelow(high);
    for (const watched of this.trailing) if (mayTouch(watched.position, low, high)) yield watched;
  }

  private forLevels({ position }: Watched, act: (list: LevelList, level: Decimal) => void): void {
    const isLong = position.side === "LONG";
    const favourable = favourableLevel(position);
    act(isLong ? this.below : this.above, position.stopLoss);
    if (favourable !== null) act(isLong ? this.above : this.below, favourable);
  }

  private count(accountId: string, by: 1 | -1): void {
    const count = (this.holders.get(accountId) ?? 0) + by;
    if (count === 0) this.holders.delete(accountId);
    else this.holders.set(accountId, count);
  }
}

export function createTriggerBook(): TriggerBook {
  const accounts = new Map<string, Map<number, Watched>>();
  const symbols = new Map<string, SymbolWatch>();
  const expiries = new ExpiryList();
  const unsaved = new Set<Watched>();
  let order = 0;

  const symbolWatch = (symbol: string): SymbolWatch => {
    const watch = symbols.get(symbol) ?? new SymbolWatch();
    symbols.set(symbol, watch);
    return watch;
  };

  const place = (position: Position): Watched => {
    const watched = find(position);
    if (watched !== undefined) {
      if (watched.position === position) return watched;
      symbolWatch(position.symbol).remove(watched);
      watched.position = position;
      symbolWatch(position.symbol).add(watched);
      return watched;
    }
    order += 1;
    const added: Watched = { order, position };
    const ofAccount = accounts.get(position.accountId) ?? new Map<number, Watched>();
    accounts.set(position.accountId, ofAccount);
    ofAccount.set(position.number, added);
    symbolWatch(position.symbol).add(added);
    expiries.add(added);
    return added;
  };

  const find = ({ accountId, number }: { accountId: string; number: number }): Watched | undefined =>
    accounts.get(accountId)?.get(number);

  const remove = (watched: Watched): void => {
    const { accountId, number, symbol } = watched.position;
    symbolWatch(symbol).remove(watched);
    expiries.remove(watched);
    unsaved.delete(watched);
    const ofAccount = accounts.get(accountId);
    ofAccount?.delete(number);
    if (ofAccount?.size === 0) accounts.delete(accountId);
  };

  return {
    get: (key) => find(key)?.position,
    set: (position) => void unsaved.delete(place(position)),
    move: (position) => void unsaved.add(place(position)),
    delete: (key) => {
      const watched = find(key);
      if (watched !== undefined) remove(watched);
    },
    deleteAccount: (accountId) => {
      for (const watched of [...(accounts.get(accountId)?.values() ?? [])]) remove(watched);
    },
    touchedBy: (symbol, low, high) => {
      const touched = new Set<Position>();
      for (const watched of symbols.get(symbol)?.touchedBy(low, high) ?? []) touched.add(watched.position);
      return [...touched];
    },
    expiringBy: (timeMs) => expiries.until(timeMs),
    holders: (symbol) => symbols.get(symbol)?.holders.keys() ?? [],
    unsaved: () => [...unsaved].map((watched) => watched.position),
  };
}
