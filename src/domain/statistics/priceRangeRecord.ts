// The stored form of what the open positions of a symbol have seen of its prices.

/** An extreme price of a symbol: its time, the price, and the positions of that very time that see from there on. */
export type ExtremeRecord = readonly [timeMs: number, price: string, late?: readonly string[]];

/** What the open positions of a symbol have seen of its prices. Of those opened before `completeFrom` it is not known. */
export interface PriceRangeRecord {
  readonly symbol: string;
  readonly completeFrom: string;
  /** In the order of their times: each is the lowest price from its time on. */
  readonly lows: readonly ExtremeRecord[];
  /** The highest prices likewise. */
  readonly highs: readonly ExtremeRecord[];
}
