// The strategy of the demonstration: where a short moving average crosses a long one, it sends a signal that way.
import { formatCents, parseCents } from "./cents.ts";
import type { FeedQuote } from "./feedPrices.ts";

/** A signal as the strategy sends it: the fields of ExecuteSignalInput that it fills. It names no size; the desk does. */
export interface DemoSignal {
  readonly signalId: string;
  readonly symbol: string;
  readonly assetClass: "STOCK";
  readonly patternType: "SOS" | "UTAD";
  readonly side: "LONG" | "SHORT";
  readonly entryPrice: string;
  readonly stopLoss: string;
  readonly target1: string;
  readonly target2: string;
  readonly trailingStop?: { readonly activation: string; readonly offset: string };
  readonly leverage: string;
  readonly confidence: number;
  readonly marketPrice: string;
  readonly expiresAt: Date;
  readonly source: string;
  readonly generatedAt: Date;
}

/** What the strategy thinks is open in a symbol; it hears no answers of the desk. */
interface OpenIdea {
  readonly isLong: boolean;
  readonly stopCents: number;
  readonly target2Cents: number;
  readonly expiresAt: Date;
}

interface SymbolView {
  /** The newest prices, oldest first, at most as many as the long average takes. */
  readonly cents: readonly number[];
  readonly shortWasAbove?: boolean;
  readonly idea?: OpenIdea;
}

export interface DemoState {
  /** Part of every signal's id: a desk that is started again needs another one. */
  readonly runId: string;
  readonly sent: number;
  readonly views: ReadonlyMap<string, SymbolView>;
}

const SHORT_TICKS = 5;
const LONG_TICKS = 20;
// With 2 % of the equity at risk, a stop 5 % away and a leverage of 2, a position binds a fifth of the funds: four fit.
const STOP_PER_CENT = 5;
const LEVERAGE = "2";
/** Every so many signals one has a trailing stop. */
const TRAILING_EVERY = 3;
const HOLD_MILLISECONDS_MAX = 45_000;
const CONFIDENCE = 60;

/** Answers the strategy before its first quote; `runId` is 1 to 40 of the characters of a signal id. */
export function startDemoStrategy(runId: string): DemoState {
  return { runId, sent: 0, views: new Map() };
}

/**
 * Answers the strategy after a quote, and the signals that it sends at it: one where the averages of the symbol's last
 * 5 and 20 prices cross and it thinks nothing open there, else none. Prices are in whole cents (RangeError otherwise).
 */
export function stepDemoStrategy(
  state: DemoState,
  quote: FeedQuote,
): { readonly state: DemoState; readonly signals: readonly DemoSignal[] } {
  const price = parseCents(quote.price);
  const view = state.views.get(quote.symbol) ?? { cents: [] };
  const cents = [...view.cents, price].slice(-LONG_TICKS);
  const shortIsAbove = cents.length < LONG_TICKS ? undefined : isShortAbove(cents);
  const idea = view.idea !== undefined && isOver(view.idea, price, quote.time) ? undefined : view.idea;
  const crossed = shortIsAbove !== undefined && view.shortWasAbove !== undefined && shortIsAbove !== view.shortWasAbove;
  const sends = crossed && idea === undefined;

  const sent = sends ? state.sent + 1 : state.sent;
  const signals = sends ? [createSignal(`demo-${state.runId}-${sent}`, sent, quote, price, shortIsAbove)] : [];
  const nextIdea = sends ? createIdea(quote, price, shortIsAbove) : idea;
  const next: SymbolView = {
    cents,
    ...(shortIsAbove === undefined ? {} : { shortWasAbove: shortIsAbove }),
    ...(nextIdea === undefined ? {} : { idea: nextIdea }),
  };
  return { state: { ...state, sent, views: new Map(state.views).set(quote.symbol, next) }, signals };
}

function createSignal(signalId: string, sent: number, quote: FeedQuote, price: number, isLong: boolean): DemoSignal {
  const distance = stopDistance(price);
  const away = (cents: number) => formatCents(isLong ? price + cents : price - cents);
  const trails = sent % TRAILING_EVERY === 0;
  return {
    signalId,
    symbol: quote.symbol,
    assetClass: "STOCK",
    patternType: isLong ? "SOS" : "UTAD",
    side: isLong ? "LONG" : "SHORT",
    entryPrice: quote.price,
    stopLoss: away(-distance),
    target1: away(distance),
    target2: away(2 * distance),
    ...(trails ? { trailingStop: { activation: away(Math.ceil(distance / 2)), offset: formatCents(distance) } } : {}),
    leverage: LEVERAGE,
    confidence: CONFIDENCE,
    marketPrice: quote.price,
    expiresAt: expiryOf(quote),
    source: "demo",
    generatedAt: quote.time,
  };
}

function createIdea(quote: FeedQuote, price: number, isLong: boolean): OpenIdea {
  const distance = stopDistance(price);
  const away = (cents: number) => (isLong ? price + cents : price - cents);
  return { isLong, stopCents: away(-distance), target2Cents: away(2 * distance), expiresAt: expiryOf(quote) };
}

// Sums are compared, each times the other's count, so that no average is ever rounded.
function isShortAbove(cents: readonly number[]): boolean {
  return sum(cents.slice(-SHORT_TICKS)) * LONG_TICKS > sum(cents) * SHORT_TICKS;
}

function isOver(idea: OpenIdea, price: number, time: Date): boolean {
  const [low, high] = idea.isLong ? [idea.stopCents, idea.target2Cents] : [idea.target2Cents, idea.stopCents];
  return price <= low || price >= high || time >= idea.expiresAt;
}

function stopDistance(price: number): number {
  return Math.ceil((price * STOP_PER_CENT) / 100);
}

function expiryOf(quote: FeedQuote): Date {
  return new Date(quote.time.getTime() + HOLD_MILLISECONDS_MAX);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
