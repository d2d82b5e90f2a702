// The price board as the rules see it: the newest quote of a symbol.
import type { PriceOf } from "./exposure.ts";
import type { Quote } from "./price.ts";

export type QuoteOf = (symbol: string) => Quote | undefined;

/** The quote of a symbol that is held: the board has one for each, or something is broken and this throws. */
export function heldQuote(quoteOf: QuoteOf, symbol: string): Quote {
  const quote = quoteOf(symbol);
  if (quote === undefined) throw new Error(`the board has lost the price of ${symbol}, which is held`);
  return quote;
}

/** Prices of symbols that are held. */
export function priceOfBoard(quoteOf: QuoteOf): PriceOf {
  return (symbol) => heldQuote(quoteOf, symbol).price;
}
