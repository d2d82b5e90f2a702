// Marks with the system's clock: peaks and drawdowns of what has moved, moved stops and quotes saved, in small portions.
import { Draft } from "../domain/book.ts";
import { afterMark, equityOf } from "../domain/figures.ts";
import type { Position } from "../domain/position.ts";
import { takeOver } from "./batch.ts";
import { boardPrices, type Desk, lockCurrent } from "./desk.ts";
import { PendingCurves } from "./pendingCurves.ts";
import { expirePositions, type PriceRoad } from "./publishPrices.ts";

/** Accounts, positions and quotes of one portion: what is saved together while everything else waits. */
const PORTION_ACCOUNTS = 50;
const PORTION_POSITIONS = 100;
const PORTION_QUOTES = 200;

export interface Marker {
  /** Notes what prices have moved and where something closed. */
  moved(symbols: Iterable<string>, closedIn: Iterable<string>): void;
  /** Marks everything that was noted since the last mark; answers the symbols that moved. */
  mark(prices: PriceRoad): Promise<ReadonlySet<string>>;
  /** Stores the points of curves that wait: marks do it now and then, the end of the desk must. */
  flush(prices: PriceRoad): Promise<void>;
}

/** The marker of a desk. With the feed's clock every price marks as it is worked through, and this one notes symbols only. */
export function createMarker(desk: Desk): Marker {
  let symbols = new Set<string>();
  let accounts = new Set<string>();
  const curves = new PendingCurves();
  const flush: Marker["flush"] = ({ road }) =>
    curves.flush(desk.store, road, (accountId) => (desk.books.get(accountId)?.positions.size ?? 0) > 0);
  const note: Marker["moved"] = (movedSymbols, closedIn) => {
    for (const symbol of movedSymbols) symbols.add(symbol);
    for (const accountId of closedIn) accounts.add(accountId);
  };
  return {
    moved: note,
    flush,
    mark: async (prices) => {
      const movedSymbols = symbols;
      const touched = accounts;
      symbols = new Set();
      accounts = new Set();
      if (desk.clock.isFeed) return movedSymbols;
      try {
        await expirePositions(prices);
        for (const symbol of movedSymbols) for (const holder of desk.triggers.holders(symbol)) touched.add(holder);
        await markAll(prices, touched, movedSymbols, curves);
        if (curves.isDue) await flush(prices);
      } catch (error) {
        note(movedSymbols, touched);
        throw error;
      }
      return movedSymbols;
    },
  };
}

async function markAll(
  { desk, road }: PriceRoad,
  accounts: ReadonlySet<string>,
  symbols: ReadonlySet<string>,
  curves: PendingCurves,
): Promise<void> {
  for (const portion of portions([...symbols], PORTION_QUOTES)) {
    await road.exclusive(() => saveSymbols(desk, portion));
  }
  for (const portion of portions(desk.triggers.unsaved(), PORTION_POSITIONS)) {
    await road.exclusive(() => save(desk, draftsOfMoves(desk, portion)));
  }
  for (const portion of portions([...accounts], PORTION_ACCOUNTS)) {
    await road.exclusive(() => save(desk, draftsOfMarks(desk, portion, curves)));
  }
}

/** Drafts that save positions as they are now; one that was closed meanwhile needs nothing. */
function draftsOfMoves(desk: Desk, moved: readonly Position[]): Draft[] {
  const drafts = new Map<string, Draft>();
  for (const { accountId, number } of moved) {
    const position = desk.triggers.get({ accountId, number });
    const book = desk.books.get(accountId);
    if (position === undefined || book === undefined) continue;
    const draft = drafts.get(accountId) ?? new Draft(book);
    drafts.set(accountId, draft);
    draft.put(position);
  }
  return [...drafts.values()];
}

/** Drafts of the accounts whose peak or drawdown moves at the board's prices; of others only the equity is noted. */
function draftsOfMarks(desk: Desk, accountIds: readonly string[], curves: PendingCurves): Draft[] {
  const nowMs = desk.clock.nowMs();
  const priceOf = boardPrices(desk);
  return accountIds.flatMap((accountId) => {
    const book = desk.books.get(accountId);
    if (book === undefined) return [];
    const { settings, figures } = book.session;
    const equity = equityOf(settings.startingCapital, figures, book.exposure, priceOf);
    if (afterMark(figures, equity) === figures) {
      curves.note(book, equity, nowMs);
      return [];
    }
    const draft = new Draft(book);
    draft.mark(priceOf, nowMs);
    return [draft];
  });
}

/** Writes the quotes of symbols and, together with them, what positions have seen up to these. */
async function saveSymbols(desk: Desk, symbols: readonly string[]): Promise<void> {
  const quotes = symbols.flatMap((symbol) => desk.board.get(symbol) ?? []);
  const ranges = desk.ranges.recordsOf(symbols);
  await desk.store.transaction((transaction) => transaction.write([], quotes, Date.now(), ranges));
}

/** Writes drafts. Accounts that another process has written to are loaded anew and wait for the next mark. */
async function save(desk: Desk, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  const current = await desk.store.transaction(async (transaction) => {
    const written = await lockCurrent(desk, transaction, drafts);
    await transaction.write(written, [], Date.now());
    return written;
  });
  takeOver(desk, current);
}

function* portions<Item>(items: readonly Item[], size: number): Iterable<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
