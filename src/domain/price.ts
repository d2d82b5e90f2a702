// Quotes and bars: their reading from untrusted input, and what the board does with them (domain.md 4).
import { type Decimal, parseDecimal } from "./decimal.ts";
import { AMOUNT_LIMIT, AMOUNT_LIMIT_TEXT, BAR_INTERVAL_SECONDS_MAX, TIME_MS_MAX, TIME_MS_MIN } from "./limits.ts";
import { SYMBOL_PATTERN, SYMBOL_WORDS } from "./signal.ts";

export type PriceSource = "QUOTE" | "BAR";

/** The newest price of a symbol, as the board holds it. */
export interface Quote {
  readonly symbol: string;
  readonly price: Decimal;
  readonly bid: Decimal | null;
  readonly ask: Decimal | null;
  readonly volume: Decimal | null;
  readonly timeMs: number;
  readonly source: PriceSource;
}

export interface Bar {
  readonly symbol: string;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: Decimal | null;
  readonly startMs: number;
  /** `start + interval`: the bar's own market time. */
  readonly endMs: number;
}

/** A price to work through: a quote, or a bar. */
export type Price = { readonly kind: "quote"; readonly quote: Quote } | { readonly kind: "bar"; readonly bar: Bar };

export interface QuoteInput {
  readonly symbol: string;
  readonly price: string;
  readonly bid?: string | null | undefined;
  readonly ask?: string | null | undefined;
  readonly volume?: string | null | undefined;
  readonly time?: Date | null | undefined;
}

export interface BarInput {
  readonly symbol: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume?: string | null | undefined;
  readonly start: Date;
  readonly intervalSeconds: number;
}

/** The quote that `input` means (`nowMs` where it has no time), or the reason why it is refused. */
export function readQuote(input: QuoteInput, nowMs: number): Quote | string {
  const fault = symbolFault(input.symbol) ?? timeFault("time", input.time?.getTime());
  if (fault !== undefined) return fault;
  const price = readAmount("price", input.price);
  if (typeof price === "string") return price;
  const bid = readOptionalAmount("bid", input.bid);
  if (typeof bid === "string") return bid;
  const ask = readOptionalAmount("ask", input.ask);
  if (typeof ask === "string") return ask;
  const volume = readVolume(input.volume);
  if (typeof volume === "string") return volume;
  const timeMs = input.time?.getTime() ?? nowMs;
  return { symbol: input.symbol, price, bid, ask, volume, timeMs, source: "QUOTE" };
}

/** The bar that `input` means, or the reason why it is refused. */
export function readBar(input: BarInput): Bar | string {
  const fault = symbolFault(input.symbol) ?? intervalFault(input.intervalSeconds);
  if (fault !== undefined) return fault;
  const open = readAmount("open", input.open);
  if (typeof open === "string") return open;
  const high = readAmount("high", input.high);
  if (typeof high === "string") return high;
  const low = readAmount("low", input.low);
  if (typeof low === "string") return low;
  const close = readAmount("close", input.close);
  if (typeof close === "string") return close;
  const volume = readVolume(input.volume);
  if (typeof volume === "string") return volume;
  if (high.lt(low)) return `high ${input.high} is below low ${input.low}`;
  if (open.gt(high) || open.lt(low)) return `open ${input.open} is outside low ${input.low} to high ${input.high}`;
  if (close.gt(high) || close.lt(low)) return `close ${input.close} is outside low ${input.low} to high ${input.high}`;
  const startMs = input.start.getTime();
  const endMs = startMs + input.intervalSeconds * 1000;
  const outOfTime = timeFault("start", startMs) ?? timeFault("start + intervalSeconds", endMs);
  return outOfTime ?? { symbol: input.symbol, open, high, low, close, volume, startMs, endMs };
}

/** Whether the board drops `quote`: it is older than what it holds, or an exact repeat of it. */
export function isStaleQuote(onBoard: Quote | undefined, quote: Quote): boolean {
  if (onBoard === undefined) return false;
  return quote.timeMs < onBoard.timeMs || (quote.timeMs === onBoard.timeMs && quote.price.eq(onBoard.price));
}

/** Whether the board drops `bar`: it starts before the time of what the board holds. */
export function isStaleBar(onBoard: Quote | undefined, bar: Bar): boolean {
  return onBoard !== undefined && bar.startMs < onBoard.timeMs;
}

/** What the board holds after `bar`: its close, at its end. */
export function quoteAfterBar(bar: Bar): Quote {
  const { symbol, close, volume, endMs } = bar;
  return { symbol, price: close, bid: null, ask: null, volume, timeMs: endMs, source: "BAR" };
}

function symbolFault(symbol: string): string | undefined {
  return SYMBOL_PATTERN.test(symbol) ? undefined : `symbol must be ${SYMBOL_WORDS}`;
}

function timeFault(name: string, ms: number | undefined): string | undefined {
  if (ms === undefined || (ms >= TIME_MS_MIN && ms <= TIME_MS_MAX)) return undefined;
  return `${name} must lie between the years 1900 and 9999`;
}

function intervalFault(seconds: number): string | undefined {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= BAR_INTERVAL_SECONDS_MAX) return undefined;
  return `intervalSeconds is ${seconds}, but must be from 1 to ${BAR_INTERVAL_SECONDS_MAX}`;
}

function readAmount(name: string, text: string): Decimal | string {
  const value = parseDecimal(text);
  if (value === undefined) return `${name} must be a decimal such as "150.03", with up to 8 decimals`;
  if (value.gt(0) && value.lt(AMOUNT_LIMIT)) return value;
  return `${name} is ${text}, but must be above 0 and below ${AMOUNT_LIMIT_TEXT}`;
}

function readOptionalAmount(name: string, text: string | null | undefined): Decimal | null | string {
  return text === undefined || text === null ? null : readAmount(name, text);
}

function readVolume(text: string | null | undefined): Decimal | null | string {
  if (text === undefined || text === null) return null;
  const value = parseDecimal(text);
  if (value === undefined || value.lt(0)) return "volume must be a decimal of 0 or more, with up to 8 decimals";
  return value;
}
