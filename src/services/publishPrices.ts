// Publishing prices: each is checked, worked through the desk in order, and what it triggers is committed (domain.md 4).

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Draft } from "../domain/book.ts";
import { FUTURE_PRICE_MS_MAX } from "../domain/limits.ts";
import { type BarInput, type Price, type Quote, type QuoteInput, readBar, readQuote } from "../domain/price.ts";
import type { EventRecord } from "../domain/records.ts";
import type { PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import { checkBook, tell } from "./batch.ts";
import { type Desk, lockCurrent } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export const PRICES_IN_A_CALL_MAX = 5000;
/** Prices worked through before the event loop gets its turn. */
const SLICE_PRICES = 100;
/** How often a walk is begun again where another process has written to the same accounts. */
const WALKS_MAX = 5;

export interface RefusedPrice {
  readonly index: number;
  readonly message: string;
}

export interface PublishReport {
  readonly accepted: number;
  readonly stale: number;
  readonly refused: readonly RefusedPrice[];
}

/** One walk over prices: staged until `takeOver`. The engine has the real one. */
export interface Walk {
  readonly nowMs: number;
  readonly movedSymbols: ReadonlySet<string>;
  readonly closedIn: ReadonlySet<string>;
  take(price: Price): boolean;
  expireBy(timeMs: number): void;
  changedDrafts(): Draft[];
  changedQuotes(): Quote[];
  changedRanges(): PriceRangeRecord[];
  takeOver(): void;
}

export interface PriceRoad {
  readonly desk: Desk;
  readonly road: WriteRoad;
  readonly startWalk: () => Walk;
  /** Tells the marker what has moved. */
  readonly moved: (symbols: Iterable<string>, closedIn: Iterable<string>) => void;
}

/** A price still to be read: reading needs the time at its turn. */
interface Unread {
  readonly index: number;
  readonly read: (nowMs: number) => Price | string;
}

/** Publishes quotes in the order given. */
export function publishQuotes(prices: PriceRoad, quotes: readonly QuoteInput[]): Promise<PublishReport> {
  const unread = quotes.map((input, index) => ({
    index,
    read: (nowMs: number): Price | string => {
      const quote = readQuote(input, nowMs);
      return typeof quote === "string" ? quote : { kind: "quote", quote };
    },
  }));
  return publish(prices, unread);
}

/** Publishes bars in the order of their starts, ties in the order given. */
export function publishBars(prices: PriceRoad, bars: readonly BarInput[]): Promise<PublishReport> {
  const unread = bars
    .map((input, index) => ({ index, start: input.start.getTime(), read: () => readBarPrice(input) }))
    .sort((a, b) => a.start - b.start);
  return publish(prices, unread);
}

function readBarPrice(input: BarInput): Price | string {
  const bar = readBar(input);
  return typeof bar === "string" ? bar : { kind: "bar", bar };
}

async function publish(prices: PriceRoad, unread: readonly Unread[]): Promise<PublishReport> {
  const { desk, road } = prices;
  const report = await road.exclusive(() => commitWalk(prices, (walk) => walkThrough(desk, walk, unread)));
  desk.observer?.prices({ ...report, refused: report.refused.length });
  return report;
}

/** Closes positions whose time has come though no price does: the wall clock's own expiry, at each mark. */
export function expirePositions(prices: PriceRoad): Promise<void> {
  const { desk, road } = prices;
  if (desk.triggers.expiringBy(desk.clock.nowMs()).length === 0) return Promise.resolve();
  return road.exclusive(() => commitWalk(prices, async (walk) => walk.expireBy(desk.clock.nowMs())));
}

/** Walks and commits; begins again where another process has written in between. */
async function commitWalk<Report>(prices: PriceRoad, take: (walk: Walk) => Promise<Report>): Promise<Report> {
  for (let attempt = 1; attempt <= WALKS_MAX; attempt++) {
    const walk = prices.startWalk();
    const report = await take(walk);
    const drafts = walk.changedDrafts();
    const events = await commit(prices.desk, walk, drafts);
    if (events === "outdated") continue;
    walk.takeOver();
    for (const draft of drafts) checkBook(prices.desk, draft.account.accountId);
    prices.moved(walk.movedSymbols, walk.closedIn);
    tell(prices.desk, events);
    return report;
  }
  throw new Error(`another process kept writing to the same accounts: gave up after ${WALKS_MAX} tries`);
}

async function walkThrough(desk: Desk, walk: Walk, unread: readonly Unread[]): Promise<PublishReport> {
  const refused: RefusedPrice[] = [];
  let accepted = 0;
  let stale = 0;
  for (const [position, { index, read }] of unread.entries()) {
    if (position > 0 && position % SLICE_PRICES === 0) await nextTurn();
    const price = read(walk.nowMs);
    const fault = typeof price === "string" ? price : futureFault(desk, price);
    if (fault !== undefined) refused.push({ index, message: fault });
    else if (typeof price !== "string" && walk.take(price)) accepted += 1;
    else stale += 1;
  }
  return { accepted, stale, refused: refused.sort((a, b) => a.index - b.index) };
}

/** A price from the future would keep all later ones off the board; with the feed's clock there is no future. */
function futureFault(desk: Desk, price: Price): string | undefined {
  if (desk.clock.isFeed) return undefined;
  const timeMs = price.kind === "quote" ? price.quote.timeMs : price.bar.endMs;
  const aheadMs = timeMs - desk.clock.nowMs();
  if (aheadMs <= FUTURE_PRICE_MS_MAX) return undefined;
  return `is ${aheadMs / 1000} seconds ahead of the clock; at most ${FUTURE_PRICE_MS_MAX / 1000} are allowed`;
}

/**
 * Commits what a walk decided: nothing at all for prices that triggered nothing, but with the feed's clock the quotes and
 * what positions have seen of them too.
 * Where another process has written since, the books are loaded anew and the walk has to begin again.
 */
async function commit(desk: Desk, walk: Walk, drafts: readonly Draft[]): Promise<EventRecord[] | "outdated"> {
  const quotes = desk.clock.isFeed ? walk.changedQuotes() : [];
  const ranges = desk.clock.isFeed ? walk.changedRanges() : [];
  if (drafts.length === 0 && quotes.length === 0) return [];
  return desk.store.transaction(async (transaction) => {
    const current = await lockCurrent(desk, transaction, drafts);
    return current.length === drafts.length ? transaction.write(drafts, quotes, Date.now(), ranges) : "outdated";
  });
}
