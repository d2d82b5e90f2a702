// Puts the desk together: board and books restored from the store, the write road, the marker, the log's readers.

import type { EventRecord } from "../domain/records.ts";
import { createBooks } from "../engine/books.ts";
import { feedClock, systemClock } from "../engine/clock.ts";
import { createPositionUpdates, type PositionUpdates } from "../engine/positionUpdates.ts";
import { createPriceBoard } from "../engine/priceBoard.ts";
import { createPricePaths } from "../engine/pricePaths.ts";
import { createPriceRanges } from "../engine/priceRanges.ts";
import { PriceWalk } from "../engine/priceWalk.ts";
import { createTriggerBook } from "../engine/triggerBook.ts";
import { type AccountLogs, createAccountLogs } from "../events/accountLogs.ts";
import { createDoorbell, type LocalDoorbell } from "../events/doorbell.ts";
import type { CurveStore, DeskStore, Doorbell, LiveRoute, Observer } from "../ports.ts";
import { adoptBook, type Desk, type DeskLog } from "../services/desk.ts";
import { createMarker, type Marker } from "../services/markAccounts.ts";
import type { PriceRoad } from "../services/publishPrices.ts";
import { THIN_EVERY_MS, thinCurves } from "../services/thinCurves.ts";
import { createWriteRoad, type WriteRoad } from "../services/writeRoad.ts";

export interface DeskOptions {
  readonly store: DeskStore;
  /** The curves to thin now and then; without it they stay as they are. */
  readonly curves?: CurveStore;
  readonly log: DeskLog;
  /** The system's clock, or the feed's with the time before which it never is. */
  readonly clock: { readonly kind: "system" } | { readonly kind: "feed"; readonly startMs: number };
  readonly markIntervalMs: number;
  /** Where signals of promoted accounts may go; without it none is routed live. */
  readonly liveRoute?: LiveRoute | undefined;
  /** Check the identities of domain.md 8 after each batch. */
  readonly checkIdentities?: boolean;
  readonly watch?: DeskWatch | undefined;
}

/** What watches a desk besides its observer: told of what is committed, of marks and of thinned curves. */
export interface DeskWatch {
  readonly observer: Observer;
  committed(events: readonly EventRecord[]): void;
  mark<Result>(work: () => Promise<Result>): Promise<Result>;
  thinned(points: number): void;
}

export interface RunningDesk {
  readonly desk: Desk;
  readonly road: WriteRoad;
  readonly prices: PriceRoad;
  readonly updates: PositionUpdates;
  readonly logs: AccountLogs;
  readonly doorbell: LocalDoorbell;
  readonly marker: Marker;
  /** Marks now what has moved: the timer does the same. */
  mark(): Promise<void>;
  /** Takes no new work, finishes what waits, marks a last time. */
  close(): Promise<void>;
}

/** Restores the desk from its store and starts it: stops and targets are watched from here on. */
export async function startDesk(options: DeskOptions): Promise<RunningDesk> {
  const { store, log, watch } = options;
  const doorbell = createDoorbell();
  const quotes = await store.quotes();
  const clock = options.clock.kind === "system" ? systemClock() : feedClock(options.clock.startMs);
  const desk: Desk = {
    store,
    log,
    clock,
    doorbell: watch === undefined ? doorbell : watchedDoorbell(doorbell, watch),
    observer: watch?.observer,
    liveRoute: options.liveRoute,
    board: createPriceBoard(quotes),
    books: createBooks(),
    triggers: createTriggerBook(),
    ranges: createPriceRanges(await store.priceRanges()),
    paths: createPricePaths(),
    checkIdentities: options.checkIdentities ?? false,
  };
  const watched = await restore(desk);
  log.info({ quotes: quotes.length, ...watched }, "desk restored");

  const road = createWriteRoad(desk);
  const marker = createMarker(desk);
  const updates = createPositionUpdates(desk.books, desk.board, doorbell.listen);
  const logs = createAccountLogs({
    doorbell,
    readEvents: store.readEvents,
    readHeads: store.readHeads,
    onPollFailed: (error) => log.warn({ err: error }, "the logs could not be looked at; it is tried again"),
  });
  const prices: PriceRoad = {
    desk,
    road,
    startWalk: () => new PriceWalk(desk),
    moved: (symbols, closedIn) => {
      marker.moved(symbols, closedIn);
      if (clock.isFeed) updates.moved(new Set(symbols));
    },
  };
  const markNow = async (): Promise<void> => updates.moved(await marker.mark(prices));
  const mark = (): Promise<void> => watch?.mark(markNow) ?? markNow();
  const stopMarks = clock.isFeed ? () => Promise.resolve() : markEvery(options.markIntervalMs, mark, log);
  const stopThinning =
    options.curves === undefined ? () => Promise.resolve() : thinNowAndThen(options.curves, log, watch);
  return {
    desk,
    road,
    prices,
    updates,
    doorbell,
    marker,
    logs,
    mark,
    close: async () => {
      await stopMarks();
      await stopThinning();
      if (!clock.isFeed) await mark();
      await marker.flush(prices);
      await road.close();
      logs.close();
    },
  };
}

/** Every event that is committed rings: so it is told to who watches, once. */
function watchedDoorbell(doorbell: Doorbell, watch: DeskWatch): Doorbell {
  return {
    ring: (accountId, events) => {
      watch.committed(events);
      doorbell.ring(accountId, events);
    },
  };
}

/** Books with open positions come back into memory, and with them the trigger book and the feed's time. */
async function restore(desk: Desk): Promise<{ accounts: number; openPositions: number }> {
  let accounts = 0;
  let openPositions = 0;
  for await (const books of desk.store.openBooks()) {
    for (const book of books) {
      adoptBook(desk, book);
      accounts += 1;
      openPositions += book.positions.size;
    }
  }
  for (const quote of desk.board.all()) desk.clock.advance(quote.timeMs);
  return { accounts, openPositions };
}

/** Marks again and again; a mark that fails is done again with the next. */
function markEvery(intervalMs: number, mark: () => Promise<void>, log: DeskLog): () => Promise<void> {
  return repeat(intervalMs, () =>
    mark().catch((error: unknown) => log.error({ err: error }, "a mark failed; it is done again with the next")),
  );
}

/** Thins the curves again and again; the end of the desk does not wait for more than what is under way. */
function thinNowAndThen(curves: CurveStore, log: DeskLog, watch?: DeskWatch): () => Promise<void> {
  const stop = new AbortController();
  const stopTimer = repeat(THIN_EVERY_MS, () =>
    thinCurves(curves, stop.signal).then(
      (points) => watch?.thinned(points),
      (error: unknown) => log.warn({ err: error }, "equity curves could not be thinned; it is tried again"),
    ),
  );
  return () => {
    stop.abort();
    return stopTimer();
  };
}

/** Does something again and again, the interval counted from the end of one to the start of the next; answers what stops it. */
function repeat(intervalMs: number, work: () => Promise<void>): () => Promise<void> {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = work().then(() => {
        if (!isStopped) schedule();
      });
    }, intervalMs);
    timer.unref();
  };
  schedule();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
