// A tick that closes nothing: with 100,000 open positions in its symbol against 1,000 of them.
import { type Book, Draft, emptyBook } from "../src/domain/book.ts";
import { decideSignal } from "../src/domain/decide.ts";
import { Decimal } from "../src/domain/decimal.ts";
import type { Quote } from "../src/domain/price.ts";
import { DEFAULT_SETTINGS, type Settings } from "../src/domain/settings.ts";
import { readSignal } from "../src/domain/signal.ts";
import { createBooks } from "../src/engine/books.ts";
import { systemClock } from "../src/engine/clock.ts";
import { createPriceBoard } from "../src/engine/priceBoard.ts";
import { createPricePaths } from "../src/engine/pricePaths.ts";
import { createPriceRanges } from "../src/engine/priceRanges.ts";
import { PriceWalk, type PriceWorld } from "../src/engine/priceWalk.ts";
import { createTriggerBook } from "../src/engine/triggerBook.ts";
import { adoptBook } from "../src/services/desk.ts";
import { benchSignal, median, type Result, ratio, SYMBOL } from "./support.ts";

const LARGE = { accounts: 1000, positions: 100 };
const SMALL = { accounts: 10, positions: 100 };
/** One in so many has a trailing stop, active from the first tick on. */
const TRAILING_EVERY = 100;
const TICKS = 2000;
const ROUNDS = 5;
const HUNDRED = new Decimal(100);

const RICH: Settings = {
  ...DEFAULT_SETTINGS,
  startingCapital: new Decimal(100_000_000),
  maxTradeRisk: HUNDRED,
  maxPortfolioHeat: HUNDRED,
};

export async function benchTicks(): Promise<Result[]> {
  const worlds = {
    large: worldOf(LARGE, false),
    small: worldOf(SMALL, false),
    largeTrailing: worldOf(LARGE, true),
    smallTrailing: worldOf(SMALL, true),
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    large: microsecondsOfATick(worlds.large),
    small: microsecondsOfATick(worlds.small),
    largeTrailing: microsecondsOfATick(worlds.largeTrailing),
    smallTrailing: microsecondsOfATick(worlds.smallTrailing),
  }));
  const of = (name: keyof (typeof rounds)[number]): string =>
    `${median(rounds.map((round) => round[name])).toFixed(1)} µs`;
  return [
    {
      what: `a tick that closes nothing: 100,000 positions (${of("large")}) against 1,000 (${of("small")}), none trailing`,
      measured: ratio(median(rounds.map((round) => round.large / round.small))),
      wanted: "≤ 3",
    },
    {
      what: `the same, one in ${TRAILING_EVERY} with an active trailing stop: ${of("largeTrailing")} against ${of("smallTrailing")}`,
      measured: ratio(median(rounds.map((round) => round.largeTrailing / round.smallTrailing))),
      wanted: "stated",
    },
  ];
}

function quoteAt(price: Decimal, timeMs: number): Quote {
  return { symbol: SYMBOL, price, bid: null, ask: null, volume: null, timeMs, source: "QUOTE" };
}

/** A world whose accounts hold positions with stops and targets spread over many levels. */
function worldOf(size: typeof LARGE, withTrailing: boolean): PriceWorld {
  const nowMs = Date.now() - 60_000;
  const world: PriceWorld = {
    board: createPriceBoard([quoteAt(HUNDRED, nowMs)]),
    books: createBooks(),
    triggers: createTriggerBook(),
    ranges: createPriceRanges(),
    paths: createPricePaths(),
    clock: systemClock(),
  };
  for (let account = 0; account < size.accounts; account++)
    adoptBook(world, bookOf(account, size.positions, withTrailing, nowMs));
  tick(world, new Decimal("101.5"), nowMs + 1);
  return world;
}

function bookOf(account: number, positions: number, withTrailing: boolean, nowMs: number): Book {
  const accountId = `00000000-0000-4000-8000-${String(account).padStart(12, "0")}`;
  const draft = new Draft(emptyBook({ accountId, owner: "bench", name: `a${account}`, settings: RICH, nowMs }));
  const priceOf = (): Decimal => HUNDRED;
  draft.enable(nowMs, priceOf);
  for (let number = 0; number < positions; number++) {
    const spread = ((account * positions + number) % 4000) / 100;
    const trails = withTrailing && number % TRAILING_EVERY === 0;
    const read = readSignal(
      benchSignal({
        stopLoss: (50 + spread).toFixed(2),
        target1: (110 + spread).toFixed(2),
        trailingStop: trails ? { activation: "101", offset: "40" } : null,
      }),
    );
    if (read.kind === "invalid") throw new Error(JSON.stringify(read.issues));
    const quote = quoteAt(HUNDRED, nowMs);
    const outcome = decideSignal(draft, { signal: read.signal, contentHash: "", nowMs, quote, priceOf });
    if (outcome.status !== "FILLED") throw new Error(JSON.stringify(outcome.rejections));
  }
  return draft.committed();
}

function tick(world: PriceWorld, price: Decimal, timeMs: number): void {
  const walk = new PriceWalk(world);
  walk.take({ kind: "quote", quote: quoteAt(price, timeMs) });
  if (walk.changedDrafts().length > 0) throw new Error("the tick closed something");
  walk.takeOver();
}

/** Prices go up and down between 101 and 103, beyond the trailing activation and within all stops and targets. */
function microsecondsOfATick(world: PriceWorld): number {
  const from = world.board.get(SYMBOL)?.timeMs ?? 0;
  const begun = performance.now();
  for (let index = 1; index <= TICKS; index++) {
    tick(world, new Decimal(10_200 + ((index * 37) % 200) - 100).div(100), from + index);
  }
  return ((performance.now() - begun) * 1000) / TICKS;
}
