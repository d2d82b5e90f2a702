// What the open positions of one symbol have seen of its prices, each since its entry, without a note at any of them.

import { type Decimal, decimal, formatDecimal } from "../domain/decimal.ts";
import { TIME_MS_MIN } from "../domain/limits.ts";
import type { Position } from "../domain/position.ts";
import { type PricesSeen, seenAfter, seenAtEntry } from "../domain/statistics/excursions.ts";
import type { ExtremeRecord, PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import { type Extreme, ExtremeStack, HIGHER, LOWER, NONE_LATE, neededOf } from "./extremeStack.ts";

/** Extremes that no position needs any more are left until there are so many more than entries. */
const UNNEEDED_EXTREMES_MAX = 64;
const NEVER_MS = Number.NEGATIVE_INFINITY;

/** What is known of the prices of one symbol since the entries of its open positions. */
export class SymbolRange {
  readonly symbol: string;
  readonly lows: Extreme[];
  readonly highs: Extreme[];
  /** Positions opened on a quote, with its time: should one more price come of that time, they see it. */
  readonly waiting = new Map<string, number>();
  /** Of positions opened before this time it is not known what they saw. */
  completeFromMs: number;
  newestStartMs = NEVER_MS;
  lastMs = NEVER_MS;
  /** How many open positions see from a time on. */
  private readonly starts = new Map<number, number>();
  /** Whether its positions were found without a record of what they had seen. */
  private readonly isGap: boolean;

  private constructor(symbol: string, completeFromMs: number, lows: Extreme[], highs: Extreme[], isGap: boolean) {
    this.symbol = symbol;
    this.completeFromMs = completeFromMs;
    this.lows = lows;
    this.highs = highs;
    this.isGap = isGap;
  }

  /** The range of a symbol of which nothing was held before: it will be complete for all that is opened. */
  static begun(symbol: string): SymbolRange {
    return new SymbolRange(symbol, TIME_MS_MIN, [], [], false);
  }

  /** The range of a symbol that is held, though nobody knows what was seen. */
  static unknown(symbol: string): SymbolRange {
    return new SymbolRange(symbol, TIME_MS_MIN, [], [], true);
  }

  static ofRecord({ symbol, completeFrom, lows, highs }: PriceRangeRecord): SymbolRange {
    return new SymbolRange(symbol, Date.parse(completeFrom), lows.map(extremeOf), highs.map(extremeOf), false);
  }

  get isHeld(): boolean {
    return this.starts.size > 0;
  }

  /** Takes in a position that was opened at the board's newest price. */
  opened(position: Position): void {
    const startMs = startOf(position);
    this.starts.set(startMs, (this.starts.get(startMs) ?? 0) + 1);
    this.newestStartMs = Math.max(this.newestStartMs, startMs);
    const lateMs = lateTimeOf(position);
    if (lateMs === undefined) return;
    const lows = new ExtremeStack(this.lows, LOWER);
    const isPast = (lows.top?.timeMs ?? NEVER_MS) > lateMs || lows.sinceLate(keyOf(position), lateMs) !== undefined;
    if (!isPast) this.waiting.set(keyOf(position), lateMs);
  }

  /** Takes in an open position as it was loaded: what came before this range was known to it was not noted. */
  adopted(position: Position): void {
    const isUnknown = this.isGap || startOf(position) <= this.lastMs;
    if (isUnknown) this.completeFromMs = Math.max(this.completeFromMs, position.entryFill.timeMs + 1);
    this.opened(position);
  }

  closed(position: Position): void {
    const startMs = startOf(position);
    const left = (this.starts.get(startMs) ?? 0) - 1;
    if (left > 0) this.starts.set(startMs, left);
    else this.starts.delete(startMs);
    this.waiting.delete(keyOf(position));
    const lateMs = lateTimeOf(position);
    if (lateMs === undefined) return;
    for (const extremes of [this.lows, this.highs]) {
      new ExtremeStack(extremes, LOWER).forgetLate(keyOf(position), lateMs);
    }
  }

  /** Lets go of what no open position needs, where that is much. */
  prune(): void {
    for (const extremes of [this.lows, this.highs]) {
      if (extremes.length <= 2 * this.starts.size + UNNEEDED_EXTREMES_MAX) continue;
      const needed = neededOf(extremes, this.starts.keys());
      extremes.length = 0;
      for (const extreme of needed) extremes.push(extreme);
    }
  }
}

/** A symbol's range with prices on top of it that are not its own before `takeOver`. */
export class StagedRange {
  private readonly base: SymbolRange;
  private readonly lows: ExtremeStack;
  private readonly highs: ExtremeStack;
  private lastMs: number | undefined;

  constructor(base: SymbolRange) {
    this.base = base;
    this.lows = new ExtremeStack(base.lows, LOWER);
    this.highs = new ExtremeStack(base.highs, HIGHER);
  }

  /** Takes the range of a price that was judged: a quote's time, or a bar's start with its low and high. */
  push(timeMs: number, low: Decimal, high: Decimal): void {
    const late = this.lastMs === undefined ? this.lateAt(timeMs) : NONE_LATE;
    this.lows.push(timeMs, low, late, this.base.newestStartMs);
    this.highs.push(timeMs, high, late, this.base.newestStartMs);
    this.lastMs = timeMs;
  }

  /** What a position has seen from its entry on, the entry's own price included; null where it is not known. */
  seenBy(position: Position): PricesSeen | null {
    if (position.entryFill.timeMs < this.base.completeFromMs) return null;
    const low = sinceEntry(this.lows, position);
    const high = sinceEntry(this.highs, position);
    const atEntry = seenAtEntry(position.entryFill.price);
    return low === undefined || high === undefined ? atEntry : seenAfter(seenAfter(atEntry, low), high);
  }

  record(): PriceRangeRecord {
    const completeFrom = new Date(this.base.completeFromMs).toISOString();
    const lows = [...this.lows.all()].map(recordOf);
    return { symbol: this.base.symbol, completeFrom, lows, highs: [...this.highs.all()].map(recordOf) };
  }

  /** Makes the prices the range's own. Call it once. */
  takeOver(): void {
    this.lows.commit();
    this.highs.commit();
    this.base.waiting.clear();
    this.base.lastMs = this.lastMs ?? this.base.lastMs;
    this.base.prune();
  }

  private lateAt(timeMs: number): ReadonlySet<string> {
    const { waiting } = this.base;
    if (waiting.size === 0) return NONE_LATE;
    return new Set([...waiting].filter(([, lateMs]) => lateMs === timeMs).map(([key]) => key));
  }
}

function sinceEntry(stack: ExtremeStack, position: Position): Decimal | undefined {
  const lateMs = lateTimeOf(position);
  const late = lateMs === undefined ? undefined : stack.sinceLate(keyOf(position), lateMs);
  return late ?? stack.since(startOf(position));
}

/**
 * The time from which on prices are judged on a position: its entry's, or where the board was already further, the time
 * of what the board had. A quote on the board had been judged at its time, a bar at its start, before its time.
 */
function startOf(position: Position): number {
  const { timeMs, reference } = position.entryFill;
  return (lateTimeOf(position) ?? Math.max(timeMs, reference.timeMs) - 1) + 1;
}

/** The time of the quote on which a position was opened, where prices of that time were judged before it and may come after. */
function lateTimeOf({ entryFill: { timeMs, reference } }: Position): number | undefined {
  return reference.source === "QUOTE" && reference.timeMs >= timeMs ? reference.timeMs : undefined;
}

function keyOf({ accountId, number }: Position): string {
  return `${accountId} ${number}`;
}

function recordOf({ timeMs, price, late }: Extreme): ExtremeRecord {
  return late.size === 0 ? [timeMs, formatDecimal(price)] : [timeMs, formatDecimal(price), [...late]];
}

function extremeOf([timeMs, price, late]: ExtremeRecord): Extreme {
  return { timeMs, price: decimal(price), late: late === undefined ? NONE_LATE : new Set(late) };
}
