// Working through prices: exits, expiries and, with the feed's clock, marks. Everything is staged: nothing of the desk
// changes until what was decided has been committed and `takeOver` is called (domain.md 4 and 7).

import { heldQuote, priceOfBoard } from "../domain/board.ts";
import { type Book, Draft } from "../domain/book.ts";
import { judge } from "../domain/exits.ts";
import { type Reference, referenceOf } from "../domain/fill.ts";
import { type Close, closeAll } from "../domain/lot.ts";
import { isOpen, type Position } from "../domain/position.ts";
import { isStaleBar, isStaleQuote, type Price, type Quote, quoteAfterBar } from "../domain/price.ts";
import type { PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import type { Board, Books, Clock, PricePaths, PriceRanges, StagedRanges, TriggerBook } from "../ports.ts";

/** The parts of the desk that prices concern. */
export interface PriceWorld {
  readonly board: Board;
  readonly books: Books;
  readonly triggers: TriggerBook;
  readonly ranges: PriceRanges;
  readonly paths?: PricePaths | undefined;
  readonly clock: Clock;
}

export class PriceWalk {
  /** Symbols whose price moved, and accounts in which something closed: what the next mark has to look at. */
  readonly movedSymbols = new Set<string>();
  readonly closedIn = new Set<string>();
  private readonly world: PriceWorld;
  private readonly quotes = new Map<string, Quote>();
  private readonly drafts = new Map<string, Draft>();
  /** Positions as they are after what was worked through, closed ones included; by symbol, account and number. */
  private readonly staged = new Map<string, Map<string, Position>>();
  private readonly ranges: StagedRanges;
  private readonly taken: Price[] = [];
  private newestTimeMs = Number.NEGATIVE_INFINITY;
  private readonly priceOf = priceOfBoard((symbol) => this.quote(symbol));

  constructor(world: PriceWorld) {
    this.world = world;
    this.ranges = world.ranges.stage();
  }

  /** The time at this point of the walk: with the feed's clock, prices that were taken have moved it on. */
  get nowMs(): number {
    const nowMs = this.world.clock.nowMs();
    return this.world.clock.isFeed ? Math.max(nowMs, this.newestTimeMs) : nowMs;
  }

  quote(symbol: string): Quote | undefined {
    return this.quotes.get(symbol) ?? this.world.board.get(symbol);
  }

  /** Works one price through to its end; answers false where the board drops it as stale. */
  take(price: Price): boolean {
    const touched = new Set<string>();
    const symbol = price.kind === "quote" ? price.quote.symbol : price.bar.symbol;
    const onBoard = this.quote(symbol);
    if (price.kind === "quote") {
      if (isStaleQuote(onBoard, price.quote)) return false;
      this.expire(price.quote.timeMs, price.quote, touched);
      this.judgeAll(price, price.quote.price, price.quote.price, touched);
      this.ranges.push(symbol, price.quote.timeMs, price.quote.price, price.quote.price);
      this.show(price.quote);
    } else {
      const { bar } = price;
      if (isStaleBar(onBoard, bar)) return false;
      const open: Quote = { ...quoteAfterBar(bar), price: bar.open, timeMs: bar.startMs };
      this.expire(bar.startMs, open, touched);
      this.judgeAll(price, bar.low, bar.high, touched);
      this.ranges.push(symbol, bar.startMs, bar.low, bar.high);
      this.show(quoteAfterBar(bar));
      this.expire(bar.endMs, undefined, touched);
    }
    if (this.world.paths !== undefined) this.taken.push(price);
    if (this.world.clock.isFeed) this.markAccounts(symbol, touched);
    for (const accountId of touched) this.closedIn.add(accountId);
    return true;
  }

  /** Closes what expires at or before a time of the wall clock, at the board's prices. */
  expireBy(timeMs: number): void {
    this.expire(timeMs, undefined, this.closedIn);
  }

  /** Closes what expires at or before `timeMs`: what is held of `own` at its price, the rest at the board's. */
  private expire(timeMs: number, own: Quote | undefined, touched: Set<string>): void {
    const due = this.world.triggers.expiringBy(timeMs).map((position) => this.newest(position));
    for (const position of due.filter(isOpen).sort(byOpening)) {
      const isOwn = own?.symbol === position.symbol;
      const quote = isOwn ? own : heldQuote((symbol) => this.quote(symbol), position.symbol);
      this.closeExpired(position, referenceOf(quote), timeMs, touched);
    }
  }

  private closeExpired(position: Position, reference: Reference, timeMs: number, touched: Set<string>): void {
    const draft = this.draft(position.accountId);
    const exit = { reason: "EXPIRED", reference, timeMs, gapped: false, seen: this.ranges.seenBy(position) } as const;
    const close = closeAll(position, exit, draft.settings);
    if (close !== undefined) this.book(draft, close, touched);
  }

  /** Judges the positions that a price may concern, one after the other in the order in which they were opened. */
  private judgeAll(price: Price, low: Quote["price"], high: Quote["price"], touched: Set<string>): void {
    const symbol = price.kind === "quote" ? price.quote.symbol : price.bar.symbol;
    const staged = this.staged.get(symbol);
    const found = new Map<string, Position>(staged);
    for (const position of this.world.triggers.touchedBy(symbol, low, high)) {
      const key = keyOf(position);
      if (!found.has(key)) found.set(key, position);
    }
    for (const position of [...found.values()].filter(isOpen).sort(byOpening)) {
      const judgement = judge(position, price, this.settingsOf(position.accountId), this.ranges.seenBy);
      if (judgement.position === position) continue;
      for (const close of judgement.closes) this.book(this.draft(position.accountId), close, touched);
      this.stage(judgement.position);
    }
  }

  private book(draft: Draft, close: Close, touched: Set<string>): void {
    draft.close(close);
    this.stage(close.position);
    touched.add(close.position.accountId);
  }

  private stage(position: Position): void {
    const ofSymbol = this.staged.get(position.symbol) ?? new Map<string, Position>();
    this.staged.set(position.symbol, ofSymbol);
    ofSymbol.set(keyOf(position), position);
  }

  private newest(position: Position): Position {
    return this.staged.get(position.symbol)?.get(keyOf(position)) ?? position;
  }

  private show(quote: Quote): void {
    this.quotes.set(quote.symbol, quote);
    this.newestTimeMs = Math.max(this.newestTimeMs, quote.timeMs);
    this.movedSymbols.add(quote.symbol);
  }

  private markAccounts(symbol: string, touched: ReadonlySet<string>): void {
    for (const accountId of new Set([...touched, ...this.world.triggers.holders(symbol)])) {
      this.draft(accountId).mark(this.priceOf, this.nowMs);
    }
  }

  private settingsOf(accountId: string): Draft["settings"] {
    return this.drafts.get(accountId)?.settings ?? this.bookOf(accountId).session.settings;
  }

  private draft(accountId: string): Draft {
    const draft = this.drafts.get(accountId) ?? new Draft(this.bookOf(accountId));
    this.drafts.set(accountId, draft);
    return draft;
  }

  private bookOf(accountId: string): Book {
    const book = this.world.books.get(accountId);
    if (book === undefined) throw new Error(`the book of ${accountId} is not in memory, though it holds positions`);
    return book;
  }

  /** The drafts to be written. With the feed's clock moved stops are saved at once, else at the next mark. */
  changedDrafts(): Draft[] {
    if (this.world.clock.isFeed) {
      for (const position of this.stagedPositions()) {
        const draft = this.draft(position.accountId);
        if (draft.position(position.number) !== position) draft.put(position);
      }
    }
    return [...this.drafts.values()].filter((draft) => draft.isChanged);
  }

  changedQuotes(): Quote[] {
    return [...this.quotes.values()];
  }

  /** What positions have seen, of the symbols that prices came of. */
  changedRanges(): PriceRangeRecord[] {
    return this.ranges.changed();
  }

  /** Makes what was decided the desk's own. Call it after the drafts are committed. */
  takeOver(): void {
    const { board, books, triggers, ranges, paths, clock } = this.world;
    for (const quote of this.quotes.values()) board.set(quote);
    for (const price of this.taken) paths?.push(price);
    clock.advance(this.newestTimeMs);
    this.ranges.takeOver();
    for (const draft of this.drafts.values()) if (draft.isChanged) books.set(draft.committed());
    for (const position of this.stagedPositions()) {
      const saved = books.get(position.accountId)?.positions.get(position.number);
      if (!isOpen(position)) {
        triggers.delete(position);
        ranges.closed(position);
      } else if (saved === position) triggers.set(position);
      else triggers.move(position);
    }
  }

  private *stagedPositions(): Iterable<Position> {
    for (const ofSymbol of this.staged.values()) yield* ofSymbol.values();
  }
}

function keyOf(position: Position): string {
  return `${position.accountId} ${position.number}`;
}

function byOpening(a: Position, b: Position): number {
  return a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : a.number - b.number;
}
