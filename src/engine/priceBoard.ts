// The price board: the newest quote of each symbol, in memory.
import type { Quote } from "../domain/price.ts";
import type { Board } from "../ports.ts";

export function createPriceBoard(quotes: Iterable<Quote> = []): Board {
  const newest = new Map<string, Quote>();
  for (const quote of quotes) newest.set(quote.symbol, quote);
  return {
    get: (symbol) => newest.get(symbol),
    set: (quote) => void newest.set(quote.symbol, quote),
    all: () => newest.values(),
  };
}
