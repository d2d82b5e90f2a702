// With the system's clock: points of marks at which nothing but an account's equity moved. They wait in memory, reduced,
// and are stored together, so that marking thousands of accounts each second stays cheap. A crash loses those of the last
// CURVE_FLUSH_MS; marks that change anything else are stored with what they change.
import type { Book } from "../domain/book.ts";
import { type PointRecord, pointRecord, pointsToStore, type SessionPoint } from "../domain/curve/sessionPoint.ts";
import type { Decimal } from "../domain/decimal.ts";
import { drawdownAt } from "../domain/figures.ts";
import { dayOf } from "../domain/statistics/dailyEquity.ts";
import type { DeskStore } from "../ports.ts";
import type { WriteRoad } from "./writeRoad.ts";

/** How long points wait at the most, in milliseconds, while marks are made. */
export const CURVE_FLUSH_MS = 15_000;
/** Accounts whose points are stored together while everything else waits. */
const PORTION_ACCOUNTS = 250;
/** Points of an account that wait before they are reduced to what a minute keeps. */
const REDUCED_FROM_POINTS = 16;
/** Points of an account that wait at the most: where the database fails for long, the oldest are lost. */
const WAITING_POINTS_MAX = 64;

/** What waits of one account, and what its curve ended with when it was last noted. */
interface Pending {
  points: SessionPoint[];
  revision: number;
  equity: Decimal;
  day: string;
}

export class PendingCurves {
  private readonly accounts = new Map<string, Pending>();
  private flushedAtMs = performance.now();

  /** Notes an account's equity at a mark; where it is as at the last one, and on the same day, its curve needs no point. */
  note({ account, session }: Book, equity: Decimal, nowMs: number): void {
    const { accountId, revision } = account;
    const known = this.accounts.get(accountId);
    const day = dayOf(nowMs);
    if (known?.revision === revision && known.day === day && known.equity.eq(equity)) return;
    const { figures } = session;
    const timeMs = Math.max(nowMs, known?.points.at(-1)?.timeMs ?? nowMs);
    const drawdown = drawdownAt(figures, equity);
    const point = { session: session.session, timeMs, equity, cash: figures.cash, drawdown };
    const points = reduced([...(known?.points ?? []), point]);
    this.accounts.set(accountId, { points, revision, equity, day });
  }

  /** Whether points have waited long enough. */
  get isDue(): boolean {
    return performance.now() - this.flushedAtMs >= CURVE_FLUSH_MS;
  }

  /** Stores all that waits, in portions; what fails waits on. `isHeld`: whether the account still holds positions. */
  async flush(store: DeskStore, road: WriteRoad, isHeld: (accountId: string) => boolean): Promise<void> {
    this.flushedAtMs = performance.now();
    const accountIds = [...this.accounts.keys()];
    for (let from = 0; from < accountIds.length; from += PORTION_ACCOUNTS) {
      const portion = accountIds.slice(from, from + PORTION_ACCOUNTS);
      await road.exclusive(() => this.store(store, portion));
    }
    for (const [accountId, { points }] of this.accounts) {
      if (points.length === 0 && !isHeld(accountId)) this.accounts.delete(accountId);
    }
  }

  private async store(store: DeskStore, accountIds: readonly string[]): Promise<void> {
    const taken = accountIds.flatMap((accountId) => {
      const pending = this.accounts.get(accountId);
      if (pending === undefined) return [];
      const { points } = pending;
      pending.points = [];
      return [{ accountId, points }];
    });
    const records = taken.flatMap(({ accountId, points }) => recordsOf(accountId, points));
    if (records.length === 0) return;
    try {
      await store.addPoints(records);
    } catch (error) {
      for (const { accountId, points } of taken) this.putBack(accountId, points);
      throw error;
    }
  }

  private putBack(accountId: string, points: readonly SessionPoint[]): void {
    const pending = this.accounts.get(accountId);
    if (pending !== undefined) pending.points = reduced([...points, ...pending.points]);
  }
}

function recordsOf(accountId: string, points: readonly SessionPoint[]): PointRecord[] {
  return pointsToStore(points).map((point) => pointRecord(accountId, point));
}

function reduced(points: SessionPoint[]): SessionPoint[] {
  return points.length < REDUCED_FROM_POINTS ? points : pointsToStore(points).slice(-WAITING_POINTS_MAX);
}
