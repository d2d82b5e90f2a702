// The price board as the rules see it: the newest quote of a symbol.
import type { PriceOf } from "./exposure.ts";
import type { Quote } from "./price.ts";

export type QuoteOf = (symbol: string) => Quote | undefined;

/** Prices of symbols that are held: the board has one for each, or something is broken. */
export function priceOfBoard(quoteOf: QuoteOf): PriceOf {
  return (symbol) => {
    const quote = quoteOf(symbol);
    if (quote === undefined) throw new Error(`the board has lost the price of ${symbol}, which is held`);
    return quote.price;
  };
}
