// Newest values of open positions for those who watch them: told at each mark, replaced while not taken.
import type { Position } from "../domain/position.ts";
import type { Quote } from "../domain/price.ts";
import type { Board, Books } from "../ports.ts";

export interface PositionUpdate {
  readonly position: Position;
  readonly quote: Quote;
}

export interface PositionUpdates {
  /** Updates of an account's open positions, beginning with the present state of each, until `return` is called. */
  watch(accountId: string, symbol: string | null): AsyncIterableIterator<PositionUpdate>;
  /** Tells the watchers that the prices of these symbols have moved. */
  moved(symbols: ReadonlySet<string>): void;
  watchers(): number;
}

/** One value at most waits for a position: the number, to be looked up when it is taken. */
class Watcher implements AsyncIterableIterator<PositionUpdate> {
  private readonly look: (number: number) => PositionUpdate | undefined;
  private readonly leave: (watcher: Watcher) => void;
  private readonly waiting = new Set<number>();
  private isClosed = false;
  private wake: (() => void) | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(look: (number: number) => PositionUpdate | undefined, leave: (watcher: Watcher) => void) {
    this.look = look;
    this.leave = leave;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  add(numbers: Iterable<number>): void {
    for (const number of numbers) this.waiting.add(number);
    if (this.waiting.size > 0) this.wake?.();
  }

  next(): Promise<IteratorResult<PositionUpdate>> {
    const result = this.turn.then(() => this.take());
    this.turn = result.catch(() => undefined);
    return result;
  }

  async return(): Promise<IteratorResult<PositionUpdate>> {
    this.isClosed = true;
    this.leave(this);
    this.wake?.();
    return { done: true, value: undefined };
  }

  private async take(): Promise<IteratorResult<PositionUpdate>> {
    while (!this.isClosed) {
      for (const number of this.waiting) {
        this.waiting.delete(number);
        const update = this.look(number);
        if (update !== undefined) return { done: false, value: update };
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    return { done: true, value: undefined };
  }
}

export function createPositionUpdates(books: Books, board: Board): PositionUpdates {
  const watchers = new Map<Watcher, { accountId: string; symbol: string | null }>();

  const openNumbers = function* (accountId: string, isWanted: (symbol: string) => boolean): Iterable<number> {
    for (const position of books.get(accountId)?.positions.values() ?? []) {
      if (isWanted(position.symbol)) yield position.number;
    }
  };

  return {
    watch: (accountId, symbol) => {
      const look = (number: number): PositionUpdate | undefined => {
        const position = books.get(accountId)?.positions.get(number);
        const quote = position && board.get(position.symbol);
        return position && quote && { position, quote };
      };
      const watcher = new Watcher(look, (left) => void watchers.delete(left));
      watchers.set(watcher, { accountId, symbol });
      watcher.add(openNumbers(accountId, (held) => symbol === null || held === symbol));
      return watcher;
    },
    moved: (symbols) => {
      for (const [watcher, { accountId, symbol }] of watchers) {
        watcher.add(openNumbers(accountId, (held) => symbols.has(held) && (symbol === null || held === symbol)));
      }
    },
    watchers: () => watchers.size,
  };
}
