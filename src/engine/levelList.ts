// Price levels in order, each with the position that waits for it: found by halving, added and removed in place.
import type { Decimal } from "../domain/decimal.ts";
import type { Watched } from "./watched.ts";

interface Entry {
  readonly level: Decimal;
  readonly watched: Watched;
}

/** Entries in the order of their levels; entries of one level in the order of their positions. */
export class LevelList {
  private readonly entries: Entry[] = [];

  add(level: Decimal, watched: Watched): void {
    const at = this.indexOf(level, watched);
    if (at === this.entries.length) this.entries.push({ level, watched });
    else this.entries.splice(at, 0, { level, watched });
  }

  remove(level: Decimal, watched: Watched): void {
    const at = this.indexOf(level, watched);
    if (this.entries[at]?.watched !== watched) throw new Error("a watched level is not where it should be");
    this.entries.splice(at, 1);
  }

  /** Those whose level is at or above `price`. */
  *atOrAbove(price: Decimal): Iterable<Watched> {
    for (let index = this.firstAtOrAbove(price); index < this.entries.length; index++) yield this.at(index).watched;
  }

  /** Those whose level is at or below `price`. */
  *atOrBelow(price: Decimal): Iterable<Watched> {
    for (let index = 0; index < this.entries.length; index++) {
      const { level, watched } = this.at(index);
      if (level.gt(price)) return;
      yield watched;
    }
  }

  private firstAtOrAbove(price: Decimal): number {
    return this.firstIndex((entry) => entry.level.gte(price));
  }

  private indexOf(level: Decimal, watched: Watched): number {
    return this.firstIndex((entry) => {
      const order = entry.level.cmp(level);
      return order > 0 || (order === 0 && entry.watched.order >= watched.order);
    });
  }

  /** The first index from which `test` holds: it is false before and true from there on. */
  private firstIndex(test: (entry: Entry) => boolean): number {
    let from = 0;
    let to = this.entries.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (test(this.at(middle))) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  private at(index: number): Entry {
    const entry = this.entries[index];
    if (entry === undefined) throw new RangeError(`no level at ${index}`);
    return entry;
  }
}
