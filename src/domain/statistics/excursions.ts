// How far the price went against a trade and in its favour while it was held.
// J. Sweeney, "Maximum Adverse Excursion: Analyzing Price Fluctuations for Trading Management", Wiley (1997).
import { type Decimal, max, min, q8 } from "../decimal.ts";
import { signOf } from "../position.ts";
import type { Side } from "../signal.ts";

/** The lowest and the highest price that a position has seen. */
export interface PricesSeen {
  readonly lowest: Decimal;
  readonly highest: Decimal;
}

/** An excursion is never below 0: the entry's own price counts as seen. */
export interface Excursion {
  /** In USD for each unit: an exact difference of prices. */
  readonly perUnit: Decimal;
  /** In USD for the whole lot. */
  readonly usd: Decimal;
  /** In multiples of the initial risk, the distance from the entry to the initial stop. */
  readonly r: Decimal;
}

export interface Excursions {
  readonly adverse: Excursion;
  readonly favourable: Excursion;
}

/** A closed lot, with the prices that its position saw from its entry to this exit. */
export interface HeldLot {
  readonly side: Side;
  readonly quantity: Decimal;
  readonly entryPrice: Decimal;
  readonly initialStopLoss: Decimal;
  readonly seen: PricesSeen;
}

/** What a position has seen when it has just been opened. */
export function seenAtEntry(entryPrice: Decimal): PricesSeen {
  return { lowest: entryPrice, highest: entryPrice };
}

/** What a position has seen after one more price: a quote, a step of a bar, or the reference price of an exit. */
export function seenAfter(seen: PricesSeen, price: Decimal): PricesSeen {
  if (price.gte(seen.lowest) && price.lte(seen.highest)) return seen;
  return { lowest: min(seen.lowest, price), highest: max(seen.highest, price) };
}

/** What was seen in two spans of time together. */
export function seenTogether(a: PricesSeen, b: PricesSeen): PricesSeen {
  return { lowest: min(a.lowest, b.lowest), highest: max(a.highest, b.highest) };
}

/**
 * The excursions of a lot, from the price of its entry fill. With `d` = +1 LONG, −1 SHORT, and the worst price seen being
 * the lowest for a LONG and the highest for a SHORT: adverse `= max(0, d × (entryPrice − worst))`, favourable
 * `= max(0, d × (best − entryPrice))`; in USD `q8(× quantity)`, in R `q8(/ |entryPrice − initialStopLoss|)`.
 */
export function excursionsOf(lot: HeldLot): Excursions {
  const { lowest, highest } = seenAfter(lot.seen, lot.entryPrice);
  const below = lot.entryPrice.minus(lowest);
  const above = highest.minus(lot.entryPrice);
  const [adverse, favourable] = signOf(lot.side) > 0 ? [below, above] : [above, below];
  return { adverse: excursion(adverse, lot), favourable: excursion(favourable, lot) };
}

function excursion(perUnit: Decimal, { quantity, entryPrice, initialStopLoss }: HeldLot): Excursion {
  const initialRisk = entryPrice.minus(initialStopLoss).abs();
  return { perUnit, usd: q8(perUnit.times(quantity)), r: q8(perUnit.div(initialRisk)) };
}
