// The price ranges: what every open position has seen since its entry, at the cost of a few comparisons for each price.

import { seenAtEntry } from "../domain/statistics/excursions.ts";
import type { PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import type { PriceRanges, StagedRanges } from "../ports.ts";
import { StagedRange, SymbolRange } from "./symbolRange.ts";

/** The ranges of the symbols that are held, continued from their records. */
export function createPriceRanges(records: Iterable<PriceRangeRecord> = []): PriceRanges {
  const ranges = new Map<string, SymbolRange>();
  for (const record of records) ranges.set(record.symbol, SymbolRange.ofRecord(record));
  return {
    opened: (position) => {
      const range = ranges.get(position.symbol) ?? SymbolRange.begun(position.symbol);
      ranges.set(position.symbol, range);
      range.opened(position);
    },
    adopted: (position) => {
      const range = ranges.get(position.symbol) ?? SymbolRange.unknown(position.symbol);
      ranges.set(position.symbol, range);
      range.adopted(position);
    },
    closed: (position) => {
      const range = ranges.get(position.symbol);
      range?.closed(position);
      if (range?.isHeld === false) ranges.delete(position.symbol);
    },
    // What is not held yet, as far as is committed, is opened in the very batch that asks: it has seen its entry.
    seenBy: (position) => {
      const range = ranges.get(position.symbol);
      return range === undefined ? seenAtEntry(position.entryFill.price) : new StagedRange(range).seenBy(position);
    },
    stage: () => stage(ranges),
    beginningsOf: (positions) => {
      const symbols = new Set(positions.map(({ symbol }) => symbol));
      return [...symbols].filter((symbol) => !ranges.has(symbol)).map((symbol) => recordOf(SymbolRange.begun(symbol)));
    },
    recordsOf: (symbols) => [...symbols].flatMap((symbol) => ranges.get(symbol) ?? []).map(recordOf),
  };
}

function recordOf(range: SymbolRange): PriceRangeRecord {
  return new StagedRange(range).record();
}

function stage(ranges: ReadonlyMap<string, SymbolRange>): StagedRanges {
  const staged = new Map<string, StagedRange>();
  return {
    push: (symbol, timeMs, low, high) => {
      const range = ranges.get(symbol);
      if (range === undefined) return;
      const over = staged.get(symbol) ?? new StagedRange(range);
      staged.set(symbol, over);
      over.push(timeMs, low, high);
    },
    seenBy: (position) => {
      const range = ranges.get(position.symbol);
      const over = staged.get(position.symbol) ?? (range && new StagedRange(range));
      return over === undefined ? null : over.seenBy(position);
    },
    changed: () => [...staged.values()].map((over) => over.record()),
    takeOver: () => {
      for (const over of staged.values()) over.takeOver();
    },
  };
}
