// The paths of prices: how each symbol came to its price on the board, since this process began.
import { PRICE_PATH_POINTS_MAX, PRICE_PATHS_MAX } from "../domain/limits.ts";
import type { Price } from "../domain/price.ts";
import type { PricePaths } from "../ports.ts";
import { MERGED_AT_ONCE, PricePath } from "./pricePath.ts";

/**
 * Paths in memory alone, of fewer than PRICE_PATH_POINTS_MAX points each, for the first PRICE_PATHS_MAX symbols. 5,000 symbols take 105 MB when all are full, 9 MB with
 * ten prices each. A price costs 0.1 to 0.4 µs; 0.7 µs in turns with 5,000 others, whose paths no cache holds.
 */
export function createPricePaths(): PricePaths {
  const paths = new Map<string, PricePath>();
  const pathOf = (symbol: string): PricePath | undefined => {
    const known = paths.get(symbol);
    if (known !== undefined || paths.size >= PRICE_PATHS_MAX) return known;
    // Symbols that are told together would all be grown and thinned together, too: lengths of their own spread that.
    const path = new PricePath(PRICE_PATH_POINTS_MAX - (paths.size % MERGED_AT_ONCE));
    paths.set(symbol, path);
    return path;
  };
  return {
    push: (price) => {
      const path = pathOf(price.kind === "quote" ? price.quote.symbol : price.bar.symbol);
      if (path !== undefined) pushTo(path, price);
    },
    pointsOf: (symbol) => paths.get(symbol)?.points() ?? [],
  };
}

/** A bar counts at its end, as on the board. */
function pushTo(path: PricePath, price: Price): void {
  if (price.kind === "quote") path.push(price.quote.timeMs, price.quote.price, price.quote.price, price.quote.price);
  else path.push(price.bar.endMs, price.bar.close, price.bar.low, price.bar.high);
}
