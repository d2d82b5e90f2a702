// The store of a desk that backtests: one account in memory, of which only what the result needs is kept.
import type { Account, Draft, Session } from "../domain/book.ts";
import { type PointRecord, pointOfRecord, type SessionPoint } from "../domain/curve/sessionPoint.ts";
import { thin } from "../domain/curve/thin.ts";
import type { Decimal } from "../domain/decimal.ts";
import type { SignalOutcome } from "../domain/log.ts";
import type { Trade } from "../domain/lot.ts";
import type { Position } from "../domain/position.ts";
import { signalRecord } from "../domain/records.ts";
import { dayOf } from "../domain/statistics/dailyEquity.ts";
import type { DeskStore, StoreTransaction } from "../ports.ts";

/** Points of the curve that are gathered before they are thinned: the memory that a long history takes at the most. */
const POINTS_BEFORE_THINNING = 50_000;

/** What a run has come to. */
export interface MemoryResult {
  readonly account: Account;
  readonly session: Session;
  /** In the order of their numbers, as they are now. */
  readonly positions: Iterable<Position>;
  readonly trades: readonly Trade[];
  /** In the order of their decisions. */
  readonly signals: Iterable<SignalOutcome>;
  readonly points: readonly SessionPoint[];
  /** The equity at the last mark of each UTC day. */
  readonly days: ReadonlyMap<string, Decimal>;
}

/** A store of one account and one session; books in memory are always current, so that none is ever read. */
export class MemoryStore implements DeskStore {
  readonly isShared = false;
  private account: Account | undefined;
  private session: Session | undefined;
  private readonly positions = new Map<number, Position>();
  private readonly trades: Trade[] = [];
  private readonly signals = new Map<string, SignalOutcome>();
  private firstPoint: SessionPoint | undefined;
  private points: SessionPoint[] = [];
  private thinAt = POINTS_BEFORE_THINNING;
  private readonly days = new Map<string, Decimal>();

  private readonly open: StoreTransaction = {
    lockAccounts: async () => this.revisions(),
    loadBooks: async () => never(),
    findSignals: async (keys) =>
      keys.flatMap(({ signalId }) => {
        const known = this.signals.get(signalId);
        return known === undefined ? [] : [signalRecord(known)];
      }),
    findPositions: async () => never(),
    findTrades: async () => never(),
    findDeliveries: async () => never(),
    write: async (drafts) => {
      for (const draft of drafts) this.keep(draft);
      return [];
    },
  };

  transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result> {
    return work(this.open);
  }

  async *openBooks(): AsyncIterable<never[]> {}
  quotes = async () => [];
  priceRanges = async () => [];
  readBooks = async () => [];
  readRevisions = async () => this.revisions();
  readEvents = async () => [];
  readHeads = async () => new Map<string, number>();
  addPoints = async (points: readonly PointRecord[]) => {
    for (const point of points) this.keepPoint(pointOfRecord(point));
  };

  /** Call it once, at the end. Throws where there is no account. */
  result(): MemoryResult {
    const { account, session, positions, trades, signals, days } = this;
    if (account === undefined || session === undefined) throw new Error("the desk of a backtest has no account");
    this.thin();
    const points = [...(this.firstPoint === undefined ? [] : [this.firstPoint]), ...this.points];
    return { account, session, positions: positions.values(), trades, signals: signals.values(), points, days };
  }

  private revisions(): Map<string, number> {
    const { account } = this;
    return new Map(account === undefined ? [] : [[account.accountId, account.revision]]);
  }

  private keep(draft: Draft): void {
    this.account = draft.nextAccount;
    this.session = draft.session;
    for (const position of draft.positions.values()) this.positions.set(position.number, position);
    for (const trade of draft.trades) this.trades.push(trade);
    for (const outcome of draft.signals) this.signals.set(outcome.signal.signalId, outcome);
    for (const point of draft.points) this.keepPoint(point);
    if (this.points.length >= this.thinAt) {
      this.thin();
      this.thinAt = this.points.length + POINTS_BEFORE_THINNING;
    }
  }

  /** The first point of all is kept for ever, for the curve begins with it. */
  private keepPoint(point: SessionPoint): void {
    this.days.set(dayOf(point.timeMs), point.equity);
    if (this.firstPoint === undefined) this.firstPoint = point;
    else this.points.push(point);
  }

  private thin(): void {
    const newestMs = this.points.at(-1)?.timeMs;
    if (newestMs !== undefined) this.points = thin(this.points, newestMs);
  }
}

function never(): never {
  throw new Error("the desk of a backtest never reads what it has in memory");
}
