// A bar as a short row: the form in which data sets keep their bars, and of which their hash is made.
import type { BarInput } from "./price.ts";

/** Start in milliseconds, open, high, low, close, volume, interval in seconds. */
export type BarRow = readonly [number, string, string, string, string, string | null, number];

export function barRow(bar: BarInput): BarRow {
  const { open, high, low, close, volume = null, intervalSeconds } = bar;
  return [bar.start.getTime(), open, high, low, close, volume, intervalSeconds];
}

/** The bar of a row; the symbol is that of the whole data set. */
export function barOfRow(symbol: string, row: BarRow): BarInput {
  const [startMs, open, high, low, close, volume, intervalSeconds] = row;
  return { symbol, open, high, low, close, volume, start: new Date(startMs), intervalSeconds };
}
