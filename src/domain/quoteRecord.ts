// The flat form of a quote, beside records.ts: its row on the board.
import { type Decimal, decimal, formatDecimal } from "./decimal.ts";
import type { PriceSource, Quote } from "./price.ts";

export type QuoteRecord = ReturnType<typeof quoteRecord>;

const optional = (value: Decimal | null): string | null => value && formatDecimal(value);
const optionalDecimal = (value: string | null): Decimal | null => (value === null ? null : decimal(value));

export function quoteRecord(quote: Quote) {
  return {
    symbol: quote.symbol,
    price: formatDecimal(quote.price),
    bid: optional(quote.bid),
    ask: optional(quote.ask),
    volume: optional(quote.volume),
    time: new Date(quote.timeMs).toISOString(),
    source: quote.source as string,
  };
}

export function quoteOfRecord(record: QuoteRecord): Quote {
  return {
    symbol: record.symbol,
    price: decimal(record.price),
    bid: optionalDecimal(record.bid),
    ask: optionalDecimal(record.ask),
    volume: optionalDecimal(record.volume),
    timeMs: Date.parse(record.time),
    source: record.source as PriceSource,
  };
}
