// The open positions that expire, in the order of their times.
import type { Position } from "../domain/position.ts";
import type { Watched } from "./watched.ts";

interface Entry {
  readonly timeMs: number;
  readonly watched: Watched;
}

export class ExpiryList {
  private readonly entries: Entry[] = [];

  add(watched: Watched): void {
    const timeMs = watched.position.expiresAtMs;
    if (timeMs !== null) this.entries.splice(this.indexOf(timeMs, watched.order), 0, { timeMs, watched });
  }

  remove(watched: Watched): void {
    const timeMs = watched.position.expiresAtMs;
    if (timeMs === null) return;
    const at = this.indexOf(timeMs, watched.order);
    if (this.entries[at]?.watched !== watched) throw new Error("an expiry is not where it should be");
    this.entries.splice(at, 1);
  }

  /** Those that expire at or before `timeMs`. */
  until(timeMs: number): Position[] {
    const due: Position[] = [];
    for (const entry of this.entries) {
      if (entry.timeMs > timeMs) break;
      due.push(entry.watched.position);
    }
    return due;
  }

  private indexOf(timeMs: number, order: number): number {
    let from = 0;
    let to = this.entries.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const entry = this.entries[middle];
      const isBefore =
        entry !== undefined && (entry.timeMs < timeMs || (entry.timeMs === timeMs && entry.watched.order < order));
      if (isBefore) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
