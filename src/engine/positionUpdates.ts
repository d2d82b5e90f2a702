// Newest values of open positions for those who watch them: told when they move, replaced while not taken.
import type { Position } from "../domain/position.ts";
import type { EventRecord } from "../domain/records.ts";
import type { Board, Books, Followed, PositionUpdate } from "../ports.ts";

export interface PositionUpdates {
  /** Updates of an account's open positions, beginning with the present state of each. */
  watch(accountId: string, symbol: string | null): Followed<PositionUpdate>;
  /** Tells the watchers that the prices of these symbols have moved. */
  moved(symbols: ReadonlySet<string>): void;
  watchers(): number;
}

/** Calls a listener with the new events of an account until the answered function is called. */
export type ListenToAccount = (accountId: string, listener: (events: readonly EventRecord[]) => void) => () => void;

/** The newest update of each position, the same object for all who look at it. */
class NewestUpdates {
  private readonly books: Books;
  private readonly board: Board;
  private readonly seen = new WeakMap<Position, PositionUpdate>();
  private version = 0;

  constructor(books: Books, board: Board) {
    this.books = books;
    this.board = board;
  }

  /** Undefined where the position is no longer open. */
  get(accountId: string, number: number): PositionUpdate | undefined {
    const position = this.books.get(accountId)?.positions.get(number);
    const quote = position && this.board.get(position.symbol);
    if (position === undefined || quote === undefined) return undefined;
    const seen = this.seen.get(position);
    if (seen?.quote === quote) return seen;
    this.version += 1;
    const update = { position, quote, version: this.version };
    this.seen.set(position, update);
    return update;
  }
}

/** One value at most waits for a position: its number, looked up when it is taken. */
class Watcher implements Followed<PositionUpdate> {
  onReady: () => void = () => undefined;
  private readonly symbol: string | null;
  private readonly look: (number: number) => PositionUpdate | undefined;
  private readonly leave: (watcher: Watcher) => void;
  private readonly waiting = new Set<number>();

  constructor(
    symbol: string | null,
    look: (number: number) => PositionUpdate | undefined,
    leave: (watcher: Watcher) => void,
  ) {
    this.symbol = symbol;
    this.look = look;
    this.leave = leave;
  }

  add(positions: Iterable<{ readonly number: number; readonly symbol: string }>): void {
    for (const { number, symbol } of positions) {
      if (this.symbol === null || this.symbol === symbol) this.waiting.add(number);
    }
    if (this.waiting.size > 0) this.onReady();
  }

  take(): PositionUpdate | undefined {
    for (const number of this.waiting) {
      this.waiting.delete(number);
      const update = this.look(number);
      if (update !== undefined) return update;
    }
    return undefined;
  }

  close(): void {
    this.waiting.clear();
    this.leave(this);
  }
}

/** The watchers of one account, and what ends their listening. */
interface WatchedAccount {
  readonly watchers: Set<Watcher>;
  readonly stopListening: () => void;
}

/** The positions that events tell of. */
function* positionsOf(events: readonly EventRecord[]): Iterable<{ number: number; symbol: string }> {
  for (const { payload } of events) {
    if ("position" in payload) yield payload.position;
  }
}

export function createPositionUpdates(books: Books, board: Board, listen: ListenToAccount): PositionUpdates {
  const newest = new NewestUpdates(books, board);
  const accounts = new Map<string, WatchedAccount>();

  function open(accountId: string): WatchedAccount {
    const watchers = new Set<Watcher>();
    const stopListening = listen(accountId, (events) => {
      for (const watcher of watchers) watcher.add(positionsOf(events));
    });
    const account = { watchers, stopListening };
    accounts.set(accountId, account);
    return account;
  }

  function leave(accountId: string, watcher: Watcher): void {
    const account = accounts.get(accountId);
    if (account === undefined || !account.watchers.delete(watcher) || account.watchers.size > 0) return;
    account.stopListening();
    accounts.delete(accountId);
  }

  return {
    watch: (accountId, symbol) => {
      const { watchers } = accounts.get(accountId) ?? open(accountId);
      const watcher = new Watcher(
        symbol,
        (number) => newest.get(accountId, number),
        (left) => leave(accountId, left),
      );
      watchers.add(watcher);
      watcher.add(books.get(accountId)?.positions.values() ?? []);
      return watcher;
    },
    moved: (symbols) => {
      for (const [accountId, { watchers }] of accounts) {
        const positions = books.get(accountId)?.positions.values() ?? [];
        const moved = [...positions].filter(({ symbol }) => symbols.has(symbol));
        if (moved.length === 0) continue;
        for (const watcher of watchers) watcher.add(moved);
      }
    },
    watchers: () => [...accounts.values()].reduce((sum, { watchers }) => sum + watchers.size, 0),
  };
}
