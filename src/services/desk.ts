// The desk: what every use case works with.
import { priceOfBoard } from "../domain/board.ts";
import type { Book, Draft } from "../domain/book.ts";
import type { PriceOf } from "../domain/exposure.ts";
import type { Position } from "../domain/position.ts";
import type {
  Board,
  Books,
  Clock,
  DeskStore,
  Doorbell,
  LiveRoute,
  Observer,
  PricePaths,
  PriceRanges,
  StoreTransaction,
  TriggerBook,
} from "../ports.ts";

export interface DeskLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface Desk {
  readonly store: DeskStore;
  readonly board: Board;
  readonly books: Books;
  readonly triggers: TriggerBook;
  readonly ranges: PriceRanges;
  /** Where they are shown to somebody; a backtest's own desk has none. */
  readonly paths?: PricePaths | undefined;
  readonly clock: Clock;
  readonly doorbell: Doorbell;
  readonly log: DeskLog;
  /** Where one is configured; nothing is routed live without it. */
  readonly liveRoute?: LiveRoute | undefined;
  /** Checks the identities of domain.md 8 after each batch and throws where one does not hold. */
  readonly checkIdentities: boolean;
  readonly observer?: Observer | undefined;
}

export type { Viewer } from "../auth/viewer.ts";

export function boardPrices(desk: Pick<Desk, "board">): PriceOf {
  return priceOfBoard((symbol) => desk.board.get(symbol));
}

/** Takes a book over as it was loaded, with its open positions to be watched. */
export function adoptBook(desk: Pick<Desk, "board" | "books" | "triggers" | "ranges">, book: Book): void {
  const { accountId } = book.account;
  const known = desk.books.get(accountId)?.positions ?? new Map<number, Position>();
  desk.triggers.deleteAccount(accountId);
  desk.books.set(book);
  for (const position of book.positions.values()) {
    restorePrice(desk.board, position);
    desk.triggers.set(position);
    if (!known.has(position.number)) desk.ranges.adopted(position);
  }
  for (const position of known.values()) if (!book.positions.has(position.number)) desk.ranges.closed(position);
}

/**
 * Locks the drafts' accounts and answers the drafts that may be written. Books that another process has written to since
 * are loaded anew, and their drafts are left out: what they decided was decided on figures that are gone.
 */
export async function lockCurrent(
  desk: Desk,
  transaction: StoreTransaction,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const revisions = await transaction.lockAccounts(drafts.map((draft) => draft.account.accountId));
  const isCurrent = ({ base }: Draft): boolean => revisions.get(base.account.accountId) === base.account.revision;
  const outdated = drafts.filter((draft) => !isCurrent(draft)).map((draft) => draft.account.accountId);
  if (outdated.length === 0) return drafts;
  for (const book of await transaction.loadBooks(outdated)) adoptBook(desk, book);
  return drafts.filter(isCurrent);
}

/** The board is saved at marks: after a crash, a fill can know a newer price than the board does. */
function restorePrice(board: Desk["board"], position: Position): void {
  const { symbol, lastPrice: price, lastPriceTimeMs: timeMs, entryFill } = position;
  const known = board.get(symbol);
  if (known !== undefined && known.timeMs >= timeMs) return;
  board.set({ symbol, price, bid: null, ask: null, volume: null, timeMs, source: entryFill.reference.source });
}
