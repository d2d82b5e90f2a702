// Settings, signals, prices, positions and books for the tests of the rules, their figures given and shown as text.

import { type Book, Draft, emptyBook } from "../../src/domain/book.ts";
import { decideSignal } from "../../src/domain/decide.ts";
import { Decimal, type Decimal as DecimalType, decimal, formatDecimal } from "../../src/domain/decimal.ts";
import type { PriceOf } from "../../src/domain/exposure.ts";
import { fillOrder, tradingOf } from "../../src/domain/fill.ts";
import { Issues } from "../../src/domain/issues.ts";
import type { SignalOutcome } from "../../src/domain/log.ts";
import { type Close, closeLot } from "../../src/domain/lot.ts";
import { type ExitReason, openPosition, type Position, unitSizeOf } from "../../src/domain/position.ts";
import { type Bar, type Price, type Quote, readBar, readQuote } from "../../src/domain/price.ts";
import { DEFAULT_SETTINGS, readSettings, type Settings, type SettingsInput } from "../../src/domain/settings.ts";
import { readSignal, type Signal, type SignalInput } from "../../src/domain/signal.ts";

export const ACCOUNT_ID = "01890000-0000-7000-8000-000000000001";
const START_MS = Date.UTC(2024, 0, 2, 14, 30);

/** The time so many seconds after the start, in epoch milliseconds. */
export function at(seconds: number): number {
  return START_MS + seconds * 1000;
}

/** The seconds after the start of a time: the reverse of `at`. */
export function secondsOf(ms: number): number {
  return (ms - START_MS) / 1000;
}

/** A value with every Decimal in it as the API shows it: to be compared with digits written out. */
export function plain(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return formatDecimal(value as DecimalType);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

/** The defaults with changes, which must be valid. */
export function settingsOf(change: SettingsInput = {}): Settings {
  const issues = new Issues();
  const read = readSettings(change, [], issues);
  if (issues.list.length > 0) throw new Error(`the builder's settings are invalid: ${JSON.stringify(issues.list)}`);
  return { ...DEFAULT_SETTINGS, ...read };
}

/** Neither slippage nor commission: every fill is at its reference price. */
export const FREE: SettingsInput = { useRealisticFills: false, commissionPerShare: "0" };

/** A LONG of 100 AAPL from 150, stop 145, targets 160 and none. */
export function signalInput(change: Partial<SignalInput> = {}): SignalInput {
  return {
    signalId: "signal-1",
    symbol: "AAPL",
    entryPrice: "150",
    stopLoss: "145",
    target1: "160",
    positionSize: "100",
    ...change,
  };
}

export function signalOf(change: Partial<SignalInput> = {}): Signal {
  const read = readSignal(signalInput(change));
  if (read.kind === "invalid") throw new Error(`the builder's signal is invalid: ${JSON.stringify(read.issues)}`);
  return read.signal;
}

/** A quote so many seconds after the start. */
export function quoteOf(price: string, seconds = 0, symbol = "AAPL"): Quote {
  const quote = readQuote({ symbol, price, time: new Date(at(seconds)) }, at(seconds));
  if (typeof quote === "string") throw new Error(`the builder's quote is invalid: ${quote}`);
  return quote;
}

export type OpenHighLowClose = readonly [open: string, high: string, low: string, close: string];

/** A bar of a minute that starts so many seconds after the start. */
export function barOf([open, high, low, close]: OpenHighLowClose, seconds = 0, symbol = "AAPL"): Bar {
  const bar = readBar({ symbol, open, high, low, close, start: new Date(at(seconds)), intervalSeconds: 60 });
  if (typeof bar === "string") throw new Error(`the builder's bar is invalid: ${bar}`);
  return bar;
}

export function quotePrice(price: string, seconds = 0, symbol = "AAPL"): Price {
  return { kind: "quote", quote: quoteOf(price, seconds, symbol) };
}

export function barPrice(prices: OpenHighLowClose, seconds = 0, symbol = "AAPL"): Price {
  return { kind: "bar", bar: barOf(prices, seconds, symbol) };
}

/** Prices of the board, by symbol. */
export function prices(bySymbol: Record<string, string>): PriceOf {
  return (symbol) => {
    const price = bySymbol[symbol];
    if (price === undefined) throw new Error(`the test gives no price of ${symbol}`);
    return decimal(price);
  };
}

export interface PositionChange extends Partial<SignalInput> {
  /** The reference price of its entry; 100 if not given. */
  readonly entry?: string;
  readonly entrySeconds?: number;
  readonly number?: number;
  readonly accountId?: string;
}

const LEVELS: Record<"LONG" | "SHORT", Partial<SignalInput>> = {
  LONG: { stopLoss: "95", target1: "105", target2: "110" },
  SHORT: { stopLoss: "105", target1: "95", target2: "90" },
};

/** A position of 100 AAPL from 100, entered at the start: stop 5 away, target 1 at 5, target 2 at 10. */
export function positionOf(change: PositionChange = {}, settings: Settings = settingsOf(FREE)): Position {
  const { entry = "100", entrySeconds = 0, number = 1, accountId = ACCOUNT_ID, ...given } = change;
  const levels = LEVELS[given.side === "SHORT" ? "SHORT" : "LONG"];
  const signal = signalOf({ entryPrice: entry, ...levels, ...given });
  const unitSize = unitSizeOf(signal.positionSizeUnit);
  if (signal.positionSize === null) throw new Error("the builder's position needs a size");
  const fill = fillOrder(
    {
      trading: tradingOf(signal.side, "ENTER"),
      reference: { price: decimal(entry), source: "QUOTE", timeMs: at(entrySeconds) },
      quantity: signal.positionSize.times(unitSize),
      unitSize,
      timeMs: at(entrySeconds),
      gapped: false,
    },
    settings,
  );
  return openPosition(signal, fill, { accountId, session: 1, number });
}

/** Closes a part of a position by hand. */
export function closePart(position: Position, quantity: string, price: string, settings: Settings): Close {
  const reference = { price: decimal(price), source: "QUOTE", timeMs: at(60) } as const;
  const reason: ExitReason = "MANUAL";
  return closeLot(
    position,
    { reason, quantity: decimal(quantity), reference, timeMs: at(60), gapped: false },
    settings,
  );
}

/** The book of an enabled account in which nothing has happened. */
export function bookOf(settings: SettingsInput = {}, accountId = ACCOUNT_ID): Book {
  const account = { accountId, owner: "local", name: "main", settings: settingsOf(settings), nowMs: at(0) };
  const draft = new Draft(emptyBook(account));
  draft.enable(at(0), prices({}));
  return draft.committed();
}

export function draftOf(settings: SettingsInput = {}): Draft {
  return new Draft(bookOf(settings));
}

export interface DecisionChange {
  readonly nowSeconds?: number;
  /** The board's quote of the signal's symbol; null where the board has none. */
  readonly quote?: Quote | null;
  /** The board's prices of the other symbols. */
  readonly others?: Record<string, string>;
}

/** Decides a signal at the start, with the board at 150 where nothing else is given. */
export function decide(draft: Draft, change: Partial<SignalInput> = {}, decision: DecisionChange = {}): SignalOutcome {
  const signal = signalOf(change);
  const { nowSeconds = 0, quote = quoteOf("150", 0, signal.symbol), others = {} } = decision;
  const own = quote === null ? {} : { [signal.symbol]: formatDecimal(quote.price) };
  return decideSignal(draft, {
    signal,
    contentHash: `content of ${signal.signalId}`,
    nowMs: at(nowSeconds),
    quote: quote ?? undefined,
    priceOf: prices({ ...others, ...own }),
  });
}
