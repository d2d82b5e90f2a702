// A portion of bars as one text, for the way into the worker.
import { type BarRow, barOfRow, barRow } from "../domain/barRow.ts";
import type { BarInput } from "../domain/price.ts";
import type { FeedBar } from "../feeds/feedPrices.ts";

export function packBars(bars: readonly BarInput[]): string {
  return JSON.stringify(bars.map(barRow));
}

/** The bars of a text; the symbol is that of the whole series. */
export function unpackBars(symbol: string, text: string): FeedBar[] {
  return (JSON.parse(text) as BarRow[]).map((row) => {
    const { volume, ...bar } = barOfRow(symbol, row);
    return typeof volume === "string" ? { ...bar, volume } : bar;
  });
}
